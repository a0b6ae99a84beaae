#include "ledger/batch/lanes.h"

#include <assert.h>

#include "ledger/batch/settle.h"
#include "ledger/batch/ward.h"
#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"

#define BATCH_ARENA_BYTES_MAX (96 * 1024 * 1024)
#define LANE_DEPTH 2 /* one that PostgreSQL works on, one that is decided meanwhile */
#define ROUTES 256

static struct metric batch_seconds = {.name = "ledger_batch_seconds",
                                      .help = "From the first statement to the commit.",
                                      .kind = METRIC_HISTOGRAM};

struct batch;

/* One queue, and the batches that were taken from it. */
struct lane {
    struct lanes *lanes;
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

struct lanes {
    struct ledger *ledger;
    struct wards *wards;
    struct lane lane[BATCH_LANES_MAX];
    size_t count;
    struct lane_route routes[ROUTES];
    int64_t queued_orders;
    int64_t queued_orders_max;
    size_t batch_orders_max;
};

struct lanes *lanes_new(struct ledger *ledger, struct wards *wards,
                        const struct batcher_limits *limits)
{
    static struct lanes lanes; /* one per process */
    assert(lanes.ledger == NULL && limits->batch_orders_max >= 1 &&
           limits->batch_orders_max <= BATCH_ORDERS_MAX);
    assert(limits->lanes >= 1 && limits->lanes <= BATCH_LANES_MAX);
    lanes = (struct lanes){.ledger = ledger,
                           .wards = wards,
                           .count = (size_t)limits->lanes,
                           .queued_orders_max = limits->queue_orders_max,
                           .batch_orders_max = (size_t)limits->batch_orders_max};
    for (size_t i = 0; i < lanes.count; i++)
        lanes.lane[i].lanes = &lanes;
    return &lanes;
}

/* ---- batches ---- */

/* Whole submissions, as many as fit. */
static void take_submissions(struct lane *lane, struct batch *batch)
{
    struct submission **place = &lane->first;
    batch->submissions = lane->first;
    while (*place != NULL &&
           (batch->count == 0 || batch->count + (*place)->count <= lane->lanes->batch_orders_max)) {
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
    lane->lanes->queued_orders -= (int64_t)batch->count;
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

void lanes_leave(struct submission *submission)
{
    submission->lane->orders -= submission->count;
    submission->route->submissions--;
    submission->lane = NULL;
}

/* false: it is told that it was not done. */
static bool move_to_ward(struct lanes *lanes, struct submission *submission)
{
    struct lane *lane = submission->lane;
    lanes_leave(submission);
    return !submission->is_given_up &&
           wards_take(lanes->wards, submission, count_under_way(lane, submission->company_id));
}

/* Takes the submissions of companies that have left the lane out of its queue. */
static void move_waiting(struct lane *lane)
{
    struct submission *waiting = lane->first, *next;
    lane->first = lane->last = NULL;
    for (; waiting != NULL; waiting = next) {
        next = waiting->next;
        waiting->next = NULL;
        if (!wards_hold(lane->lanes->wards, waiting->company_id)) {
            *(lane->last != NULL ? &lane->last->next : &lane->first) = waiting;
            lane->last = waiting;
            continue;
        }
        lane->waiting -= waiting->count;
        lane->lanes->queued_orders -= (int64_t)waiting->count;
        waiting->is_waiting = false;
        if (!move_to_ward(lane->lanes, waiting)) {
            submission_close(waiting, FAILURE_LOCKED);
            event_signal(&waiting->settled);
        }
    }
}

/* Takes those out of the batch that got no lock; the rest is to be told. */
static void part(struct batch *batch)
{
    struct lanes *lanes = batch->lane->lanes;
    struct submission *submission = batch->submissions, *next, **told = &batch->submissions;
    bool has_moved = false;
    for (struct submission *ended = submission; ended != NULL; ended = ended->next)
        wards_hear(lanes->wards, ended->company_id);
    for (; submission != NULL; submission = next) {
        next = submission->next;
        if (submission_is_open(submission) && move_to_ward(lanes, submission)) {
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
        if (wards_hold(batch->lane->lanes->wards, submission->company_id))
            return true;
    return false;
}

/* ---- settling ---- */

static void settle_submissions(struct task *task, struct batch *batch)
{
    struct batch_item **items = arena_alloc_array(task_arena(task), batch->count, sizeof *items);
    struct arena **arenas = arena_alloc_array(task_arena(task), batch->count, sizeof *arenas);
    size_t count = 0;
    for (struct submission *submission = batch->submissions; submission != NULL;
         submission = submission->next)
        for (size_t i = 0; i < submission->count; i++, count++) {
            items[count] = &submission->items[i];
            arenas[count] = submission->arena;
        }
    batch_settle(task, batch->lane->lanes->ledger, &batch->slot,
                 &(struct batch_load){items, arenas, count});
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
    struct batch batch = {.slot = {.lane = (size_t)(lane - lane->lanes->lane),
                                   .on_sent = batch_is_sent,
                                   .wait = batch_wait,
                                   .must_leave = batch_must_leave},
                          .lane = lane,
                          .before_ended = EVENT_INIT};
    begin_turn(lane, &batch);
    take_submissions(lane, &batch);
    submissions_trace(task, batch.submissions, "ledger_batch");
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
    if (loop_spawn(lane->lanes->ledger->loop, &options, run_batch, lane) == FAILURE_NONE)
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

static struct lane *emptiest_lane(struct lanes *lanes)
{
    struct lane *emptiest = &lanes->lane[0];
    for (size_t i = 1; i < lanes->count; i++)
        if (lanes->lane[i].orders < emptiest->orders)
            emptiest = &lanes->lane[i];
    return emptiest;
}

static struct lane_route *find_route(struct lanes *lanes, struct id company_id)
{
    struct lane_route *route = &lanes->routes[id_hash(company_id) % ROUTES];
    if (route->submissions == 0)
        route->lane = emptiest_lane(lanes);
    return route;
}

enum failure lanes_append(struct lanes *lanes, struct submission *submission)
{
    if (lanes->queued_orders + (int64_t)submission->count > lanes->queued_orders_max)
        return FAILURE_EXHAUSTED;
    struct lane_route *route = find_route(lanes, submission->company_id);
    struct lane *lane = route->lane;
    submission->route = route;
    submission->lane = lane;
    route->submissions++;
    lane->orders += submission->count;
    *(lane->last != NULL ? &lane->last->next : &lane->first) = submission;
    lane->last = submission;
    lane->waiting += submission->count;
    lanes->queued_orders += (int64_t)submission->count;
    submission->is_waiting = true;
    start_next(lane);
    return FAILURE_NONE;
}

void lanes_take_out(struct submission *submission)
{
    struct lane *lane = submission->lane;
    assert(submission->is_waiting && lane != NULL);
    struct submission *before = NULL;
    for (struct submission *waiting = lane->first; waiting != submission; waiting = waiting->next)
        before = waiting;
    *(before != NULL ? &before->next : &lane->first) = submission->next;
    if (lane->last == submission)
        lane->last = before;
    lane->waiting -= submission->count;
    lane->lanes->queued_orders -= (int64_t)submission->count;
}
