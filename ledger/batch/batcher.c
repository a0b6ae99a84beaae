#include "ledger/batch/batcher.h"

#include <assert.h>

#include "ledger/batch/answer.h"
#include "ledger/batch/attempt.h"
#include "ledger/batch/lanes.h"
#include "ledger/batch/ward.h"

#define PATIENCE_MS 10000 /* of a caller without a deadline */
#define ANSWER_MS 100     /* left of a deadline for saying so */

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

static enum failure hand_in(struct batcher *batcher, struct submission *submission)
{
    if (wards_hold(batcher->wards, submission->company_id))
        return !submission->is_impatient && wards_take(batcher->wards, submission, 0)
                   ? FAILURE_NONE
                   : FAILURE_LOCKED;
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

/* A batch works on the caller's memory: once it has begun, the caller waits for its end. */
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
        lanes_leave(&submission);
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
