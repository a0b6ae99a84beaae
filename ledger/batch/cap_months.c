#include "ledger/batch/cap_months.h"

#include "ledger/batch/billing_zones.h"

enum failure cap_month_find(struct transaction *transaction, struct id account_id, int64_t at_us,
                            struct billing_span *month)
{
    struct dated_zones dated;
    struct billing_zones zones;
    enum failure failure = billing_zone_store_find(transaction, account_id, at_us, &dated);
    if (failure == FAILURE_NONE)
        failure = billing_zones_find(transaction_task(transaction), &dated, &zones);
    if (failure == FAILURE_NONE)
        *month = billing_month_of(&zones, at_us);
    return failure;
}

enum failure cap_months_turn(struct transaction *transaction, struct facts *facts)
{
    enum failure failure = FAILURE_NONE;
    for (size_t i = 0; i < facts->cap_count && failure == FAILURE_NONE; i++) {
        struct cap *cap = &facts->caps[i];
        int64_t now_us = facts_now_us(facts, cap->chain_id);
        struct billing_span month;
        if (!cap_month_is_over(cap, now_us))
            continue;
        failure = cap_month_find(transaction, cap->account_id, now_us, &month);
        if (failure == FAILURE_NONE)
            cap_begin_month(cap, month.from_us, month.to_us);
    }
    return failure;
}
