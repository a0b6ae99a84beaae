#include "payments/peers/stripe_exchange.h"

#include "runtime/base/log.h"

#define API_VERSION "Stripe-Version: 2023-10-16"
#define ANSWER_BYTES_MAX ((size_t)256 * 1024)
#define URL_SIZE 512
#define HEADER_SIZE 128

static enum provider_outcome outcome_of_status(int64_t status)
{
    if (status >= 200 && status < 300)
        return PROVIDER_DONE;
    if (status == 404)
        return PROVIDER_NOT_FOUND;
    if (status == 401 || status == 403 || status == 429) /* turned away at the door */
        return PROVIDER_NOT_SENT;
    if (status == 400 || status == 402)
        return PROVIDER_DECLINED;
    /* 409 while the key is in use, and everything that is the provider's own trouble */
    return PROVIDER_UNKNOWN;
}

static enum provider_outcome outcome_of_answer(const struct http_answer *answer)
{
    switch (answer->outcome) {
    case HTTP_ANSWERED:
        return outcome_of_status(answer->status);
    case HTTP_NOT_SENT:
        return PROVIDER_NOT_SENT;
    case HTTP_UNKNOWN:
        return PROVIDER_UNKNOWN;
    }
    return PROVIDER_UNKNOWN;
}

static struct stripe_exchange send_request(struct task *task, const struct stripe *stripe,
                                           const struct http_request *request)
{
    struct http_answer answer = {.outcome = HTTP_NOT_SENT};
    enum failure failure = http_client_send(task, stripe->http, request, &answer);
    struct stripe_exchange exchange = {.outcome = outcome_of_answer(&answer),
                                       .status = answer.status};
    if (failure != FAILURE_NONE) {
        exchange.outcome = answer.outcome == HTTP_NOT_SENT ? PROVIDER_NOT_SENT : PROVIDER_UNKNOWN;
        return exchange;
    }
    if (answer.outcome == HTTP_ANSWERED)
        exchange.json = json_loadb((const char *)answer.body.data, answer.body.size,
                                   JSON_REJECT_DUPLICATES, NULL);
    if (exchange.outcome == PROVIDER_DONE && !json_is_object(exchange.json))
        exchange.outcome = PROVIDER_UNKNOWN;
    if (answer.outcome == HTTP_ANSWERED && (answer.status == 401 || answer.status == 403))
        log_write(LOG_ERROR, "provider_key_refused", log_int64("status", answer.status));
    return exchange;
}

void exchange_end(struct stripe_exchange *exchange)
{
    json_decref(exchange->json);
}

struct stripe_exchange stripe_post(struct task *task, const struct stripe *stripe,
                                   const struct stripe_post *post)
{
    char url[URL_SIZE], key[HEADER_SIZE], id[ID_TEXT_SIZE];
    bool fits = text_print(url, sizeof url, "%s%s", stripe->settings.url, post->path) &&
                text_print(key, sizeof key, "Idempotency-Key: %s-%s",
                           id_format(post->reference, id), post->step);
    if (!fits || post->form->overflowed)
        return (struct stripe_exchange){.outcome = PROVIDER_NOT_SENT};
    const char *const headers[] = {"Content-Type: application/x-www-form-urlencoded", API_VERSION,
                                   key, NULL};
    const struct http_request request = {
        .method = "POST",
        .url = url,
        .headers = headers,
        .bearer = stripe->settings.key,
        .body = {(const uint8_t *)post->form->text, post->form->size},
        .timeout_ms = stripe->settings.timeout_ms,
        .answer_bytes_max = ANSWER_BYTES_MAX,
    };
    return send_request(task, stripe, &request);
}

struct stripe_exchange stripe_get(struct task *task, const struct stripe *stripe, const char *path)
{
    char url[URL_SIZE];
    if (!text_print(url, sizeof url, "%s%s", stripe->settings.url, path))
        return (struct stripe_exchange){.outcome = PROVIDER_NOT_SENT};
    const char *const headers[] = {API_VERSION, NULL};
    const struct http_request request = {
        .method = "GET",
        .url = url,
        .headers = headers,
        .bearer = stripe->settings.key,
        .timeout_ms = stripe->settings.timeout_ms,
        .answer_bytes_max = ANSWER_BYTES_MAX,
    };
    return send_request(task, stripe, &request);
}
