#include "identity/store/operator_store.h"

#include "identity/domain/contact.h"
#include "identity/store/names.h"
#include "identity/store/queries.h"

/* ---- all of them ---- */

enum failure operator_store_lock(struct transaction *transaction, struct first_code *code)
{
    struct rows rows;
    enum failure failure = identity_operator_desk_lock(transaction, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct identity_operator_desk_lock_row row = identity_operator_desk_lock_row(&rows, 0);
    *code = (struct first_code){row.code_hash, row.code_expire_us, row.recovery_reason};
    return FAILURE_NONE;
}

enum failure operator_store_put_code(struct transaction *transaction, const struct first_code *code)
{
    return identity_operator_code_put(
        transaction,
        &(struct identity_operator_code_put){.code_hash = code->hash,
                                             .code_expire_us = code->expires_us,
                                             .recovery_reason = code->recovery_reason},
        NULL);
}

enum failure operator_store_tell_recovery(struct transaction *transaction, int64_t now_us,
                                          const char **reason)
{
    struct rows rows;
    enum failure failure = identity_operator_recovery_tell(
        transaction, &(struct identity_operator_recovery_tell){.now_us = now_us}, &rows);
    *reason = failure == FAILURE_NONE && rows.count > 0
                  ? identity_operator_recovery_tell_row(&rows, 0).recovery_reason
                  : NULL;
    return failure;
}

enum failure operator_store_administrators(struct transaction *transaction,
                                           struct operators *operators)
{
    struct rows rows;
    enum failure failure = identity_operator_administrators(transaction, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    operators->items =
        arena_alloc_array(transaction_arena(transaction), rows.count + 1, sizeof *operators->items);
    operators->count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_operator_administrators_row row =
            identity_operator_administrators_row(&rows, i);
        operators->items[i] = (struct operator_row){.principal_id = row.principal_id,
                                                    .email_sealed = row.email_sealed,
                                                    .roles = ROLE_OPERATOR_ADMINISTRATOR};
    }
    return FAILURE_NONE;
}

enum failure operator_store_list(struct reader reader, struct id after_id, size_t limit,
                                 struct operators *operators)
{
    struct rows rows;
    enum failure failure = identity_operator_list_alone(
        reader, &(struct identity_operator_list){.after_id = after_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    operators->items =
        arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *operators->items);
    operators->count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_operator_list_row row = identity_operator_list_row(&rows, i);
        operators->items[i] =
            (struct operator_row){row.principal_id,       row.email_sealed, row.name_sealed,
                                  roles_named(row.roles), row.has_factor,   row.create_us};
    }
    return FAILURE_NONE;
}

/* ---- one ---- */

enum failure operator_store_read(struct transaction *transaction, struct id caller_id,
                                 struct id operator_id, struct operator_facts *facts)
{
    struct rows rows;
    enum failure failure = identity_operator_read(
        transaction,
        &(struct identity_operator_read){.caller_id = caller_id, .operator_id = operator_id},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct identity_operator_read_row row = identity_operator_read_row(&rows, 0);
    *facts = (struct operator_facts){roles_named(row.caller_roles), roles_named(row.operator_roles),
                                     row.administrators, row.operators};
    return FAILURE_NONE;
}

enum failure operator_store_make(struct transaction *transaction,
                                 const struct new_operator *operates, int64_t now_us, bool *made)
{
    struct rows rows;
    enum failure failure = identity_release_address(
        transaction,
        &(struct identity_release_address){.email_index = operates->email_index,
                                           .channel = channel_name(CHANNEL_EMAIL)},
        NULL);
    if (failure == FAILURE_NONE)
        failure = identity_insert_principal(
            transaction,
            &(struct identity_insert_principal){.principal_id = operates->principal_id,
                                                .email_index = operates->email_index,
                                                .password_hash = operates->password_hash,
                                                .operates = true,
                                                .create_us = now_us,
                                                .email_sealed = operates->email_sealed,
                                                .name_sealed = operates->name_sealed},
            &rows);
    *made = failure == FAILURE_NONE && rows.count > 0;
    return failure;
}

enum failure operator_store_set_roles(struct transaction *transaction,
                                      const struct operator_roles *roles, int64_t now_us)
{
    const char *names[ROLE_COUNT];
    size_t count = 0;
    for (unsigned bit = 1; bit < 1u << ROLE_COUNT; bit <<= 1)
        if ((roles->roles & bit) != 0)
            names[count++] = role_name((enum role)bit);
    enum failure failure = identity_operator_take_roles(
        transaction,
        &(struct identity_operator_take_roles){.principal_id = roles->principal_id,
                                               .kept = {names, count}},
        NULL);
    if (failure == FAILURE_NONE && count > 0)
        failure = identity_operator_give_roles(
            transaction,
            &(struct identity_operator_give_roles){.principal_id = roles->principal_id,
                                                   .roles = {names, count},
                                                   .granted_by = roles->granted_by,
                                                   .grant_us = now_us},
            NULL);
    return failure;
}

enum failure operator_store_end(struct transaction *transaction, struct id principal_id,
                                int64_t now_us)
{
    enum failure failure = operator_store_set_roles(
        transaction, &(struct operator_roles){.principal_id = principal_id}, now_us);
    return failure != FAILURE_NONE
               ? failure
               : identity_operator_end(transaction,
                                       &(struct identity_operator_end){.principal_id = principal_id,
                                                                       .now_us = now_us},
                                       NULL);
}
