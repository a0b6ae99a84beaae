#include "runtime/rpc/terms.h"

#include <inttypes.h>

#include "runtime/base/amount.h"

const char *term_decimal(struct arena *arena, int64_t micros, const struct currency *currency)
{
    char text[AMOUNT_TEXT_SIZE];
    return arena_strdup(arena, amount_format(micros, currency, text));
}

const char *term_micros(struct arena *arena, int64_t micros)
{
    return arena_printf(arena, "%" PRId64, micros);
}
