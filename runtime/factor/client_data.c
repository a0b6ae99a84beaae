#include "runtime/factor/client_data.h"

#include <jansson.h>
#include <string.h>

#define CHALLENGE_TEXT_SIZE 44 /* base64url without padding, with the NUL */

static void base64url(const uint8_t bytes[WEBAUTHN_CHALLENGE_SIZE], char text[CHALLENGE_TEXT_SIZE])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (size_t i = 0; i < CHALLENGE_TEXT_SIZE - 1; i++) {
        size_t bit = 6 * i, byte = bit / 8;
        unsigned two = (unsigned)bytes[byte] << 8 |
                       (byte + 1 < WEBAUTHN_CHALLENGE_SIZE ? bytes[byte + 1] : 0u);
        text[i] = digits[two >> (10 - bit % 8) & 63];
    }
    text[CHALLENGE_TEXT_SIZE - 1] = '\0';
}

static bool is_listed(const char *origins, const char *origin)
{
    size_t length = strlen(origin);
    for (const char *at = origins; *at != '\0' && length > 0;) {
        size_t one = strcspn(at, ",");
        if (one == length && memcmp(at, origin, length) == 0)
            return true;
        at += one + (at[one] == ',' ? 1 : 0);
    }
    return false;
}

static enum webauthn_verdict judge(const struct webauthn_site *site, const json_t *said,
                                   const char *type)
{
    char challenge[CHALLENGE_TEXT_SIZE];
    const char *said_type = json_string_value(json_object_get(said, "type"));
    const char *said_challenge = json_string_value(json_object_get(said, "challenge"));
    const char *origin = json_string_value(json_object_get(said, "origin"));
    const json_t *cross = json_object_get(said, "crossOrigin");
    if (said_type == NULL || said_challenge == NULL || origin == NULL ||
        (cross != NULL && !json_is_boolean(cross)))
        return WEBAUTHN_MALFORMED;
    base64url(site->challenge, challenge);
    if (!text_equal(said_type, type))
        return WEBAUTHN_OTHER_TYPE;
    if (!text_equal(said_challenge, challenge))
        return WEBAUTHN_OTHER_CHALLENGE;
    return json_is_true(cross) || !is_listed(site->origins, origin) ? WEBAUTHN_OTHER_ORIGIN
                                                                    : WEBAUTHN_GOOD;
}

enum webauthn_verdict client_data_judge(const struct webauthn_site *site, struct bytes json,
                                        const char *type)
{
    if (json.size == 0 || json.size > WEBAUTHN_PART_MAX)
        return WEBAUTHN_MALFORMED;
    json_t *said = json_loadb((const char *)json.data, json.size, JSON_REJECT_DUPLICATES, NULL);
    enum webauthn_verdict verdict =
        json_is_object(said) ? judge(site, said, type) : WEBAUTHN_MALFORMED;
    json_decref(said);
    return verdict;
}
