#include "ledger/store/audit_store.h"

#include <string.h>

#include "ledger/store/audit_chain.h"
#include "ledger/store/queries.h"

enum failure audit_store_next_company(struct reader reader, struct id after, struct id only,
                                      struct id *company_id, bool *found)
{
    struct rows rows;
    enum failure failure =
        id_is_nil(only) ? ledger_audit_companies_alone(
                              reader, &(struct ledger_audit_companies){.after_id = after}, &rows)
                        : ledger_audit_company_alone(
                              reader, &(struct ledger_audit_company){.company_id = only}, &rows);
    *found = failure == FAILURE_NONE && rows.count == 1;
    if (*found)
        *company_id = id_is_nil(only) ? ledger_audit_companies_row(&rows, 0).company_id : only;
    return failure;
}

/* One after the other, so that an audit that is abandoned leaves PostgreSQL one statement to end
 * and not a dozen. */
static enum failure read_folds(struct transaction *transaction, struct audited_facts *facts)
{
    const struct ledger_audit_postings in = {
        .company_id = facts->company_id, .chain = facts->chain, .account_id = facts->account_id};
    const struct {
        enum failure (*read)(struct transaction *, const struct ledger_audit_postings *,
                             struct rows *);
        struct rows *rows;
    } folds[] = {
        {ledger_audit_postings, &facts->postings}, {ledger_audit_lots, &facts->lots},
        {ledger_audit_holds, &facts->holds},       {ledger_audit_frozen, &facts->frozen},
        {ledger_audit_bills, &facts->bills},       {ledger_audit_purchases, &facts->purchases},
        {ledger_audit_quotas, &facts->quotas},     {ledger_audit_suspense, &facts->suspense},
        {ledger_audit_actors, &facts->actors},     {ledger_audit_transits, &facts->transits},
        {ledger_audit_grants, &facts->grants},     {ledger_audit_moves, &facts->moves}};
    enum failure failure = FAILURE_NONE;
    for (size_t i = 0; failure == FAILURE_NONE && i < sizeof folds / sizeof *folds; i++)
        failure = folds[i].read(transaction, &in, folds[i].rows);
    if (failure == FAILURE_NONE && facts->fold.has_revokes)
        failure = ledger_audit_lots(transaction, &in, &facts->lots);
    return failure;
}

/* ---- the passes ---- */

struct head {
    int64_t length, recorded_us;
    uint8_t hash[ENTRY_HASH_SIZE];
};

static enum failure read_head(struct transaction *transaction, struct audited_facts *facts,
                              struct head *head)
{
    struct rows rows;
    enum failure failure = ledger_audit_company(
        transaction, &(struct ledger_audit_company){.company_id = facts->company_id}, &rows);
    *head = (struct head){.length = -1};
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    struct ledger_audit_company_row row = ledger_audit_company_row(&rows, 0);
    *head = (struct head){.length = row.length, .recorded_us = row.recorded_us};
    memcpy(head->hash, row.hash.data,
           row.hash.size < ENTRY_HASH_SIZE ? row.hash.size : ENTRY_HASH_SIZE);
    facts->chain = row.chain;
    facts->accounts = id_is_nil(facts->account_id) ? row.accounts : 1;
    return FAILURE_NONE;
}

static void init_fold(struct arena *arena, struct audited_facts *facts)
{
    size_t max =
        facts->accounts < AUDIT_ACCOUNTS_MAX ? (size_t)facts->accounts : AUDIT_ACCOUNTS_MAX;
    audit_fold_init(&facts->fold, arena_alloc_array(arena, max + 1, sizeof(struct folded_account)),
                    arena_alloc_array(arena, audit_fold_place_count(max), sizeof(uint32_t)), max);
    facts->fold.only = facts->account_id;
}

static void add_account(struct audit_fold *fold, const struct ledger_audit_accounts_row *row)
{
    struct folded_account *account = audit_fold_add_account(fold, row->account_id, row->number);
    memcpy(account->currency, row->currency, strnlen(row->currency, 3));
    account->kept_version = row->version;
    account->lots.kept_count = row->lots;
    account->lots.kept_first = row->lot_first;
    account->kept_books[BOOK_OWN] = row->own_micros;
    account->kept_books[BOOK_TRANSFERRED_IN] = row->transferred_in_micros;
    account->kept_books[BOOK_REFUND_CREDIT] = row->refund_credit_micros;
    account->kept_books[BOOK_UNBILLED] = row->unbilled_micros;
    account->kept_books[BOOK_OUTSTANDING] = row->outstanding_micros;
    account->kept_books[BOOK_REVENUE] = row->revenue_micros;
    account->kept_books[BOOK_TOP_UP] = row->top_up_micros;
    account->kept_books[BOOK_ADJUSTMENT] = row->adjustment_micros;
    account->kept_books[BOOK_CLEARING] = row->clearing_micros;
}

#define ACCOUNTS_STRETCH 1000

/* As many accounts after *after as the fold takes; *after moves behind the last of them. */
static enum failure read_accounts(struct transaction *transaction, struct audited_facts *facts,
                                  struct id *after)
{
    struct audit_fold *fold = &facts->fold;
    struct arena *arena = transaction_arena(transaction);
    for (bool more = true; more && fold->account_count < fold->account_max;) {
        struct arena_mark mark = arena_mark(arena);
        size_t room = fold->account_max - fold->account_count;
        struct ledger_audit_accounts in = {
            .company_id = facts->company_id,
            .after_id = *after,
            .account_id = facts->account_id,
            .limit = (int64_t)(room < ACCOUNTS_STRETCH ? room : ACCOUNTS_STRETCH)};
        struct rows rows;
        enum failure failure = ledger_audit_accounts(transaction, &in, &rows);
        if (failure != FAILURE_NONE)
            return failure;
        for (size_t i = 0; i < rows.count; i++) {
            struct ledger_audit_accounts_row row = ledger_audit_accounts_row(&rows, i);
            add_account(fold, &row);
            *after = row.account_id;
        }
        more = rows.count == (size_t)in.limit;
        arena_rewind(arena, mark);
    }
    return FAILURE_NONE;
}

/* Once along the chain for every AUDIT_ACCOUNTS_MAX accounts, and once when there are none. */
static enum failure walk(struct transaction *transaction, struct audited_facts *facts)
{
    struct head head;
    struct audit_fold *fold = &facts->fold;
    struct id after = {{0}};
    enum failure failure = read_head(transaction, facts, &head);
    if (failure != FAILURE_NONE)
        return failure;
    init_fold(transaction_arena(transaction), facts);
    struct audit_walk walking = {facts->chain, facts->accounts > AUDIT_ACCOUNTS_MAX};
    for (int64_t left = facts->accounts, passes = 0; passes == 0 || left > 0; passes++) {
        audit_fold_begin_pass(fold, passes == 0);
        failure = read_accounts(transaction, facts, &after);
        if (failure == FAILURE_NONE)
            failure = audit_chain_walk(transaction, &walking, fold);
        if (failure != FAILURE_NONE)
            return failure;
        if (passes == 0)
            audit_fold_check_head(fold, head.length, head.recorded_us, head.hash);
        audit_fold_compare(fold);
        left -= AUDIT_ACCOUNTS_MAX;
    }
    if (!id_is_nil(facts->account_id))
        facts->accounts = (int64_t)fold->account_count;
    return FAILURE_NONE;
}

struct reading {
    struct audited_facts *facts;
    struct arena_mark begun;
};

/* May be run again: then it begins from nothing. */
static enum failure read_facts(struct transaction *transaction, void *argument)
{
    struct reading *reading = argument;
    struct audited_facts *facts = reading->facts;
    arena_rewind(transaction_arena(transaction), reading->begun);
    *facts =
        (struct audited_facts){.company_id = facts->company_id, .account_id = facts->account_id};
    enum failure failure = ledger_audit_fold(transaction, NULL);
    if (failure == FAILURE_NONE)
        failure = walk(transaction, facts);
    if (failure == FAILURE_NONE)
        failure = read_folds(transaction, facts);
    if (failure != FAILURE_NONE || !id_is_nil(facts->account_id))
        return failure;
    return ledger_audit_credit(transaction,
                               &(struct ledger_audit_credit){.company_id = facts->company_id},
                               &facts->credit);
}

enum failure audit_store_read_facts(struct reader reader, struct audited_facts *facts)
{
    struct reading reading = {facts, arena_mark(reader_arena(reader))};
    return database_transact(reader.task, reader.database, ISOLATION_REPEATABLE_READ, read_facts,
                             &reading);
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
