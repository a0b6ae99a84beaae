/* Bounded text and bytes. Input strings are checked once, at the edge: UTF-8, no control
 * characters, a maximum in bytes. */
#ifndef RUNTIME_BASE_TEXT_H
#define RUNTIME_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/failure.h"

struct bytes {
    const uint8_t *data;
    size_t size;
};

/* Valid UTF-8 (no surrogates, no overlong forms), no C0/C1 control characters, at most size_max
 * bytes without the NUL. */
bool text_is_clean(const char *text, size_t size_max);

bool text_is_empty(const char *text);          /* NULL or "" */
bool text_equal(const char *a, const char *b); /* NULL equals only NULL */

/* snprintf that tells the truth: false when it did not fit (out is then cut and terminated). */
bool text_print(char *out, size_t out_size, const char *format, ...) must_check
    __attribute__((format(printf, 3, 4)));

/* Constant time; for codes, tokens and signatures. */
bool bytes_equal_secret(const void *a, const void *b, size_t size);

/* Lower case hex of size bytes; out has room for 2 * size + 1. */
char *bytes_to_hex(const void *data, size_t size, char *out);
/* Of two digits in either case; -1 when they are none. Reads no further than a NUL. */
extern const uint8_t text_hex_digits[256]; /* a digit's value and 1; 0 for any other byte */
static inline int byte_from_hex(const char *hex)
{
    int high = text_hex_digits[(uint8_t)hex[0]];
    int low = high == 0 ? 0 : text_hex_digits[(uint8_t)hex[1]];
    return low == 0 ? -1 : (high - 1) << 4 | (low - 1);
}
bool bytes_from_hex(const char *hex, void *out,
                    size_t out_size) must_check; /* exactly 2 * out_size digits */

/* Cryptographic randomness from getrandom(2). */
void random_bytes(void *out, size_t size);
uint32_t random_below(uint32_t limit); /* unbiased, 0 .. limit-1 */

/* SHA-256 and HMAC-SHA-256 (OpenSSL). */
void sha256(const void *data, size_t size, uint8_t out[32]);
void hmac_sha256(struct bytes key, const void *data, size_t size, uint8_t out[32]);

#endif
