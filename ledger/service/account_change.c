#include "ledger/service/account_change.h"

#include "ledger/batch/account_event.h"
#include "runtime/database/outbox.h"

static enum failure append_suspension(struct mutation *mutation, const struct account *account,
                                      struct evaluation evaluation)
{
    if (!evaluation.stopped && !evaluation.resumed)
        return FAILURE_NONE;
    struct arena *arena = call_arena(mutation->call);
    struct account_event event = evaluation.stopped ? account_event_suspended(arena, account)
                                                    : account_event_resumed(arena, account);
    if (event.payload.data == NULL)
        return FAILURE_EXHAUSTED;
    return outbox_append(mutation->transaction, account->company_id, event.type, event.payload.data,
                         event.payload.size, mutation->now_us);
}

enum failure account_change_keep(struct mutation *mutation, struct locked_account *locked)
{
    struct evaluation evaluation = account_evaluate(&locked->account, 0, mutation->now_us);
    enum failure failure = account_store_update_facts(mutation->transaction, locked);
    return failure == FAILURE_NONE ? append_suspension(mutation, &locked->account, evaluation)
                                   : failure;
}
