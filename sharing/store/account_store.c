#include "sharing/store/account_store.h"

#include "sharing/store/queries.h"

enum failure account_store_open(struct transaction *transaction, struct id company_id,
                                struct id account_id, bool corporate, bool verified, int64_t now_us)
{
    enum failure failure =
        sharing_open_account(transaction,
                             &(struct sharing_open_account){.company_id = company_id,
                                                            .account_id = account_id,
                                                            .corporate = corporate,
                                                            .verified = verified,
                                                            .updated_us = now_us},
                             NULL);
    if (failure != FAILURE_NONE)
        return failure;
    if (!verified)
        return sharing_end_verification(transaction,
                                        &(struct sharing_end_verification){.company_id = company_id,
                                                                           .account_id = account_id,
                                                                           .now_us = now_us},
                                        NULL);
    return sharing_start_verification(transaction,
                                      &(struct sharing_start_verification){.company_id = company_id,
                                                                           .account_id = account_id,
                                                                           .started_us = now_us},
                                      NULL);
}

enum failure account_store_read_parties(struct transaction *transaction, struct id company_id,
                                        struct id asset_id, const struct id *account_ids,
                                        size_t count, struct share_party **parties)
{
    struct rows rows;
    enum failure failure = sharing_read_parties(
        transaction,
        &(struct sharing_read_parties){
            .company_id = company_id, .account_ids = {account_ids, count}, .asset_id = asset_id},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *parties = arena_alloc_array(transaction_arena(transaction), rows.count + 1, sizeof(**parties));
    for (size_t i = 0; i < rows.count; i++) {
        struct sharing_read_parties_row row = sharing_read_parties_row(&rows, i);
        (*parties)[i] = (struct share_party){.known = row.known,
                                             .corporate = row.corporate,
                                             .verified = row.verified,
                                             .same_company = row.same_company,
                                             .has_share = row.has_share};
    }
    return FAILURE_NONE;
}

enum failure account_store_start_payment(struct transaction *transaction, struct id company_id,
                                         struct id account_id, struct id payer_id, int64_t now_us)
{
    return sharing_start_payment_relation(
        transaction,
        &(struct sharing_start_payment_relation){.company_id = company_id,
                                                 .account_id = account_id,
                                                 .payer_account_id = payer_id,
                                                 .started_us = now_us},
        NULL);
}

enum failure account_store_end_payment(struct transaction *transaction, struct id company_id,
                                       struct id account_id, struct id payer_id, int64_t now_us)
{
    return sharing_end_payment_relation(
        transaction,
        &(struct sharing_end_payment_relation){.company_id = company_id,
                                               .account_id = account_id,
                                               .payer_account_id = payer_id,
                                               .ended_us = now_us},
        NULL);
}

enum failure account_store_read_payment(struct transaction *transaction, struct id company_id,
                                        struct id account_id, struct id payer_id,
                                        struct interval *relation, bool *found)
{
    struct rows rows;
    enum failure failure = sharing_read_payment_relation(
        transaction,
        &(struct sharing_read_payment_relation){
            .company_id = company_id, .account_id = account_id, .payer_account_id = payer_id},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *found = rows.count == 1;
    if (*found) {
        struct sharing_read_verification_intervals_row row =
            sharing_read_verification_intervals_row(&rows, 0);
        *relation =
            (struct interval){row.started_us, row.has_ended_time ? row.ended_us : INTERVAL_OPEN};
    }
    return FAILURE_NONE;
}

enum failure organization_store_create(struct transaction *transaction, struct id company_id,
                                       struct id organization_id, struct id account_id,
                                       const char *name, int64_t now_us)
{
    return sharing_insert_organization(
        transaction,
        &(struct sharing_insert_organization){.company_id = company_id,
                                              .organization_id = organization_id,
                                              .account_id = account_id,
                                              .name = name,
                                              .created_us = now_us},
        NULL);
}

enum failure organization_store_lock(struct transaction *transaction, struct id company_id,
                                     struct id organization_id, bool *found, struct id *owner_id)
{
    struct rows rows;
    enum failure failure =
        sharing_lock_organization(transaction,
                                  &(struct sharing_lock_organization){
                                      .company_id = company_id, .organization_id = organization_id},
                                  &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *found = rows.count == 1;
    if (*found)
        *owner_id = sharing_lock_organization_row(&rows, 0).account_id;
    return FAILURE_NONE;
}

enum failure organization_store_read_members(struct transaction *transaction, struct id company_id,
                                             struct id organization_id,
                                             struct organization_member **members, size_t *count)
{
    struct rows rows;
    enum failure failure =
        sharing_read_members(transaction,
                             &(struct sharing_read_members){.company_id = company_id,
                                                            .organization_id = organization_id},
                             &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *members = arena_alloc_array(transaction_arena(transaction), rows.count + 1, sizeof(**members));
    *count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct sharing_read_members_row row = sharing_read_members_row(&rows, i);
        (*members)[i] = (struct organization_member){row.account_id, row.joined_us};
    }
    return FAILURE_NONE;
}

enum failure organization_store_add(struct transaction *transaction, struct id company_id,
                                    struct id organization_id, const struct id *account_ids,
                                    size_t count, int64_t now_us)
{
    return sharing_insert_members(
        transaction,
        &(struct sharing_insert_members){.company_id = company_id,
                                         .organization_id = organization_id,
                                         .account_ids = {account_ids, count},
                                         .joined_us = now_us},
        NULL);
}

enum failure organization_store_remove(struct transaction *transaction, struct id company_id,
                                       struct id organization_id, const struct id *account_ids,
                                       size_t count, int64_t now_us)
{
    enum failure failure = sharing_delete_members(
        transaction,
        &(struct sharing_delete_members){.company_id = company_id,
                                         .organization_id = organization_id,
                                         .account_ids = {account_ids, count}},
        NULL);
    if (failure != FAILURE_NONE)
        return failure;
    return sharing_end_member_shares(
        transaction,
        &(struct sharing_end_member_shares){.company_id = company_id,
                                            .organization_id = organization_id,
                                            .account_ids = {account_ids, count},
                                            .now_us = now_us},
        NULL);
}

enum failure organization_store_read_assets(struct transaction *transaction, struct id company_id,
                                            struct id organization_id, int64_t now_us,
                                            struct organization_asset **assets, size_t *count)
{
    struct rows rows;
    enum failure failure = sharing_read_organization_assets(
        transaction,
        &(struct sharing_read_organization_assets){
            .company_id = company_id, .organization_id = organization_id, .now_us = now_us},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *assets = arena_alloc_array(transaction_arena(transaction), rows.count + 1, sizeof(**assets));
    *count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct sharing_read_organization_assets_row row =
            sharing_read_organization_assets_row(&rows, i);
        (*assets)[i] = (struct organization_asset){
            .asset_id = row.asset_id, .saved_us = row.saved_us, .owner_id = row.owner_account_id};
    }
    return FAILURE_NONE;
}
