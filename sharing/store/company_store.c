#include "sharing/store/company_store.h"

#include "sharing/store/queries.h"

static void follow_row(const struct rows *rows, struct id *company_id)
{
    if (rows->count != 1)
        return;
    struct sharing_hold_company_row row = sharing_hold_company_row(rows, 0);
    if (row.has_into_company_id)
        *company_id = row.into_company_id;
}

enum failure company_store_find(struct reader reader, struct id *company_id)
{
    struct rows rows = {0};
    enum failure failure = sharing_find_company_alone(
        reader, &(struct sharing_find_company){.company_id = *company_id}, &rows);
    if (failure == FAILURE_NONE)
        follow_row(&rows, company_id);
    return failure;
}

enum failure company_store_find_in(struct transaction *transaction, struct id *company_id)
{
    struct rows rows = {0};
    enum failure failure = sharing_find_company(
        transaction, &(struct sharing_find_company){.company_id = *company_id}, &rows);
    if (failure == FAILURE_NONE)
        follow_row(&rows, company_id);
    return failure;
}

static enum failure lock(struct transaction *transaction, struct id company_id, bool is_alone,
                         struct rows *rows)
{
    return is_alone
               ? sharing_take_company(
                     transaction, &(struct sharing_take_company){.company_id = company_id}, rows)
               : sharing_hold_company(
                     transaction, &(struct sharing_hold_company){.company_id = company_id}, rows);
}

/* The first change under a company notes it, so that there is a row to lock. */
static enum failure find_locked(struct transaction *transaction, bool is_alone,
                                struct id *company_id)
{
    struct rows rows = {0};
    enum failure failure = lock(transaction, *company_id, is_alone, &rows);
    if (failure == FAILURE_NONE && rows.count == 0) {
        failure = sharing_note_company(
            transaction, &(struct sharing_note_company){.company_id = *company_id}, NULL);
        if (failure == FAILURE_NONE)
            failure = lock(transaction, *company_id, is_alone, &rows);
    }
    if (failure == FAILURE_NONE)
        follow_row(&rows, company_id);
    return failure;
}

enum failure company_store_hold(struct transaction *transaction, struct id *company_id)
{
    return find_locked(transaction, false, company_id);
}

enum failure company_store_take(struct transaction *transaction, struct id *company_id)
{
    return find_locked(transaction, true, company_id);
}

enum failure company_store_count(struct transaction *transaction, struct id company_id,
                                 int64_t look_max, int64_t *rows_count)
{
    struct rows rows;
    enum failure failure = sharing_count_benefits(
        transaction,
        &(struct sharing_count_benefits){.company_id = company_id, .look_max = look_max}, &rows);
    if (failure == FAILURE_NONE)
        *rows_count = sharing_count_benefits_row(&rows, 0).kept;
    return failure;
}

enum failure company_store_move(struct transaction *transaction, struct id company_id,
                                struct id into_company_id, int64_t now_us)
{
    return sharing_move_company(transaction,
                                &(struct sharing_move_company){.company_id = company_id,
                                                               .into_company_id = into_company_id,
                                                               .moved_us = now_us},
                                NULL);
}
