#include "ledger/batch/batcher.h"

#include <assert.h>

#include "ledger/batch/answer.h"
#include "ledger/batch/attempt.h"
#include "ledger/batch/settle.h"
#include "ledger/batch/ward.h"
#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"

#define BATCH_ARENA_BYTES_MAX (96 * 1024 * 1024)
#define LANE_DEPTH 2 /* one that PostgreSQL works on, one that is decided meanwhile */
#define ROUTES 256
#define PATIENCE_MS 10000 /* of who has no deadline */
#define ANSWER_MS 100     /* left of a deadline for saying so */

static struct metric batch_seconds = {.name = "ledger_batch_seconds",
                                      .help = "From the first statement to the commit.",
                                      .kind = METRIC_HISTOGRAM};

struct batch;

/* One queue, and the batches that were taken from it. */
struct lane {
    struct batcher *batcher;
    struct submission *first;
    struct submission *last;
    size_t waiting; /* orders in the queue */
    size_t orders;  /* and those under way */
    int under_way;  /* batches, the one that is about to be taken included */
    bool taking;    /* a task was started and has not taken its batch yet */
    struct batch *newest;
};

struct batch {
    struct batch_slot slot; /* first: what batch_settle knows of it */
    struct lane *lane;
    struct submission *submissions;
    size_t count;
    struct batch *before; /* NULL once it ended */
    struct batch *behind;
    struct event before_ended;
    bool is_sent; /* and so were those before it: one behind it may begin */
};

/* Which lane the orders of a company take, for as long as any of them is under way. Companies may
 * share a route. */
struct lane_route {
    struct lane *lane;
    size_t submissions;
};

struct batcher {
    struct ledger *ledger;
    struct wards *wards;
    uint64_t number; /* of the newest submission */
    struct lane lanes[BATCH_LANES_MAX];
    size_t lane_count;
    struct lane_route routes[ROUTES];
    int64_t queued_orders;
    int64_t queued_orders_max;
    size_t batch_orders_max;
};

struct batcher *batcher_new(struct ledger *ledger, const struct batcher_limits *limits)
{
    static struct batcher batcher; /* one per process */
    assert(batcher.ledger == NULL && limits->batch_orders_max >= 1 &&
           limits->batch_orders_max <= BATCH_ORDERS_MAX);
    assert(limits->lanes >= 1 && limits->lanes <= BATCH_LANES_MAX);
    batcher = (struct batcher){.ledger = ledger,
                               .wards = wards_new(ledger),
                               .lane_count = (size_t)limits->lanes,
                               .queued_orders_max = limits->queue_orders_max,
                               .batch_orders_max = (size_t)limits->batch_orders_max};
    for (size_t i = 0; i < batcher.lane_count; i++)
        batcher.lanes[i].batcher = &batcher;
    return &batcher;
}

/* ---- batches ---- */

/* Whole submissions, as many as fit. */
static void take_submissions(struct lane *lane, struct batch *batch)
{
    struct submission **place = &lane->first;
    batch->submissions = lane->first;
    while (*place != NULL && (batch->count == 0 ||
                              batch->count + (*place)->count <= lane->batcher->batch_orders_max)) {
        batch->count += (*place)->count;
        (*place)->is_waiting = false;
        place = &(*place)->next;
    }
    struct submission *rest = *place;
    *place = NULL;
    lane->first = rest;
    if (rest == NULL)
        lane->last = NULL;
    lane->waiting -= batch->count;
    lane->batcher->queued_orders -= (int64_t)batch->count;
}

static void fail_batch(const struct batch *batch, enum failure failure)
{
    for (struct submission *submission = batch->submissions; submission != NULL;
         submission = submission->next)
        for (size_t i = 0; i < submission->count; i++)
            submission->items[i].failure = failure;
}

static void wake_callers(const struct batch *batch)
{
    for (struct submission *submission = batch->submissions, *next; submission != NULL;
         submission = next) {
        next = submission->next; /* the caller may be gone as soon as it is told */
        event_signal(&submission->settled);
    }
}

/* ---- companies that leave the lane ---- */

static size_t count_under_way(const struct lane *lane, struct id company_id)
{
    size_t count = 0;
    for (const struct batch *batch = lane->newest; batch != NULL; batch = batch->before)
        for (const struct submission *submission = batch->submissions; submission != NULL;
             submission = submission->next)
            count += id_equal(submission->company_id, company_id);
    return count;
}

static void leave_lane(struct submission *submission)
{
    submission->lane->orders -= submission->count;
    submission->route->submissions--;
    submission->lane = NULL;
}

/* false: it is told that it was not done. */
static bool move_to_ward(struct batcher *batcher, struct submission *submission)
{
    struct lane *lane = submission->lane;
    leave_lane(submission);
    return !submission->is_impatient && !submission->is_given_up &&
           wards_take(batcher->wards, submission, count_under_way(lane, submission->company_id));
}

/* What waits in the lane of companies that have left it. */
static void move_waiting(struct lane *lane)
{
    struct submission *waiting = lane->first, *next;
    lane->first = lane->last = NULL;
    for (; waiting != NULL; waiting = next) {
        next = waiting->next;
        waiting->next = NULL;
        if (!wards_hold(lane->batcher->wards, waiting->company_id)) {
            *(lane->last != NULL ? &lane->last->next : &lane->first) = waiting;
            lane->last = waiting;
            continue;
        }
        lane->waiting -= waiting->count;
        lane->batcher->queued_orders -= (int64_t)waiting->count;
        waiting->is_waiting = false;
        if (!move_to_ward(lane->batcher, waiting)) {
            submission_close(waiting, FAILURE_LOCKED);
            event_signal(&waiting->settled);
        }
    }
}

/* Takes those out of the batch that got no lock; the rest is to be told. */
static void part(struct batch *batch)
{
    struct batcher *batcher = batch->lane->batcher;
    struct submission *submission = batch->submissions, *next, **told = &batch->submissions;
    bool has_moved = false;
    for (struct submission *ended = submission; ended != NULL; ended = ended->next)
        wards_hear(batcher->wards, ended->company_id);
    for (; submission != NULL; submission = next) {
        next = submission->next;
        if (submission_is_open(submission) && move_to_ward(batcher, submission)) {
            has_moved = true;
            continue;
        }
        submission_close(submission, FAILURE_LOCKED);
        *told = submission;
        told = &submission->next;
    }
    *told = NULL;
    if (has_moved)
        move_waiting(batch->lane);
}

static bool batch_must_leave(const struct batch_slot *slot)
{
    const struct batch *batch = (const struct batch *)slot;
    for (const struct submission *submission = batch->submissions; submission != NULL;
         submission = submission->next)
        if (wards_hold(batch->lane->batcher->wards, submission->company_id))
            return true;
    return false;
}

/* ---- settling ---- */

static void settle_submissions(struct task *task, struct batch *batch)
{
    struct batch_item **items = arena_alloc_array(task_arena(task), batch->count, sizeof *items);
    struct arena **arenas = arena_alloc_array(task_arena(task), batch->count, sizeof *arenas);
    if (items == NULL || arenas == NULL) {
        fail_batch(batch, FAILURE_EXHAUSTED);
        return;
    }
    size_t count = 0;
    for (struct submission *submission = batch->submissions; submission != NULL;
         submission = submission->next)
        for (size_t i = 0; i < submission->count; i++, count++) {
            items[count] = &submission->items[i];
            arenas[count] = submission->arena;
        }
    batch_settle(task, batch->lane->batcher->ledger, &batch->slot, items, count, arenas);
}

/* ---- turns ---- */

static void start_next(struct lane *lane);

/* Sent behind one that has to be tried again it fails most likely: nothing is begun behind it
 * either, which might overtake it. */
static void batch_is_sent(struct batch_slot *slot)
{
    struct batch *batch = (struct batch *)slot;
    batch->is_sent = batch->before == NULL || batch->before->is_sent;
    start_next(batch->lane);
}

static void batch_wait(struct task *task, struct batch_slot *slot)
{
    struct batch *batch = (struct batch *)slot;
    batch->is_sent = false;
    if (batch->behind != NULL)
        batch->behind->is_sent = false;
    while (batch->before != NULL)
        task_wait_to_the_end(task, &batch->before_ended);
}

static void begin_turn(struct lane *lane, struct batch *batch)
{
    batch->before = lane->newest;
    if (batch->before != NULL)
        batch->before->behind = batch;
    lane->newest = batch;
    lane->taking = false;
}

static void end_turn(struct lane *lane, struct batch *batch)
{
    if (batch->behind != NULL) {
        batch->behind->before = batch->before;
        event_signal(&batch->behind->before_ended);
    }
    if (batch->before != NULL)
        batch->before->behind = batch->behind;
    if (lane->newest == batch)
        lane->newest = batch->before;
    lane->under_way--;
}

static void run_batch(struct task *task, void *argument)
{
    struct lane *lane = argument;
    int64_t begun_us = clock_monotonic_us();
    struct batch batch = {.slot = {.lane = (size_t)(lane - lane->batcher->lanes),
                                   .on_sent = batch_is_sent,
                                   .wait = batch_wait,
                                   .must_leave = batch_must_leave},
                          .lane = lane,
                          .before_ended = EVENT_INIT};
    begin_turn(lane, &batch);
    take_submissions(lane, &batch);
    settle_submissions(task, &batch);
    metric_observe_us(&batch_seconds, NULL, clock_monotonic_us() - begun_us);
    end_turn(lane, &batch);
    part(&batch);
    start_next(lane); /* first, so that PostgreSQL is at work while the callers are answered */
    wake_callers(&batch);
}

/* A batch begins when none is under way; or behind one that was sent, when at least half as many
 * orders wait as that one has: a smaller one would cost more than the wait. */
static bool may_start(const struct lane *lane)
{
    if (lane->first == NULL || lane->taking || lane->under_way == LANE_DEPTH)
        return false;
    return lane->newest == NULL ||
           (lane->newest->is_sent && lane->waiting * 2 >= lane->newest->count);
}

static void start_next(struct lane *lane)
{
    if (!may_start(lane))
        return;
    struct task_options options = {.name = "ledger_batch",
                                   .arena_bytes_max = BATCH_ARENA_BYTES_MAX};
    lane->under_way++;
    lane->taking = true;
    if (loop_spawn(lane->batcher->ledger->loop, &options, run_batch, lane) == FAILURE_NONE)
        return;
    lane->under_way--; /* no room for a task: the callers are told, and the next submission tries
                          again */
    lane->taking = false;
    struct batch batch = {.lane = lane};
    take_submissions(lane, &batch);
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

static struct lane_route *find_route(struct batcher *batcher, struct id company_id)
{
    struct lane_route *route = &batcher->routes[id_hash(company_id) % ROUTES];
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
    lane->waiting += submission->count;
    lane->batcher->queued_orders += (int64_t)submission->count;
    submission->is_waiting = true;
    start_next(lane);
}

static bool may_be_done(const struct batch_item *item)
{
    return item->failure == FAILURE_NONE ? item->code == CODE_OK
                                         : failure_in_doubt(item->failure) == item->failure;
}

static enum failure hand_in(struct batcher *batcher, struct submission *submission)
{
    if (wards_hold(batcher->wards, submission->company_id))
        return !submission->is_impatient && wards_take(batcher->wards, submission, 0)
                   ? FAILURE_NONE
                   : FAILURE_LOCKED;
    if (batcher->queued_orders + (int64_t)submission->count > batcher->queued_orders_max)
        return FAILURE_EXHAUSTED;
    submission->route = find_route(batcher, submission->company_id);
    submission->lane = submission->route->lane;
    submission->route->submissions++;
    submission->lane->orders += submission->count;
    append(submission->lane, submission);
    return FAILURE_NONE;
}

static void take_out(struct batcher *batcher, struct submission *submission)
{
    struct lane *lane = submission->lane;
    if (lane == NULL) {
        wards_leave(batcher->wards, submission);
        submission_close(submission, FAILURE_LOCKED);
        return;
    }
    struct submission *before = NULL;
    for (struct submission *waiting = lane->first; waiting != submission; waiting = waiting->next)
        before = waiting;
    *(before != NULL ? &before->next : &lane->first) = submission->next;
    if (lane->last == submission)
        lane->last = before;
    lane->waiting -= submission->count;
    batcher->queued_orders -= (int64_t)submission->count;
    submission_close(submission, FAILURE_UNAVAILABLE);
}

/* What is under way works on the caller's memory. */
static void await(struct task *task, struct batcher *batcher, struct submission *submission)
{
    int64_t left_ms = task_remaining_ms(task) - ANSWER_MS;
    int64_t wait_ms = left_ms < 0 ? 0 : left_ms < PATIENCE_MS ? left_ms : PATIENCE_MS;
    if (task_wait_ms(task, &submission->settled, wait_ms) == FAILURE_NONE)
        return;
    submission->is_given_up = true;
    if (submission->is_waiting)
        take_out(batcher, submission);
    else
        task_wait_to_the_end(task, &submission->settled);
}

enum failure batcher_submit(struct task *task, struct batcher *batcher, struct arena *arena,
                            struct batch_item *items, size_t count)
{
    assert(count >= 1 && count <= BATCH_ORDERS_MAX);
    struct submission submission = {.company_id = items[0].order.company_id,
                                    .number = ++batcher->number,
                                    .items = items,
                                    .count = count,
                                    .arena = arena,
                                    .settled = EVENT_INIT,
                                    .is_streamed = items[0].is_streamed,
                                    .is_impatient = items[0].order.kind ==
                                                    ORDER_EXPIRE_HOLD}; /* the sweep comes back */
    for (size_t i = 0; i < count; i++)
        items[i].failure = FAILURE_LOCKED, items[i].is_indefinite = false; /* open */
    enum failure failure = hand_in(batcher, &submission);
    if (failure != FAILURE_NONE)
        return failure;
    await(task, batcher, &submission);
    if (submission.lane != NULL)
        leave_lane(&submission);
    for (size_t i = 0; i < count; i++) {
        if (may_be_done(&items[i]))
            task_note_act(task);
    }
    return FAILURE_NONE;
}

/* ---- preview ---- */

enum failure batcher_preview(struct task *task, struct ledger *ledger, struct batch_item *item,
                             struct order_outcome **outcome)
{
    struct batch_item *items[] = {item};
    struct batch_attempt attempt;
    enum failure failure = batch_attempt_init(&attempt, task_arena(task), ledger, items, 1);
    if (failure == FAILURE_NONE)
        failure = database_transact(task, ledger->batches, ISOLATION_REPEATABLE_READ,
                                    batch_attempt_preview, &attempt);
    if (failure != FAILURE_NONE)
        return failure;
    *outcome = attempt.outcomes;
    if (!attempt.skip[0])
        attempt.answers[0] = answer_pack(task_arena(task), &item->order, attempt.outcomes);
    item->code = attempt.skip[0]                     ? attempt.codes[0]
                 : attempt.outcomes->refusal != NULL ? attempt.outcomes->refusal->code
                                                     : CODE_OK;
    item->answer = attempt.answers[0];
    item->replayed = attempt.skip[0];
    return item->answer.data != NULL ? FAILURE_NONE : FAILURE_EXHAUSTED;
}
