/* Card numbers (ISO/IEC 7812): read, told by their brand, and found in texts that must not hold
 * one. */
#ifndef RUNTIME_BASE_CARD_NUMBER_H
#define RUNTIME_BASE_CARD_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/base/failure.h"

#define CARD_DIGITS_MIN 12
#define CARD_DIGITS_MAX 19
#define CARD_LAST_FOUR_SIZE 5

/* X(brand, text): who issued the number, told from its first digits. */
#define CARD_BRANDS(X)                     \
    X(CARD_BRAND_UNKNOWN, "UNKNOWN")       \
    X(CARD_BRAND_VISA, "VISA")             \
    X(CARD_BRAND_MASTERCARD, "MASTERCARD") \
    X(CARD_BRAND_UNIONPAY, "UNIONPAY")     \
    X(CARD_BRAND_AMEX, "AMEX")             \
    X(CARD_BRAND_DINERS, "DINERS")         \
    X(CARD_BRAND_JCB, "JCB")               \
    X(CARD_BRAND_DISCOVER, "DISCOVER")

#define CARD_BRAND_ENUM(brand, text) brand,
enum card_brand { CARD_BRANDS(CARD_BRAND_ENUM) };

const char *card_brand_name(enum card_brand brand);
enum card_brand card_brand_find(const char *name); /* UNKNOWN when there is none */

/* A card number without its spaces and dashes. Holds a secret: wipe it. */
struct card_number {
    char digits[CARD_DIGITS_MAX + 1];
    size_t count;
};

/* false: something other than digits, spaces and dashes, or not 12 to 19 digits. */
bool card_number_read(const char *text, struct card_number *number) must_check;

/* Luhn holds and, where the brand is known, the length is one of its own. */
bool card_number_is_valid(const struct card_number *number);
enum card_brand card_number_brand(const struct card_number *number);
const char *card_number_last_four(const struct card_number *number, char text[CARD_LAST_FOUR_SIZE]);

/* Whether a text contains what looks like a card number of any brand: 13 to 19 digits, in groups or
 * not, for which Luhn holds. */
bool card_number_is_in(const char *text);

#endif
