#include "sharing/store/account_store.h"

#include "sharing/store/queries.h"

enum failure account_store_open(struct transaction *transaction, struct id company_id,
                                struct id account_id, bool corporate, bool verified, int64_t now_us)
{
    enum failure failure =
        transaction_query(transaction, &sharing_query_open_account,
                          PARAMS(param_id(company_id), param_id(account_id), param_bool(corporate),
                                 param_bool(verified), param_time(now_us)),
                          NULL);
    const struct query *query =
        verified ? &sharing_query_start_verification : &sharing_query_end_verification;
    if (failure == FAILURE_NONE)
        failure = transaction_query(
            transaction, query,
            PARAMS(param_id(company_id), param_id(account_id), param_time(now_us)), NULL);
    return failure;
}

enum failure account_store_read_parties(struct transaction *transaction, struct id company_id,
                                        struct id asset_id, const struct id *account_ids,
                                        size_t count, struct share_party **parties)
{
    struct rows rows;
    enum failure failure = transaction_query(
        transaction, &sharing_query_read_parties,
        PARAMS(param_id(company_id), param_id_array(account_ids, count), param_id(asset_id)),
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *parties = arena_alloc_array(transaction_arena(transaction), rows.count + 1, sizeof(**parties));
    if (*parties == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < rows.count; i++) {
        (*parties)[i] = (struct share_party){.known = row_bool(&rows, i, 0),
                                             .corporate = row_bool(&rows, i, 1),
                                             .verified = row_bool(&rows, i, 2),
                                             .same_company = row_bool(&rows, i, 3),
                                             .has_share = row_bool(&rows, i, 4)};
    }
    return FAILURE_NONE;
}

enum failure account_store_start_payment(struct transaction *transaction, struct id company_id,
                                         struct id account_id, struct id payer_id, int64_t now_us)
{
    return transaction_query(
        transaction, &sharing_query_start_payment_relation,
        PARAMS(param_id(company_id), param_id(account_id), param_id(payer_id), param_time(now_us)),
        NULL);
}

enum failure account_store_end_payment(struct transaction *transaction, struct id company_id,
                                       struct id account_id, struct id payer_id, int64_t now_us)
{
    return transaction_query(
        transaction, &sharing_query_end_payment_relation,
        PARAMS(param_id(company_id), param_id(account_id), param_id(payer_id), param_time(now_us)),
        NULL);
}

enum failure account_store_read_payment(struct transaction *transaction, struct id company_id,
                                        struct id account_id, struct id payer_id,
                                        struct interval *relation, bool *found)
{
    struct rows rows;
    enum failure failure = transaction_query(
        transaction, &sharing_query_read_payment_relation,
        PARAMS(param_id(company_id), param_id(account_id), param_id(payer_id)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *found = rows.count == 1;
    if (*found)
        *relation =
            (struct interval){row_time_us(&rows, 0, 0),
                              row_is_null(&rows, 0, 1) ? INTERVAL_OPEN : row_time_us(&rows, 0, 1)};
    return FAILURE_NONE;
}

enum failure organization_store_create(struct transaction *transaction, struct id company_id,
                                       struct id organization_id, struct id account_id,
                                       const char *name, int64_t now_us)
{
    return transaction_query(transaction, &sharing_query_insert_organization,
                             PARAMS(param_id(company_id), param_id(organization_id),
                                    param_id(account_id), param_text(name), param_time(now_us)),
                             NULL);
}

enum failure organization_store_lock(struct transaction *transaction, struct id company_id,
                                     struct id organization_id, bool *found, struct id *owner_id)
{
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &sharing_query_lock_organization,
                          PARAMS(param_id(company_id), param_id(organization_id)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *found = rows.count == 1;
    if (*found)
        *owner_id = row_id(&rows, 0, 0);
    return FAILURE_NONE;
}

enum failure organization_store_read_members(struct transaction *transaction, struct id company_id,
                                             struct id organization_id,
                                             struct organization_member **members, size_t *count)
{
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &sharing_query_read_members,
                          PARAMS(param_id(company_id), param_id(organization_id)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *members = arena_alloc_array(transaction_arena(transaction), rows.count + 1, sizeof(**members));
    if (*members == NULL)
        return FAILURE_EXHAUSTED;
    *count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        (*members)[i] = (struct organization_member){row_id(&rows, i, 0), row_time_us(&rows, i, 1)};
    return FAILURE_NONE;
}

enum failure organization_store_add(struct transaction *transaction, struct id company_id,
                                    struct id organization_id, const struct id *account_ids,
                                    size_t count, int64_t now_us)
{
    return transaction_query(transaction, &sharing_query_insert_members,
                             PARAMS(param_id(company_id), param_id(organization_id),
                                    param_id_array(account_ids, count), param_time(now_us)),
                             NULL);
}

enum failure organization_store_remove(struct transaction *transaction, struct id company_id,
                                       struct id organization_id, const struct id *account_ids,
                                       size_t count, int64_t now_us)
{
    enum failure failure = transaction_query(
        transaction, &sharing_query_delete_members,
        PARAMS(param_id(company_id), param_id(organization_id), param_id_array(account_ids, count)),
        NULL);
    if (failure != FAILURE_NONE)
        return failure;
    return transaction_query(transaction, &sharing_query_end_member_shares,
                             PARAMS(param_id(company_id), param_id(organization_id),
                                    param_id_array(account_ids, count), param_time(now_us)),
                             NULL);
}

enum failure organization_store_read_assets(struct transaction *transaction, struct id company_id,
                                            struct id organization_id, int64_t now_us,
                                            struct organization_asset **assets, size_t *count)
{
    struct rows rows;
    enum failure failure = transaction_query(
        transaction, &sharing_query_read_organization_assets,
        PARAMS(param_id(company_id), param_id(organization_id), param_time(now_us)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *assets = arena_alloc_array(transaction_arena(transaction), rows.count + 1, sizeof(**assets));
    if (*assets == NULL)
        return FAILURE_EXHAUSTED;
    *count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        (*assets)[i] = (struct organization_asset){.asset_id = row_id(&rows, i, 0),
                                                   .saved_us = row_time_us(&rows, i, 1),
                                                   .owner_id = row_id(&rows, i, 2)};
    return FAILURE_NONE;
}
