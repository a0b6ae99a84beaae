#include "ledger/store/group_store.h"

#include "ledger/store/queries.h"

enum failure group_store_set(struct transaction *transaction, const struct group_month *since,
                             int64_t set_us, const struct group_table *table)
{
    int64_t from[GROUP_TIERS_MAX], ppms[GROUP_TIERS_MAX];
    for (size_t i = 0; i < table->count; i++) {
        from[i] = table->tiers[i].from_micros;
        ppms[i] = table->tiers[i].ppm;
    }
    return ledger_insert_group_tiers(
        transaction,
        &(struct ledger_insert_group_tiers){.agent_id = since->agent_id,
                                            .month = since->month,
                                            .set_us = set_us,
                                            .from_micros = int64_array(from, table->count),
                                            .ppms = int64_array(ppms, table->count)},
        NULL);
}

enum failure group_store_read_table(struct reader reader, const struct group_month *month,
                                    struct group_table *table)
{
    struct rows rows;
    enum failure failure = ledger_read_group_tiers_alone(
        reader,
        &(struct ledger_read_group_tiers){.agent_id = month->agent_id, .month = month->month},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    for (table->count = 0; table->count < rows.count && table->count < GROUP_TIERS_MAX;
         table->count++) {
        struct ledger_read_group_tiers_row row = ledger_read_group_tiers_row(&rows, table->count);
        table->tiers[table->count] = (struct group_tier){row.from_micros, row.ppm};
    }
    /* somebody's hand may have changed rows */
    return table->count == 0 || group_table_check(table) == NULL ? FAILURE_NONE : FAILURE_INTERNAL;
}

enum failure group_store_read_volume(struct reader reader, const struct group_month *month,
                                     int64_t *micros)
{
    struct rows rows;
    enum failure failure = ledger_read_group_volume_alone(
        reader, &(struct ledger_read_group_volume){month->agent_id, month->month, month->currency},
        &rows);
    *micros = failure == FAILURE_NONE && rows.count == 1
                  ? ledger_read_group_volume_row(&rows, 0).micros
                  : 0;
    return failure;
}

enum failure group_store_read_currency(struct reader reader, struct id agent_id,
                                       const char **currency)
{
    struct rows rows;
    enum failure failure = ledger_read_group_currency_alone(
        reader, &(struct ledger_read_group_currency){agent_id}, &rows);
    *currency = failure == FAILURE_NONE && rows.count == 1
                    ? ledger_read_group_currency_row(&rows, 0).currency
                    : "";
    return failure;
}

enum failure group_store_read_rate(struct reader reader, const struct group_month *month,
                                   int64_t *ppm, bool *is_kept)
{
    struct rows rows;
    enum failure failure = ledger_read_group_rate_alone(
        reader, &(struct ledger_read_group_rate){month->agent_id, month->month, month->currency},
        &rows);
    *is_kept = failure == FAILURE_NONE && rows.count == 1;
    if (*is_kept)
        *ppm = ledger_read_group_rate_row(&rows, 0).ppm;
    return failure;
}

enum failure group_store_keep_rate(struct reader reader, const struct group_month *month,
                                   int64_t ppm)
{
    return ledger_keep_group_rate_alone(
        reader,
        &(struct ledger_keep_group_rate){month->agent_id, month->month, month->currency, ppm},
        NULL);
}

enum failure group_store_add(struct transaction *transaction, const struct group_use *uses,
                             size_t count)
{
    struct arena *arena = transaction_arena(transaction);
    struct id *agents = arena_alloc_array(arena, count + 1, sizeof *agents);
    int64_t *months = arena_alloc_array(arena, count + 1, sizeof *months);
    const char **currencies = arena_alloc_array(arena, count + 1, sizeof *currencies);
    int64_t *micros = arena_alloc_array(arena, count + 1, sizeof *micros);
    for (size_t i = 0; i < count; i++) {
        agents[i] = uses[i].month.agent_id;
        months[i] = uses[i].month.month;
        currencies[i] = uses[i].month.currency;
        micros[i] = uses[i].list_micros;
    }
    return ledger_add_group_volume(
        transaction,
        &(struct ledger_add_group_volume){.agent_ids = id_array(agents, count),
                                          .months = int64_array(months, count),
                                          .currencies = text_array(currencies, count),
                                          .micros = int64_array(micros, count)},
        NULL);
}

enum failure association_store_read(struct reader reader, struct association *association)
{
    struct rows rows;
    enum failure failure = ledger_read_association_alone(
        reader,
        &(struct ledger_read_association){.customer_id = association->customer_id,
                                          .at_us = association->since_us},
        &rows);
    association->agent_id = (struct id){{0}};
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    struct ledger_read_association_row row = ledger_read_association_row(&rows, 0);
    association->agent_id = row.agent_id;
    association->book_id = row.price_book_id;
    association->shares_discount = row.shares_discount;
    association->resells = row.resells;
    return FAILURE_NONE;
}

enum failure association_store_read_span(struct reader reader,
                                         const struct association *association,
                                         struct billing_span *span)
{
    struct rows rows;
    enum failure failure = ledger_read_association_span_alone(
        reader,
        &(struct ledger_read_association_span){.customer_id = association->customer_id,
                                               .at_us = association->since_us},
        &rows);
    *span = (struct billing_span){INT64_MIN, INT64_MAX};
    if (failure != FAILURE_NONE)
        return failure;
    struct ledger_read_association_span_row row = ledger_read_association_span_row(&rows, 0);
    if (row.has_since_time)
        span->from_us = row.since_us;
    if (row.has_until_time)
        span->to_us = row.until_us;
    return FAILURE_NONE;
}
