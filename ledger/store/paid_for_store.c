#include "ledger/store/paid_for_store.h"

#include "ledger/store/queries.h"

static struct paid_for from_row(const struct ledger_list_paid_for_row *row)
{
    return (struct paid_for){.place = {row->recorded_us, row->chain, row->sequence},
                             .company_id = row->company_id,
                             .payer_id = row->account_id,
                             .kind = (enum paid_for_kind)row->kind,
                             .amount_micros = row->kind == PAID_FOR_REFUND ? -row->amount_micros
                                                                           : row->amount_micros,
                             .currency = row->currency,
                             .remark = row->remark,
                             .tag = row->tag,
                             .effective_us = row->effective_us};
}

enum failure paid_for_store_list(struct reader reader, const struct paid_for_wanted *wanted,
                                 struct paid_for_list *list)
{
    struct rows rows;
    *list = (struct paid_for_list){.count = 0};
    enum failure failure = ledger_list_paid_for_alone(
        reader,
        &(struct ledger_list_paid_for){.sub_account_id = wanted->sub_account_id,
                                       .before_us = wanted->before.recorded_us,
                                       .before_chain = wanted->before.chain,
                                       .before_sequence = wanted->before.sequence,
                                       .limit = (int64_t)wanted->limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    list->lines = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *list->lines);
    for (; list->count < rows.count; list->count++) {
        struct ledger_list_paid_for_row row = ledger_list_paid_for_row(&rows, list->count);
        list->lines[list->count] = from_row(&row);
    }
    return FAILURE_NONE;
}
