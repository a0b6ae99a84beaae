#include "runtime/base/setting_text.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static bool parse_number(const char *text, int64_t *number, const char **rest)
{
    char *end;
    errno = 0;
    long long parsed = strtoll(text, &end, 10);
    if (end == text || isspace((unsigned char)text[0]) || errno != 0)
        return false;
    *number = parsed;
    *rest = end;
    return true;
}

static int64_t unit_ms(const char *unit)
{
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(units[i].unit, unit) == 0)
            return units[i].ms;
    }
    return 0;
}

bool setting_parse_int64(const char *text, int64_t *number)
{
    assert(text != NULL && number != NULL);
    const char *rest;
    return parse_number(text, number, &rest) && *rest == '\0';
}

bool setting_parse_duration(const char *text, int64_t *number)
{
    assert(text != NULL && number != NULL);
    const char *unit;
    if (!parse_number(text, number, &unit))
        return false;
    if (*unit == '\0')
        return *number == 0;
    return unit_ms(unit) > 0 && !__builtin_mul_overflow(*number, unit_ms(unit), number);
}

bool setting_parse_bool(const char *text, int64_t *number)
{
    assert(text != NULL && number != NULL);
    *number = strcmp(text, "true") == 0;
    return *number == 1 || strcmp(text, "false") == 0;
}
