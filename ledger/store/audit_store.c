#include "ledger/store/audit_store.h"

#include <string.h>

#include "ledger/store/queries.h"

static void company_from_row(const struct rows *rows, struct audited_company *company)
{
    *company = (struct audited_company){.company_id = row_id(rows, 0, 0), .length = row_int64(rows, 0, 1),
                                        .recorded_us = row_time_us(rows, 0, 3)};
    struct bytes hash = row_bytes(rows, 0, 2);
    memcpy(company->hash, hash.data, hash.size < ENTRY_HASH_SIZE ? hash.size : ENTRY_HASH_SIZE);
}

enum failure audit_store_next_company(struct task *task, struct database *database, struct id after, struct id only,
                                      struct audited_company *company, bool *found)
{
    struct rows rows;
    enum failure failure = id_is_nil(only)
        ? database_query(task, database, &ledger_query_audit_companies, PARAMS(param_id(after)), &rows)
        : database_query(task, database, &ledger_query_audit_company, PARAMS(param_id(only)), &rows);
    *found = failure == FAILURE_NONE && rows.count == 1;
    if (*found)
        company_from_row(&rows, company);
    return failure;
}

/* One after the other, so that an audit that is abandoned leaves PostgreSQL one statement to end and not a dozen. */
static enum failure read_facts(struct task *task, struct transaction *transaction, void *argument)
{
    struct audited_facts *facts = argument;
    struct rows head, totals;
    const struct {
        const struct query *query;
        struct rows *rows;
    } reads[] = {{&ledger_query_audit_company, &head}, {&ledger_query_audit_totals, &totals},
                 {&ledger_query_audit_unbalanced_entries, &facts->unbalanced}, {&ledger_query_audit_versions, &facts->versions},
                 {&ledger_query_audit_balances, &facts->balances}, {&ledger_query_audit_lots, &facts->lots},
                 {&ledger_query_audit_holds, &facts->holds}, {&ledger_query_audit_frozen, &facts->frozen},
                 {&ledger_query_audit_bills, &facts->bills}, {&ledger_query_audit_purchases, &facts->purchases},
                 {&ledger_query_audit_credit, &facts->credit}, {&ledger_query_audit_quotas, &facts->quotas},
                 {&ledger_query_audit_suspense, &facts->suspense}, {&ledger_query_audit_sums, &facts->sums}};
    struct param company = param_id(facts->company.company_id);
    enum failure failure = transaction_query(task, transaction, &ledger_query_audit_fold, NO_PARAMS, NULL);
    for (size_t i = 0; failure == FAILURE_NONE && i < sizeof reads / sizeof *reads; i++)
        failure = transaction_query(task, transaction, reads[i].query, &company, 1, reads[i].rows);
    if (failure != FAILURE_NONE)
        return failure;
    if (head.count == 1)
        company_from_row(&head, &facts->company);
    facts->accounts = row_int64(&totals, 0, 0);
    facts->entries = row_int64(&totals, 0, 1);
    facts->postings = row_int64(&totals, 0, 2);
    return FAILURE_NONE;
}

enum failure audit_store_read_facts(struct task *task, struct database *database, struct id company_id, struct audited_facts *facts)
{
    *facts = (struct audited_facts){.company = {.company_id = company_id}};
    return database_transact(task, database, ISOLATION_REPEATABLE_READ, read_facts, facts);
}

enum failure audit_store_read_chain(struct task *task, struct database *database, struct id company_id, int64_t after, int64_t to,
                                    struct rows *rows)
{
    return database_query(task, database, &ledger_query_audit_chain, PARAMS(param_id(company_id), param_int64(after), param_int64(to)),
                          rows);
}
