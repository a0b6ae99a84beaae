#include "ledger/store/audit_store.h"

#include <string.h>

#include "ledger/store/queries.h"

static void company_from_row(const struct rows *rows, struct audited_company *company)
{
    *company = (struct audited_company){.company_id = row_id(rows, 0, 0),
                                        .length = row_int64(rows, 0, 1),
                                        .recorded_us = row_time_us(rows, 0, 3)};
    struct bytes hash = row_bytes(rows, 0, 2);
    memcpy(company->hash, hash.data, hash.size < ENTRY_HASH_SIZE ? hash.size : ENTRY_HASH_SIZE);
}

enum failure audit_store_next_company(struct reader reader, struct id after, struct id only,
                                      struct audited_company *company, bool *found)
{
    struct rows rows;
    enum failure failure =
        id_is_nil(only)
            ? database_query(reader, &ledger_query_audit_companies, PARAMS(param_id(after)), &rows)
            : database_query(reader, &ledger_query_audit_company, PARAMS(param_id(only)), &rows);
    *found = failure == FAILURE_NONE && rows.count == 1;
    if (*found)
        company_from_row(&rows, company);
    return failure;
}

struct fold {
    const struct query *query;
    struct rows *rows;
    bool of_account; /* takes an account, or NULL for all, as its second parameter */
};

/* One after the other, so that an audit that is abandoned leaves PostgreSQL one statement to end
 * and not a dozen. */
static enum failure read_folds(struct transaction *transaction, struct audited_facts *facts,
                               const struct fold *folds, size_t count)
{
    bool of_one = !id_is_nil(facts->account_id);
    struct param params[] = {param_id(facts->company.company_id),
                             of_one ? param_id(facts->account_id) : param_null()};
    enum failure failure = FAILURE_NONE;
    for (size_t i = 0; failure == FAILURE_NONE && i < count; i++)
        if (folds[i].of_account || !of_one)
            failure = transaction_query(transaction, folds[i].query, params,
                                        folds[i].of_account ? 2 : 1, folds[i].rows);
    return failure;
}

static enum failure read_totals(struct transaction *transaction, struct audited_facts *facts)
{
    struct rows rows;
    struct id company_id = facts->company.company_id;
    enum failure failure =
        id_is_nil(facts->account_id)
            ? transaction_query(transaction, &ledger_query_audit_totals,
                                PARAMS(param_id(company_id)), &rows)
            : transaction_query(transaction, &ledger_query_audit_account_totals,
                                PARAMS(param_id(company_id), param_id(facts->account_id)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    facts->accounts = row_int64(&rows, 0, 0);
    facts->entries = row_int64(&rows, 0, 1);
    facts->postings = row_int64(&rows, 0, 2);
    return FAILURE_NONE;
}

static enum failure read_head(struct transaction *transaction, struct audited_facts *facts)
{
    struct rows rows;
    struct param company = param_id(facts->company.company_id);
    enum failure failure =
        transaction_query(transaction, &ledger_query_audit_company, &company, 1, &rows);
    if (failure == FAILURE_NONE && rows.count == 1)
        company_from_row(&rows, &facts->company);
    return failure;
}

static enum failure read_facts(struct transaction *transaction, void *argument)
{
    struct audited_facts *facts = argument;
    const struct fold folds[] = {
        {&ledger_query_audit_unbalanced_entries, &facts->unbalanced, false},
        {&ledger_query_audit_versions, &facts->versions, true},
        {&ledger_query_audit_balances, &facts->balances, true},
        {&ledger_query_audit_lots, &facts->lots, true},
        {&ledger_query_audit_holds, &facts->holds, true},
        {&ledger_query_audit_frozen, &facts->frozen, true},
        {&ledger_query_audit_bills, &facts->bills, true},
        {&ledger_query_audit_purchases, &facts->purchases, true},
        {&ledger_query_audit_credit, &facts->credit, false},
        {&ledger_query_audit_quotas, &facts->quotas, true},
        {&ledger_query_audit_suspense, &facts->suspense, true},
        {&ledger_query_audit_sums, &facts->sums, false}};
    enum failure failure = read_head(transaction, facts);
    if (failure == FAILURE_NONE)
        failure = transaction_query(transaction, &ledger_query_audit_fold, NO_PARAMS, NULL);
    if (failure == FAILURE_NONE)
        failure = read_folds(transaction, facts, folds, sizeof folds / sizeof *folds);
    return failure == FAILURE_NONE ? read_totals(transaction, facts) : failure;
}

enum failure audit_store_read_facts(struct reader reader, struct id company_id,
                                    struct id account_id, struct audited_facts *facts)
{
    *facts =
        (struct audited_facts){.company = {.company_id = company_id}, .account_id = account_id};
    return database_transact(reader.task, reader.database, ISOLATION_REPEATABLE_READ, read_facts,
                             facts);
}

enum failure audit_store_find_main_account(struct reader reader, struct id company_id,
                                           struct id *account_id)
{
    struct rows rows;
    enum failure failure = database_query(reader, &ledger_query_find_main_account,
                                          PARAMS(param_id(company_id)), &rows);
    *account_id =
        failure == FAILURE_NONE && rows.count == 1 ? row_id(&rows, 0, 0) : (struct id){{0}};
    return failure;
}

enum failure audit_store_read_chain(struct reader reader, struct id company_id, int64_t after,
                                    int64_t to, struct rows *rows)
{
    return database_query(reader, &ledger_query_audit_chain,
                          PARAMS(param_id(company_id), param_int64(after), param_int64(to)), rows);
}
