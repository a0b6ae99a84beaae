#include "ledger/store/suspension_store.h"

#include "ledger/store/queries.h"

enum failure suspension_store_acknowledge(struct transaction *transaction,
                                          const struct account *account,
                                          const struct acknowledgement *said)
{
    return ledger_insert_suspension_acknowledgement(
        transaction,
        &(struct ledger_insert_suspension_acknowledgement){.account_id = account->id,
                                                           .turned_us = account->turned_us,
                                                           .runner = said->runner,
                                                           .now_us = said->acknowledged_us},
        NULL);
}

enum failure suspension_store_list(struct reader reader, const struct account *account,
                                   struct acknowledgement_list *list)
{
    struct rows rows;
    *list = (struct acknowledgement_list){0};
    enum failure failure = ledger_list_suspension_acknowledgements_alone(
        reader,
        &(struct ledger_list_suspension_acknowledgements){.account_id = account->id,
                                                          .turned_us = account->turned_us},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    list->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *list->items);
    for (; list->count < rows.count; list->count++) {
        struct ledger_list_suspension_acknowledgements_row row =
            ledger_list_suspension_acknowledgements_row(&rows, list->count);
        list->items[list->count] = (struct acknowledgement){row.runner, row.acknowledge_us};
    }
    return FAILURE_NONE;
}

enum failure suspension_store_list_unacknowledged(struct reader reader, struct id before_id,
                                                  size_t limit, struct unacknowledged_list *list)
{
    struct rows rows;
    *list = (struct unacknowledged_list){0};
    enum failure failure = ledger_list_unacknowledged_suspensions_alone(
        reader,
        &(struct ledger_list_unacknowledged_suspensions){.before_id = before_id,
                                                         .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    list->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *list->items);
    for (; list->count < rows.count; list->count++) {
        struct ledger_list_unacknowledged_suspensions_row row =
            ledger_list_unacknowledged_suspensions_row(&rows, list->count);
        list->items[list->count] =
            (struct account){.id = row.account_id,
                             .suspension_policy = (enum suspension_policy)row.suspension_policy,
                             .suspended = row.suspended,
                             .warned_us = row.warned_us,
                             .stop_due_us = row.stop_due_us,
                             .turned_us = row.turned_us,
                             .release_due = row.release_due};
    }
    return FAILURE_NONE;
}
