#include "payments/store/account_store.h"

#include <assert.h>

#include "payments/store/queries.h"

static enum failure account_read(struct task *task, const struct rows *rows,
                                 struct account **account)
{
    *account = NULL;
    if (rows->count == 0)
        return FAILURE_NONE;
    *account = arena_alloc(task_arena(task), sizeof(**account));
    if (*account == NULL)
        return FAILURE_EXHAUSTED;
    **account = (struct account){
        .account_id = row_id(rows, 0, 0),
        .currency = row_is_null(rows, 0, 1) ? NULL : currency_find(row_text(rows, 0, 1)),
        .currency_set_us = row_time_us(rows, 0, 2),
        .country = row_text(rows, 0, 3),
        .corporate = row_bool(rows, 0, 4),
        .principal_name = row_text(rows, 0, 5),
        .billing_address_present = row_bool(rows, 0, 6),
        .facts_known = !row_is_null(rows, 0, 7),
        .provider_customer = row_text(rows, 0, 8),
        .closed = !row_is_null(rows, 0, 9),
    };
    return FAILURE_NONE;
}

enum failure account_store_find(struct reader reader, struct id account_id,
                                struct account **account)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &payments_query_account_find, PARAMS(param_id(account_id)), &rows);
    return failure != FAILURE_NONE ? failure : account_read(reader.task, &rows, account);
}

enum failure account_store_look(struct transaction *transaction, struct id account_id,
                                struct account **account)
{
    struct rows rows;
    enum failure failure = transaction_query(transaction, &payments_query_account_share,
                                             PARAMS(param_id(account_id)), &rows);
    return failure != FAILURE_NONE ? failure
                                   : account_read(transaction_task(transaction), &rows, account);
}

enum failure account_store_lock(struct transaction *transaction, struct id account_id,
                                struct account **account)
{
    struct rows rows;
    enum failure failure = transaction_query(transaction, &payments_query_account_lock,
                                             PARAMS(param_id(account_id)), &rows);
    return failure != FAILURE_NONE ? failure
                                   : account_read(transaction_task(transaction), &rows, account);
}

enum failure account_store_enter(struct transaction *transaction, struct id account_id,
                                 struct account **account)
{
    enum failure failure = transaction_query(transaction, &payments_query_account_enter,
                                             PARAMS(param_id(account_id)), NULL);
    if (failure != FAILURE_NONE)
        return failure;
    failure = account_store_lock(transaction, account_id, account);
    assert(failure != FAILURE_NONE || *account != NULL);
    return failure;
}

enum failure account_store_set_currency(struct transaction *transaction, struct id account_id,
                                        const struct currency *currency, int64_t now_us)
{
    return transaction_query(
        transaction, &payments_query_account_set_currency,
        PARAMS(param_id(account_id), param_text(currency->code), param_time(now_us)), NULL);
}

enum failure account_store_set_facts(struct transaction *transaction, const struct account *account,
                                     int64_t as_of_us)
{
    return transaction_query(
        transaction, &payments_query_account_set_facts,
        PARAMS(param_id(account->account_id), param_text(account->country),
               param_bool(account->corporate), param_text(account->principal_name),
               param_bool(account->billing_address_present), param_time(as_of_us)),
        NULL);
}

enum failure account_store_set_customer(struct transaction *transaction, struct id account_id,
                                        const char *customer)
{
    return transaction_query(transaction, &payments_query_account_set_customer,
                             PARAMS(param_id(account_id), param_text(customer)), NULL);
}

enum failure account_store_set_closed(struct transaction *transaction, struct id account_id,
                                      bool closed, int64_t now_us)
{
    return transaction_query(transaction, &payments_query_account_set_closed,
                             PARAMS(param_id(account_id), param_bool(closed), param_time(now_us)),
                             NULL);
}
