#include "ledger/store/account_store.h"

#include "ledger/store/facts_store.h"
#include "ledger/store/queries.h"
#include "runtime/base/clock.h"

static enum failure take_chain(struct transaction *transaction, struct id company_id)
{
    struct id revision = id_new(clock_now_us());
    return transaction_query(transaction, &ledger_query_take_chain,
                             PARAMS(param_id(company_id), param_id(revision)), NULL);
}

enum failure account_store_open_company(struct transaction *transaction, struct id company_id,
                                        int64_t now_us)
{
    enum failure failure =
        transaction_query(transaction, &ledger_query_open_chain,
                          PARAMS(param_id(company_id), param_time(now_us)), NULL);
    return failure == FAILURE_NONE ? take_chain(transaction, company_id) : failure;
}

enum failure account_store_open(struct transaction *transaction, const struct account *account,
                                bool *opened)
{
    struct rows rows;
    enum failure failure =
        account_store_open_company(transaction, account->company_id, account->opened_us);
    if (failure == FAILURE_NONE)
        failure = transaction_query(
            transaction, &ledger_query_open_account,
            PARAMS(param_id(account->company_id), param_id(account->id),
                   param_bool(account->corporate), param_bool(account->company_verified),
                   param_text(account->currency), param_int64(account->payment_mode),
                   param_int64(account->buffer_micros), param_time(account->opened_us)),
            &rows);
    *opened = failure == FAILURE_NONE && rows.count == 1;
    return failure;
}

enum failure account_store_lock(struct transaction *transaction, struct id company_id,
                                struct id account_id, struct account *account,
                                struct account_override *override, bool *found)
{
    struct rows rows;
    enum failure failure = take_chain(transaction, company_id);
    if (failure == FAILURE_NONE)
        failure = transaction_query(
            transaction, &ledger_query_read_account,
            PARAMS(param_id(company_id), param_id(account_id), param_time(clock_now_us())), &rows);
    *found = failure == FAILURE_NONE && rows.count == 1;
    if (!*found)
        return failure;
    facts_store_account_from_row(&rows, 0, account);
    *override = (struct account_override){.reason = row_text(&rows, 0, 28),
                                          .approver_id = row_id(&rows, 0, 29)};
    return FAILURE_NONE;
}

enum failure account_store_update_facts(struct transaction *transaction,
                                        const struct account *account,
                                        const struct account_override *override)
{
    bool overridden = account->override_until_us != 0;
    return transaction_query(
        transaction, &ledger_query_update_account_facts,
        PARAMS(param_id(account->company_id), param_id(account->id),
               param_bool(account->company_verified), param_text(account->currency),
               param_int64(account->state), param_int64(account->payment_mode),
               param_int64(account->buffer_micros), param_bool(account->pay_on_behalf),
               param_bool(account->receivables),
               overridden ? param_time(account->override_until_us) : param_null(),
               param_text(overridden ? override->reason : NULL),
               overridden ? param_id(override->approver_id) : param_null(),
               param_bool(account->suspended)),
        NULL);
}

enum failure account_store_is_elsewhere(struct transaction *transaction, struct id company_id,
                                        struct id account_id, bool *elsewhere)
{
    struct rows rows;
    enum failure failure = transaction_query(transaction, &ledger_query_find_accounts_elsewhere,
                                             PARAMS(param_id_array(&account_id, 1)), &rows);
    *elsewhere = false;
    for (size_t row = 0; failure == FAILURE_NONE && row < rows.count; row++)
        *elsewhere = *elsewhere || !id_equal(row_id(&rows, row, 0), company_id);
    return failure;
}

enum failure account_store_lock_credit_line(struct transaction *transaction, struct id company_id,
                                            const char *currency, struct credit_line *line)
{
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &ledger_query_read_credit_line,
                          PARAMS(param_id(company_id), param_text(currency)), &rows);
    *line = (struct credit_line){.company_id = company_id};
    if (failure == FAILURE_NONE && rows.count == 1) {
        line->line_micros = row_int64(&rows, 0, 0);
        line->allocated_micros = row_int64(&rows, 0, 1);
    }
    return failure;
}

enum failure account_store_set_credit_line(struct transaction *transaction, struct id company_id,
                                           const char *currency, int64_t line_micros)
{
    return transaction_query(
        transaction, &ledger_query_set_credit_line,
        PARAMS(param_id(company_id), param_text(currency), param_int64(line_micros)), NULL);
}

enum failure account_store_read_credit_line(struct reader reader, struct id company_id,
                                            const char *currency, int64_t default_micros,
                                            int64_t *line_micros, int64_t *allocated_micros)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &ledger_query_read_credit_line,
                       PARAMS(param_id(company_id), param_text(currency)), &rows);
    bool found = failure == FAILURE_NONE && rows.count == 1;
    *line_micros = found ? row_int64(&rows, 0, 0) : default_micros;
    *allocated_micros = found ? row_int64(&rows, 0, 1) : 0;
    return failure;
}
