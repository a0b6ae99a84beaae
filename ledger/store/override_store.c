#include "ledger/store/override_store.h"

#include "ledger/store/queries.h"

static struct granted_override from_row(const struct ledger_list_overrides_row *row)
{
    return (struct granted_override){.override_id = row->override_id,
                                     .account_id = row->account_id,
                                     .until_us = row->until_us,
                                     .reason = row->reason,
                                     .operator_id = row->operator_id,
                                     .approver_id = row->approver_id,
                                     .approval_id = row->approval_id,
                                     .granted_us = row->grant_us,
                                     .ended_us = row->end_us,
                                     .ended_by = row->ended_by};
}

enum failure override_store_end(struct transaction *transaction, struct granted_override *override,
                                bool *found)
{
    struct rows rows;
    enum failure failure =
        ledger_end_override(transaction,
                            &(struct ledger_end_override){.company_id = override->company_id,
                                                          .account_id = override->account_id,
                                                          .end_us = override->ended_us,
                                                          .ended_by = override->ended_by},
                            &rows);
    *found = failure == FAILURE_NONE && rows.count == 1;
    if (!*found)
        return failure;
    struct ledger_list_overrides_row row = ledger_list_overrides_row(&rows, 0);
    *override = from_row(&row);
    return FAILURE_NONE;
}

enum failure override_store_grant(struct transaction *transaction,
                                  const struct granted_override *override)
{
    struct granted_override before = {.company_id = override->company_id,
                                      .account_id = override->account_id,
                                      .ended_us = override->granted_us,
                                      .ended_by = override->operator_id};
    bool found;
    enum failure failure = override_store_end(transaction, &before, &found);
    if (failure != FAILURE_NONE)
        return failure;
    return ledger_grant_override(
        transaction,
        &(struct ledger_grant_override){.override_id = override->override_id,
                                        .company_id = override->company_id,
                                        .account_id = override->account_id,
                                        .until_us = override->until_us,
                                        .reason = override->reason,
                                        .operator_id = override->operator_id,
                                        .approver_id = override->approver_id,
                                        .approval_id = override->approval_id,
                                        .grant_us = override->granted_us},
        NULL);
}

enum failure override_store_list(struct reader reader, const struct override_page *page,
                                 struct override_list *list)
{
    struct rows rows;
    enum failure failure =
        ledger_list_overrides_alone(reader,
                                    &(struct ledger_list_overrides){.account_id = page->account_id,
                                                                    .before_id = page->before_id,
                                                                    .with_ended = page->with_ended,
                                                                    .now_us = page->now_us,
                                                                    .limit = (int64_t)page->limit},
                                    &rows);
    if (failure != FAILURE_NONE)
        return failure;
    list->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *list->items);
    for (list->count = 0; list->count < rows.count; list->count++) {
        struct ledger_list_overrides_row row = ledger_list_overrides_row(&rows, list->count);
        list->items[list->count] = from_row(&row);
    }
    return FAILURE_NONE;
}
