#include "identity/store/company_merge_store.h"

#include "identity/store/queries.h"
#include "identity/store/relation_store.h"

static struct known_number number_of(const struct identity_company_numbers_row *row)
{
    return (struct known_number){.company_id = row->company_id,
                                 .country = row->country,
                                 .scheme = row->scheme,
                                 .number = row->number,
                                 .merged_us = row->merge_us,
                                 .merge_reason = row->merge_reason};
}

static struct identity_company_numbers asked(struct id company_id, const struct company_key *key)
{
    struct identity_company_numbers query = {.company_id = company_id,
                                             .country = "",
                                             .scheme = "",
                                             .number = "",
                                             .limit = COMPANY_NUMBERS_MAX};
    if (!id_is_nil(company_id))
        return query;
    query.country = key->country;
    query.scheme = key->scheme;
    query.number = key->number;
    return query;
}

static struct company company_of(struct arena *arena, const struct rows *rows)
{
    struct company company = {
        .numbers = arena_alloc_array(arena, rows->count + 1, sizeof *company.numbers),
        .count = rows->count};
    for (size_t i = 0; i < rows->count; i++) {
        struct identity_company_numbers_row row = identity_company_numbers_row(rows, i);
        company.numbers[i] = number_of(&row);
        company.accounts = row.accounts;
        if (row.merge_us != 0)
            continue;
        company.company_id = row.company_id;
        company.main_account_id = row.main_account_id;
    }
    return company;
}

enum failure company_store_read(struct reader reader, struct id company_id,
                                const struct company_key *key, struct company *company)
{
    struct rows rows;
    const struct identity_company_numbers query = asked(company_id, key);
    enum failure failure = identity_company_numbers_alone(reader, &query, &rows);
    if (failure == FAILURE_NONE)
        *company = company_of(reader_arena(reader), &rows);
    return failure;
}

static enum failure read_facts(struct transaction *transaction, const struct company_pair *pair,
                               struct company_merge *merge)
{
    struct rows rows;
    enum failure failure =
        identity_company_merge_facts(transaction,
                                     &(struct identity_company_merge_facts){
                                         .company_id = pair->company_id,
                                         .merged_company_id = pair->merged_id,
                                         .merged_main_account_id = pair->merged_main_account_id},
                                     &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct identity_company_merge_facts_row row = identity_company_merge_facts_row(&rows, 0);
    merge->shares_register = row.shares_register;
    merge->numbers = row.numbers;
    merge->accounts = row.accounts;
    merge->is_related = row.related;
    merge->is_frozen = row.frozen;
    return FAILURE_NONE;
}

/* B.1: the one's group joins the other's, as an account does that is verified. */
static enum failure read_structure(struct transaction *transaction, const struct company_pair *pair,
                                   struct company_merge *merge)
{
    struct group_facts facts = {.cycle = false};
    enum failure failure = FAILURE_NONE;
    if (!id_is_nil(pair->merged_main_account_id))
        failure = relation_store_group_facts(transaction, pair->company_id,
                                             pair->merged_main_account_id, &facts);
    merge->is_cycle = facts.cycle;
    merge->above = facts.above;
    merge->below = facts.below;
    return failure;
}

enum failure company_store_lock_pair(struct transaction *transaction, struct company_pair *pair,
                                     struct company_merge *merge)
{
    struct rows rows;
    enum failure failure = identity_company_merge_lock(
        transaction,
        &(struct identity_company_merge_lock){.company_id = pair->company_id,
                                              .merged_company_id = pair->merged_id},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    merge->is_one = id_equal(pair->company_id, pair->merged_id);
    merge->both_exist = rows.count == (merge->is_one ? 1 : 2);
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_company_merge_lock_row row = identity_company_merge_lock_row(&rows, i);
        bool stays = id_equal(row.company_id, pair->company_id);
        *(stays ? &pair->main_account_id : &pair->merged_main_account_id) = row.main_account_id;
        merge->is_merged = merge->is_merged || row.merged;
    }
    failure = merge->both_exist ? read_facts(transaction, pair, merge) : FAILURE_NONE;
    return merge->both_exist && failure == FAILURE_NONE ? read_structure(transaction, pair, merge)
                                                        : failure;
}

static enum failure move_accounts(struct transaction *transaction,
                                  const struct company_merging *merging,
                                  struct moved_accounts *moved)
{
    struct rows rows;
    enum failure failure = identity_company_merge_accounts(
        transaction,
        &(struct identity_company_merge_accounts){.company_id = merging->pair.company_id,
                                                  .merged_company_id = merging->pair.merged_id},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    moved->items =
        arena_alloc_array(transaction_arena(transaction), rows.count + 1, sizeof *moved->items);
    moved->count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_company_merge_accounts_row row =
            identity_company_merge_accounts_row(&rows, i);
        moved->items[i] = (struct moved_account){row.submission_id, row.account_id, row.country,
                                                 company_scheme_find(row.scheme)};
    }
    return FAILURE_NONE;
}

static enum failure move_structure(struct transaction *transaction,
                                   const struct company_merging *merging,
                                   const struct moved_accounts *moved)
{
    const struct company_pair *pair = &merging->pair;
    struct id *account_ids =
        arena_alloc_array(transaction_arena(transaction), moved->count + 1, sizeof *account_ids);
    for (size_t i = 0; i < moved->count; i++)
        account_ids[i] = moved->items[i].account_id;
    enum failure failure = identity_structure_leave(
        transaction,
        &(struct identity_structure_leave){.account_id = pair->merged_main_account_id,
                                           .end_us = merging->now_us},
        NULL);
    return failure != FAILURE_NONE ? failure
                                   : identity_company_merge_structure(
                                         transaction,
                                         &(struct identity_company_merge_structure){
                                             .company_id = pair->company_id,
                                             .main_account_id = pair->merged_main_account_id,
                                             .account_ids = {account_ids, moved->count},
                                             .begin_us = merging->now_us},
                                         NULL);
}

static enum failure keep_merge(struct transaction *transaction,
                               const struct company_merging *merging)
{
    const struct company_pair *pair = &merging->pair;
    return identity_company_merge_note(
        transaction,
        &(struct identity_company_merge_note){.company_id = pair->company_id,
                                              .merged_company_id = pair->merged_id,
                                              .merge_us = merging->now_us,
                                              .reason = merging->reason,
                                              .merged_by = merging->operator_id,
                                              .approved_by = merging->approver_id},
        NULL);
}

enum failure company_store_merge(struct transaction *transaction,
                                 const struct company_merging *merging,
                                 struct company_merged *merged)
{
    struct rows rows;
    const struct identity_company_numbers query = asked(merging->pair.company_id, NULL);
    enum failure failure = move_accounts(transaction, merging, &merged->accounts);
    if (failure == FAILURE_NONE && !id_is_nil(merging->pair.merged_main_account_id))
        failure = move_structure(transaction, merging, &merged->accounts);
    if (failure == FAILURE_NONE)
        failure = keep_merge(transaction, merging);
    if (failure == FAILURE_NONE)
        failure = identity_company_numbers(transaction, &query, &rows);
    if (failure == FAILURE_NONE)
        merged->company = company_of(transaction_arena(transaction), &rows);
    return failure;
}
