/* Amounts of money: signed 64-bit micros (10^-6 of the major unit) with checked arithmetic (E31).
 * Never a float. */
#ifndef RUNTIME_BASE_AMOUNT_H
#define RUNTIME_BASE_AMOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/currency.h"
#include "runtime/base/failure.h"

#define MICROS_PER_UNIT INT64_C(1000000)
#define AMOUNT_TEXT_SIZE 32 /* "-9223372036854.775808" and the NUL, rounded up */

/* false: the result does not fit, *out untouched (answer OUT_OF_RANGE, nothing posted). */
bool amount_add(int64_t a_micros, int64_t b_micros, int64_t *out_micros) must_check;
bool amount_subtract(int64_t a_micros, int64_t b_micros, int64_t *out_micros) must_check;
bool amount_multiply(int64_t a_micros, int64_t factor, int64_t *out_micros) must_check;

/* A product of two of them, or a sum of such. */
__extension__ typedef __int128 amount_wide;

/* numerator / denominator, above zero, to the nearest, halves away from zero: 5/10 is 1, -5/10 is
 * -1, 4/10 is 0. The one rounding of prices, discounts and taxes. */
bool amount_half_away(amount_wide numerator, int64_t denominator, int64_t *out) must_check;

int64_t amount_min(int64_t a_micros, int64_t b_micros);
int64_t amount_max(int64_t a_micros, int64_t b_micros);

/* Whether the amount is whole in the currency's minor unit (rules, settled 7): 100.00 CNY is,
 * 100.005 CNY is not, 1.5 JPY is not. */
bool amount_is_whole(int64_t amount_micros, const struct currency *currency);

/* Minor units (cents) of a whole amount, and back. */
int64_t amount_to_minor(int64_t amount_micros, const struct currency *currency);
bool amount_from_minor(int64_t amount_minor, const struct currency *currency,
                       int64_t *out_micros) must_check;

/* Reads "-1234.5": optional sign, digits, at most six decimals; no exponent, no grouping. false:
 * not that, or out of range. */
bool amount_parse(const char *text, int64_t *out_micros) must_check;

/* Writes at least the currency's decimals ("50000.00", "1.5" never; "0.000001" when finer);
 * currency may be NULL: as few as needed. */
char *amount_format(int64_t amount_micros, const struct currency *currency,
                    char text[AMOUNT_TEXT_SIZE]);

#endif
