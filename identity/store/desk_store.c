#include "identity/store/desk_store.h"

#include "identity/store/names.h"
#include "identity/store/queries.h"

enum failure desk_store_find(struct reader reader, const struct customer_question *question,
                             struct customers *customers)
{
    struct rows rows;
    enum failure failure = identity_list_customers_alone(
        reader,
        &(struct identity_list_customers){.contact_index = question->contact_index,
                                          .number = question->number,
                                          .name = question->name,
                                          .account_id = question->account_id,
                                          .before_id = question->before_id,
                                          .limit = (int64_t)question->limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    customers->items =
        arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *customers->items);
    customers->count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_list_customers_row row = identity_list_customers_row(&rows, i);
        bool has_company = row.company_state != NULL;
        customers->items[i] = (struct customer){
            .account_id = row.account_id,
            .type = account_type_named(row.type),
            .country = row.country,
            .created_us = row.create_us,
            .email_sealed = row.email_sealed,
            .phone_sealed = row.phone_sealed,
            .company_name = row.company_name,
            .company_number = row.company_number,
            .company_state = has_company ? review_state_read(row.company_state) : REVIEW_SUBMITTED};
    }
    return FAILURE_NONE;
}

enum failure desk_store_look(struct transaction *transaction, const struct look *look)
{
    return identity_insert_look(transaction,
                                &(struct identity_insert_look){.look_id = look->look_id,
                                                               .principal_id = look->principal_id,
                                                               .account_id = look->account_id,
                                                               .reason = look->reason,
                                                               .begin_us = look->begun_us,
                                                               .end_us = look->ends_us},
                                NULL);
}

enum failure desk_store_read_look(struct transaction *transaction, struct id look_id,
                                  struct look *look, struct id *owner_id, bool *exists)
{
    struct rows rows;
    enum failure failure =
        identity_read_look(transaction, &(struct identity_read_look){.look_id = look_id}, &rows);
    *exists = failure == FAILURE_NONE && rows.count > 0;
    if (!*exists)
        return failure;
    struct identity_read_look_row row = identity_read_look_row(&rows, 0);
    *look = (struct look){look_id,      row.principal_id, row.account_id, row.reason,
                          row.begin_us, row.end_us,       row.close_us};
    *owner_id = row.owner_id;
    return FAILURE_NONE;
}

enum failure desk_store_find_open_look(struct transaction *transaction, struct id principal_id,
                                       struct id account_id, int64_t now_us, struct id *look_id)
{
    struct rows rows;
    enum failure failure = identity_find_open_look(
        transaction,
        &(struct identity_find_open_look){
            .principal_id = principal_id, .account_id = account_id, .now_us = now_us},
        &rows);
    *look_id = failure == FAILURE_NONE && rows.count > 0
                   ? identity_find_open_look_row(&rows, 0).look_id
                   : (struct id){{0}};
    return failure;
}

enum failure desk_store_close_look(struct transaction *transaction, struct id look_id,
                                   int64_t now_us, bool *closed)
{
    struct rows rows;
    enum failure failure = identity_close_look(
        transaction, &(struct identity_close_look){.look_id = look_id, .close_us = now_us}, &rows);
    *closed = failure == FAILURE_NONE && rows.count > 0;
    return failure;
}

enum failure desk_store_list_looks(struct reader reader, struct id account_id, struct id before_id,
                                   size_t limit, struct looks *looks)
{
    struct rows rows;
    enum failure failure = identity_list_looks_alone(
        reader,
        &(struct identity_list_looks){
            .account_id = account_id, .before_id = before_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    looks->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *looks->items);
    looks->count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_list_looks_row row = identity_list_looks_row(&rows, i);
        looks->items[i] = (struct look){row.look_id,  row.principal_id, row.account_id, row.reason,
                                        row.begin_us, row.end_us,       row.close_us};
    }
    return FAILURE_NONE;
}
