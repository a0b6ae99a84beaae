#include "ledger/store/audit_store.h"

#include <string.h>

#include "ledger/store/pipeline.h"
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
    enum failure failure = database_query(task, database, &ledger_query_audit_companies,
                                          PARAMS(param_id(after), id_is_nil(only) ? param_null() : param_id(only), param_int64(1)), &rows);
    *found = failure == FAILURE_NONE && rows.count == 1;
    if (*found)
        company_from_row(&rows, company);
    return failure;
}

static enum failure read_facts(struct task *task, struct transaction *transaction, void *argument)
{
    struct audited_facts *facts = argument;
    struct id company_id = facts->company.company_id;
    struct pipeline pipeline = {.task = task, .transaction = transaction};
    static const struct query *const queries[] = {
        &ledger_query_audit_totals, &ledger_query_audit_unbalanced_entries, &ledger_query_audit_versions, &ledger_query_audit_balances,
        &ledger_query_audit_lots, &ledger_query_audit_holds, &ledger_query_audit_frozen, &ledger_query_audit_bills,
        &ledger_query_audit_purchases, &ledger_query_audit_credit, &ledger_query_audit_quotas, &ledger_query_audit_suspense,
        &ledger_query_audit_sums};
    struct rows head, totals;
    struct rows *const answers[] = {
        &totals, &facts->unbalanced, &facts->versions, &facts->balances,
        &facts->lots, &facts->holds, &facts->frozen, &facts->bills,
        &facts->purchases, &facts->credit, &facts->quotas, &facts->suspense,
        &facts->sums};
    pipeline_send(&pipeline, &ledger_query_audit_companies, PARAMS(param_id((struct id){{0}}), param_id(company_id), param_int64(1)));
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        pipeline_send(&pipeline, queries[i], PARAMS(param_id(company_id)));
    pipeline_receive(&pipeline, &head);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        pipeline_receive(&pipeline, answers[i]);
    if (pipeline.failure != FAILURE_NONE)
        return pipeline.failure;
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
