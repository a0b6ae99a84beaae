#include "ledger/service/batcher.h"

#include <assert.h>

#include "ledger/service/answer.h"
#include "ledger/service/batch_attempt.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"

#define BATCH_ARENA_BYTES_MAX (96 * 1024 * 1024)
#define BATCH_ATTEMPTS_MAX 8
#define BATCH_CURES_MAX 2 /* from memory, afresh, and once more */
#define ROUTES 256
#define LOOK_UPS_AFTER_REPLAY 64 /* who repeats one request often repeats more */

static struct metric settled_total = {.name = "ledger_orders_settled_total", .help = "Orders settled, refusals included.",
                                      .kind = METRIC_COUNTER};
static struct metric refused_total = {.name = "ledger_orders_refused_total", .help = "Orders refused, by reason.", .kind = METRIC_COUNTER,
                                      .label = "reason"};
static struct metric replayed_total = {.name = "ledger_orders_replayed_total", .help = "Orders answered from an earlier request.",
                                       .kind = METRIC_COUNTER};
static struct metric batches_total = {.name = "ledger_batches_total", .help = "Batches committed.", .kind = METRIC_COUNTER};
static struct metric split_total = {.name = "ledger_batches_split_total", .help = "Batches split because a statement failed.",
                                    .kind = METRIC_COUNTER};
static struct metric recalled_total = {.name = "ledger_batches_recalled_total",
                                       .help = "Batches committed of which nothing had to be read: all was remembered.",
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

/* One queue and the batch that was taken from it last. */
struct lane {
    struct batcher *batcher;
    struct submission *first;
    struct submission *last;
    size_t orders; /* waiting and under way */
    bool running;
};

/* Which lane the orders of a company take, for as long as any of them is under way. Companies may share a route. */
struct route {
    struct lane *lane;
    size_t submissions;
};

struct batcher {
    struct ledger *ledger;
    struct lane lanes[BATCH_LANES_MAX];
    size_t lane_count;
    struct route routes[ROUTES];
    int64_t queued_orders;
    int64_t queued_orders_max;
    size_t batch_orders_max;
    int look_ups; /* batches to come that look for earlier requests before they keep theirs */
};

struct batcher *batcher_new(struct ledger *ledger, const struct batcher_limits *limits)
{
    static struct batcher batcher; /* one per process */
    assert(batcher.ledger == NULL && limits->batch_orders_max >= 1 && limits->batch_orders_max <= BATCH_ORDERS_MAX);
    assert(limits->lanes >= 1 && limits->lanes <= BATCH_LANES_MAX);
    batcher = (struct batcher){.ledger = ledger, .lane_count = (size_t)limits->lanes, .queued_orders_max = limits->queue_orders_max,
                               .batch_orders_max = (size_t)limits->batch_orders_max};
    for (size_t i = 0; i < batcher.lane_count; i++)
        batcher.lanes[i].batcher = &batcher;
    return &batcher;
}

void batcher_free(struct batcher *batcher)
{
    for (size_t i = 0; i < batcher->lane_count; i++)
        assert(batcher->lanes[i].first == NULL && !batcher->lanes[i].running);
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

/* What one order's sake makes fail fails again. A memory that was wrong, a request id that is taken, or a plan that a migration made
 * stale does not, read afresh. */
static bool may_be_cured(enum failure failure)
{
    return failure == FAILURE_CONSTRAINT || failure == FAILURE_INTERNAL;
}

static void committed(struct batcher *batcher, const struct attempt *attempt, struct arena *const *arenas, bool first_time)
{
    bool replays = false;
    memory_learn(batcher->ledger->memory, &attempt->facts);
    for (size_t i = 0; i < attempt->count; i++)
        replays = replays || attempt->replayed[i];
    batcher->look_ups = replays ? LOOK_UPS_AFTER_REPLAY : batcher->look_ups - (batcher->look_ups > 0);
    metric_add(&batches_total, NULL, 1);
    metric_add(&recalled_total, NULL, attempt->reading.recalled_all);
    hand_out(attempt, arenas, first_time);
}

/* Commits the items or says why not. An indefinite commit is tried again: what it did is then found by its request ids, what it did
 * not do is done; a commit still under way keeps its chains locked, so the second look waits for it. */
static enum failure try_batch(struct task *task, struct batcher *batcher, struct batch_item **items, size_t count,
                              struct arena *const *arenas)
{
    bool indefinite = false;
    int cures = 0;
    enum failure failure = FAILURE_CONFLICT;
    for (int attempts = 0; attempts < BATCH_ATTEMPTS_MAX; attempts++) {
        struct attempt attempt;
        failure = batch_attempt_init(&attempt, task_arena(task), batcher->ledger, items, count);
        attempt.afresh = attempts > 0;
        attempt.find_requests = batcher->look_ups > 0;
        if (failure == FAILURE_NONE)
            failure = database_transact(task, batcher->ledger->database, ISOLATION_READ_COMMITTED, batch_attempt_commit, &attempt);
        if (failure == FAILURE_NONE) {
            committed(batcher, &attempt, arenas, !indefinite);
            return FAILURE_NONE;
        }
        bool again = failure == FAILURE_CONFLICT || failure == FAILURE_INDEFINITE || (indefinite && failure == FAILURE_UNAVAILABLE)
                     || (may_be_cured(failure) && cures++ < BATCH_CURES_MAX);
        if (!again)
            return indefinite ? FAILURE_INDEFINITE : failure;
        indefinite = indefinite || failure == FAILURE_INDEFINITE;
        if (attempts > 0 && task_sleep_ms(task, 10 * attempts) != FAILURE_NONE)
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
static void settle_batch(struct task *task, struct batcher *batcher, struct batch_item **items, size_t count, struct arena *const *arenas)
{
    enum failure failure = try_batch(task, batcher, items, count, arenas);
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
    settle_batch(task, batcher, items, half, arenas);
    settle_batch(task, batcher, items + half, count - half, arenas + half);
}

static void start_batch(struct lane *lane);

struct batch {
    struct submission *first;
    size_t count;
};

/* Whole submissions, as many as fit. */
static struct batch take_batch(struct lane *lane)
{
    struct batch batch = {.first = lane->first};
    struct submission **place = &lane->first;
    while (*place != NULL && (batch.count == 0 || batch.count + (*place)->count <= lane->batcher->batch_orders_max)) {
        batch.count += (*place)->count;
        place = &(*place)->next;
    }
    struct submission *rest = *place;
    *place = NULL;
    lane->first = rest;
    if (rest == NULL)
        lane->last = NULL;
    lane->batcher->queued_orders -= (int64_t)batch.count;
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
    struct lane *lane = argument;
    int64_t begun_us = clock_monotonic_us();
    struct batch batch = take_batch(lane);
    struct batch_item **items = arena_alloc_array(task_arena(task), batch.count, sizeof *items);
    struct arena **arenas = arena_alloc_array(task_arena(task), batch.count, sizeof *arenas);
    if (items != NULL && arenas != NULL) {
        size_t count = 0;
        for (struct submission *submission = batch.first; submission != NULL; submission = submission->next)
            for (size_t i = 0; i < submission->count; i++, count++) {
                items[count] = &submission->items[i];
                arenas[count] = submission->arena;
            }
        settle_batch(task, lane->batcher, items, count, arenas);
    } else {
        fail_batch(&batch, FAILURE_EXHAUSTED);
    }
    metric_observe_us(&batch_seconds, NULL, clock_monotonic_us() - begun_us);
    lane->running = false;
    if (lane->first != NULL)
        start_batch(lane); /* first, so that PostgreSQL is at work while the callers are answered */
    wake_callers(&batch);
}

static void start_batch(struct lane *lane)
{
    struct task_options options = {.name = "ledger_batch", .arena_bytes_max = BATCH_ARENA_BYTES_MAX};
    lane->running = true;
    if (loop_spawn(lane->batcher->ledger->loop, &options, run_batch, lane) == FAILURE_NONE)
        return;
    lane->running = false; /* no room for a task: the callers are told, and the next submission tries again */
    struct batch batch = take_batch(lane);
    fail_batch(&batch, FAILURE_EXHAUSTED);
    wake_callers(&batch);
}

/* ---- lanes ---- */

static struct lane *emptiest_lane(struct batcher *batcher)
{
    struct lane *emptiest = &batcher->lanes[0];
    for (size_t i = 1; i < batcher->lane_count; i++)
        if (batcher->lanes[i].orders < emptiest->orders)
            emptiest = &batcher->lanes[i];
    return emptiest;
}

static struct route *find_route(struct batcher *batcher, struct id company_id)
{
    struct route *route = &batcher->routes[id_hash(company_id) % ROUTES];
    if (route->submissions == 0)
        route->lane = emptiest_lane(batcher);
    return route;
}

static void append(struct lane *lane, struct submission *submission)
{
    if (lane->last != NULL)
        lane->last->next = submission;
    else
        lane->first = submission;
    lane->last = submission;
    lane->batcher->queued_orders += (int64_t)submission->count;
    if (!lane->running)
        start_batch(lane);
}

enum failure batcher_submit(struct task *task, struct batcher *batcher, struct arena *arena, struct batch_item *items, size_t count)
{
    assert(count >= 1 && count <= BATCH_ORDERS_MAX);
    if (batcher->queued_orders + (int64_t)count > batcher->queued_orders_max)
        return FAILURE_EXHAUSTED;
    struct route *route = find_route(batcher, items[0].order.company_id);
    struct lane *lane = route->lane;
    struct submission submission = {.items = items, .count = count, .arena = arena, .settled = EVENT_INIT};
    route->submissions++;
    lane->orders += count;
    append(lane, &submission);
    task_wait_to_the_end(task, &submission.settled);
    lane->orders -= count;
    route->submissions--;
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
