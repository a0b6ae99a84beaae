#include "runtime/factor/totp.h"

#include <liboath/oath.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW 1

bool totp_matches(struct bytes secret, const char *code, int64_t now_us, int64_t *counter)
{
    uint64_t matched = 0;
    int offset = 0;
    if (strnlen(code, TOTP_DIGITS + 1) != TOTP_DIGITS ||
        strspn(code, "0123456789") != TOTP_DIGITS || now_us < 0)
        return false;
    int distance =
        oath_totp_validate4((const char *)secret.data, secret.size, (time_t)(now_us / 1000000),
                            TOTP_STEP_S, 0, WINDOW, &offset, &matched, 0, code);
    *counter = (int64_t)matched;
    return distance >= 0;
}

bool totp_code(const uint8_t secret[TOTP_SECRET_SIZE], int64_t now_us, char code[TOTP_DIGITS + 1])
{
    return now_us >= 0 &&
           oath_totp_generate((const char *)secret, TOTP_SECRET_SIZE, (time_t)(now_us / 1000000),
                              TOTP_STEP_S, 0, TOTP_DIGITS, code) == OATH_OK;
}

void totp_base32(const uint8_t secret[TOTP_SECRET_SIZE], char text[TOTP_BASE32_SIZE])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    for (size_t i = 0; i < TOTP_BASE32_SIZE - 1; i++) {
        size_t bit = 5 * i, byte = bit / 8;
        unsigned two =
            (unsigned)secret[byte] << 8 | (byte + 1 < TOTP_SECRET_SIZE ? secret[byte + 1] : 0u);
        text[i] = digits[two >> (11 - bit % 8) & 31];
    }
    text[TOTP_BASE32_SIZE - 1] = '\0';
}

bool totp_read_base32(const char *text, uint8_t secret[TOTP_SECRET_SIZE])
{
    char *bytes = NULL;
    size_t size = 0;
    bool is_one = strnlen(text, TOTP_BASE32_SIZE) == TOTP_BASE32_SIZE - 1 &&
                  oath_base32_decode(text, TOTP_BASE32_SIZE - 1, &bytes, &size) == OATH_OK &&
                  size == TOTP_SECRET_SIZE;
    if (is_one)
        memcpy(secret, bytes, TOTP_SECRET_SIZE);
    free(bytes);
    return is_one;
}
