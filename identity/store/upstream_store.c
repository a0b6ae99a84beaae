#include "identity/store/upstream_store.h"

#include "identity/store/queries.h"

enum failure upstream_store_list(struct reader reader, const struct upstream_page *page,
                                 struct upstreams_found *found)
{
    struct rows rows;
    enum failure failure = identity_upstream_list_alone(
        reader,
        &(struct identity_upstream_list){.agent_account_id = page->agent_id,
                                         .after_id = page->after_id,
                                         .now_us = page->now_us,
                                         .limit = (int64_t)page->limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    found->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *found->items);
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_upstream_list_row row = identity_upstream_list_row(&rows, i);
        found->items[i] = (struct upstream_row){
            .contract_id = row.contract_id,
            .agent_id = row.agent_account_id,
            .authorised = row.authorised,
            .cause = row.cause == NULL ? UPSTREAM_NONE : upstream_cause_find(row.cause)};
    }
    found->count = rows.count;
    return FAILURE_NONE;
}

/* ---- troubles ---- */

enum failure upstream_store_trouble(struct transaction *transaction, struct id agent_id,
                                    struct upstream_trouble *trouble)
{
    struct rows rows;
    enum failure failure = identity_upstream_trouble_read(
        transaction, &(struct identity_upstream_trouble_read){.agent_account_id = agent_id}, &rows);
    *trouble = (struct upstream_trouble){.agent_id = agent_id};
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    struct identity_upstream_trouble_read_row row = identity_upstream_trouble_read_row(&rows, 0);
    trouble->trouble_id = row.trouble_id;
    trouble->cause = upstream_cause_find(row.cause);
    return FAILURE_NONE;
}

enum failure upstream_store_begin(struct transaction *transaction,
                                  const struct upstream_trouble *trouble)
{
    return identity_upstream_trouble_insert(
        transaction,
        &(struct identity_upstream_trouble_insert){.trouble_id = trouble->trouble_id,
                                                   .agent_account_id = trouble->agent_id,
                                                   .cause = upstream_cause_name(trouble->cause),
                                                   .begin_us = trouble->begun_us},
        NULL);
}

enum failure upstream_store_end(struct transaction *transaction, struct id trouble_id,
                                int64_t now_us)
{
    return identity_upstream_trouble_end(
        transaction,
        &(struct identity_upstream_trouble_end){.trouble_id = trouble_id, .end_us = now_us}, NULL);
}

enum failure upstream_store_settle(struct reader reader, struct id trouble_id, int64_t now_us)
{
    return identity_upstream_trouble_settle_alone(
        reader,
        &(struct identity_upstream_trouble_settle){.trouble_id = trouble_id, .settle_us = now_us},
        NULL);
}

enum failure upstream_store_unsettled(struct reader reader, struct id after_id, size_t limit,
                                      struct upstream_troubles *found)
{
    struct rows rows;
    enum failure failure = identity_upstream_unsettled_alone(
        reader,
        &(struct identity_upstream_unsettled){.after_id = after_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    found->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *found->items);
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_upstream_unsettled_row row = identity_upstream_unsettled_row(&rows, i);
        found->items[i] = (struct upstream_trouble){
            .trouble_id = row.trouble_id, .agent_id = row.agent_account_id, .ended = row.ended};
    }
    found->count = rows.count;
    return FAILURE_NONE;
}

/* ---- relations at risk ---- */

enum failure upstream_store_customers(struct reader reader, const struct upstream_trouble *trouble,
                                      struct id after_id, size_t limit,
                                      struct upstream_customers *found)
{
    struct rows rows;
    enum failure failure = identity_upstream_customers_alone(
        reader,
        &(struct identity_upstream_customers){.agent_account_id = trouble->agent_id,
                                              .trouble_id = trouble->trouble_id,
                                              .after_id = after_id,
                                              .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    found->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *found->items);
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_upstream_customers_row row = identity_upstream_customers_row(&rows, i);
        found->items[i] = (struct upstream_customer){.relation_id = row.relation_id,
                                                     .customer_id = row.customer_account_id,
                                                     .noted = row.noted};
    }
    found->count = rows.count;
    return FAILURE_NONE;
}

enum failure upstream_store_due(struct reader reader, int64_t now_us, struct upstream_place after,
                                size_t limit, struct upstream_customers *found)
{
    struct rows rows;
    enum failure failure = identity_upstream_risk_due_alone(
        reader,
        &(struct identity_upstream_risk_due){.now_us = now_us,
                                             .after_next_us = after.next_us,
                                             .after_risk_id = after.risk_id,
                                             .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    found->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *found->items);
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_upstream_risk_due_row row = identity_upstream_risk_due_row(&rows, i);
        found->items[i] = (struct upstream_customer){
            row.relation_id, row.customer_account_id, true, {row.next_us, row.risk_id}};
    }
    found->count = rows.count;
    return FAILURE_NONE;
}

enum failure upstream_store_left(struct reader reader, struct id trouble_id, size_t limit,
                                 struct upstream_customers *found)
{
    struct rows rows;
    enum failure failure = identity_upstream_risk_left_alone(
        reader,
        &(struct identity_upstream_risk_left){.trouble_id = trouble_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    found->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *found->items);
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_upstream_risk_left_row row = identity_upstream_risk_left_row(&rows, i);
        found->items[i] = (struct upstream_customer){
            .relation_id = row.relation_id, .customer_id = row.customer_account_id, .noted = true};
    }
    found->count = rows.count;
    return FAILURE_NONE;
}

static struct upstream_risk risk_of(const struct rows *rows)
{
    struct identity_upstream_risk_read_row row = identity_upstream_risk_read_row(rows, 0);
    return (struct upstream_risk){.risk_id = row.risk_id,
                                  .relation_id = row.relation_id,
                                  .trouble_id = row.trouble_id,
                                  .agent_id = row.agent_account_id,
                                  .customer_id = row.customer_account_id,
                                  .cause = upstream_cause_find(row.cause),
                                  .begun_us = row.begin_us,
                                  .grace_end_us = row.grace_end_us,
                                  .told = row.told,
                                  .bridged_us = row.bridge_us,
                                  .ran_out_us = row.ran_out_us,
                                  .ended_us = row.end_us};
}

enum failure upstream_store_risk(struct transaction *transaction, struct id customer_id,
                                 struct upstream_risk *risk, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_upstream_risk_read(
        transaction, &(struct identity_upstream_risk_read){.customer_account_id = customer_id},
        &rows);
    *exists = failure == FAILURE_NONE && rows.count > 0;
    if (*exists)
        *risk = risk_of(&rows);
    return failure;
}

enum failure upstream_store_read_risk(struct reader reader, struct id customer_id,
                                      struct upstream_risk *risk, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_upstream_risk_read_alone(
        reader, &(struct identity_upstream_risk_read){.customer_account_id = customer_id}, &rows);
    *exists = failure == FAILURE_NONE && rows.count > 0;
    if (*exists)
        *risk = risk_of(&rows);
    return failure;
}

enum failure upstream_store_last_risk(struct transaction *transaction, struct id relation_id,
                                      struct upstream_risk *risk, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_upstream_risk_last(
        transaction, &(struct identity_upstream_risk_last){.relation_id = relation_id}, &rows);
    *exists = failure == FAILURE_NONE && rows.count > 0;
    if (!*exists)
        return failure;
    struct identity_upstream_risk_last_row row = identity_upstream_risk_last_row(&rows, 0);
    *risk = (struct upstream_risk){.relation_id = relation_id,
                                   .begun_us = row.begin_us,
                                   .grace_end_us = row.grace_end_us,
                                   .ended_us = row.end_us};
    return FAILURE_NONE;
}

enum failure upstream_store_keep(struct transaction *transaction, const struct upstream_risk *risk)
{
    return identity_upstream_risk_insert(
        transaction,
        &(struct identity_upstream_risk_insert){.risk_id = risk->risk_id,
                                                .relation_id = risk->relation_id,
                                                .trouble_id = risk->trouble_id,
                                                .customer_account_id = risk->customer_id,
                                                .begin_us = risk->begun_us,
                                                .grace_end_us = risk->grace_end_us,
                                                .told = risk->told,
                                                .next_us = upstream_next_us(risk)},
        NULL);
}

enum failure upstream_store_advance(struct transaction *transaction,
                                    const struct upstream_risk *risk)
{
    return identity_upstream_risk_advance(
        transaction,
        &(struct identity_upstream_risk_advance){.risk_id = risk->risk_id,
                                                 .told = risk->told,
                                                 .next_us = upstream_next_us(risk),
                                                 .bridge_us = risk->bridged_us,
                                                 .ran_out_us = risk->ran_out_us,
                                                 .end_us = risk->ended_us},
        NULL);
}
