/* Currencies: ISO 4217 codes with their exponent (decimals of the minor unit). One table, all
 * active codes. */
#ifndef RUNTIME_BASE_CURRENCY_H
#define RUNTIME_BASE_CURRENCY_H

#include <stdbool.h>
#include <stdint.h>

struct currency {
    char code[4];
    int exponent;              /* 2 for CNY, 0 for JPY, 3 for KWD */
    int64_t minor_unit_micros; /* 10000 for CNY, 1000000 for JPY, 1000 for KWD */
};

/* Lends the table's row, or NULL when the code is not an active ISO 4217 code. Upper case only. */
const struct currency *currency_find(const char *code);

#endif
