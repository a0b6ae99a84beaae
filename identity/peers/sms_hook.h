/* The hook that takes text messages and calls: an HTTP POST of {"message_id", "to", "channel",
 * "text"} for each, to whoever carries them on. The message's id is the Idempotency-Key too, for a
 * message may come again. */
#ifndef IDENTITY_PEERS_SMS_HOOK_H
#define IDENTITY_PEERS_SMS_HOOK_H

#include "identity/peers/letter.h"
#include "runtime/http/http_client.h"

struct sms_hook {
    const char *url; /* "" for none */
    const char
        *secret_file; /* its content is the bearer token, read for every message; "" for none */
    int64_t timeout_ms;
};

/* FAILURE_NONE: the hook answered 2xx. UNAVAILABLE: certainly not taken, or the secret cannot be
 * read. INDEFINITE: it may have been taken. INVALID: the hook answered anything else; the status is
 * logged. *again_s: for how long it does not want to be asked, 0 unless it says so. Awaits. */
enum failure sms_hook_send(struct task *task, struct http_client *client,
                           const struct sms_hook *hook, const struct letter *letter,
                           int64_t *again_s) must_check;

#endif
