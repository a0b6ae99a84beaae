#include "payments/store/payment_method_store.h"

#include <assert.h>
#include <string.h>

#include "payments/store/queries.h"

static void payment_method_read(const struct rows *rows, size_t row, struct payment_method *method)
{
    *method = (struct payment_method){
        .account_id = row_id(rows, row, 0),
        .payment_method_id = row_id(rows, row, 1),
        .brand = card_brand_find(row_text(rows, row, 4)),
        .last_four = row_text(rows, row, 5),
        .expiry = {.month = row_int64(rows, row, 6), .year = row_int64(rows, row, 7)},
        .holder_name = row_text(rows, row, 8),
        .card_country = row_text(rows, row, 9),
        .provider_token = row_text(rows, row, 10),
        .failure_reason = row_text(rows, row, 11),
        .failure_advice = row_text(rows, row, 12),
        .created_us = row_time_us(rows, row, 13),
        .has_hold = !row_is_null(rows, row, 14),
        .hold_authorized_us = row_time_us(rows, row, 15),
        .hold_voided_us = row_time_us(rows, row, 16),
    };
    bool known =
        payment_method_kind_find(row_text(rows, row, 2), &method->kind) &&
        payment_method_state_find(row_text(rows, row, 3), &method->state) &&
        (!method->has_hold || hold_state_find(row_text(rows, row, 14), &method->hold_state));
    assert(known);
    (void)known;
}

static enum failure payment_method_read_one(struct task *task, const struct rows *rows,
                                            struct payment_method **method)
{
    *method = NULL;
    if (rows->count == 0)
        return FAILURE_NONE;
    *method = arena_alloc(task_arena(task), sizeof(**method));
    if (*method == NULL)
        return FAILURE_EXHAUSTED;
    payment_method_read(rows, 0, *method);
    return FAILURE_NONE;
}

enum failure payment_method_store_insert(struct transaction *transaction,
                                         const struct payment_method *method,
                                         const uint8_t fingerprint[CARD_FINGERPRINT_SIZE])
{
    return transaction_query(
        transaction, &payments_query_payment_method_insert,
        PARAMS(param_id(method->account_id), param_id(method->payment_method_id),
               param_text(payment_method_kind_name(method->kind)),
               param_text(payment_method_state_name(method->state)),
               param_text(card_brand_name(method->brand)), param_text(method->last_four),
               param_int64(method->expiry.month), param_int64(method->expiry.year),
               param_text(method->holder_name), param_bytes(fingerprint, CARD_FINGERPRINT_SIZE),
               param_time(method->created_us)),
        NULL);
}

enum failure payment_method_store_count(struct transaction *transaction, struct id account_id,
                                        const uint8_t fingerprint[CARD_FINGERPRINT_SIZE],
                                        struct payment_method_count *count)
{
    struct rows rows;
    enum failure failure = transaction_query(
        transaction, &payments_query_payment_method_count,
        PARAMS(param_id(account_id), param_bytes(fingerprint, CARD_FINGERPRINT_SIZE)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = (struct payment_method_count){.saved = (size_t)row_int64(&rows, 0, 0),
                                           .has_this_card = row_bool(&rows, 0, 1)};
    return FAILURE_NONE;
}

enum failure payment_method_store_count_accounts(struct transaction *transaction,
                                                 struct id account_id,
                                                 const uint8_t fingerprint[CARD_FINGERPRINT_SIZE],
                                                 size_t *count)
{
    struct rows rows;
    enum failure failure = transaction_query(
        transaction, &payments_query_payment_method_count_accounts,
        PARAMS(param_bytes(fingerprint, CARD_FINGERPRINT_SIZE), param_id(account_id)), &rows);
    *count = failure == FAILURE_NONE ? (size_t)row_int64(&rows, 0, 0) : 0;
    return failure;
}

enum failure payment_method_store_fingerprint(struct transaction *transaction, struct id account_id,
                                              struct id payment_method_id,
                                              uint8_t fingerprint[CARD_FINGERPRINT_SIZE],
                                              bool *found)
{
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &payments_query_payment_method_fingerprint,
                          PARAMS(param_id(account_id), param_id(payment_method_id)), &rows);
    *found = failure == FAILURE_NONE && rows.count == 1;
    if (*found) {
        struct bytes bytes = row_bytes(&rows, 0, 0);
        assert(bytes.size == CARD_FINGERPRINT_SIZE);
        memcpy(fingerprint, bytes.data, CARD_FINGERPRINT_SIZE);
    }
    return failure;
}

enum failure payment_method_store_find(struct reader reader, struct id account_id,
                                       struct id payment_method_id, struct payment_method **method)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &payments_query_payment_method_find,
                       PARAMS(param_id(account_id), param_id(payment_method_id)), &rows);
    return failure != FAILURE_NONE ? failure : payment_method_read_one(reader.task, &rows, method);
}

enum failure payment_method_store_look(struct transaction *transaction, struct id account_id,
                                       struct id payment_method_id, struct payment_method **method)
{
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &payments_query_payment_method_find,
                          PARAMS(param_id(account_id), param_id(payment_method_id)), &rows);
    return failure != FAILURE_NONE
               ? failure
               : payment_method_read_one(transaction_task(transaction), &rows, method);
}

enum failure payment_method_store_list(struct reader reader, struct id account_id,
                                       struct id below_id, size_t limit,
                                       struct payment_method **methods, size_t *count)
{
    struct rows rows;
    enum failure failure = database_query(
        reader, &payments_query_payment_method_list,
        PARAMS(param_id(account_id), param_id(below_id), param_int64((int64_t)limit)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *methods = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof(**methods));
    if (*methods == NULL)
        return FAILURE_EXHAUSTED;
    *count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        payment_method_read(&rows, i, &(*methods)[i]);
    return FAILURE_NONE;
}

enum failure payment_method_store_change(struct transaction *transaction,
                                         const struct payment_method *method,
                                         enum payment_method_state next, const char *reason,
                                         const char *advice, bool *changed)
{
    struct rows rows;
    enum failure failure = transaction_query(
        transaction, &payments_query_payment_method_change,
        PARAMS(param_id(method->account_id), param_id(method->payment_method_id),
               param_text(payment_method_state_name(method->state)),
               param_text(payment_method_state_name(next)), param_text(reason), param_text(advice)),
        &rows);
    *changed = failure == FAILURE_NONE && rows.affected == 1;
    return failure;
}

enum failure payment_method_store_tokenise(struct transaction *transaction,
                                           const struct payment_method *method, const char *token,
                                           const char *card_country, bool *changed)
{
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &payments_query_payment_method_tokenise,
                          PARAMS(param_id(method->account_id), param_id(method->payment_method_id),
                                 param_text(payment_method_state_name(PAYMENT_METHOD_NEW)),
                                 param_text(payment_method_state_name(PAYMENT_METHOD_VERIFYING)),
                                 param_text(token), param_text(card_country)),
                          &rows);
    *changed = failure == FAILURE_NONE && rows.affected == 1;
    return failure;
}

enum failure payment_method_store_any(struct reader reader, bool *any)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &payments_query_payment_method_any, NULL, 0, &rows);
    *any = failure == FAILURE_NONE && row_bool(&rows, 0, 0);
    return failure;
}

enum failure payment_method_store_in_use(struct transaction *transaction, struct id account_id,
                                         struct id payment_method_id, bool *in_use)
{
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &payments_query_payment_method_in_use,
                          PARAMS(param_id(account_id), param_id(payment_method_id)), &rows);
    *in_use = failure == FAILURE_NONE && row_bool(&rows, 0, 0);
    return failure;
}

enum failure payment_method_store_token(struct reader reader, struct id account_id,
                                        struct id payment_method_id,
                                        struct payment_method_token *token)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &payments_query_payment_method_token,
                       PARAMS(param_id(account_id), param_id(payment_method_id)), &rows);
    *token = (struct payment_method_token){NULL, NULL};
    if (failure == FAILURE_NONE && rows.count == 1)
        *token = (struct payment_method_token){row_text(&rows, 0, 0), row_text(&rows, 0, 1)};
    return failure;
}

enum failure payment_method_store_abandoned(struct reader reader, int64_t before_us, size_t limit,
                                            struct payment_method_key **keys, size_t *count)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &payments_query_payment_method_abandoned,
                       PARAMS(param_time(before_us), param_int64((int64_t)limit)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *keys = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof(**keys));
    if (*keys == NULL)
        return FAILURE_EXHAUSTED;
    *count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        (*keys)[i] = (struct payment_method_key){row_id(&rows, i, 0), row_id(&rows, i, 1)};
    return FAILURE_NONE;
}

enum failure payment_method_store_expire(struct reader reader, int64_t month_index,
                                         int64_t *expired)
{
    struct rows rows;
    enum failure failure = database_query(reader, &payments_query_payment_method_expire,
                                          PARAMS(param_int64(month_index)), &rows);
    *expired = failure == FAILURE_NONE ? rows.affected : 0;
    return failure;
}
