#include "payments/jobs/webhook.h"

#include "payments/jobs/hold.h"
#include "payments/jobs/top_up.h"
#include "payments/store/webhook_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"

#define WEBHOOKS_KEPT_US \
    (INT64_C(90) * 24 * 3600 * 1000000) /* longer than any provider repeats a message */
#define FORGOTTEN_AT_ONCE 1000
#define WEBHOOKS_MAX 16
#define TRIES_MAX 12

static struct metric webhooks_received = {.name = "payments_webhook_received_total",
                                          .help = "Webhooks by what became of them at the door.",
                                          .kind = METRIC_COUNTER,
                                          .labels = {"outcome"}};

/* Webhooks are few, so no connection is kept for them: a provider, or the front, never sends one
 * into a connection that is just being closed. */
static struct http_reply answered(const char *outcome, int status)
{
    static const struct http_field last[] = {{"Connection", "close"}};
    metric_add(&webhooks_received, outcome, 1);
    return (struct http_reply){.status = status, .fields = last, .field_count = 1};
}

struct http_reply webhook_receive(struct task *task, void *context,
                                  const struct http_received *received)
{
    struct payments *payments = context;
    struct provider_event event;
    if (!text_equal(received->path, WEBHOOK_PATH))
        return answered("elsewhere", 404);
    if (!text_equal(received->method, "POST"))
        return answered("elsewhere", 405);
    const char *signature = http_received_field(received, "stripe-signature");
    if (!payments->provider->read_webhook(task, payments->provider, signature, received->body,
                                          &event)) {
        log_write(LOG_WARN, "webhook_refused", log_int64("size", (int64_t)received->body.size));
        return answered("refused", 401);
    }
    const struct webhook webhook = {.provider = payments->provider->name,
                                    .event_id = event.event_id,
                                    .type = event.type,
                                    .about = {event.account_id, event.reference}};
    if (webhook_store_insert(reader_of(task, payments->database), &webhook, clock_work_us()) !=
        FAILURE_NONE)
        return answered("not_kept", 503);
    loop_job_wake(payments->webhook_job);
    return answered("kept", 200);
}

/* 1, 2, 4 … 64 s: the event may be faster than our own record of what it is about. */
static int64_t retry_us(int64_t tries)
{
    return (INT64_C(1) << (tries < 6 ? tries : 6)) * 1000000;
}

/* A webhook may be about one of any of these. */
static const struct attempt_kind *const kinds[] = {&hold_attempts, &top_up_attempts};
#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

static enum failure apply(struct task *task, struct payments *payments,
                          const struct webhook *webhook, enum webhook_state *state)
{
    struct observation seen = {.certain = true};
    const struct subject_key key = webhook->about;
    *state = WEBHOOK_IGNORED;
    if (id_is_nil(key.account_id) || id_is_nil(key.subject_id))
        return FAILURE_NONE;
    enum failure failure = FAILURE_NONE;
    for (size_t i = 0; failure == FAILURE_NONE && !seen.known && i < KIND_COUNT; i++)
        failure = attempt_observe(task, payments, kinds[i], key, &seen);
    if (seen.known)
        loop_job_wake(payments->hold_job); /* a hold that was approved is given back at once */
    if (seen.known && seen.certain)
        *state = WEBHOOK_APPLIED;
    else if (webhook->tries < TRIES_MAX)
        *state = WEBHOOK_RECEIVED;
    return failure;
}

enum failure webhook_apply_due(struct task *task, void *argument)
{
    struct payments *payments = argument;
    struct webhook *webhooks;
    size_t count = 0;
    int64_t now_us = clock_work_us();
    const struct claim claim = {now_us, now_us + payments->lease_us, WEBHOOKS_MAX};
    enum failure failure =
        webhook_store_claim(reader_of(task, payments->database), &claim, &webhooks, &count);
    for (size_t i = 0; failure == FAILURE_NONE && i < count; i++) {
        enum webhook_state state;
        failure = apply(task, payments, &webhooks[i], &state);
        if (failure == FAILURE_NONE)
            failure = webhook_store_settle(reader_of(task, payments->database), &webhooks[i], state,
                                           clock_work_us() + retry_us(webhooks[i].tries));
    }
    if (count == WEBHOOKS_MAX)
        loop_job_wake(payments->webhook_job);
    return failure;
}

enum failure webhook_forget(struct task *task, void *argument)
{
    const struct payments *payments = argument;
    enum failure failure = FAILURE_NONE;
    int64_t removed = FORGOTTEN_AT_ONCE;
    while (failure == FAILURE_NONE && removed == FORGOTTEN_AT_ONCE)
        failure =
            webhook_store_forget(reader_of(task, payments->database),
                                 clock_work_us() - WEBHOOKS_KEPT_US, FORGOTTEN_AT_ONCE, &removed);
    return failure;
}
