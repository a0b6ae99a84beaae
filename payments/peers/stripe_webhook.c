#include "payments/peers/stripe_webhook.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "payments/peers/stripe_answer.h"

#define SIGNATURE_TOLERANCE_S 300
#define SIGNATURE_HEX_SIZE 64

/* Any "v1=" of the header that is the HMAC of "<t>.<body>". */
static bool signature_matches(const char *header, const char *expected)
{
    for (const char *at = strstr(header, "v1="); at != NULL; at = strstr(at + 3, "v1=")) {
        size_t size = strcspn(at + 3, ",");
        if (size == SIGNATURE_HEX_SIZE && bytes_equal_secret(at + 3, expected, SIGNATURE_HEX_SIZE))
            return true;
    }
    return false;
}

static void signature_make(const char *stamp, size_t stamp_size, struct bytes body,
                           struct bytes secret, char hex[SIGNATURE_HEX_SIZE + 1])
{
    uint8_t mac[32];
    char *text = malloc(stamp_size + 1 + body.size);
    assert(text != NULL);
    memcpy(text, stamp, stamp_size);
    text[stamp_size] = '.';
    if (body.size > 0)
        memcpy(text + stamp_size + 1, body.data, body.size);
    hmac_sha256(secret, text, stamp_size + 1 + body.size, mac);
    free(text);
    bytes_to_hex(mac, sizeof mac, hex);
}

bool stripe_signature_is_valid(const char *header, struct bytes body, struct secret secrets,
                               int64_t now_s)
{
    if (header == NULL || strncmp(header, "t=", 2) != 0)
        return false;
    size_t stamp_size = strspn(header + 2, "0123456789");
    if (stamp_size == 0 || stamp_size > 12 || header[2 + stamp_size] != ',')
        return false;
    int64_t age_s = now_s - strtoll(header + 2, NULL, 10);
    if (age_s > SIGNATURE_TOLERANCE_S || age_s < -SIGNATURE_TOLERANCE_S)
        return false;
    bool valid = false;
    for (const char *secret = secret_reveal(secrets); secret != NULL && *secret != '\0';) {
        char expected[SIGNATURE_HEX_SIZE + 1];
        size_t size = strcspn(secret, ",");
        signature_make(header + 2, stamp_size, body, (struct bytes){(const uint8_t *)secret, size},
                       expected);
        valid |= size > 0 && signature_matches(header, expected);
        secret += size + (secret[size] == ',' ? 1 : 0);
    }
    return valid;
}

static struct id id_of(const json_t *object, const char *key)
{
    struct id id = {{0}};
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL && id_parse(text, &id) ? id : (struct id){{0}};
}

static bool event_read(struct task *task, const json_t *root, struct provider_event *event)
{
    const json_t *metadata =
        json_object_get(json_object_get(json_object_get(root, "data"), "object"), "metadata");
    *event = (struct provider_event){
        .event_id = stripe_text(task, root, "id"),
        .type = stripe_text(task, root, "type"),
        .account_id = id_of(metadata, "kontor_account"),
        .reference = id_of(metadata, "kontor_reference"),
    };
    return event->event_id != NULL && event->type != NULL;
}

/* The provider's stamp is of the real time, so it is compared with the real time, not with a clock
 * that tests turn. */
bool stripe_read_webhook(struct task *task, const struct provider *provider, const char *signature,
                         struct bytes body, struct provider_event *event)
{
    if (!stripe_signature_is_valid(signature, body, stripe_of(provider)->settings.webhook_secret,
                                   (int64_t)time(NULL)))
        return false;
    json_t *root = json_loadb((const char *)body.data, body.size, JSON_REJECT_DUPLICATES, NULL);
    bool understood = event_read(task, root, event);
    json_decref(root);
    return understood;
}
