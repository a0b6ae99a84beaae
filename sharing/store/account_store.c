#include "sharing/store/account_store.h"

#include "sharing/store/queries.h"

enum failure account_store_open(struct transaction *transaction, struct company_key account,
                                bool corporate, bool verified, int64_t now_us)
{
    enum failure failure =
        sharing_open_account(transaction,
                             &(struct sharing_open_account){.company_id = account.company_id,
                                                            .account_id = account.id,
                                                            .corporate = corporate,
                                                            .verified = verified,
                                                            .updated_us = now_us},
                             NULL);
    if (failure != FAILURE_NONE)
        return failure;
    if (!verified)
        return sharing_end_verification(
            transaction,
            &(struct sharing_end_verification){
                .company_id = account.company_id, .account_id = account.id, .now_us = now_us},
            NULL);
    return sharing_start_verification(
        transaction,
        &(struct sharing_start_verification){
            .company_id = account.company_id, .account_id = account.id, .started_us = now_us},
        NULL);
}

enum failure account_store_read_parties(struct transaction *transaction, struct company_key asset,
                                        const struct id *account_ids, size_t count,
                                        struct share_party **parties)
{
    struct rows rows;
    enum failure failure =
        sharing_read_parties(transaction,
                             &(struct sharing_read_parties){.company_id = asset.company_id,
                                                            .account_ids = {account_ids, count},
                                                            .asset_id = asset.id},
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

enum failure payment_store_start(struct transaction *transaction, struct company_key account,
                                 struct id payer_id, int64_t now_us)
{
    return sharing_start_payment_relation(
        transaction,
        &(struct sharing_start_payment_relation){.company_id = account.company_id,
                                                 .account_id = account.id,
                                                 .payer_account_id = payer_id,
                                                 .started_us = now_us},
        NULL);
}

enum failure payment_store_end(struct transaction *transaction, struct company_key account,
                               struct id payer_id, int64_t now_us)
{
    return sharing_end_payment_relation(
        transaction,
        &(struct sharing_end_payment_relation){.company_id = account.company_id,
                                               .account_id = account.id,
                                               .payer_account_id = payer_id,
                                               .ended_us = now_us},
        NULL);
}

enum failure payment_store_read(struct transaction *transaction, struct company_key account,
                                struct id payer_id, struct interval *relation, bool *found)
{
    struct rows rows;
    enum failure failure = sharing_read_payment_relation(
        transaction,
        &(struct sharing_read_payment_relation){.company_id = account.company_id,
                                                .account_id = account.id,
                                                .payer_account_id = payer_id},
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
