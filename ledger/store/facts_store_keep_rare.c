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
        pipeline_send_silently(
            &keeping->pipeline, &ledger_query_append_bills,
            PARAMS(param_id_array(companies, count), param_id_array(accounts, count),
                   param_time_array(due, count), param_int64_array(sequences, count),
                   param_int64_array(owed, count), param_int64_array(paid, count)));
    else
        pipeline_send_silently(&keeping->pipeline, &ledger_query_update_bills,
                               PARAMS(param_id_array(companies, count),
                                      param_id_array(accounts, count), param_time_array(due, count),
                                      param_int64_array(sequences, count),
                                      param_int64_array(paid, count)));
}

static void keep_holds(struct keeping *keeping, bool new_ones)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->hold_count; i++)
        count += facts->holds[i].is_new == new_ones && (new_ones || facts->holds[i].changed);
    if (!pipeline_begin_columns(&keeping->pipeline, columns, count, 2, 6))
        return;
    struct id *companies = columns_ids(columns), *accounts = columns_ids(columns);
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
        sequences[row] = hold->sequence;
        states[row] = hold->state;
        amounts[row] = hold->amount_micros;
        captured[row] = hold->captured_micros;
        expire[row] = hold->expire_us;
        placed[row++] = hold->placed_us;
    }
    if (new_ones)
        pipeline_send_silently(
            &keeping->pipeline, &ledger_query_append_holds,
            PARAMS(param_id_array(companies, count), param_int64_array(sequences, count),
                   param_id_array(accounts, count), param_int64_array(states, count),
                   param_int64_array(amounts, count), param_int64_array(captured, count),
                   param_time_array(expire, count), param_time_array(placed, count)));
    else
        pipeline_send_silently(
            &keeping->pipeline, &ledger_query_update_holds,
            PARAMS(param_id_array(companies, count), param_int64_array(sequences, count),
                   param_int64_array(states, count), param_int64_array(captured, count)));
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
    pipeline_send_silently(&keeping->pipeline, &ledger_query_append_frozen,
                           PARAMS(param_id_array(companies, count), param_id_array(accounts, count),
                                  param_time_array(since, count),
                                  param_int64_array(sequences, count),
                                  param_int64_array(frozen, count)));
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

#define PAYMENT_PARAMS(payment, count)                       \
    param_int64_array((payment).transferred_in, (count)),    \
        param_int64_array((payment).own, (count)),           \
        param_int64_array((payment).refund_credit, (count)), \
        param_int64_array((payment).credit, (count))

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
        companies[row] = purchase->account->company_id;
        accounts[row] = purchase->account->id;
        sequences[row] = purchase->sequence;
        amounts[row] = purchase->amount_micros;
        times[row] = purchase->recorded_us;
        put_payment(&paid, row, &purchase->paid);
        put_payment(&refunded, row++, &purchase->refunded);
    }
    if (new_ones)
        pipeline_send_silently(
            &keeping->pipeline, &ledger_query_append_purchases,
            PARAMS(param_id_array(companies, count), param_int64_array(sequences, count),
                   param_id_array(accounts, count), param_int64_array(amounts, count),
                   PAYMENT_PARAMS(paid, count), PAYMENT_PARAMS(refunded, count),
                   param_time_array(times, count)));
    else
        pipeline_send_silently(&keeping->pipeline, &ledger_query_update_purchases,
                               PARAMS(param_id_array(companies, count),
                                      param_int64_array(sequences, count),
                                      PAYMENT_PARAMS(refunded, count)));
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
        companies[row] = share->purchase->account->company_id;
        purchases[row] = share->purchase->sequence;
        lots[row] = share->lot->sequence;
        paid[row] = share->paid_micros;
        refunded[row++] = share->refunded_micros;
    }
    if (new_ones)
        pipeline_send_silently(
            &keeping->pipeline, &ledger_query_append_purchase_lots,
            PARAMS(param_id_array(companies, count), param_int64_array(purchases, count),
                   param_int64_array(lots, count), param_int64_array(paid, count),
                   param_int64_array(refunded, count)));
    else
        pipeline_send_silently(
            &keeping->pipeline, &ledger_query_update_purchase_lots,
            PARAMS(param_id_array(companies, count), param_int64_array(purchases, count),
                   param_int64_array(lots, count), param_int64_array(refunded, count)));
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
    pipeline_send_silently(&keeping->pipeline, &ledger_query_update_credit_lines,
                           PARAMS(param_id_array(companies, count),
                                  param_text_array(currencies, count),
                                  param_int64_array(allocated, count)));
}

void facts_keep_rare(struct keeping *keeping)
{
    for (int new_ones = 0; new_ones < 2; new_ones++) {
        keep_bills(keeping, new_ones);
        keep_holds(keeping, new_ones);
        keep_purchases(keeping, new_ones);
        keep_purchase_lots(keeping, new_ones);
    }
    keep_frozen(keeping);
    quota_store_keep(&keeping->pipeline, keeping->facts);
    keep_credit_lines(keeping);
}

/* Rows that were read and not changed are among the facts too; they cost this batch a transaction
 * of several statements, no more. */
bool facts_have_rare(const struct facts *facts)
{
    return facts->bill_count + facts->hold_count + facts->purchase_count +
               facts->purchase_lot_count + facts->credit_line_count + facts->pool_count +
               facts->quota_count >
           0;
}
