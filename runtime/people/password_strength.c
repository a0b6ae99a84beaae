#include "runtime/people/password_strength.h"

#include <string.h>
#include <zxcvbn.h>

double password_strength_bits(const char *password, const char *const *words)
{
    const char *list[64]; /* zxcvbn takes an array of pointers that are not const */
    size_t count = 0;
    while (words[count] != NULL && count < sizeof(list) / sizeof(list[0]) - 1) {
        list[count] = words[count];
        count++;
    }
    list[count] = NULL;
    return ZxcvbnMatch(password, list, NULL);
}
