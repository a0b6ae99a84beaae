#include "identity/peers/letter.h"

#include <jansson.h>
#include <stdlib.h>

#include "runtime/base/secret.h"

void letters_begin(void)
{
    json_set_alloc_funcs(malloc, secret_free);
}
