#include "ledger/store/account_store.h"

#include "ledger/store/facts_store.h"
#include "ledger/store/queries.h"
#include "runtime/base/clock.h"

static enum failure take_chain(struct transaction *transaction, struct id company_id)
{
    struct id revision = id_new(clock_work_us());
    return ledger_take_chain(
        transaction, &(struct ledger_take_chain){.company_id = company_id, .revision = revision},
        NULL);
}

enum failure account_store_find_order(struct transaction *transaction, const struct once_key *key,
                                      bool *is_taken)
{
    struct rows rows;
    struct id request_key = order_request_key(key->scope_id, key->origin.id, key->request_id);
    enum failure failure = take_chain(transaction, key->scope_id);
    if (failure == FAILURE_NONE)
        failure = ledger_find_order(transaction,
                                    &(struct ledger_find_order){.request_key = request_key}, &rows);
    *is_taken = failure == FAILURE_NONE && rows.count == 1;
    return failure;
}

enum failure account_store_open_company(struct transaction *transaction, struct id company_id,
                                        int64_t now_us)
{
    enum failure failure = ledger_open_chain(
        transaction, &(struct ledger_open_chain){.company_id = company_id, .recorded_us = now_us},
        NULL);
    return failure == FAILURE_NONE ? take_chain(transaction, company_id) : failure;
}

enum failure account_store_open(struct transaction *transaction, const struct account *account,
                                bool *opened)
{
    struct rows rows;
    enum failure failure =
        account_store_open_company(transaction, account->company_id, account->opened_us);
    if (failure == FAILURE_NONE)
        failure = ledger_open_account(
            transaction,
            &(struct ledger_open_account){.company_id = account->company_id,
                                          .account_id = account->id,
                                          .corporate = account->corporate,
                                          .company_verified = account->company_verified,
                                          .currency = account->currency,
                                          .payment_mode = account->payment_mode,
                                          .buffer_micros = account->buffer_micros,
                                          .opened_us = account->opened_us},
            &rows);
    *opened = failure == FAILURE_NONE && rows.count == 1;
    return failure;
}

enum failure account_store_lock(struct transaction *transaction, struct id company_id,
                                struct id account_id, struct locked_account *locked)
{
    struct rows rows;
    enum failure failure = take_chain(transaction, company_id);
    if (failure == FAILURE_NONE)
        failure =
            ledger_read_account(transaction,
                                &(struct ledger_read_account){.company_id = company_id,
                                                              .account_id = account_id,
                                                              .now_us = clock_of_us(company_id)},
                                &rows);
    locked->found = failure == FAILURE_NONE && rows.count == 1;
    if (!locked->found)
        return failure;
    struct ledger_read_accounts_row row = ledger_read_accounts_row(&rows, 0);
    facts_store_account_from_row(&row, &locked->account);
    return FAILURE_NONE;
}

enum failure account_store_update_facts(struct transaction *transaction,
                                        const struct locked_account *locked)
{
    const struct account *account = &locked->account;
    return ledger_update_account_facts(
        transaction,
        &(struct ledger_update_account_facts){.company_id = account->company_id,
                                              .account_id = account->id,
                                              .company_verified = account->company_verified,
                                              .currency = account->currency,
                                              .state = account->state,
                                              .payment_mode = account->payment_mode,
                                              .buffer_micros = account->buffer_micros,
                                              .pay_on_behalf = account->pay_on_behalf,
                                              .receivables = account->receivables,
                                              .override_until_us = account->override_until_us,
                                              .suspended = account->suspended},
        NULL);
}

enum failure account_store_is_elsewhere(struct transaction *transaction, struct id company_id,
                                        struct id account_id, bool *elsewhere)
{
    struct rows rows;
    enum failure failure = ledger_find_accounts_elsewhere(
        transaction, &(struct ledger_find_accounts_elsewhere){.account_ids = {&account_id, 1}},
        &rows);
    *elsewhere = false;
    for (size_t row = 0; failure == FAILURE_NONE && row < rows.count; row++)
        *elsewhere =
            *elsewhere ||
            !id_equal(ledger_find_accounts_elsewhere_row(&rows, row).company_id, company_id);
    return failure;
}

static void line_from_row(const struct rows *rows, struct credit_line *line)
{
    struct ledger_read_credit_line_row row = ledger_read_credit_line_row(rows, 0);
    line->line_micros = row.line_micros;
    line->allocated_micros = row.allocated_micros;
}

enum failure account_store_lock_credit_line(struct transaction *transaction, struct id company_id,
                                            const char *currency, struct credit_line *line)
{
    struct rows rows;
    enum failure failure = ledger_read_credit_line(
        transaction,
        &(struct ledger_read_credit_line){.company_id = company_id, .currency = currency}, &rows);
    *line = (struct credit_line){.company_id = company_id};
    if (failure == FAILURE_NONE && rows.count == 1)
        line_from_row(&rows, line);
    return failure;
}

enum failure account_store_set_credit_line(struct transaction *transaction, struct id company_id,
                                           const char *currency, int64_t line_micros)
{
    return ledger_set_credit_line(transaction,
                                  &(struct ledger_set_credit_line){.company_id = company_id,
                                                                   .currency = currency,
                                                                   .line_micros = line_micros},
                                  NULL);
}

enum failure account_store_read_credit_line(struct reader reader, struct credit_line *line)
{
    struct rows rows;
    enum failure failure = ledger_read_credit_line_alone(
        reader,
        &(struct ledger_read_credit_line){.company_id = line->company_id,
                                          .currency = line->currency},
        &rows);
    if (failure == FAILURE_NONE && rows.count == 1)
        line_from_row(&rows, line);
    return failure;
}
