#include "ledger/service/batcher.h"

#include <assert.h>

#include "ledger/service/answer.h"
#include "ledger/service/batch_attempt.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"

#define BATCH_ARENA_BYTES_MAX (96 * 1024 * 1024)
#define BATCH_ATTEMPTS_MAX 8

static struct metric settled_total = {.name = "ledger_orders_settled_total", .help = "Orders settled, refusals included.",
                                      .kind = METRIC_COUNTER};
static struct metric refused_total = {.name = "ledger_orders_refused_total", .help = "Orders refused, by reason.", .kind = METRIC_COUNTER,
                                      .label = "reason"};
static struct metric replayed_total = {.name = "ledger_orders_replayed_total", .help = "Orders answered from an earlier request.",
                                       .kind = METRIC_COUNTER};
static struct metric batches_total = {.name = "ledger_batches_total", .help = "Batches committed.", .kind = METRIC_COUNTER};
static struct metric split_total = {.name = "ledger_batches_split_total", .help = "Batches split because a statement failed.",
                                    .kind = METRIC_COUNTER};
static struct metric batch_seconds = {.name = "ledger_batch_seconds", .help = "From the first statement to the commit.",
                                      .kind = METRIC_HISTOGRAM};

/* What one caller hands in: settled whole, in one batch. */
struct submission {
    struct submission *next;
    struct batch_item *items;
    size_t count;
    struct arena *arena;
    struct event settled;
};

struct batcher {
    struct ledger *ledger;
    struct submission *first;
    struct submission *last;
    int64_t queued_orders;
    int64_t queued_orders_max;
    size_t batch_orders_max;
    bool running;
};

struct batcher *batcher_new(struct ledger *ledger, int64_t queue_orders_max, int64_t batch_orders_max)
{
    static struct batcher batcher; /* one per process */
    assert(batcher.ledger == NULL && batch_orders_max >= 1 && batch_orders_max <= BATCH_ORDERS_MAX);
    batcher = (struct batcher){.ledger = ledger, .queued_orders_max = queue_orders_max, .batch_orders_max = (size_t)batch_orders_max};
    return &batcher;
}

void batcher_free(struct batcher *batcher)
{
    assert(batcher->first == NULL && !batcher->running);
    *batcher = (struct batcher){0};
}

/* ---- batches ---- */

static void count_outcome(const struct attempt *attempt, size_t i)
{
    metric_add(&settled_total, NULL, 1);
    if (attempt->replayed[i])
        metric_add(&replayed_total, NULL, 1);
    else if (!attempt->skip[i] && attempt->outcomes[i].refusal != NULL)
        metric_add(&refused_total, attempt->outcomes[i].refusal->reason, 1);
}

/* first_time: what is found already was our own commit, whose answer had been lost. */
static void hand_out(const struct attempt *attempt, struct arena *const *arenas, bool first_time)
{
    for (size_t i = 0; i < attempt->count; i++) {
        struct batch_item *item = attempt->items[i];
        item->failure = FAILURE_NONE;
        if (item->order.kind == ORDER_HOLD_EXPIRE)
            continue;
        item->code = attempt->codes[i];
        item->replayed = attempt->replayed[i] && first_time;
        item->answer = (struct bytes){arena_memdup(arenas[i], attempt->answers[i].data, attempt->answers[i].size),
                                      attempt->answers[i].size};
        if (item->answer.data == NULL)
            item->failure = FAILURE_INDEFINITE; /* it is done, but cannot be told: the same request id will tell */
        count_outcome(attempt, i);
    }
}

static void fail_items(struct batch_item **items, size_t count, enum failure failure)
{
    for (size_t i = 0; i < count; i++)
        items[i]->failure = failure;
}

/* Commits the items or says why not. An indefinite commit is tried again: what it did is then found by its request ids, what it did
 * not do is done; a commit still under way keeps its row locks, so the second look waits for it. */
static enum failure try_batch(struct task *task, struct ledger *ledger, struct batch_item **items, size_t count,
                              struct arena *const *arenas)
{
    bool indefinite = false;
    enum failure failure = FAILURE_CONFLICT;
    for (int attempts = 0; attempts < BATCH_ATTEMPTS_MAX; attempts++) {
        struct attempt attempt;
        failure = batch_attempt_init(&attempt, task_arena(task), ledger, items, count);
        if (failure == FAILURE_NONE)
            failure = database_transact(task, ledger->database, ISOLATION_READ_COMMITTED, batch_attempt_commit, &attempt);
        if (failure == FAILURE_NONE) {
            hand_out(&attempt, arenas, !indefinite);
            metric_add(&batches_total, NULL, 1);
            return FAILURE_NONE;
        }
        if (failure != FAILURE_CONFLICT && failure != FAILURE_INDEFINITE && !(indefinite && failure == FAILURE_UNAVAILABLE))
            return indefinite ? FAILURE_INDEFINITE : failure;
        indefinite = indefinite || failure == FAILURE_INDEFINITE;
        if (task_sleep_ms(task, 10 * (attempts + 1)) != FAILURE_NONE)
            break;
    }
    return indefinite ? FAILURE_INDEFINITE : failure;
}

/* Where a batch may be cut in two without cutting a group; count when it cannot. */
static size_t cut(struct batch_item *const *items, size_t count)
{
    for (size_t i = count / 2; i < count && i > 0; i++)
        if (!items[i - 1]->order.linked)
            return i;
    for (size_t i = count / 2; i > 0; i--)
        if (!items[i - 1]->order.linked)
            return i;
    return count;
}

/* Poison: when a statement fails for one order's sake, halves are tried until that order stands alone. */
static void settle_batch(struct task *task, struct ledger *ledger, struct batch_item **items, size_t count, struct arena *const *arenas)
{
    enum failure failure = try_batch(task, ledger, items, count, arenas);
    if (failure == FAILURE_NONE)
        return;
    bool may_be_one_order = failure == FAILURE_CONSTRAINT || failure == FAILURE_INVALID || failure == FAILURE_INTERNAL
                            || failure == FAILURE_EXHAUSTED;
    size_t half = may_be_one_order ? cut(items, count) : count;
    if (half >= count) {
        fail_items(items, count, failure);
        return;
    }
    metric_add(&split_total, NULL, 1);
    log_write(LOG_WARN, "ledger_batch_split", log_failure(failure), log_int64("orders", (int64_t)count));
    settle_batch(task, ledger, items, half, arenas);
    settle_batch(task, ledger, items + half, count - half, arenas + half);
}

static void start_batch(struct batcher *batcher);

struct batch {
    struct submission *first;
    size_t count;
};

/* Whole submissions, as many as fit. */
static struct batch take_batch(struct batcher *batcher)
{
    struct batch batch = {.first = batcher->first};
    struct submission **place = &batcher->first;
    while (*place != NULL && (batch.count == 0 || batch.count + (*place)->count <= batcher->batch_orders_max)) {
        batch.count += (*place)->count;
        place = &(*place)->next;
    }
    struct submission *rest = *place;
    *place = NULL;
    batcher->first = rest;
    if (rest == NULL)
        batcher->last = NULL;
    batcher->queued_orders -= (int64_t)batch.count;
    return batch;
}

static void fail_batch(const struct batch *batch, enum failure failure)
{
    for (struct submission *submission = batch->first; submission != NULL; submission = submission->next)
        for (size_t i = 0; i < submission->count; i++)
            submission->items[i].failure = failure;
}

static void wake_callers(const struct batch *batch)
{
    for (struct submission *submission = batch->first, *next; submission != NULL; submission = next) {
        next = submission->next; /* the caller may be gone as soon as it is told */
        event_signal(&submission->settled);
    }
}

static void run_batch(struct task *task, void *argument)
{
    struct batcher *batcher = argument;
    int64_t begun_us = clock_monotonic_us();
    struct batch batch = take_batch(batcher);
    struct batch_item **items = arena_alloc_array(task_arena(task), batch.count, sizeof *items);
    struct arena **arenas = arena_alloc_array(task_arena(task), batch.count, sizeof *arenas);
    if (items != NULL && arenas != NULL) {
        size_t count = 0;
        for (struct submission *submission = batch.first; submission != NULL; submission = submission->next)
            for (size_t i = 0; i < submission->count; i++, count++) {
                items[count] = &submission->items[i];
                arenas[count] = submission->arena;
            }
        settle_batch(task, batcher->ledger, items, count, arenas);
    } else {
        fail_batch(&batch, FAILURE_EXHAUSTED);
    }
    metric_observe_us(&batch_seconds, NULL, clock_monotonic_us() - begun_us);
    wake_callers(&batch);
    batcher->running = false;
    if (batcher->first != NULL)
        start_batch(batcher);
}

static void start_batch(struct batcher *batcher)
{
    struct task_options options = {.name = "ledger_batch", .arena_bytes_max = BATCH_ARENA_BYTES_MAX};
    batcher->running = true;
    if (loop_spawn(batcher->ledger->loop, &options, run_batch, batcher) == FAILURE_NONE)
        return;
    batcher->running = false; /* no room for a task: the callers are told, and the next submission tries again */
    struct batch batch = take_batch(batcher);
    fail_batch(&batch, FAILURE_EXHAUSTED);
    wake_callers(&batch);
}

enum failure batcher_submit(struct task *task, struct batcher *batcher, struct arena *arena, struct batch_item *items, size_t count)
{
    assert(count >= 1 && count <= BATCH_ORDERS_MAX);
    if (batcher->queued_orders + (int64_t)count > batcher->queued_orders_max)
        return FAILURE_EXHAUSTED;
    struct submission submission = {.items = items, .count = count, .arena = arena, .settled = EVENT_INIT};
    if (batcher->last != NULL)
        batcher->last->next = &submission;
    else
        batcher->first = &submission;
    batcher->last = &submission;
    batcher->queued_orders += (int64_t)count;
    if (!batcher->running)
        start_batch(batcher);
    task_wait_to_the_end(task, &submission.settled);
    return FAILURE_NONE;
}

/* ---- preview ---- */

enum failure batcher_preview(struct task *task, struct ledger *ledger, struct batch_item *item, struct outcome **outcome)
{
    struct batch_item *items[] = {item};
    struct attempt attempt;
    enum failure failure = batch_attempt_init(&attempt, task_arena(task), ledger, items, 1);
    if (failure == FAILURE_NONE)
        failure = database_transact(task, ledger->database, ISOLATION_REPEATABLE_READ, batch_attempt_preview, &attempt);
    if (failure != FAILURE_NONE)
        return failure;
    *outcome = attempt.outcomes;
    if (!attempt.skip[0])
        attempt.answers[0] = answer_pack(task_arena(task), &item->order, attempt.outcomes, batch_attempt_decided_us(&attempt,
            attempt.outcomes));
    item->code = attempt.skip[0] ? attempt.codes[0] : attempt.outcomes->refusal != NULL ? attempt.outcomes->refusal->code : CODE_OK;
    item->answer = attempt.answers[0];
    item->replayed = attempt.skip[0];
    return item->answer.data != NULL ? FAILURE_NONE : FAILURE_EXHAUSTED;
}
