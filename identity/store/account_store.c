#include "identity/store/account_store.h"

#include "identity/store/names.h"
#include "identity/store/queries.h"

static bool read_row(struct id account_id, const struct rows *rows, struct account_row *row)
{
    if (rows->count == 0)
        return false;
    *row = (struct account_row){
        .account = {.account_id = account_id,
                    .owner_id = row_id(rows, 0, 0),
                    .type = account_type_named(row_text(rows, 0, 2)),
                    .sign_up_channel = channel_named(row_text(rows, 0, 3)),
                    .email_verified = row_bool(rows, 0, 6),
                    .phone_verified = row_bool(rows, 0, 8),
                    .company_id = row_id(rows, 0, 10),
                    .company_in_review = row_bool(rows, 0, 11)},
        .country = row_text(rows, 0, 1),
        .created_us = row_time_us(rows, 0, 4),
        .email_sealed = row_bytes(rows, 0, 5),
        .phone_sealed = row_bytes(rows, 0, 7),
        .phone_index = row_bytes(rows, 0, 9),
        .billing_address_sealed = row_bytes(rows, 0, 12),
    };
    return true;
}

enum failure account_store_read(struct reader reader, struct id account_id, struct account_row *row,
                                bool *exists)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &identity_query_read_account, PARAMS(param_id(account_id)), &rows);
    if (failure == FAILURE_NONE)
        *exists = read_row(account_id, &rows, row);
    return failure;
}

enum failure account_store_lock(struct transaction *transaction, struct id account_id,
                                struct account_row *row, bool *exists)
{
    struct rows rows;
    enum failure failure = transaction_query(transaction, &identity_query_lock_account,
                                             PARAMS(param_id(account_id)), NULL);
    if (failure == FAILURE_NONE)
        failure = transaction_query(transaction, &identity_query_read_account,
                                    PARAMS(param_id(account_id)), &rows);
    if (failure == FAILURE_NONE)
        *exists = read_row(account_id, &rows, row);
    return failure;
}

enum failure account_store_add_billing_address(struct transaction *transaction,
                                               struct id account_id, enum account_type type,
                                               struct bytes sealed, int64_t now_us)
{
    enum failure failure =
        transaction_query(transaction, &identity_query_set_account_type,
                          PARAMS(param_id(account_id), param_text(account_type_name(type))), NULL);
    if (failure == FAILURE_NONE)
        failure = transaction_query(
            transaction, &identity_query_insert_billing_address,
            PARAMS(param_id(account_id), param_bytes(sealed.data, sealed.size), param_time(now_us)),
            NULL);
    return failure;
}

enum failure account_store_put_contact(struct transaction *transaction, struct id account_id,
                                       enum channel channel, struct bytes sealed,
                                       struct bytes index)
{
    return transaction_query(transaction, &identity_query_put_contact,
                             PARAMS(param_id(account_id), param_text(channel_name(channel)),
                                    param_bytes(sealed.data, sealed.size),
                                    param_bytes(index.data, index.size)),
                             NULL);
}

enum failure account_store_verify_contact(struct transaction *transaction, struct id account_id,
                                          enum channel channel, struct bytes index, int64_t now_us,
                                          bool *verified)
{
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &identity_query_verify_contact,
                          PARAMS(param_id(account_id), param_text(channel_name(channel)),
                                 param_bytes(index.data, index.size), param_time(now_us)),
                          &rows);
    if (failure == FAILURE_NONE)
        *verified = rows.count > 0;
    return failure;
}

enum failure account_store_record(struct transaction *transaction, struct id account_id,
                                  const char *kind, const char *detail, int64_t now_us)
{
    return transaction_query(transaction, &identity_query_insert_record,
                             PARAMS(param_id(account_id), param_id(id_new(now_us)),
                                    param_time(now_us), param_text(kind), param_text(detail)),
                             NULL);
}

enum failure account_store_list_records(struct reader reader, struct id account_id,
                                        struct id after_id, int64_t limit, struct rows *rows)
{
    return database_query(reader, &identity_query_list_records,
                          PARAMS(param_id(account_id), param_id(after_id), param_int64(limit)),
                          rows);
}
