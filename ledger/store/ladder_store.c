#include "ledger/store/ladder_store.h"

#include "ledger/store/queries.h"

enum failure ladder_store_list(struct reader reader, struct id after_id, size_t limit,
                               struct unwarned_chain **chains, size_t *count)
{
    struct rows rows;
    enum failure failure = ledger_list_unwarned_alone(
        reader,
        &(struct ledger_list_unwarned){.after_company_id = after_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = rows.count;
    *chains = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof **chains);
    for (size_t i = 0; i < rows.count; i++) {
        struct ledger_list_unwarned_row row = ledger_list_unwarned_row(&rows, i);
        (*chains)[i] =
            (struct unwarned_chain){row.company_id, row.warned_length, row.folded_length};
    }
    return FAILURE_NONE;
}

enum failure ladder_store_list_accounts(struct reader reader, const struct unwarned_chain *stretch,
                                        struct looked_account **accounts, size_t *count)
{
    struct rows rows;
    enum failure failure = ledger_list_accounts_of_stretch_alone(
        reader,
        &(struct ledger_list_accounts_of_stretch){.company_id = stretch->company_id,
                                                  .after_sequence = stretch->warned_length,
                                                  .to_sequence = stretch->folded_length},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = rows.count;
    *accounts = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof **accounts);
    for (size_t i = 0; i < rows.count; i++)
        (*accounts)[i] = (struct looked_account){
            stretch->company_id, ledger_list_accounts_of_stretch_row(&rows, i).account_id};
    return FAILURE_NONE;
}

enum failure ladder_store_note(struct reader reader, const struct unwarned_chain *stretch)
{
    return ledger_note_warned_alone(
        reader,
        &(struct ledger_note_warned){.company_id = stretch->company_id,
                                     .warned_length = stretch->warned_length,
                                     .length = stretch->folded_length},
        NULL);
}

enum failure ladder_store_list_due(struct reader reader, int64_t before_us, size_t limit,
                                   struct looked_account **accounts, size_t *count)
{
    struct rows rows;
    enum failure failure = ledger_list_ladders_alone(
        reader,
        &(struct ledger_list_ladders){.looked_before_us = before_us, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = rows.count;
    *accounts = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof **accounts);
    for (size_t i = 0; i < rows.count; i++) {
        struct ledger_list_ladders_row row = ledger_list_ladders_row(&rows, i);
        (*accounts)[i] = (struct looked_account){row.company_id, row.account_id};
    }
    return FAILURE_NONE;
}

enum failure ladder_store_read(struct reader reader, struct id account_id, unsigned *rungs,
                               int64_t *looked_us)
{
    struct rows rows;
    *rungs = 0;
    *looked_us = 0;
    enum failure failure = ledger_read_ladder_alone(
        reader, &(struct ledger_read_ladder){.account_id = account_id}, &rows);
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    struct ledger_read_ladder_row row = ledger_read_ladder_row(&rows, 0);
    *rungs = (unsigned)row.rungs;
    *looked_us = row.looked_us;
    return FAILURE_NONE;
}

enum failure ladder_store_keep(struct transaction *transaction, const struct ladder_look *look,
                               bool *kept)
{
    struct rows rows;
    enum failure failure =
        ledger_keep_ladder(transaction,
                           &(struct ledger_keep_ladder){.account_id = look->account.account_id,
                                                        .company_id = look->account.company_id,
                                                        .before_rungs = look->before,
                                                        .rungs = look->now,
                                                        .now_us = look->now_us},
                           &rows);
    *kept = failure == FAILURE_NONE && rows.count == 1;
    return failure;
}

enum failure ladder_store_keep_notice(struct transaction *transaction,
                                      const struct suspension_notice *notice)
{
    return ledger_keep_suspension_notice(
        transaction,
        &(struct ledger_keep_suspension_notice){.account_id = notice->account_id,
                                                .notice_id = notice->notice_id,
                                                .channel = notice->channel,
                                                .rung = notice->rung,
                                                .rungs = notice->rungs,
                                                .raise_us = notice->raised_us,
                                                .deliver_us = notice->delivered_us},
        NULL);
}

enum failure ladder_store_list_notices(struct reader reader, struct id account_id, int64_t to_us,
                                       struct notice_list *list)
{
    struct rows rows;
    *list = (struct notice_list){0};
    enum failure failure = ledger_list_suspension_notices_alone(
        reader, &(struct ledger_list_suspension_notices){.account_id = account_id, .to_us = to_us},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    list->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *list->items);
    for (; list->count < rows.count; list->count++) {
        struct ledger_list_suspension_notices_row row =
            ledger_list_suspension_notices_row(&rows, list->count);
        list->items[list->count] =
            (struct suspension_notice){.account_id = account_id,
                                       .notice_id = row.notice_id,
                                       .channel = (enum notice_channel)row.channel,
                                       .rung = (enum rung)row.rung,
                                       .rungs = (unsigned)row.rungs,
                                       .raised_us = row.raise_us,
                                       .delivered_us = row.deliver_us};
    }
    return FAILURE_NONE;
}
