#include "ledger/batch/moment.h"

#include "ledger/batch/billing_zones.h"
#include "ledger/domain/cap.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"

void moment_look_at_clocks(struct facts *facts, int64_t foremost_us)
{
    for (size_t i = 0; i < facts->chain_count; i++)
        facts->chains[i].now_us = amount_min(clock_of_us(facts->chains[i].company_id), foremost_us);
    for (size_t i = 0; i < facts->account_count; i++)
        account_judge_self_service(&facts->accounts[i],
                                   facts_now_us(facts, facts->accounts[i].company_id));
}

enum failure moment_find_month(struct transaction *transaction, struct id account_id, int64_t at_us,
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

enum failure moment_turn_months(struct transaction *transaction, struct facts *facts)
{
    enum failure failure = FAILURE_NONE;
    for (size_t i = 0; i < facts->cap_count && failure == FAILURE_NONE; i++) {
        struct cap *cap = &facts->caps[i];
        int64_t now_us = facts_now_us(facts, cap->chain_id);
        struct billing_span month;
        if (!cap_month_is_over(cap, now_us))
            continue;
        failure = moment_find_month(transaction, cap->account_id, now_us, &month);
        if (failure == FAILURE_NONE)
            cap_begin_month(cap, month.from_us, month.to_us);
    }
    return failure;
}
