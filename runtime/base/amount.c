#include "runtime/base/amount.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DECIMALS 6 /* of a micro */

/* E31: every sum and product is checked; none wraps. */
bool amount_add(int64_t a_micros, int64_t b_micros, int64_t *out_micros)
{
    assert(out_micros != NULL);
    int64_t sum;
    if (__builtin_add_overflow(a_micros, b_micros, &sum))
        return false;
    *out_micros = sum;
    return true;
}

bool amount_subtract(int64_t a_micros, int64_t b_micros, int64_t *out_micros)
{
    assert(out_micros != NULL);
    int64_t difference;
    if (__builtin_sub_overflow(a_micros, b_micros, &difference))
        return false;
    *out_micros = difference;
    return true;
}

bool amount_multiply(int64_t a_micros, int64_t factor, int64_t *out_micros)
{
    assert(out_micros != NULL);
    int64_t product;
    if (__builtin_mul_overflow(a_micros, factor, &product))
        return false;
    *out_micros = product;
    return true;
}

bool amount_half_away(amount_wide numerator, int64_t denominator, int64_t *out)
{
    assert(denominator > 0 && out != NULL);
    amount_wide quotient = numerator / denominator, rest = numerator % denominator;
    amount_wide magnitude = rest < 0 ? -rest : rest;
    if (magnitude >= denominator - magnitude)
        quotient += numerator < 0 ? -1 : 1;
    if (quotient < INT64_MIN || quotient > INT64_MAX)
        return false;
    *out = (int64_t)quotient;
    return true;
}

int64_t amount_min(int64_t a_micros, int64_t b_micros)
{
    return a_micros < b_micros ? a_micros : b_micros;
}

int64_t amount_max(int64_t a_micros, int64_t b_micros)
{
    return a_micros > b_micros ? a_micros : b_micros;
}

bool amount_is_whole(int64_t amount_micros, const struct currency *currency)
{
    assert(currency != NULL && currency->minor_unit_micros > 0);
    return amount_micros % currency->minor_unit_micros == 0; /* E18 */
}

int64_t amount_to_minor(int64_t amount_micros, const struct currency *currency)
{
    assert(amount_is_whole(amount_micros, currency));
    return amount_micros / currency->minor_unit_micros;
}

bool amount_from_minor(int64_t amount_minor, const struct currency *currency, int64_t *out_micros)
{
    assert(currency != NULL);
    return amount_multiply(amount_minor, currency->minor_unit_micros, out_micros);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads on below zero, because INT64_MIN has no positive counterpart. */
static bool take_digit(int64_t *negative, int digit)
{
    int64_t tenfold;
    assert(*negative <= 0 && digit >= 0 && digit <= 9);
    return amount_multiply(*negative, 10, &tenfold) && amount_subtract(tenfold, digit, negative);
}

/* Reads at least one and at most digits_max digits; NULL: there was none or the amount does not
 * fit. */
static const char *take_digits(const char *at, size_t digits_max, size_t *digits, int64_t *negative)
{
    for (*digits = 0; is_digit(*at) && *digits < digits_max; at++, ++*digits) {
        if (!take_digit(negative, *at - '0'))
            return NULL;
    }
    return *digits > 0 ? at : NULL;
}

bool amount_parse(const char *text, int64_t *out_micros)
{
    if (text == NULL)
        return false;
    bool is_negative = text[0] == '-';
    const char *at = text + (text[0] == '-' || text[0] == '+');
    int64_t negative = 0;
    size_t digits;
    size_t decimals = 0;
    at = take_digits(at, SIZE_MAX, &digits, &negative);
    if (at != NULL && *at == '.')
        at = take_digits(at + 1, DECIMALS, &decimals, &negative);
    if (at == NULL || *at != '\0')
        return false;
    for (; decimals < DECIMALS; decimals++) {
        if (!take_digit(&negative, 0))
            return false;
    }
    assert(negative <= 0 && decimals == DECIMALS);
    if (is_negative) {
        *out_micros = negative;
        return true;
    }
    return amount_subtract(0, negative, out_micros);
}

char *amount_format(int64_t amount_micros, const struct currency *currency,
                    char text[AMOUNT_TEXT_SIZE])
{
    uint64_t magnitude = amount_micros < 0 ? -(uint64_t)amount_micros : (uint64_t)amount_micros;
    uint64_t unit = (uint64_t)MICROS_PER_UNIT;
    const char *sign = amount_micros < 0 ? "-" : "";
    int length = snprintf(text, AMOUNT_TEXT_SIZE, "%s%" PRIu64 ".%06" PRIu64, sign,
                          magnitude / unit, magnitude % unit);
    assert(length > 0 && length < AMOUNT_TEXT_SIZE);
    int decimals_min = currency == NULL ? 0 : currency->exponent;
    int decimals = DECIMALS;
    for (; decimals > decimals_min && text[length - 1] == '0'; decimals--)
        text[--length] = '\0';
    if (decimals == 0)
        text[--length] = '\0'; /* the point */
    return text;
}
