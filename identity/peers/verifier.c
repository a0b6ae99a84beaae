#include "identity/peers/verifier.h"

#include <jansson.h>
#include <string.h>

#include "identity/peers/bearer_file.h"
#include "runtime/base/log.h"
#include "runtime/base/text.h"

#define ANSWER_BYTES_MAX 65536
#define KEY_HEADER_SIZE 64

static char *question_to_json(const struct verifier_question *question, const char *id)
{
    json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "submission_id", id, "of",
                               question->of, "country", question->country, "kind", question->kind,
                               "number", question->number, "name", question->name);
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    return text;
}

/* A no without a reason that can be shown is none. */
static struct verifier_answer answer_of(struct task *task, const char *verdict, const char *reason)
{
    if (text_equal(verdict, "VERIFIED"))
        return (struct verifier_answer){VERIFICATION_YES, ""};
    if (text_equal(verdict, "REVIEW"))
        return (struct verifier_answer){VERIFICATION_PEOPLE, ""};
    if (text_equal(verdict, "REFUSED") && !text_is_empty(reason) &&
        text_is_clean(reason, VERIFIER_REASON_BYTES_MAX))
        return (struct verifier_answer){VERIFICATION_NO, arena_strdup(task_arena(task), reason)};
    return (struct verifier_answer){VERIFICATION_UNKNOWN, ""};
}

static struct verifier_answer read_answer(struct task *task, const struct http_answer *http)
{
    struct verifier_answer answer = {VERIFICATION_UNKNOWN, ""};
    if (http->outcome == HTTP_NOT_SENT)
        return (struct verifier_answer){VERIFICATION_NOT_ASKED, ""};
    if (http->outcome == HTTP_UNKNOWN || http->status != 200)
        return answer;
    json_t *object = json_loadb((const char *)http->body.data, http->body.size, 0, NULL);
    const char *verdict = json_string_value(json_object_get(object, "verdict"));
    const char *reason = json_string_value(json_object_get(object, "reason"));
    if (verdict != NULL)
        answer = answer_of(task, verdict, reason);
    json_decref(object);
    return answer;
}

static enum failure post(struct task *task, const struct verifier *verifier,
                         const struct verifier_question *question, struct http_request *request,
                         struct http_answer *answer)
{
    char id[ID_TEXT_SIZE], key[KEY_HEADER_SIZE];
    id_format(question->submission_id, id);
    bool fits = text_print(key, sizeof key, "Idempotency-Key: %s", id);
    char *body = question_to_json(question, id);
    if (body == NULL || !fits)
        return FAILURE_INTERNAL;
    request->headers = (const char *const[]){"Content-Type: application/json", key, NULL};
    request->body = (struct bytes){(const uint8_t *)body, strlen(body)};
    enum failure failure = http_client_send(task, verifier->client, request, answer);
    secret_free(body);
    return failure;
}

enum failure verifier_ask(struct task *task, const struct verifier *verifier,
                          const struct verifier_question *question, struct verifier_answer *answer)
{
    struct bearer_file bearer = {.path = verifier->secret_file};
    struct http_request request = {.method = "POST",
                                   .url = verifier->url,
                                   .timeout_ms = verifier->timeout_ms,
                                   .answer_bytes_max = ANSWER_BYTES_MAX};
    struct http_answer http = {.outcome = HTTP_NOT_SENT};
    enum failure failure = bearer_file_read(task, "verifier", &bearer, &request.bearer);
    if (failure == FAILURE_NONE)
        failure = post(task, verifier, question, &request, &http);
    bearer_file_wipe(&bearer);
    if (failure == FAILURE_UNAVAILABLE) /* without its token nobody is asked */
        failure = FAILURE_NONE;
    if (failure == FAILURE_EXHAUSTED) { /* an answer that is too long is none that is understood */
        http.outcome = HTTP_UNKNOWN;
        failure = FAILURE_NONE;
    }
    *answer = read_answer(task, &http);
    if (answer->answer == VERIFICATION_UNKNOWN || answer->answer == VERIFICATION_NOT_ASKED)
        log_write(LOG_WARN, "identity_verifier_unclear",
                  log_id("submission_id", question->submission_id),
                  log_int64("status", http.outcome == HTTP_ANSWERED ? http.status : 0));
    return failure;
}
