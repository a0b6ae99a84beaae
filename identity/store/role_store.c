#include "identity/store/role_store.h"

#include "identity/store/names.h"
#include "identity/store/queries.h"

static void read_row(const struct rows *rows, struct account_roles *roles)
{
    *roles = (struct account_roles){.caller_roles =
                                        roles_named(row_text(rows, 0, 0)) |
                                        (row_bool(rows, 0, 1) ? (unsigned)ROLE_OPERATOR : 0u),
                                    .member_roles = roles_named(row_text(rows, 0, 2)),
                                    .administrators = row_int64(rows, 0, 3),
                                    .member_exists = row_bool(rows, 0, 4),
                                    .member_owns = row_bool(rows, 0, 5)};
}

enum failure role_store_read(struct reader reader, struct id account_id, struct id caller_id,
                             struct id member_id, struct account_roles *roles)
{
    struct rows rows;
    enum failure failure = database_query(
        reader, &identity_query_read_roles,
        PARAMS(param_id(account_id), param_id(caller_id), param_id(member_id)), &rows);
    if (failure == FAILURE_NONE)
        read_row(&rows, roles);
    return failure;
}

enum failure role_store_lock(struct transaction *transaction, struct id account_id,
                             struct id caller_id, struct id member_id, struct account_roles *roles)
{
    struct rows rows;
    enum failure failure = transaction_query(transaction, &identity_query_lock_account,
                                             PARAMS(param_id(account_id)), NULL);
    if (failure == FAILURE_NONE)
        failure = transaction_query(
            transaction, &identity_query_read_roles,
            PARAMS(param_id(account_id), param_id(caller_id), param_id(member_id)), &rows);
    if (failure == FAILURE_NONE)
        read_row(&rows, roles);
    return failure;
}

enum failure role_store_insert(struct transaction *transaction, struct id account_id,
                               struct id principal_id, enum role role, int64_t now_us)
{
    return transaction_query(transaction, &identity_query_insert_role,
                             PARAMS(param_id(account_id), param_id(principal_id),
                                    param_text(role_name(role)), param_time(now_us)),
                             NULL);
}

enum failure role_store_delete(struct transaction *transaction, struct id account_id,
                               struct id principal_id, enum role role)
{
    return transaction_query(
        transaction, &identity_query_delete_role,
        PARAMS(param_id(account_id), param_id(principal_id), param_text(role_name(role))), NULL);
}

enum failure role_store_list(struct reader reader, struct id account_id, struct id after_id,
                             int64_t limit, struct rows *rows)
{
    return database_query(reader, &identity_query_list_members,
                          PARAMS(param_id(account_id),
                                 id_is_nil(after_id) ? param_null() : param_id(after_id),
                                 param_int64(limit)),
                          rows);
}
