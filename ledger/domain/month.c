#include "ledger/domain/month.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DAY_US (INT64_C(86400) * 1000000)
#define YEAR_FIRST 1970
#define YEAR_LAST 9998

/* Days from 1 January 1970 to the first of a month. */
static int64_t days_before(int64_t number)
{
    int64_t year = YEAR_FIRST + number / 12, month = number % 12 + 1;
    int64_t shifted = month <= 2 ? year - 1 : year; /* years that begin in March */
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5;
    assert(number >= 0);
    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + day_of_year - 719468;
}

int64_t month_middle_us(int64_t number)
{
    assert(number >= 0);
    return (days_before(number) + 14) * DAY_US;
}

int64_t month_number(struct billing_span month)
{
    int64_t day = (month.from_us + 14 * DAY_US) / DAY_US;
    int64_t number = day / 31; /* at most that far: then some months on */
    assert(month.from_us >= -DAY_US);
    while (days_before(number + 1) <= day)
        number++;
    return number;
}

bool month_parse(const char *text, int64_t *number)
{
    int year = 0, month = 0, read = 0;
    assert(text != NULL);
    if (strlen(text) != MONTH_SIZE - 1 || strspn(text, "0123456789-") != MONTH_SIZE - 1 ||
        sscanf(text, "%4d-%2d%n", &year, &month, &read) != 2 || read != MONTH_SIZE - 1 ||
        year < YEAR_FIRST || year > YEAR_LAST || month < 1 || month > 12)
        return false;
    *number = (int64_t)(year - YEAR_FIRST) * 12 + month - 1;
    return true;
}

void month_format(int64_t number, char text[MONTH_SIZE])
{
    assert(number >= 0 && number / 12 <= YEAR_LAST - YEAR_FIRST);
    snprintf(text, MONTH_SIZE, "%04u-%02u", (unsigned)(YEAR_FIRST + number / 12) % 10000,
             (unsigned)(number % 12 + 1) % 100);
}
