#include "runtime/base/text.h"

#include <assert.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <utf8proc.h>

static bool codepoint_is_control(utf8proc_int32_t codepoint)
{
    return codepoint < 0x20 || (codepoint >= 0x7f && codepoint < 0xa0);
}

bool text_is_clean(const char *text, size_t size_max)
{
    if (text == NULL)
        return false;
    size_t size = strnlen(text, size_max + 1);
    if (size > size_max)
        return false;
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
    for (; size > 0 && *at >= 0x20 && *at < 0x7f; at++) /* mostly ASCII, which needs no decoding */
        size--;
    while (size > 0) {
        utf8proc_int32_t codepoint;
        utf8proc_ssize_t width = utf8proc_iterate(at, (utf8proc_ssize_t)size, &codepoint);
        if (width <= 0 || codepoint_is_control(codepoint))
            return false;
        at += width;
        size -= (size_t)width;
    }
    return true;
}

bool text_is_empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

bool text_equal(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a, b) == 0;
}

bool text_print(char *out, size_t out_size, const char *format, ...)
{
    assert(out != NULL && out_size > 0);
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(out, out_size, format, arguments);
    va_end(arguments);
    return length >= 0 && (size_t)length < out_size;
}

bool bytes_equal_secret(const void *a, const void *b, size_t size)
{
    assert(size == 0 || (a != NULL && b != NULL));
    return size == 0 || CRYPTO_memcmp(a, b, size) == 0;
}

char *bytes_to_hex(const void *data, size_t size, char *out)
{
    assert(data != NULL && out != NULL);
    static const char digits[] = "0123456789abcdef";
    const uint8_t *bytes = data;
    for (size_t i = 0; i < size; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * size] = '\0';
    return out;
}

const uint8_t text_hex_digits[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

bool bytes_from_hex(const char *hex, void *out, size_t out_size)
{
    assert(out != NULL);
    if (hex == NULL || strnlen(hex, 2 * out_size + 1) != 2 * out_size)
        return false;
    uint8_t *bytes = out;
    for (size_t i = 0; i < out_size; i++) {
        int byte = byte_from_hex(hex + 2 * i);
        if (byte < 0)
            return false;
        bytes[i] = (uint8_t)byte;
    }
    return true;
}

void random_bytes(void *out, size_t size)
{
    uint8_t *at = out;
    while (size > 0) {
        ssize_t got = getrandom(at, size, 0);
        assert(got > 0 || errno == EINTR);
        if (got > 0) {
            at += got;
            size -= (size_t)got;
        }
    }
}

uint32_t random_below(uint32_t limit)
{
    assert(limit > 0);
    uint32_t biased_below =
        -limit % limit; /* 2^32 mod limit: below it, some remainders come once too often */
    uint32_t value;
    do {
        random_bytes(&value, sizeof value);
    } while (value < biased_below);
    return value % limit;
}

static EVP_MD *sha256_digest;

static void fetch_sha256(void)
{
    sha256_digest = EVP_MD_fetch(NULL, "SHA256", NULL);
    assert(sha256_digest != NULL);
}

/* Fetched once: OpenSSL 3 takes longer to find the digest than to hash an entry. */
void sha256(const void *data, size_t size, uint8_t out[32])
{
    static pthread_once_t fetched = PTHREAD_ONCE_INIT;
    unsigned length = 32;
    pthread_once(&fetched, fetch_sha256);
    int done = EVP_Digest(size > 0 ? data : "", size, out, &length, sha256_digest, NULL);
    assert(done == 1 && length == 32);
    (void)done;
}

void hmac_sha256(struct bytes key, const void *data, size_t size, uint8_t out[32])
{
    unsigned length = 32;
    const void *key_data = key.size > 0 ? (const void *)key.data : "";
    unsigned char *done =
        HMAC(EVP_sha256(), key_data, (int)key.size, size > 0 ? data : "", size, out, &length);
    assert(done != NULL && length == 32);
    (void)done;
}
