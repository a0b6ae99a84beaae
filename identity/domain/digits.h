/* Check digit arithmetic that several registers share. Every text is of digits, or of digits and
 * capitals where it says so. */
#ifndef IDENTITY_DOMAIN_DIGITS_H
#define IDENTITY_DOMAIN_DIGITS_H

#include <stdbool.h>
#include <stddef.h>

/* Whether text begins with count digits. */
bool digits_only(const char *text, size_t count);

/* Whether text fits a pattern of the same length: '9' a digit, 'A' a capital, 'X' either, anything
 * else itself. */
bool digits_fit(const char *text, const char *pattern);

/* The value of a digit (0 to 9) or a capital (A=10 to Z=35). */
int digit_value(char c);

/* The sum of count digits, each times its weight. */
int digits_weighted(const char *text, const int *weights, size_t count);

/* The number of count digits, modulo divisor. */
int digits_modulo(const char *text, size_t count, int divisor);

/* Luhn (ISO 7812) over count digits, the check digit last. */
bool digits_luhn(const char *text, size_t count);

/* ISO 7064 MOD 11,10 over count digits, the check digit last. */
bool digits_mod_11_10(const char *text, size_t count);

/* ISO 7064 MOD 97-10 over digits and capitals, the two check digits last. */
bool digits_mod_97_10(const char *text);

#endif
