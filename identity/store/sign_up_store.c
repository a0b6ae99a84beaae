#include "identity/store/sign_up_store.h"

#include <assert.h>
#include <string.h>

#include "identity/store/names.h"
#include "identity/store/queries.h"

static struct param bytes_or_null(struct bytes bytes)
{
    return bytes.data != NULL ? param_bytes(bytes.data, bytes.size) : param_null();
}

enum failure sign_up_store_any(struct reader reader, bool *any)
{
    struct rows rows;
    enum failure failure = database_query(reader, &identity_query_any_principal, NULL, 0, &rows);
    *any = failure == FAILURE_NONE && row_bool(&rows, 0, 0);
    return failure;
}

enum failure sign_up_store_insert(struct transaction *transaction, const struct sign_up *sign_up)
{
    return transaction_query(
        transaction, &identity_query_insert_sign_up,
        PARAMS(param_id(sign_up->sign_up_id), param_text(sign_up->country),
               param_text(channel_name(sign_up->channel)), bytes_or_null(sign_up->email_sealed),
               bytes_or_null(sign_up->email_index), bytes_or_null(sign_up->phone_sealed),
               bytes_or_null(sign_up->phone_index), param_text(sign_up->password_hash),
               param_text_array(sign_up->terms_versions, TERMS_COUNT),
               param_time(sign_up->created_us)),
        NULL);
}

static void read_terms(const struct rows *rows, struct sign_up *sign_up)
{
    for (size_t i = 0; i < TERMS_COUNT; i++)
        sign_up->terms_versions[i] = row_text(rows, 0, 9 + i);
}

enum failure sign_up_store_lock(struct transaction *transaction, struct id sign_up_id,
                                struct sign_up *sign_up, bool *exists)
{
    struct rows rows;
    enum failure failure = transaction_query(transaction, &identity_query_lock_sign_up,
                                             PARAMS(param_id(sign_up_id)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *exists = rows.count > 0;
    if (!*exists)
        return FAILURE_NONE;
    *sign_up = (struct sign_up){.sign_up_id = sign_up_id,
                                .country = row_text(&rows, 0, 0),
                                .channel = channel_named(row_text(&rows, 0, 1)),
                                .email_sealed = row_bytes(&rows, 0, 2),
                                .email_index = row_bytes(&rows, 0, 3),
                                .phone_sealed = row_bytes(&rows, 0, 4),
                                .phone_index = row_bytes(&rows, 0, 5),
                                .password_hash = row_text(&rows, 0, 6),
                                .created_us = row_time_us(&rows, 0, 7),
                                .account_id = row_id(&rows, 0, 8)};
    read_terms(&rows, sign_up);
    return FAILURE_NONE;
}

enum failure sign_up_store_registered(struct transaction *transaction, enum channel channel,
                                      struct bytes address_index, bool *registered)
{
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &identity_query_address_registered,
                          PARAMS(param_bytes(address_index.data, address_index.size),
                                 param_text(channel_name(channel))),
                          &rows);
    *registered = failure == FAILURE_NONE && row_bool(&rows, 0, 0);
    return failure;
}

enum failure sign_up_store_set_channel(struct transaction *transaction,
                                       const struct sign_up *sign_up)
{
    return transaction_query(
        transaction, &identity_query_set_sign_up_channel,
        PARAMS(param_id(sign_up->sign_up_id), param_text(channel_name(sign_up->channel)),
               bytes_or_null(sign_up->phone_sealed), bytes_or_null(sign_up->phone_index)),
        NULL);
}

static enum failure insert_account(struct transaction *transaction, const struct sign_up *sign_up,
                                   struct id account_id, struct id principal_id, int64_t now_us)
{
    const char *documents[TERMS_COUNT];
    for (enum terms terms = 0; terms < TERMS_COUNT; terms++)
        documents[terms] = terms_field(terms);
    return transaction_query(
        transaction, &identity_query_insert_account,
        PARAMS(param_id(account_id), param_id(principal_id), param_text(sign_up->country),
               param_text(channel_name(sign_up->channel)), param_time(now_us),
               bytes_or_null(sign_up->email_sealed), bytes_or_null(sign_up->email_index),
               bytes_or_null(sign_up->phone_sealed), bytes_or_null(sign_up->phone_index),
               param_text_array(documents, TERMS_COUNT),
               param_text_array(sign_up->terms_versions, TERMS_COUNT),
               param_time(sign_up->created_us)),
        NULL);
}

static enum failure release_address(struct transaction *transaction, enum channel channel,
                                    struct bytes address_index)
{
    return transaction_query(transaction, &identity_query_release_address,
                             PARAMS(param_bytes(address_index.data, address_index.size),
                                    param_text(channel_name(channel))),
                             NULL);
}

enum failure sign_up_store_open_account(struct transaction *transaction,
                                        const struct sign_up *sign_up, struct id account_id,
                                        struct id principal_id, int64_t now_us, bool *opened)
{
    assert(sign_up->password_hash != NULL);
    struct bytes verified =
        sign_up->channel == CHANNEL_PHONE ? sign_up->phone_index : sign_up->email_index; /* S10 */
    struct rows rows;
    enum failure failure = release_address(transaction, sign_up->channel, verified);
    if (failure == FAILURE_NONE)
        failure = transaction_query(
            transaction, &identity_query_insert_principal,
            PARAMS(param_id(principal_id), param_id(account_id), bytes_or_null(verified),
                   param_text(sign_up->password_hash), param_bool(false), param_time(now_us)),
            &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *opened = rows.count > 0;
    if (!*opened)
        return FAILURE_NONE;
    failure = insert_account(transaction, sign_up, account_id, principal_id, now_us);
    if (failure == FAILURE_NONE)
        failure =
            transaction_query(transaction, &identity_query_close_sign_up,
                              PARAMS(param_id(sign_up->sign_up_id), param_id(account_id)), NULL);
    return failure;
}

enum failure sign_up_store_take_address(struct transaction *transaction, struct id principal_id,
                                        struct bytes email_index, bool *taken)
{
    struct rows rows;
    enum failure failure = release_address(transaction, CHANNEL_EMAIL, email_index);
    if (failure == FAILURE_NONE)
        failure = transaction_query(
            transaction, &identity_query_take_log_in_address,
            PARAMS(param_id(principal_id), param_bytes(email_index.data, email_index.size)), &rows);
    *taken = failure == FAILURE_NONE && rows.count > 0;
    return failure;
}
