#include "identity/store/relation_control_store.h"

#include "identity/store/queries.h"
#include "identity/store/relation_terms_row.h"

static enum failure take_held(enum failure failure, struct arena *arena, const struct rows *rows,
                              struct held_relations *found)
{
    if (failure != FAILURE_NONE)
        return failure;
    found->items = arena_alloc_array(arena, rows->count + 1, sizeof *found->items);
    for (size_t i = 0; i < rows->count; i++) {
        struct identity_relation_held_row row = identity_relation_held_row(rows, i);
        found->items[i] =
            (struct held_relation){row.relation_id, row.agent_account_id, row.customer_account_id};
    }
    found->count = rows->count;
    return FAILURE_NONE;
}

enum failure relation_control_store_held(struct reader reader, struct id account_id,
                                         size_t customers_max, struct held_relations *found)
{
    struct rows rows;
    const struct identity_relation_held asked = {.account_id = account_id,
                                                 .limit = (int64_t)customers_max};
    return take_held(identity_relation_held_alone(reader, &asked, &rows), reader_arena(reader),
                     &rows, found);
}

enum failure relation_control_store_look_held(struct transaction *transaction, struct id account_id,
                                              size_t customers_max, struct held_relations *found)
{
    struct rows rows;
    const struct identity_relation_held asked = {.account_id = account_id,
                                                 .limit = (int64_t)customers_max};
    return take_held(identity_relation_held(transaction, &asked, &rows),
                     transaction_arena(transaction), &rows, found);
}

static struct controlling_agent controlling_of(const struct rows *rows, size_t place)
{
    struct identity_relation_control_row row = identity_relation_control_row(rows, place);
    return (struct controlling_agent){.agent_id = row.agent_account_id,
                                      .relation_id = row.relation_id,
                                      .held = {.version = row.version,
                                               .terms = RELATION_TERMS_OF(&row, ),
                                               .begun_us = row.begin_us},
                                      .previous_version = row.previous_version,
                                      .offer_hash = row.offer_hash};
}

enum failure relation_control_store_read(struct reader reader, struct id account_id,
                                         int64_t as_of_us, struct controlling_agents *found)
{
    struct rows rows;
    enum failure failure = identity_relation_control_alone(
        reader, &(struct identity_relation_control){.account_id = account_id, .as_of_us = as_of_us},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    found->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *found->items);
    for (size_t i = 0; i < rows.count; i++)
        found->items[i] = controlling_of(&rows, i);
    found->count = rows.count;
    return FAILURE_NONE;
}
