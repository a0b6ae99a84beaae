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
    struct payments_account_find_row row = payments_account_find_row(rows, 0);
    **account = (struct account){
        .account_id = row.account_id,
        .currency = row.has_currency ? currency_find(row.currency) : NULL,
        .currency_set_us = row.currency_set_us,
        .country = row.country,
        .corporate = row.corporate,
        .principal_name = row.principal_name,
        .billing_address_present = row.billing_address_present,
        .facts_known = row.has_facts_time,
        .provider_customer = row.provider_customer,
        .closed = row.has_closed_time,
    };
    return FAILURE_NONE;
}

enum failure account_store_find(struct reader reader, struct id account_id,
                                struct account **account)
{
    struct rows rows;
    enum failure failure = payments_account_find_alone(
        reader, &(struct payments_account_find){.account_id = account_id}, &rows);
    return failure != FAILURE_NONE ? failure : account_read(reader.task, &rows, account);
}

enum failure account_store_look(struct transaction *transaction, struct id account_id,
                                struct account **account)
{
    struct rows rows;
    enum failure failure = payments_account_share(
        transaction, &(struct payments_account_share){.account_id = account_id}, &rows);
    return failure != FAILURE_NONE ? failure
                                   : account_read(transaction_task(transaction), &rows, account);
}

enum failure account_store_lock(struct transaction *transaction, struct id account_id,
                                struct account **account)
{
    struct rows rows;
    enum failure failure = payments_account_lock(
        transaction, &(struct payments_account_lock){.account_id = account_id}, &rows);
    return failure != FAILURE_NONE ? failure
                                   : account_read(transaction_task(transaction), &rows, account);
}

enum failure account_store_enter(struct transaction *transaction, struct id account_id,
                                 struct account **account)
{
    enum failure failure = payments_account_enter(
        transaction, &(struct payments_account_enter){.account_id = account_id}, NULL);
    if (failure != FAILURE_NONE)
        return failure;
    failure = account_store_lock(transaction, account_id, account);
    assert(failure != FAILURE_NONE || *account != NULL);
    return failure;
}

enum failure account_store_set_currency(struct transaction *transaction, struct id account_id,
                                        const struct currency *currency, int64_t now_us)
{
    return payments_account_set_currency(
        transaction,
        &(struct payments_account_set_currency){
            .account_id = account_id, .currency = currency->code, .currency_set_us = now_us},
        NULL);
}

enum failure account_store_set_facts(struct transaction *transaction, const struct account *account,
                                     int64_t as_of_us)
{
    return payments_account_set_facts(
        transaction,
        &(struct payments_account_set_facts){.account_id = account->account_id,
                                             .country = account->country,
                                             .corporate = account->corporate,
                                             .principal_name = account->principal_name,
                                             .billing_address_present =
                                                 account->billing_address_present,
                                             .facts_us = as_of_us},
        NULL);
}

enum failure account_store_set_customer(struct transaction *transaction, struct id account_id,
                                        const char *customer)
{
    return payments_account_set_customer(
        transaction,
        &(struct payments_account_set_customer){.account_id = account_id,
                                                .provider_customer = customer},
        NULL);
}

enum failure account_store_set_closed(struct transaction *transaction, struct id account_id,
                                      bool closed, int64_t now_us)
{
    return payments_account_set_closed(
        transaction,
        &(struct payments_account_set_closed){
            .account_id = account_id, .closed = closed, .now_us = now_us},
        NULL);
}
