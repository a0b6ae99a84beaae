#include "ledger/service/account_change.h"

#include "ledger/batch/account_event.h"
#include "ledger/ledger.h"
#include "runtime/database/outbox.h"

static enum failure tell(struct mutation *mutation, const struct account *account,
                         struct evaluation evaluation)
{
    struct account_event events[ACCOUNT_EVENTS_MAX];
    size_t count = account_events_of(call_arena(mutation->call), account, evaluation, events);
    enum failure failure = FAILURE_NONE;
    for (size_t i = 0; i < count && failure == FAILURE_NONE; i++)
        failure =
            events[i].payload.data == NULL
                ? FAILURE_EXHAUSTED
                : outbox_append(mutation->transaction, account->company_id, events[i].type,
                                events[i].payload.data, events[i].payload.size, mutation->now_us);
    return failure;
}

enum failure account_change_keep(struct mutation *mutation, struct locked_account *locked)
{
    const struct ledger *ledger = call_context(mutation->call);
    struct evaluation evaluation =
        suspension_evaluate(&locked->account, 0, ledger->grace_us, mutation->now_us);
    evaluation.fell_due = false; /* the sweep tells that, and notes that it was told */
    enum failure failure = account_store_update_facts(mutation->transaction, locked);
    return failure == FAILURE_NONE ? tell(mutation, &locked->account, evaluation) : failure;
}
