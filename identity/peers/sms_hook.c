#include "identity/peers/sms_hook.h"

#include <jansson.h>
#include <string.h>

#include "identity/peers/bearer_file.h"
#include "runtime/base/log.h"

#define ANSWER_BYTES_MAX 65536
#define KEY_HEADER_SIZE 64

static char *letter_to_json(const struct letter *letter, const char *id)
{
    json_t *object = json_pack("{s:s, s:s, s:s, s:s}", "message_id", id, "to", letter->to,
                               "channel", letter->channel, "text", letter->text);
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    return text;
}

static enum failure judge(const struct http_answer *answer)
{
    if (answer->outcome == HTTP_NOT_SENT)
        return FAILURE_UNAVAILABLE;
    if (answer->outcome == HTTP_UNKNOWN)
        return FAILURE_INDEFINITE;
    if (answer->status >= 200 && answer->status < 300)
        return FAILURE_NONE;
    log_write(LOG_WARN, "identity_sms_hook_refused", log_int64("status", answer->status));
    return FAILURE_INVALID;
}

static enum failure post(struct task *task, struct http_client *client, const struct letter *letter,
                         struct http_request *request, struct http_answer *answer)
{
    char id[ID_TEXT_SIZE], key[KEY_HEADER_SIZE];
    id_format(letter->message_id, id);
    bool fits = text_print(key, sizeof key, "Idempotency-Key: %s", id);
    char *body = letter_to_json(letter, id);
    if (body == NULL || !fits)
        return FAILURE_INTERNAL;
    request->method = "POST";
    request->headers = (const char *const[]){"Content-Type: application/json", key, NULL};
    request->body = (struct bytes){(const uint8_t *)body, strlen(body)};
    request->answer_bytes_max = ANSWER_BYTES_MAX;
    enum failure failure = http_client_send(task, client, request, answer);
    secret_free(body);
    /* an answer that is too long is an answer */
    return failure == FAILURE_NONE || failure == FAILURE_EXHAUSTED ? judge(answer) : failure;
}

enum failure sms_hook_send(struct task *task, struct http_client *client,
                           const struct sms_hook *hook, const struct letter *letter,
                           int64_t *again_s)
{
    struct bearer_file bearer = {.path = hook->secret_file};
    struct http_request request = {.url = hook->url, .timeout_ms = hook->timeout_ms};
    struct http_answer answer = {.retry_after_s = 0};
    enum failure failure = bearer_file_read(task, "sms-hook", &bearer, &request.bearer);
    if (failure == FAILURE_NONE)
        failure = post(task, client, letter, &request, &answer);
    *again_s = answer.retry_after_s;
    bearer_file_wipe(&bearer);
    return failure;
}
