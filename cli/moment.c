#define _XOPEN_SOURCE 700
#include "cli/moment.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_DAY (86400 * US_PER_SECOND)
#define SHIFT_DIGITS_MAX 9
#define SHIFT_S_MAX INT64_C(10000000000) /* three centuries */
#define YEAR_MIN 1970

static int64_t seconds_of(char unit)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (units[i].unit == unit)
            return units[i].seconds;
    }
    return 0;
}

/* "+2h", "-1d12h"; "" is no shift at all. */
static bool read_shift(const char *text, int64_t *shift_us)
{
    int64_t seconds = *shift_us = 0;
    if (*text == '\0')
        return true;
    int64_t sign = *text == '-' ? -1 : 1;
    if (*text != '-' && *text != '+')
        return false;
    for (text++;; text++) {
        int64_t amount = 0;
        size_t digits = strspn(text, "0123456789");
        if (digits == 0 || digits > SHIFT_DIGITS_MAX || seconds_of(text[digits]) == 0)
            return false;
        for (size_t i = 0; i < digits; i++)
            amount = amount * 10 + (text[i] - '0');
        text += digits;
        seconds += amount * seconds_of(*text);
        if (seconds > SHIFT_S_MAX)
            return false;
        *shift_us = sign * seconds * US_PER_SECOND;
        if (text[1] == '\0')
            return true;
    }
}

static bool read_fraction(const char **text, int64_t *us)
{
    *us = 0;
    if (**text != '.')
        return true;
    int64_t unit = US_PER_SECOND / 10;
    if (!isdigit((unsigned char)(*text)[1]))
        return false;
    for ((*text)++; isdigit((unsigned char)**text); (*text)++, unit /= 10)
        *us += (**text - '0') * unit;
    return true;
}

/* "Z" or "+08:00". */
static bool read_zone(const char *text, int64_t *ahead_us)
{
    *ahead_us = 0;
    if (strcmp(text, "Z") == 0)
        return true;
    struct tm parts = {0};
    const char *rest =
        text[0] == '+' || text[0] == '-' ? strptime(text + 1, "%H:%M", &parts) : NULL;
    if (rest == NULL || *rest != '\0' || strlen(text) != strlen("+08:00"))
        return false;
    *ahead_us = (parts.tm_hour * 3600 + parts.tm_min * 60) * US_PER_SECOND;
    *ahead_us *= text[0] == '-' ? -1 : 1;
    return true;
}

/* The 30th of February is no day. */
static bool day_us(const struct tm *parts, int64_t *time_us)
{
    struct tm normal = *parts;
    *time_us = (int64_t)timegm(&normal) * US_PER_SECOND;
    return parts->tm_year + 1900 >= YEAR_MIN && normal.tm_mday == parts->tm_mday &&
           normal.tm_mon == parts->tm_mon;
}

static bool read_date(const char *text, int64_t *time_us)
{
    struct tm parts = {0};
    int64_t fraction_us, ahead_us;
    const char *rest = strlen(text) >= strlen("2030-01-31") && text[4] == '-' && text[7] == '-'
                           ? strptime(text, "%Y-%m-%d", &parts)
                           : NULL;
    if (rest != text + strlen("2030-01-31") || !day_us(&parts, time_us))
        return false;
    if (*rest != 'T') {
        bool read = read_shift(rest, &ahead_us);
        *time_us += read ? ahead_us : 0;
        return read;
    }
    rest = strptime(rest, "T%H:%M:%S", &parts);
    if (rest == NULL || !read_fraction(&rest, &fraction_us) || !read_zone(rest, &ahead_us))
        return false;
    (void)day_us(&parts, time_us);
    *time_us += fraction_us - ahead_us;
    return true;
}

bool moment_read(const char *text, int64_t now_us, int64_t *time_us)
{
    const int64_t today_us = now_us - now_us % US_PER_DAY;
    const struct {
        const char *word;
        int64_t time_us;
    } words[] = {{"now", now_us},
                 {"today", today_us},
                 {"yesterday", today_us - US_PER_DAY},
                 {"tomorrow", today_us + US_PER_DAY}};
    int64_t shift_us;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t length = strlen(words[i].word);
        if (strncmp(text, words[i].word, length) == 0 && read_shift(text + length, &shift_us)) {
            *time_us = words[i].time_us + shift_us;
            return true;
        }
    }
    if (text[0] == '+' || text[0] == '-') {
        bool read = read_shift(text, &shift_us);
        *time_us = now_us + (read ? shift_us : 0);
        return read;
    }
    return read_date(text, time_us);
}
