#include "ledger/store/audit_store.h"

#include <string.h>

#include "ledger/store/queries.h"

static void company_from_row(const struct rows *rows, struct audited_company *company)
{
    struct ledger_audit_company_row row = ledger_audit_company_row(rows, 0);
    *company = (struct audited_company){
        .company_id = row.company_id, .length = row.length, .recorded_us = row.recorded_us};
    struct bytes hash = row.hash;
    memcpy(company->hash, hash.data, hash.size < ENTRY_HASH_SIZE ? hash.size : ENTRY_HASH_SIZE);
}

enum failure audit_store_next_company(struct reader reader, struct id after, struct id only,
                                      struct audited_company *company, bool *found)
{
    struct rows rows;
    enum failure failure =
        id_is_nil(only) ? ledger_audit_companies_alone(
                              reader, &(struct ledger_audit_companies){.after_id = after}, &rows)
                        : ledger_audit_company_alone(
                              reader, &(struct ledger_audit_company){.company_id = only}, &rows);
    *found = failure == FAILURE_NONE && rows.count == 1;
    if (*found)
        company_from_row(&rows, company);
    return failure;
}

/* One after the other, so that an audit that is abandoned leaves PostgreSQL one statement to end
 * and not a dozen. */
static enum failure read_folds(struct transaction *transaction, struct audited_facts *facts)
{
    const struct ledger_audit_versions in = {.company_id = facts->company.company_id,
                                             .account_id = facts->account_id};
    const struct {
        enum failure (*read)(struct transaction *, const struct ledger_audit_versions *,
                             struct rows *);
        struct rows *rows;
    } folds[] = {
        {ledger_audit_versions, &facts->versions},   {ledger_audit_balances, &facts->balances},
        {ledger_audit_lots, &facts->lots},           {ledger_audit_holds, &facts->holds},
        {ledger_audit_frozen, &facts->frozen},       {ledger_audit_bills, &facts->bills},
        {ledger_audit_purchases, &facts->purchases}, {ledger_audit_quotas, &facts->quotas},
        {ledger_audit_suspense, &facts->suspense}};
    enum failure failure = FAILURE_NONE;
    for (size_t i = 0; failure == FAILURE_NONE && i < sizeof folds / sizeof *folds; i++)
        failure = folds[i].read(transaction, &in, folds[i].rows);
    return failure;
}

static enum failure read_company_folds(struct transaction *transaction, struct audited_facts *facts)
{
    const struct ledger_audit_credit in = {.company_id = facts->company.company_id};
    enum failure failure = ledger_audit_unbalanced_entries(transaction, &in, &facts->unbalanced);
    if (failure == FAILURE_NONE)
        failure = ledger_audit_credit(transaction, &in, &facts->credit);
    return failure == FAILURE_NONE ? ledger_audit_sums(transaction, &in, &facts->sums) : failure;
}

static enum failure read_totals(struct transaction *transaction, struct audited_facts *facts)
{
    struct rows rows;
    struct id company_id = facts->company.company_id;
    enum failure failure =
        id_is_nil(facts->account_id)
            ? ledger_audit_totals(transaction,
                                  &(struct ledger_audit_totals){.company_id = company_id}, &rows)
            : ledger_audit_account_totals(
                  transaction,
                  &(struct ledger_audit_account_totals){.company_id = company_id,
                                                        .account_id = facts->account_id},
                  &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct ledger_audit_totals_row row = ledger_audit_totals_row(&rows, 0);
    facts->accounts = row.accounts;
    facts->entries = row.entries;
    facts->postings = row.postings;
    return FAILURE_NONE;
}

static enum failure read_head(struct transaction *transaction, struct audited_facts *facts)
{
    struct rows rows;
    enum failure failure = ledger_audit_company(
        transaction, &(struct ledger_audit_company){.company_id = facts->company.company_id},
        &rows);
    if (failure == FAILURE_NONE && rows.count == 1)
        company_from_row(&rows, &facts->company);
    return failure;
}

static enum failure read_facts(struct transaction *transaction, void *argument)
{
    struct audited_facts *facts = argument;
    enum failure failure = read_head(transaction, facts);
    if (failure == FAILURE_NONE)
        failure = ledger_audit_fold(transaction, NULL);
    if (failure == FAILURE_NONE)
        failure = read_folds(transaction, facts);
    if (failure == FAILURE_NONE && id_is_nil(facts->account_id))
        failure = read_company_folds(transaction, facts);
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
    enum failure failure = ledger_find_main_account_alone(
        reader, &(struct ledger_find_main_account){.company_id = company_id}, &rows);
    *account_id = failure == FAILURE_NONE && rows.count == 1
                      ? ledger_find_main_account_row(&rows, 0).account_id
                      : (struct id){{0}};
    return failure;
}

enum failure audit_store_read_chain(struct reader reader, struct id company_id, int64_t after,
                                    int64_t to, struct rows *rows)
{
    return ledger_audit_chain_alone(reader,
                                    &(struct ledger_audit_chain){.company_id = company_id,
                                                                 .after_sequence = after,
                                                                 .to_sequence = to},
                                    rows);
}
