/* Codes that change with time (RFC 6238: SHA-1, 30 seconds, 6 digits), by liboath. Pure functions;
 * a secret is its bytes. */
#ifndef RUNTIME_FACTOR_TOTP_H
#define RUNTIME_FACTOR_TOTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/text.h"

#define TOTP_DIGITS 6
#define TOTP_STEP_S 30
#define TOTP_SECRET_SIZE 20 /* 160 bits */
#define TOTP_BASE32_SIZE 33 /* of such a secret, with the NUL */

/* Whether a code is that of now, of the step before, or of the next; *counter is the step that it
 * is of. It is the caller's to take a step once. */
bool totp_matches(struct bytes secret, const char *code, int64_t now_us,
                  int64_t *counter) must_check;

/* The code of a moment. false: there is none. */
bool totp_code(const uint8_t secret[TOTP_SECRET_SIZE], int64_t now_us,
               char code[TOTP_DIGITS + 1]) must_check;

/* A secret as apps take it, RFC 4648 without padding. */
void totp_base32(const uint8_t secret[TOTP_SECRET_SIZE], char text[TOTP_BASE32_SIZE]);

/* The same back. false: it is none. */
bool totp_read_base32(const char *text, uint8_t secret[TOTP_SECRET_SIZE]) must_check;

#endif
