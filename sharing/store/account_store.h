/* The accounts that sharing knows, who pays for them, and organizations of them. */
#ifndef SHARING_STORE_ACCOUNT_STORE_H
#define SHARING_STORE_ACCOUNT_STORE_H

#include "runtime/database/database.h"
#include "sharing/domain/benefit.h"
#include "sharing/domain/share.h"

enum failure account_store_open(struct transaction *transaction, struct id company_id,
                                struct id account_id, bool corporate, bool verified,
                                int64_t now_us) must_check;

/* What is known of accounts, in the order asked; has_share is about asset_id (the nil id for none).
 * *parties lives in the arena. */
enum failure account_store_read_parties(struct transaction *transaction, struct id company_id,
                                        struct id asset_id, const struct id *account_ids,
                                        size_t count, struct share_party **parties) must_check;

/* Start and end answer with the latest relation as it then is; *found is false when there never was
 * one. */
enum failure account_store_start_payment(struct transaction *transaction, struct id company_id,
                                         struct id account_id, struct id payer_id,
                                         int64_t now_us) must_check;
enum failure account_store_end_payment(struct transaction *transaction, struct id company_id,
                                       struct id account_id, struct id payer_id,
                                       int64_t now_us) must_check;
enum failure account_store_read_payment(struct transaction *transaction, struct id company_id,
                                        struct id account_id, struct id payer_id,
                                        struct interval *relation, bool *found) must_check;

struct organization_member {
    struct id account_id;
    int64_t joined_us;
};

enum failure organization_store_create(struct transaction *transaction, struct id company_id,
                                       struct id organization_id, struct id account_id,
                                       const char *name, int64_t now_us) must_check;

/* *found is false when the company has no such organization; *owner_id is the account that made it.
 */
enum failure organization_store_lock(struct transaction *transaction, struct id company_id,
                                     struct id organization_id, bool *found,
                                     struct id *owner_id) must_check;
enum failure organization_store_read_members(struct transaction *transaction, struct id company_id,
                                             struct id organization_id,
                                             struct organization_member **members,
                                             size_t *count) must_check;
enum failure organization_store_add(struct transaction *transaction, struct id company_id,
                                    struct id organization_id, const struct id *account_ids,
                                    size_t count, int64_t now_us) must_check;
/* Ends the leavers' shares through the organization too. */
enum failure organization_store_remove(struct transaction *transaction, struct id company_id,
                                       struct id organization_id, const struct id *account_ids,
                                       size_t count, int64_t now_us) must_check;

struct organization_asset {
    struct id asset_id;
    struct id owner_id;
    int64_t saved_us;
};

/* The assets that joiners follow, in locking order. */
enum failure organization_store_read_assets(struct transaction *transaction, struct id company_id,
                                            struct id organization_id, int64_t now_us,
                                            struct organization_asset **assets,
                                            size_t *count) must_check;

#endif
