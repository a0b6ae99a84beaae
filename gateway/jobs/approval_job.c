#include "gateway/jobs/approval_job.h"

#include "gateway/jobs/saga.h"
#include "gateway/store/approval_store.h"
#include "runtime/base/clock.h"

#define SWEEP_INTERVAL_MS 30000
#define EXPIRED_AT_ONCE 100

enum failure saga_carry_out_approval(struct task *task, struct gateway *gateway,
                                     const struct saga *saga, const char **outcome)
{
    return gateway->carry_out(task, gateway, saga->saga_id, outcome);
}

/* By the clock of its account. */
static bool is_over(const struct approval *approval)
{
    int64_t now_us = clock_of_us(approval->account_id);
    return approval_state_at(approval->state, approval->expire_us, now_us) == APPROVAL_EXPIRED;
}

static enum failure expire(struct transaction *transaction, void *argument)
{
    size_t *count = argument;
    struct approval_list list = {.count = 0};
    enum failure failure =
        approval_store_expired(transaction, clock_foremost_us(), EXPIRED_AT_ONCE, &list);
    *count = 0;
    for (size_t i = 0; i < list.count && failure == FAILURE_NONE; i++) {
        if (!is_over(&list.items[i]))
            continue;
        failure = approval_store_move(transaction, &list.items[i], APPROVAL_EXPIRED, "",
                                      clock_of_us(list.items[i].account_id));
        ++*count;
    }
    return failure;
}

static enum failure sweep(struct task *task, void *argument)
{
    const struct gateway *gateway = argument;
    enum failure failure = FAILURE_NONE;
    size_t count = EXPIRED_AT_ONCE;
    while (failure == FAILURE_NONE && count == EXPIRED_AT_ONCE)
        failure =
            database_transact(task, gateway->database, ISOLATION_READ_COMMITTED, expire, &count);
    return failure;
}

void approval_sweep_start(struct gateway *gateway, struct loop *loop)
{
    (void)loop_every(loop, "approval_sweep", SWEEP_INTERVAL_MS, sweep, gateway);
}
