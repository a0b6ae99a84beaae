#include "identity/peers/sms_hook.h"

#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "runtime/base/log.h"

#define SECRET_SIZE 4096
#define ANSWER_BYTES_MAX 65536
#define KEY_HEADER_SIZE 64

struct secret_reading {
    const char *path;
    char text[SECRET_SIZE]; /* without its last line end */
    bool done;
};

/* A pipe is not waited for. */
static void secret_read(void *argument)
{
    struct secret_reading *reading = argument;
    int file = open(reading->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t size = file < 0 ? -1 : read(file, reading->text, sizeof reading->text);
    if (file >= 0)
        close(file);
    if (size <= 0 || size == sizeof reading->text)
        return;
    size -= reading->text[size - 1] == '\n';
    reading->text[size] = '\0';
    reading->done = text_is_clean(reading->text, SECRET_SIZE) && size > 0;
}

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
    struct secret_reading reading = {.path = hook->secret_file};
    struct http_request request = {.url = hook->url, .timeout_ms = hook->timeout_ms};
    struct http_answer answer = {.retry_after_s = 0};
    *again_s = 0;
    if (hook->secret_file[0] != '\0') {
        enum failure failure = task_offload(task, secret_read, &reading);
        if (failure != FAILURE_NONE)
            return failure;
        if (!reading.done) {
            log_write(LOG_ERROR, "identity_sms_hook_secret_unreadable",
                      log_text("file", hook->secret_file));
            return FAILURE_UNAVAILABLE;
        }
        request.bearer = secret_wrap(reading.text);
    }
    enum failure failure = post(task, client, letter, &request, &answer);
    *again_s = answer.retry_after_s;
    secret_wipe(reading.text, sizeof reading.text);
    return failure;
}
