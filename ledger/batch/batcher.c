#include "ledger/batch/batcher.h"

#include <assert.h>
#include <stdlib.h>

#include "ledger/batch/answer.h"
#include "ledger/batch/attempt.h"
#include "ledger/batch/lanes.h"
#include "ledger/batch/ward.h"
#include "runtime/base/clock.h"

#define PATIENCE_MS 10000         /* of a caller without a deadline */
#define ANSWER_MS 100             /* left of a deadline for saying so */
#define WAIT_NAME "ledger_settle" /* of the span of a wait for a batch */

struct batcher {
    struct lanes *lanes;
    struct wards *wards;
    uint64_t number; /* of the newest submission */
};

struct batcher *batcher_new(struct ledger *ledger, const struct batcher_limits *limits)
{
    static struct batcher batcher; /* one per process */
    assert(batcher.lanes == NULL);
    batcher.wards = wards_new(ledger);
    batcher.lanes = lanes_new(ledger, batcher.wards, limits);
    return &batcher;
}

static bool may_be_done(const struct batch_item *item)
{
    return item->failure == FAILURE_NONE ? item->code == CODE_OK
                                         : failure_in_doubt(item->failure) == item->failure;
}

static struct submission submission_of(struct batcher *batcher, struct arena *arena,
                                       struct batch_item *items, size_t count)
{
    assert(count >= 1 && count <= BATCH_ORDERS_MAX);
    for (size_t i = 0; i < count; i++)
        items[i].failure = FAILURE_LOCKED, items[i].is_indefinite = false; /* open */
    return (struct submission){.company_id = items[0].order.company_id,
                               .number = ++batcher->number,
                               .items = items,
                               .count = count,
                               .arena = arena,
                               .settled = EVENT_INIT,
                               .is_streamed = items[0].is_streamed,
                               .is_impatient = items[0].is_impatient ||
                                               items[0].order.kind == ORDER_EXPIRE_HOLD};
}

static enum failure hand_in(struct batcher *batcher, struct submission *submission)
{
    if (wards_hold(batcher->wards, submission->company_id))
        return wards_take(batcher->wards, submission, 0) ? FAILURE_NONE : FAILURE_LOCKED;
    return lanes_append(batcher->lanes, submission);
}

static void take_out(struct batcher *batcher, struct submission *submission)
{
    bool is_in_lane = submission->lane != NULL;
    if (is_in_lane)
        lanes_take_out(submission);
    else
        wards_leave(batcher->wards, submission);
    submission_close(submission, is_in_lane ? FAILURE_UNAVAILABLE : FAILURE_LOCKED);
}

/* false: it is under way, and the caller's memory with it. */
static bool await(struct task *task, struct batcher *batcher, struct submission *submission,
                  int64_t left_ms)
{
    left_ms -= ANSWER_MS;
    int64_t wait_ms = left_ms < 0 ? 0 : left_ms < PATIENCE_MS ? left_ms : PATIENCE_MS;
    if (task_wait_ms(task, &submission->settled, wait_ms) == FAILURE_NONE)
        return true;
    submission->is_given_up = true;
    if (!submission->is_waiting)
        return false;
    take_out(batcher, submission);
    return true;
}

static void finish(struct task *task, struct submission *submission)
{
    if (submission->lane != NULL)
        lanes_leave(submission);
    for (size_t i = 0; i < submission->count; i++) {
        if (may_be_done(&submission->items[i]))
            task_note_act(task);
    }
}

enum failure batcher_submit(struct task *task, struct batcher *batcher, struct arena *arena,
                            struct batch_item *items, size_t count)
{
    struct submission submission = submission_of(batcher, arena, items, count);
    submission.span = task_span_begin(task, SPAN_INTERNAL, WAIT_NAME);
    enum failure failure = hand_in(batcher, &submission);
    if (failure == FAILURE_NONE) {
        if (!await(task, batcher, &submission, task_remaining_ms(task)))
            task_wait_to_the_end(task, &submission.settled);
        finish(task, &submission);
    }
    span_end(submission.span);
    return failure;
}

/* ---- many at once, each for itself ---- */

struct lone {
    struct submission submission;
    int64_t deadline_us;
    bool is_under_way; /* past its deadline */
};

static int sooner(const void *left, const void *right)
{
    const struct lone *const *a = left, *const *b = right;
    return ((*a)->deadline_us > (*b)->deadline_us) - ((*a)->deadline_us < (*b)->deadline_us);
}

/* In the order of their deadlines, so that each may be taken out at its own; only then for what is
 * under way past it. */
static void await_each(struct task *task, struct batcher *batcher, struct lone **lone, size_t count)
{
    qsort(lone, count, sizeof(struct lone *), sooner);
    for (size_t i = 0; i < count; i++) {
        int64_t left_ms = (lone[i]->deadline_us - clock_monotonic_us()) / 1000;
        lone[i]->is_under_way = !await(task, batcher, &lone[i]->submission, left_ms);
    }
    for (size_t i = 0; i < count; i++) {
        if (lone[i]->is_under_way)
            task_wait_to_the_end(task, &lone[i]->submission.settled);
        finish(task, &lone[i]->submission);
    }
}

void batcher_submit_each(struct task *task, struct batcher *batcher, struct arena *arena,
                         struct batch_item *items, size_t count)
{
    struct lone *lone = arena_alloc_array(arena, count, sizeof *lone);
    struct lone **waiting = arena_alloc_array(arena, count, sizeof *waiting);
    size_t waiting_count = 0;
    int64_t now_us = clock_monotonic_us();
    struct trace_span *span = task_span_begin(task, SPAN_INTERNAL, WAIT_NAME);
    for (size_t i = 0; i < count; i++) {
        lone[i] = (struct lone){submission_of(batcher, arena, &items[i], 1),
                                now_us + items[i].timeout_ms * 1000, false};
        lone[i].submission.span = span;
        enum failure failure = hand_in(batcher, &lone[i].submission);
        if (failure != FAILURE_NONE)
            items[i].failure = failure;
        else
            waiting[waiting_count++] = &lone[i];
    }
    await_each(task, batcher, waiting, waiting_count);
    span_end(span);
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
    batch_attempt_forget_moved(&attempt);
    if (!attempt.skip[0])
        attempt.answers[0] = answer_pack(task_arena(task), &item->order, attempt.outcomes);
    item->code = attempt.skip[0]                     ? attempt.codes[0]
                 : attempt.outcomes->refusal != NULL ? attempt.outcomes->refusal->code
                                                     : CODE_OK;
    item->answer = attempt.answers[0];
    item->replayed = attempt.skip[0];
    return item->answer.data != NULL ? FAILURE_NONE : FAILURE_EXHAUSTED;
}
