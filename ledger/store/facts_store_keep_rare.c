#include "ledger/store/cap_store.h"
#include "ledger/store/facts_keeping.h"
#include "ledger/store/queries.h"
#include "ledger/store/quota_store.h"

/* Each keep_… sends one statement, or none when nothing is to be kept. Nobody waits for its answer
 * before the COMMIT. */

/* New bills and changed ones differ in the statement only. */
static void keep_bills(struct keeping *keeping, bool new_ones)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->bill_count; i++)
        count += facts->bills[i].is_new == new_ones && (new_ones || facts->bills[i].changed);
    if (!pipeline_begin_columns(&keeping->pipeline, columns, count, 2, 4))
        return;
    struct id *companies = columns_ids(columns), *accounts = columns_ids(columns);
    int64_t *due = columns_int64s(columns), *sequences = columns_int64s(columns),
            *owed = columns_int64s(columns), *paid = columns_int64s(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->bill_count; i++) {
        const struct bill *bill = &facts->bills[i];
        if (bill->is_new != new_ones || !(new_ones || bill->changed))
            continue;
        companies[row] = bill->account->company_id;
        accounts[row] = bill->account->id;
        due[row] = bill->due_us;
        sequences[row] = bill->sequence;
        owed[row] = bill->owed_micros;
        paid[row++] = bill->paid_micros;
    }
    if (new_ones)
        pipeline_note(&keeping->pipeline,
                      ledger_append_bills_send_silently(
                          keeping->pipeline.transaction,
                          &(struct ledger_append_bills){.company_ids = {companies, count},
                                                        .account_ids = {accounts, count},
                                                        .due_us = {due, count},
                                                        .sequences = {sequences, count},
                                                        .owed_micros = {owed, count},
                                                        .paid_micros = {paid, count}}));
    else
        pipeline_note(&keeping->pipeline,
                      ledger_update_bills_send_silently(
                          keeping->pipeline.transaction,
                          &(struct ledger_update_bills){.company_ids = {companies, count},
                                                        .account_ids = {accounts, count},
                                                        .due_us = {due, count},
                                                        .sequences = {sequences, count},
                                                        .paid_micros = {paid, count}}));
}

static void keep_holds(struct keeping *keeping, bool new_ones)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->hold_count; i++)
        count += facts->holds[i].is_new == new_ones && (new_ones || facts->holds[i].changed);
    if (!pipeline_begin_columns(&keeping->pipeline, columns, count, 3, 7))
        return;
    struct id *companies = columns_ids(columns), *accounts = columns_ids(columns),
              *sub_accounts = columns_ids(columns);
    int64_t *sequences = columns_int64s(columns), *states = columns_int64s(columns),
            *amounts = columns_int64s(columns), *captured = columns_int64s(columns);
    int64_t *expire = columns_int64s(columns), *placed = columns_int64s(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->hold_count; i++) {
        const struct hold *hold = &facts->holds[i];
        if (hold->is_new != new_ones || !(new_ones || hold->changed))
            continue;
        companies[row] = hold->account->company_id;
        accounts[row] = hold->account->id;
        sub_accounts[row] = hold->sub_account_id;
        sequences[row] = hold->sequence;
        states[row] = hold->state;
        amounts[row] = hold->amount_micros;
        captured[row] = hold->captured_micros;
        expire[row] = hold->expire_us;
        placed[row++] = hold->placed_us;
    }
    if (new_ones)
        pipeline_note(&keeping->pipeline,
                      ledger_append_holds_send_silently(
                          keeping->pipeline.transaction,
                          &(struct ledger_append_holds){
                              .company_ids = {companies, count},
                              .sequences = {sequences, count},
                              .account_ids = {accounts, count},
                              .states = {states, count},
                              .amount_micros = {amounts, count},
                              .captured_micros = {captured, count},
                              .expire_us = {expire, count},
                              .placed_us = {placed, count},
                              .sub_account_ids = columns_nullable_ids(columns, sub_accounts)}));
    else
        pipeline_note(&keeping->pipeline,
                      ledger_update_holds_send_silently(
                          keeping->pipeline.transaction,
                          &(struct ledger_update_holds){.company_ids = {companies, count},
                                                        .sequences = {sequences, count},
                                                        .states = {states, count},
                                                        .captured_micros = {captured, count}}));
}

static void keep_frozen(struct keeping *keeping)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->entry_count; i++)
        count += facts->entries[i].frozen_since_us != 0;
    if (!pipeline_begin_columns(&keeping->pipeline, columns, count, 2, 3))
        return;
    struct id *companies = columns_ids(columns), *accounts = columns_ids(columns);
    int64_t *since = columns_int64s(columns), *sequences = columns_int64s(columns),
            *frozen = columns_int64s(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->entry_count; i++) {
        const struct entry *entry = &facts->entries[i];
        if (entry->frozen_since_us == 0)
            continue;
        companies[row] = entry->account->company_id;
        accounts[row] = entry->account->id;
        since[row] = entry->frozen_since_us;
        sequences[row] = entry->sequence;
        frozen[row++] = entry->frozen_micros;
    }
    pipeline_note(&keeping->pipeline,
                  ledger_append_frozen_send_silently(
                      keeping->pipeline.transaction,
                      &(struct ledger_append_frozen){.company_ids = {companies, count},
                                                     .account_ids = {accounts, count},
                                                     .since_us = {since, count},
                                                     .sequences = {sequences, count},
                                                     .frozen_micros = {frozen, count}}));
}

struct payment_columns {
    int64_t *transferred_in, *own, *refund_credit, *credit;
};

static struct payment_columns take_payment_columns(struct columns *columns)
{
    return (struct payment_columns){columns_int64s(columns), columns_int64s(columns),
                                    columns_int64s(columns), columns_int64s(columns)};
}

static void put_payment(struct payment_columns *to, size_t row, const struct payment *payment)
{
    to->transferred_in[row] = payment->transferred_in_micros;
    to->own[row] = payment->own_micros;
    to->refund_credit[row] = payment->refund_credit_micros;
    to->credit[row] = payment->credit_micros;
}

static void keep_purchases(struct keeping *keeping, bool new_ones)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->purchase_count; i++)
        count +=
            facts->purchases[i].is_new == new_ones && (new_ones || facts->purchases[i].changed);
    if (!pipeline_begin_columns(&keeping->pipeline, columns, count, 2, 11))
        return;
    struct id *companies = columns_ids(columns), *accounts = columns_ids(columns);
    int64_t *sequences = columns_int64s(columns), *amounts = columns_int64s(columns),
            *times = columns_int64s(columns);
    struct payment_columns paid = take_payment_columns(columns),
                           refunded = take_payment_columns(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->purchase_count; i++) {
        const struct purchase *purchase = &facts->purchases[i];
        if (purchase->is_new != new_ones || !(new_ones || purchase->changed))
            continue;
        companies[row] = purchase->chain_id;
        accounts[row] = purchase->account->id;
        sequences[row] = purchase->sequence;
        amounts[row] = purchase->amount_micros;
        times[row] = purchase->recorded_us;
        put_payment(&paid, row, &purchase->paid);
        put_payment(&refunded, row++, &purchase->refunded);
    }
    if (new_ones)
        pipeline_note(&keeping->pipeline,
                      ledger_append_purchases_send_silently(
                          keeping->pipeline.transaction,
                          &(struct ledger_append_purchases){
                              .company_ids = {companies, count},
                              .sequences = {sequences, count},
                              .account_ids = {accounts, count},
                              .amount_micros = {amounts, count},
                              .paid_transferred_in_micros = {paid.transferred_in, count},
                              .paid_own_micros = {paid.own, count},
                              .paid_refund_credit_micros = {paid.refund_credit, count},
                              .paid_credit_micros = {paid.credit, count},
                              .refunded_transferred_in_micros = {refunded.transferred_in, count},
                              .refunded_own_micros = {refunded.own, count},
                              .refunded_refund_credit_micros = {refunded.refund_credit, count},
                              .refunded_credit_micros = {refunded.credit, count},
                              .recorded_us = {times, count}}));
    else
        pipeline_note(&keeping->pipeline,
                      ledger_update_purchases_send_silently(
                          keeping->pipeline.transaction,
                          &(struct ledger_update_purchases){
                              .company_ids = {companies, count},
                              .sequences = {sequences, count},
                              .refunded_transferred_in_micros = {refunded.transferred_in, count},
                              .refunded_own_micros = {refunded.own, count},
                              .refunded_refund_credit_micros = {refunded.refund_credit, count},
                              .refunded_credit_micros = {refunded.credit, count}}));
}

static void keep_purchase_lots(struct keeping *keeping, bool new_ones)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->purchase_lot_count; i++)
        count += facts->purchase_lots[i].is_new == new_ones &&
                 (new_ones || facts->purchase_lots[i].changed);
    if (!pipeline_begin_columns(&keeping->pipeline, columns, count, 1, 4))
        return;
    struct id *companies = columns_ids(columns);
    int64_t *purchases = columns_int64s(columns), *lots = columns_int64s(columns),
            *paid = columns_int64s(columns), *refunded = columns_int64s(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->purchase_lot_count; i++) {
        const struct purchase_lot *share = &facts->purchase_lots[i];
        if (share->is_new != new_ones || !(new_ones || share->changed))
            continue;
        companies[row] = share->purchase->chain_id;
        purchases[row] = share->purchase->sequence;
        lots[row] = share->lot->sequence;
        paid[row] = share->paid_micros;
        refunded[row++] = share->refunded_micros;
    }
    if (new_ones)
        pipeline_note(&keeping->pipeline, ledger_append_purchase_lots_send_silently(
                                              keeping->pipeline.transaction,
                                              &(struct ledger_append_purchase_lots){
                                                  .company_ids = {companies, count},
                                                  .purchase_sequences = {purchases, count},
                                                  .lot_sequences = {lots, count},
                                                  .paid_micros = {paid, count},
                                                  .refunded_micros = {refunded, count}}));
    else
        pipeline_note(&keeping->pipeline, ledger_update_purchase_lots_send_silently(
                                              keeping->pipeline.transaction,
                                              &(struct ledger_update_purchase_lots){
                                                  .company_ids = {companies, count},
                                                  .purchase_sequences = {purchases, count},
                                                  .lot_sequences = {lots, count},
                                                  .refunded_micros = {refunded, count}}));
}

static void keep_credit_lines(struct keeping *keeping)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = facts->credit_line_count; /* few, and all of them were asked for to be changed */
    if (!pipeline_begin_columns(&keeping->pipeline, columns, count, 1, 2))
        return;
    struct id *companies = columns_ids(columns);
    const char **currencies = columns_texts(columns);
    int64_t *allocated = columns_int64s(columns);
    for (size_t i = 0; i < count; i++) {
        companies[i] = facts->credit_lines[i].company_id;
        currencies[i] = facts->credit_lines[i].currency;
        allocated[i] = facts->credit_lines[i].allocated_micros;
    }
    pipeline_note(&keeping->pipeline,
                  ledger_update_credit_lines_send_silently(
                      keeping->pipeline.transaction, &(struct ledger_update_credit_lines){
                                                         .company_ids = {companies, count},
                                                         .currencies = {currencies, count},
                                                         .allocated_micros = {allocated, count}}));
}

static void keep_grants(struct keeping *keeping)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->relation_count; i++)
        count += !id_is_nil(facts->relations[i].grant.transfer_id);
    if (!pipeline_begin_columns(&keeping->pipeline, columns, count, 2, 2))
        return;
    struct id *ids = columns_ids(columns), *transfers = columns_ids(columns);
    int64_t *granted = columns_int64s(columns), *moments = columns_int64s(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->relation_count; i++) {
        const struct relation *relation = &facts->relations[i];
        if (id_is_nil(relation->grant.transfer_id))
            continue;
        ids[row] = relation->funding_request_id;
        transfers[row] = relation->grant.transfer_id;
        granted[row] = relation->grant.micros;
        moments[row++] = relation->grant.moment_us;
    }
    pipeline_note(&keeping->pipeline,
                  ledger_grant_funding_requests_send_silently(
                      keeping->pipeline.transaction,
                      &(struct ledger_grant_funding_requests){.funding_request_ids = {ids, count},
                                                              .transfer_ids = {transfers, count},
                                                              .granted_micros = {granted, count},
                                                              .end_us = {moments, count}}));
}

void facts_keep_rare(struct keeping *keeping)
{
    for (int new_ones = 0; new_ones < 2; new_ones++) {
        keep_bills(keeping, new_ones);
        keep_holds(keeping, new_ones);
        keep_purchases(keeping, new_ones);
        keep_purchase_lots(keeping, new_ones);
    }
    facts_keep_transits(keeping);
    keep_frozen(keeping);
    quota_store_keep(&keeping->pipeline, keeping->facts);
    cap_store_keep(&keeping->pipeline, keeping->facts);
    keep_credit_lines(keeping);
    keep_grants(keeping);
}

/* Rows that were read and not changed are among the facts too; they cost this batch a transaction
 * of several statements, no more. */
bool facts_have_rare(const struct facts *facts)
{
    return facts->bill_count + facts->hold_count + facts->purchase_count +
               facts->purchase_lot_count + facts->credit_line_count + facts->pool_count +
               facts->quota_count + facts->cap_count + facts->transit_count +
               facts->relation_count >
           0;
}
