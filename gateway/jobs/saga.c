#include "gateway/jobs/saga.h"

#include <string.h>

#include "gateway/peers/identity_peer.h"
#include "gateway/peers/payments_peer.h"
#include "gateway/jobs/account_sync.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"

#define LEASE_US INT64_C(60000000)
#define SAGAS_TRIMMED_AT_ONCE 1000
#define TASK_MS_MAX 50000 /* within the lease */
#define TRIM_INTERVAL_MS 60000
#define WORKER_INTERVAL_MS 60000 /* woken when there is work */
#define PAUSE_FIRST_US INT64_C(200000)
#define PAUSE_MAX_US INT64_C(30000000)

static struct metric saga_open = {.name = "gateway_saga_open",
                                  .help = "Sagas that have not reached their end.",
                                  .kind = METRIC_GAUGE};
METRIC_FROM_THE_START(saga_open);
static struct metric saga_tries = {.name = "gateway_saga_tries_max",
                                   .help = "Tries of the most tried open saga.",
                                   .kind = METRIC_GAUGE};
METRIC_FROM_THE_START(saga_tries);
static struct metric saga_oldest = {.name = "gateway_saga_oldest_seconds",
                                    .help = "Age of the oldest open saga; 0: none is open.",
                                    .kind = METRIC_GAUGE,
                                    .in_us = true};
METRIC_FROM_THE_START(saga_oldest);
static struct metric saga_ended = {.name = "gateway_saga_ended_total",
                                   .help = "Sagas that reached their end.",
                                   .kind = METRIC_COUNTER,
                                   .labels = {"event"}};

static const struct saga_kind kinds[] = {
    {"identity.v1.BillingAddressAdded", saga_open_account},
    {"identity.v1.AccountConverted", saga_open_account},
    {"identity.v1.CompanyVerified", saga_open_account},
    {"identity.v1.CompanyRevoked", saga_open_account},
    {"identity.v1.PromotionActivated", saga_open_account},
    {"identity.v1.MemberLeft", saga_cancel_of_leaver},
    {"identity.v1.RelationBegan", saga_tell_relation},
    {"identity.v1.RelationChanged", saga_tell_relation},
    {"identity.v1.RelationEnded", saga_tell_relation},
    {"identity.v1.UpstreamAtRisk", saga_tell_risk},
    {"identity.v1.UpstreamRecovered", saga_tell_risk},
    {"payments.v1.CurrencySet", saga_open_account},
    {"payments.v1.TopUpSucceeded", saga_credit_top_up},
    {"payments.v1.TopUpReturnDecided", saga_return_top_up},
    {"payments.v1.TopUpReturned", saga_settle_return},
    {"payments.v1.TopUpFailed", saga_notify_failed_top_up},
    {"ledger.v1.CreditLimitPending", saga_notify_limit},
    {"ledger.v1.CreditLimitActivated", saga_notify_limit},
    {"ledger.v1.CreditLimitChanged", saga_notify_limit},
    {"ledger.v1.FundingRequested", saga_notify_funding},
    {"ledger.v1.FundingGranted", saga_notify_funding},
    {"ledger.v1.FundingDeclined", saga_notify_funding},
    {"ledger.v1.MoneySent", saga_clear_transit},
    {"ledger.v1.AccountOverdue", saga_follow_upstream},
    {"ledger.v1.AccountSuspended", saga_tell_suspended},
    {"ledger.v1.AccountSuspending", saga_warn},
    {"ledger.v1.RunwayWarning", saga_warn},
    {"ledger.v1.AccountResumed", saga_follow_upstream},
    {APPROVAL_SAGA, saga_carry_out_approval},
    {APPROVAL_NOTICE_SAGA, saga_notify_approval},
};

const struct saga_kind *saga_kind_find(const char *event_type)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(kinds[i].event_type, event_type) == 0)
            return &kinds[i];
    }
    return NULL;
}

int64_t saga_pause_us(int64_t tries)
{
    int64_t pause_us = PAUSE_FIRST_US;
    for (int64_t i = 1; i < tries && pause_us < PAUSE_MAX_US; i++)
        pause_us *= 2;
    return pause_us < PAUSE_MAX_US ? pause_us : PAUSE_MAX_US;
}

enum failure saga_open_account(struct task *task, struct gateway *gateway, const struct saga *saga,
                               const char **outcome)
{
    struct id account_id;
    struct arena *arena = task_arena(task);
    *outcome = SAGA_DONE;
    if (!identity_event_account(arena, saga->event_type, saga->payload, &account_id) &&
        !payments_event_account(arena, saga->payload, &account_id))
        return SAGA_UNREAD;
    return account_sync_run(task, gateway, account_id);
}

static void log_pause(const struct saga *saga, enum failure failure, const char *outcome)
{
    if (failure == SAGA_WAITS && outcome != NULL && strcmp(outcome, SAGA_DONE) != 0)
        log_write(LOG_INFO, "saga_waits", log_id("saga_id", saga->saga_id),
                  log_text("event", saga->event_type), log_int64("tries", saga->tries),
                  log_text("reason", outcome));
    else
        log_write(LOG_WARN, "saga_postponed", log_id("saga_id", saga->saga_id),
                  log_text("event", saga->event_type), log_int64("tries", saga->tries),
                  log_failure(failure));
}

static enum failure run(struct task *task, struct gateway *gateway, const struct saga *saga)
{
    const struct saga_kind *kind = saga_kind_find(saga->event_type);
    const char *outcome = NULL;
    enum failure failure =
        kind != NULL ? kind->run(task, gateway, saga, &outcome) : FAILURE_INTERNAL;
    int64_t now_us = clock_work_us();
    if (failure == FAILURE_NONE) {
        if (strcmp(outcome, SAGA_DONE) != 0)
            log_write(LOG_ERROR, "saga_ended_early", log_id("saga_id", saga->saga_id),
                      log_text("event", kind->event_type), log_text("outcome", outcome));
        metric_add(&saga_ended, kind->event_type, 1);
        return saga_store_finish(reader_of(task, gateway->database), saga->saga_id, outcome,
                                 now_us);
    }
    log_pause(saga, failure, outcome);
    if (task_state(task) != FAILURE_NONE)
        return failure;
    return saga_store_postpone(reader_of(task, gateway->database), saga->saga_id,
                               now_us + saga_pause_us(saga->tries));
}

/* ---- workers ---- */

static struct worker {
    struct gateway *gateway;
    struct loop_job *job;
} workers[SAGA_WORKERS];

/* One saga a run, so that each has memory of its own; then the next at once. */
static enum failure work(struct task *task, void *argument)
{
    struct worker *worker = argument;
    struct saga *sagas;
    size_t count;
    int64_t now_us = clock_work_us();
    task_limit_ms(task, TASK_MS_MAX);
    enum failure failure =
        saga_store_claim(reader_of(task, worker->gateway->database),
                         &(struct saga_claim){now_us, now_us + LEASE_US, 1}, &sagas, &count);
    if (failure != FAILURE_NONE || count == 0)
        return failure;
    failure = run(task, worker->gateway, &sagas[0]);
    loop_job_wake(worker->job);
    return failure;
}

/* Wakes as many workers as sagas are due, and shows how many are open. */
static enum failure look(struct task *task, void *argument)
{
    struct gateway *gateway = argument;
    struct saga_backlog backlog;
    int64_t now_us = clock_work_us();
    enum failure failure = saga_store_backlog(reader_of(task, gateway->database), now_us, &backlog);
    if (failure != FAILURE_NONE)
        return failure;
    metric_set(&saga_open, NULL, backlog.open);
    metric_set(&saga_tries, NULL, backlog.tries_max);
    metric_set(&saga_oldest, NULL, backlog.oldest_us == 0 ? 0 : now_us - backlog.oldest_us);
    for (int64_t i = 0; i < backlog.due && i < SAGA_WORKERS; i++)
        loop_job_wake(workers[i].job);
    return FAILURE_NONE;
}

static enum failure trim(struct task *task, void *argument)
{
    const struct gateway *gateway = argument;
    enum failure failure = FAILURE_NONE;
    int64_t removed = SAGAS_TRIMMED_AT_ONCE;
    while (failure == FAILURE_NONE && removed == SAGAS_TRIMMED_AT_ONCE)
        failure = saga_store_trim(reader_of(task, gateway->database),
                                  clock_work_us() - gateway->sagas_keep_us, SAGAS_TRIMMED_AT_ONCE,
                                  &removed);
    return failure;
}

void sagas_start(struct gateway *gateway, struct loop *loop, int64_t interval_ms)
{
    gateway->saga_job = loop_every(loop, "saga", interval_ms, look, gateway);
    for (size_t i = 0; i < SAGA_WORKERS; i++) {
        workers[i].gateway = gateway;
        workers[i].job = loop_every(loop, "saga_worker", WORKER_INTERVAL_MS, work, &workers[i]);
    }
    (void)loop_every(loop, "saga_trim", TRIM_INTERVAL_MS, trim, gateway);
}
