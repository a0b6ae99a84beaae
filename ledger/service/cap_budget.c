#include "ledger/service/cap_budget.h"

#include "ledger/store/budget_store.h"

static enum failure make(struct mutation *mutation, struct id account_id, int64_t cap_micros)
{
    struct budget budget = {.budget_id = id_new(mutation->now_us),
                            .account_id = account_id,
                            .created_us = mutation->now_us};
    budget_fill_of_cap(&budget, cap_micros);
    return budget_store_insert(mutation->transaction, &budget);
}

enum failure cap_budget_follow(struct mutation *mutation, struct id account_id, int64_t cap_micros)
{
    struct budget_list list = {.count = 0};
    if (!budget_is_for_cap(cap_micros))
        return FAILURE_NONE;
    enum failure failure = budget_store_read_locked(mutation->transaction, account_id, &list);
    if (failure == FAILURE_NONE && list.count == 0)
        return make(mutation, account_id, cap_micros);
    for (size_t i = 0; i < list.count && failure == FAILURE_NONE; i++) {
        struct budget *budget = &list.items[i];
        if (!budget->of_cap || budget->amount_micros == cap_micros)
            continue;
        budget_fill_of_cap(budget, cap_micros);
        budget->changed_us = mutation->now_us;
        failure = budget_store_update(mutation->transaction, budget);
    }
    return failure;
}
