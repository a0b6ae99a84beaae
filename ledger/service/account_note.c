#include "ledger/service/account_note.h"

enum failure account_note(struct mutation *mutation, const struct locked_account *locked,
                          struct noted_act act)
{
    struct locked_account again;
    if (locked == NULL) {
        enum failure failure =
            account_store_lock(mutation->transaction, act.company_id, act.account_id, &again);
        if (failure != FAILURE_NONE)
            return failure;
        locked = &again;
    }
    if (locked->found)
        act.company_id = locked->account.company_id;
    return act_note(mutation, &act);
}
