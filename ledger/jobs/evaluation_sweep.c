#include "ledger/jobs/evaluation_sweep.h"

#include "ledger/batch/account_event.h"
#include "ledger/store/evaluation_store.h"
#include "runtime/base/clock.h"
#include "runtime/database/outbox.h"

#define ACCOUNTS_AT_ONCE 100 /* of each kind of due */
#define ROUNDS_MAX 10        /* a turn's, so that it ends */
#define LEFT_OUT_MAX 64      /* companies that somebody else held, a turn's */

static enum failure tell(struct transaction *transaction, const struct account *account,
                         struct evaluation evaluation, int64_t now_us)
{
    struct account_event events[ACCOUNT_EVENTS_MAX];
    size_t count = account_events_of(transaction_arena(transaction), account, evaluation, events);
    enum failure failure = FAILURE_NONE;
    for (size_t i = 0; i < count && failure == FAILURE_NONE; i++)
        failure = events[i].payload.data == NULL
                      ? FAILURE_EXHAUSTED
                      : outbox_append(transaction, account->company_id, events[i].type,
                                      events[i].payload.data, events[i].payload.size, now_us);
    return failure;
}

/* The moment is asked for under the lock: of one before, an order may have judged by a later one,
 * and what fell due would be forgotten. */
static enum failure evaluate_group(struct transaction *transaction, void *argument)
{
    struct evaluation_group *group = argument;
    struct evaluated_account *accounts = NULL;
    size_t count = 0;
    enum failure failure = evaluation_store_lock(transaction, group->company_id);
    int64_t now_us = clock_of_us(group->company_id);
    group->now_us = now_us;
    if (failure == FAILURE_NONE)
        failure = evaluation_store_read(transaction, group, &accounts, &count);
    for (size_t i = 0; failure == FAILURE_NONE && i < count; i++) {
        struct evaluation found = suspension_evaluate(&accounts[i].account, accounts[i].told_due_us,
                                                      group->grace_us, now_us);
        failure = tell(transaction, &accounts[i].account, found, now_us);
    }
    return failure == FAILURE_NONE ? evaluation_store_keep(transaction, accounts, count, now_us)
                                   : failure;
}

/* An account that cannot be evaluated now is left out for the rest of the round; no other has to
 * wait for it. */
struct evaluation_round {
    struct ledger *ledger;
    struct id left_out[LEFT_OUT_MAX];
    size_t left_out_count;
    enum failure failed;
};

static void evaluate_company(struct task *task, struct evaluation_round *evaluation,
                             const struct due_account *due, size_t count, struct id *ids)
{
    for (size_t i = 0; i < count; i++)
        ids[i] = due[i].account_id;
    struct evaluation_group group = {.company_id = due[0].company_id,
                                     .account_ids = ids,
                                     .count = count,
                                     .grace_us = evaluation->ledger->grace_us};
    enum failure failure = database_transact(task, evaluation->ledger->database,
                                             ISOLATION_READ_COMMITTED, evaluate_group, &group);
    if (failure == FAILURE_NONE)
        return;
    evaluation->failed = failure;
    if (evaluation->left_out_count < LEFT_OUT_MAX)
        evaluation->left_out[evaluation->left_out_count++] = group.company_id;
}

static enum failure evaluate_some(struct task *task, struct evaluation_round *evaluation,
                                  size_t *count)
{
    struct due_account *due;
    struct evaluation_wanted wanted = {.now_us = clock_foremost_us(),
                                       .left_out = evaluation->left_out,
                                       .left_out_count = evaluation->left_out_count,
                                       .limit = ACCOUNTS_AT_ONCE};
    enum failure failure =
        evaluation_store_list(reader_of(task, evaluation->ledger->database), &wanted, &due, count);
    if (failure != FAILURE_NONE || *count == 0)
        return failure;
    struct id *ids = arena_alloc_array(task_arena(task), *count, sizeof *ids);
    for (size_t first = 0, end; first < *count && task_state(task) == FAILURE_NONE; first = end) {
        for (end = first + 1; end < *count && id_equal(due[end].company_id, due[first].company_id);)
            end++;
        evaluate_company(task, evaluation, due + first, end - first, ids);
    }
    return task_state(task);
}

enum failure evaluation_sweep(struct task *task, void *context)
{
    struct evaluation_round evaluation = {.ledger = context};
    enum failure failure = FAILURE_NONE;
    size_t count = 1;
    for (int round = 0; failure == FAILURE_NONE && count > 0 &&
                        evaluation.left_out_count < LEFT_OUT_MAX && round < ROUNDS_MAX;
         round++)
        failure = evaluate_some(task, &evaluation, &count);
    return failure == FAILURE_NONE ? evaluation.failed : failure;
}
