#include "ledger/store/risk_store.h"

#include "ledger/store/facts_store.h"
#include "ledger/store/queries.h"

enum failure risk_store_look(struct reader reader, struct id before_id, int64_t now_us,
                             struct credit_risks *risks)
{
    struct rows rows;
    *risks = (struct credit_risks){0};
    enum failure failure = ledger_list_credit_risks_alone(
        reader,
        &(struct ledger_list_credit_risks){
            .before_id = before_id, .now_us = now_us, .look_max = RISK_LOOK_MAX},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    risks->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *risks->items);
    for (size_t i = 0; i < rows.count; i++) {
        struct ledger_list_credit_risks_row row = ledger_list_credit_risks_row(&rows, i);
        struct credit_risk *risk = &risks->items[risks->count];
        facts_store_account_from_row(&row.read_accounts, &risk->account);
        account_judge_self_service(&risk->account, now_us);
        risk->moved_us = row.moved_us;
        risks->count += row.moved_us != 0;
        risks->last_id = row.read_accounts.account_id;
        risks->goes_on = row.looked == RISK_LOOK_MAX;
    }
    return FAILURE_NONE;
}
