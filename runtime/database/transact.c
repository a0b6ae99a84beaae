/* Transactions from their beginning to their last try: a conflict or a lost connection runs the
 * body again, a lock that was refused is waited for. */
#include <assert.h>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/database/transaction.h"

#define ATTEMPTS_MAX 10
#define PAUSE_MAX_MS 200
#define LOCK_PAUSE_MAX_MS 400
#define LOCK_ANSWER_MS 100 /* left of a deadline for saying so */

static const char *const reasons[] = {"locked", "conflict", "connection_lost", NULL};
static struct metric retries = {.name = "database_transaction_retries_total",
                                .help =
                                    "Transactions run again after a conflict or a lost connection.",
                                .kind = METRIC_COUNTER,
                                .labels = {"reason"},
                                .values = reasons};
METRIC_FROM_THE_START(retries);

static const char *retry_reason(const struct transaction *transaction, enum failure failure)
{
    if (failure == FAILURE_LOCKED || transaction->failure == FAILURE_LOCKED)
        return "locked";
    if (failure == FAILURE_CONFLICT || transaction->failure == FAILURE_CONFLICT)
        return "conflict";
    return transaction->has_lost && failure == FAILURE_UNAVAILABLE ? "connection_lost" : NULL;
}

static enum failure pause_before(struct task *task, int attempt, int64_t first_ms, int64_t max_ms)
{
    assert(attempt >= 0 && first_ms > 0 && first_ms <= max_ms);
    int64_t pause_ms = attempt < 16 ? first_ms << attempt : max_ms;
    if (pause_ms > max_ms)
        pause_ms = max_ms;
    return task_sleep_ms(task, random_below((uint32_t)pause_ms + 1));
}

/* One who may have to come back. */
struct attempts {
    struct task *task;
    struct database *database;
    enum isolation isolation;
    enum failure (*body)(struct transaction *transaction, void *argument);
    void *argument;
    uint16_t *scope_locked; /* how many of the scope wait for a lock; NULL: no scope */
    bool is_patient;        /* was refused a lock, or another of the scope was */
    int64_t patient_until_us;
    int count;
    int locked_count;
};

static void become_patient(struct attempts *attempts)
{
    if (attempts->is_patient)
        return;
    assert(attempts->locked_count == 0);
    int64_t left_ms = task_remaining_ms(attempts->task) - LOCK_ANSWER_MS;
    attempts->is_patient = true;
    attempts->patient_until_us =
        clock_monotonic_us() + (left_ms < LOCK_PATIENCE_MS ? left_ms : LOCK_PATIENCE_MS) * 1000;
    if (attempts->scope_locked != NULL)
        ++*attempts->scope_locked;
}

static enum failure await_patient_place(struct attempts *attempts)
{
    struct database *database = attempts->database;
    size_t places = database->exclusive.count >= 8 ? database->exclusive.count / 4 : 1;
    while (database->patient >= places) {
        int64_t left_ms = (attempts->patient_until_us - clock_monotonic_us()) / 1000;
        enum failure failure = left_ms <= 0
                                   ? FAILURE_DEADLINE
                                   : task_wait_ms(attempts->task, &database->patient_left, left_ms);
        if (failure != FAILURE_NONE)
            return failure == FAILURE_DEADLINE ? FAILURE_LOCKED : failure;
    }
    database->patient++;
    assert(database->patient <= places);
    return FAILURE_NONE;
}

static enum failure try_once(struct attempts *attempts, const char **reason)
{
    struct transaction transaction = {
        .task = attempts->task, .isolation = attempts->isolation, .constraint = ""};
    bool has_place = attempts->is_patient;
    *reason = NULL;
    enum failure failure = has_place ? await_patient_place(attempts) : FAILURE_NONE;
    if (failure != FAILURE_NONE)
        return failure;
    failure = pool_take(attempts->task, attempts->database, &transaction.connection);
    if (failure == FAILURE_NONE) {
        failure = transaction_run(&transaction, attempts->body, attempts->argument);
        assert(transaction.phase == TRANSACTION_ENDED);
        *reason = failure != FAILURE_NONE ? retry_reason(&transaction, failure) : NULL;
    }
    if (has_place) {
        assert(attempts->database->patient > 0);
        attempts->database->patient--;
        event_signal(&attempts->database->patient_left);
    }
    return failure;
}

/* Before it is tried again. */
static enum failure make_ready(struct attempts *attempts, const char *reason, enum failure failure)
{
    bool is_locked = strcmp(reason, "locked") == 0;
    assert(failure != FAILURE_NONE && attempts->count < ATTEMPTS_MAX);
    if (is_locked && attempts->database->hands_locks_back)
        return FAILURE_LOCKED;
    if (!is_locked && ++attempts->count == ATTEMPTS_MAX)
        return failure;
    metric_add(&retries, reason, 1);
    if (!is_locked)
        return pause_before(attempts->task, attempts->count, 2, PAUSE_MAX_MS);
    become_patient(attempts);
    failure = pause_before(attempts->task, attempts->locked_count++, 25, LOCK_PAUSE_MAX_MS);
    if (failure == FAILURE_DEADLINE ||
        (failure == FAILURE_NONE && clock_monotonic_us() >= attempts->patient_until_us))
        return FAILURE_LOCKED;
    return failure;
}

static enum failure try_until_done(struct attempts *attempts)
{
    for (;;) {
        const char *reason;
        enum failure failure = try_once(attempts, &reason);
        if (reason == NULL)
            return failure;
        failure = make_ready(attempts, reason, failure);
        if (failure != FAILURE_NONE)
            return failure;
    }
}

static enum failure transact(struct attempts *attempts)
{
    enum failure failure = try_until_done(attempts);
    if (attempts->is_patient && attempts->scope_locked != NULL) {
        assert(*attempts->scope_locked > 0);
        --*attempts->scope_locked;
    }
    return failure;
}

enum failure
database_transact(struct task *task, struct database *database, enum isolation isolation,
                  enum failure (*body)(struct transaction *transaction, void *argument),
                  void *argument)
{
    assert(body != NULL);
    struct attempts attempts = {.task = task,
                                .database = database,
                                .isolation = isolation,
                                .body = body,
                                .argument = argument};
    return transact(&attempts);
}

enum failure database_transact_in(struct task *task, struct database *database, struct id scope_id,
                                  enum failure (*body)(struct transaction *transaction,
                                                       void *argument),
                                  void *argument)
{
    assert(body != NULL);
    struct attempts attempts = {.task = task,
                                .database = database,
                                .body = body,
                                .argument = argument,
                                .scope_locked =
                                    &database->locked_scopes[id_hash(scope_id) % LOCKED_SCOPES]};
    if (*attempts.scope_locked > 0)
        become_patient(&attempts);
    return transact(&attempts);
}

enum failure transact_patiently(struct task *task, struct database *database,
                                enum failure (*body)(struct transaction *transaction,
                                                     void *argument),
                                void *argument)
{
    struct attempts attempts = {
        .task = task, .database = database, .body = body, .argument = argument};
    become_patient(&attempts);
    return transact(&attempts);
}
