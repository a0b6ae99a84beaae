#include "identity/store/role_store.h"

#include "identity/store/names.h"
#include "identity/store/queries.h"

static void read_row(struct arena *arena, const struct rows *rows, struct account_roles *roles)
{
    struct identity_read_roles_row row = identity_read_roles_row(rows, 0);
    unsigned subtree_roles = roles_named(row.caller_subtree_roles);
    *roles = (struct account_roles){
        .caller = {.roles = roles_named(row.caller_roles) | subtree_roles |
                            operator_roles_named(row.caller_operates, row.caller_operator_roles),
                   .subtree_roles = subtree_roles,
                   .owns = row.caller_owns},
        .member_roles = roles_named(row.member_roles),
        .member_custom_role_ids = custom_role_ids_named(arena, row.member_roles),
        .administrators = row.administrators,
        .member_owns = row.member_owns};
}

enum failure role_store_read(struct reader reader, struct id account_id, struct id caller_id,
                             struct id member_id, struct account_roles *roles)
{
    struct rows rows;
    enum failure failure = identity_read_roles_alone(
        reader,
        &(struct identity_read_roles){
            .account_id = account_id, .caller_id = caller_id, .member_id = member_id},
        &rows);
    if (failure == FAILURE_NONE)
        read_row(reader_arena(reader), &rows, roles);
    return failure;
}

enum failure role_store_lock(struct transaction *transaction, struct id account_id,
                             struct id caller_id, struct id member_id, struct account_roles *roles)
{
    struct rows rows;
    enum failure failure = identity_lock_account(
        transaction, &(struct identity_lock_account){.account_id = account_id}, NULL);
    if (failure == FAILURE_NONE)
        failure = identity_read_roles(transaction,
                                      &(struct identity_read_roles){.account_id = account_id,
                                                                    .caller_id = caller_id,
                                                                    .member_id = member_id},
                                      &rows);
    if (failure == FAILURE_NONE)
        read_row(transaction_arena(transaction), &rows, roles);
    return failure;
}

enum failure role_store_administrators(struct transaction *transaction, struct id account_id,
                                       struct administrators *administrators)
{
    struct rows rows;
    enum failure failure = identity_role_administrators(
        transaction, &(struct identity_role_administrators){.account_id = account_id}, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    administrators->items = arena_alloc_array(transaction_arena(transaction), rows.count + 1,
                                              sizeof *administrators->items);
    administrators->count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_role_administrators_row row = identity_role_administrators_row(&rows, i);
        administrators->items[i] = (struct administrator){row.principal_id, row.email_sealed};
    }
    return FAILURE_NONE;
}

/* A grant of an account's own role has the role's id for its name. */
static const char *name_of(struct arena *arena, const struct role_grant *grant)
{
    return id_is_nil(grant->custom_role_id)
               ? role_name(grant->role)
               : id_format(grant->custom_role_id, arena_alloc(arena, ID_TEXT_SIZE));
}

enum failure role_store_insert(struct transaction *transaction, const struct role_grant *grant,
                               int64_t now_us)
{
    struct arena *arena = transaction_arena(transaction);
    return identity_insert_role(
        transaction,
        &(struct identity_insert_role){.account_id = grant->account_id,
                                       .principal_id = grant->principal_id,
                                       .role = name_of(arena, grant),
                                       .custom_role_id = grant->custom_role_id,
                                       .grant_us = now_us,
                                       .subtree = grant->subtree,
                                       .granted_by = grant->granted_by},
        NULL);
}

enum failure role_store_hold(struct transaction *transaction, struct id account_id,
                             struct id principal_id)
{
    enum failure failure = identity_lock_account(
        transaction, &(struct identity_lock_account){.account_id = account_id}, NULL);
    return failure != FAILURE_NONE
               ? failure
               : identity_hold_roles(transaction,
                                     &(struct identity_hold_roles){.principal_id = principal_id},
                                     NULL);
}

static enum failure end_sessions(struct transaction *transaction, struct id principal_id,
                                 int64_t now_us, struct roles_taken *taken)
{
    struct rows rows;
    enum failure failure = identity_end_sessions_of_nobody(
        transaction,
        &(struct identity_end_sessions_of_nobody){.principal_id = principal_id, .now_us = now_us},
        &rows);
    if (failure == FAILURE_NONE)
        taken->sessions = rows.affected;
    return failure;
}

enum failure role_store_delete(struct transaction *transaction, const struct role_grant *grant,
                               int64_t now_us, struct roles_taken *taken)
{
    struct rows rows;
    enum failure failure = identity_delete_role(
        transaction,
        &(struct identity_delete_role){.account_id = grant->account_id,
                                       .principal_id = grant->principal_id,
                                       .role = name_of(transaction_arena(transaction), grant)},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    taken->roles = rows.affected;
    return end_sessions(transaction, grant->principal_id, now_us, taken);
}

enum failure role_store_remove(struct transaction *transaction, struct id account_id,
                               struct id principal_id, int64_t now_us, struct roles_taken *taken)
{
    struct rows rows;
    enum failure failure = identity_delete_roles(
        transaction,
        &(struct identity_delete_roles){.account_id = account_id, .principal_id = principal_id},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    taken->roles = rows.affected;
    return end_sessions(transaction, principal_id, now_us, taken);
}

enum failure role_store_list(struct reader reader, struct id account_id, struct id after_id,
                             size_t limit, struct members *members)
{
    struct rows rows;
    enum failure failure = identity_list_members_alone(
        reader,
        &(struct identity_list_members){
            .account_id = account_id, .after_id = after_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    members->items =
        arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *members->items);
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_list_members_row row = identity_list_members_row(&rows, i);
        members->items[i] = (struct member){
            .principal_id = row.principal_id,
            .roles = roles_named(row.roles),
            .custom_role_ids = custom_role_ids_named(reader_arena(reader), row.roles),
            .owns = row.owns,
            .joined_us = row.join_us,
            .added_by = row.added_by,
            .name_sealed = row.name_sealed};
    }
    members->count = rows.count;
    return FAILURE_NONE;
}

enum failure role_store_list_accounts(struct reader reader, const struct my_account_page *page,
                                      struct my_accounts *accounts)
{
    struct rows rows;
    enum failure failure = identity_list_my_accounts_alone(
        reader,
        &(struct identity_list_my_accounts){
            .principal_id = page->principal_id,
            .under_id = page->under_id,
            .environment =
                page->environment == ENVIRONMENT_NONE ? NULL : environment_name(page->environment),
            .name_contains = page->name_contains,
            .after_id = page->after_id,
            .limit = (int64_t)page->limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    accounts->items =
        arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *accounts->items);
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_list_my_accounts_row row = identity_list_my_accounts_row(&rows, i);
        accounts->items[i] = (struct my_account){.account_id = row.account_id,
                                                 .roles = roles_named(row.roles),
                                                 .owns = row.owns,
                                                 .inherited = row.inherited,
                                                 .type = account_type_named(row.type),
                                                 .environment = environment_named(row.environment),
                                                 .company_name = row.company_name};
    }
    accounts->count = rows.count;
    return FAILURE_NONE;
}
