#include "identity/domain/key.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/cidr.h"
#include "runtime/base/text.h"

#define BASE 62

static const struct refusal program_refusals[] = {PROGRAM_REFUSALS(REFUSAL_ROW)};
static const struct refusal making_refusals[] = {KEY_MAKING_REFUSALS(REFUSAL_ROW)};
static const struct refusal certificate_refusals[] = {CERTIFICATE_REFUSALS(REFUSAL_ROW)};
static const struct refusal refusals[] = {KEY_REFUSALS(REFUSAL_ROW)};
static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

enum program_verdict program_make_decide(int64_t count, int64_t made)
{
    assert(count >= 0 && made >= 0);
    if (count >= PROGRAMS_MAX)
        return PROGRAM_TOO_MANY;
    return made >= PROGRAMS_DAY_MAX ? PROGRAM_DAY_FULL : PROGRAM_MADE;
}

const struct refusal *program_refusal(enum program_verdict verdict)
{
    assert(verdict > PROGRAM_MADE &&
           (size_t)verdict <= sizeof program_refusals / sizeof *program_refusals);
    return &program_refusals[verdict - 1];
}

/* ---- the secret ---- */

/* CRC-32 as of zlib and PNG, so that whoever scans for keys that leaked can check one offline. */
static uint32_t checksum_of(const char *text, size_t length)
{
    uint32_t sum = UINT32_MAX;
    assert(length == KEY_DIGITS);
    for (size_t i = 0; i < length; i++) {
        sum ^= (uint8_t)text[i];
        for (int bit = 0; bit < 8; bit++)
            sum = sum >> 1 ^ (UINT32_C(0xEDB88320) & (0u - (sum & 1)));
    }
    return ~sum;
}

static void print_checksum(const char *secret_digits, char text[KEY_CHECK_DIGITS])
{
    uint32_t sum = checksum_of(secret_digits, KEY_DIGITS);
    for (int i = KEY_CHECK_DIGITS - 1; i >= 0; i--) {
        text[i] = digits[sum % BASE];
        sum /= BASE;
    }
    assert(sum == 0);
}

void key_print(const uint8_t secret[KEY_SECRET_BYTES], char text[KEY_TEXT_SIZE])
{
    uint8_t number[KEY_SECRET_BYTES];
    char *at = text + strlen(KEY_START);
    memcpy(text, KEY_START, strlen(KEY_START));
    memcpy(number, secret, sizeof number);
    for (int place = KEY_DIGITS - 1; place >= 0; place--) {
        unsigned rest = 0;
        for (size_t i = 0; i < sizeof number; i++) {
            unsigned value = rest << 8 | number[i];
            number[i] = (uint8_t)(value / BASE);
            rest = value % BASE;
        }
        at[place] = digits[rest];
    }
    print_checksum(at, at + KEY_DIGITS);
    at[KEY_DIGITS + KEY_CHECK_DIGITS] = '\0';
    assert(key_is_whole(text));
}

bool key_is_meant(const char *text)
{
    assert(text != NULL);
    return strncmp(text, KEY_START, strlen(KEY_START)) == 0;
}

bool key_is_whole(const char *text)
{
    char check[KEY_CHECK_DIGITS];
    assert(text != NULL);
    if (!key_is_meant(text) || strnlen(text, KEY_TEXT_SIZE) != KEY_TEXT_SIZE - 1)
        return false;
    const char *at = text + strlen(KEY_START);
    if (strspn(at, digits) != KEY_DIGITS + KEY_CHECK_DIGITS)
        return false;
    print_checksum(at, check);
    return bytes_equal_secret(check, at + KEY_DIGITS, sizeof check);
}

bool key_pattern_is_one(const char *pattern)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    const char *at = pattern;
    assert(pattern != NULL);
    if (strnlen(pattern, KEY_PATTERN_BYTES_MAX + 1) > KEY_PATTERN_BYTES_MAX)
        return false;
    while (*at != '*') {
        size_t length = strspn(at, letters);
        if (length == 0 || (at[length] != '.' && at[length] != '\0'))
            return false;
        at += length;
        if (*at++ == '\0')
            return true;
    }
    return at[1] == '\0';
}

/* ---- making one ---- */

enum key_making_verdict key_make_decide(const struct key_making *making, int64_t now_us)
{
    assert(making->counting >= 0 && making->kept >= making->counting);
    if (making->expire_us <= now_us || making->expire_us > now_us + KEY_LIFETIME_MAX_US)
        return KEY_END_WRONG;
    if (making->counting >= KEYS_MAX || making->kept >= KEYS_KEPT_MAX)
        return KEY_TOO_MANY;
    return KEY_MADE;
}

const struct refusal *key_making_refusal(enum key_making_verdict verdict)
{
    assert(verdict > KEY_MADE &&
           (size_t)verdict <= sizeof making_refusals / sizeof *making_refusals);
    return &making_refusals[verdict - 1];
}

/* ---- a certificate in the place of a secret ---- */

enum certificate_verdict certificate_decide(const struct certificate_facts *facts, int64_t now_us)
{
    assert(now_us > 0);
    if (facts->strength_bits < CERTIFICATE_STRENGTH_MIN)
        return CERTIFICATE_WEAK;
    return now_us < facts->end_us ? CERTIFICATE_GOOD : CERTIFICATE_OVER;
}

const struct refusal *certificate_refusal(enum certificate_verdict verdict)
{
    assert(verdict > CERTIFICATE_GOOD &&
           (size_t)verdict <= sizeof certificate_refusals / sizeof *certificate_refusals);
    return &certificate_refusals[verdict - 1];
}

int64_t certificate_key_end_us(const struct certificate_facts *facts, int64_t asked_us,
                               int64_t now_us)
{
    assert(asked_us >= 0);
    int64_t end_us = asked_us != 0 ? asked_us : now_us + KEY_LIFETIME_MAX_US;
    return end_us < facts->end_us ? end_us : facts->end_us;
}

/* ---- rotating one ---- */

int64_t key_overlap_end_us(int64_t expire_us, int64_t overlap_hours, int64_t now_us)
{
    assert(overlap_hours >= 0 && overlap_hours <= KEY_OVERLAP_HOURS_MAX);
    int64_t end_us = now_us + overlap_hours * INT64_C(3600) * 1000000;
    return end_us < expire_us ? end_us : expire_us;
}

/* ---- using one ---- */

enum key_verdict key_use_decide(const struct key_use *use, int64_t now_us)
{
    assert(use->addresses != NULL && use->address != NULL);
    if (!use->is_known || now_us < use->begin_us || now_us >= use->expire_us)
        return KEY_UNKNOWN;
    bool is_bound = use->addresses[0] != '\0';
    return !is_bound || cidr_any_holds(use->addresses, use->address) ? KEY_ACCEPTED : KEY_ELSEWHERE;
}

const struct refusal *key_refusal(enum key_verdict verdict)
{
    assert(verdict > KEY_ACCEPTED && (size_t)verdict <= sizeof refusals / sizeof *refusals);
    return &refusals[verdict - 1];
}
