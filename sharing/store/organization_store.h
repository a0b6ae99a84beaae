/* Organizations: lists of accounts that assets are shared with together (SHR-05). */
#ifndef SHARING_STORE_ORGANIZATION_STORE_H
#define SHARING_STORE_ORGANIZATION_STORE_H

#include "runtime/database/database.h"
#include "sharing/store/company_key.h"

struct organization_member {
    struct id account_id;
    int64_t joined_us;
};
struct organization_members {
    struct organization_member *members;
    size_t count;
};

enum failure organization_store_create(struct transaction *transaction,
                                       struct company_key organization, struct id account_id,
                                       const char *name, int64_t now_us) must_check;

/* *found is false when the company has no such organization; *owner_id is the account that made
 * it. Others wait until the transaction ends. */
enum failure organization_store_lock(struct transaction *transaction,
                                     struct company_key organization, bool *found,
                                     struct id *owner_id) must_check;
enum failure organization_store_read_members(struct transaction *transaction,
                                             struct company_key organization,
                                             struct organization_member **members,
                                             size_t *count) must_check;
enum failure organization_store_add(struct transaction *transaction,
                                    struct company_key organization, const struct id *account_ids,
                                    size_t count, int64_t now_us) must_check;
/* Ends the leavers' shares through the organization too. */
enum failure organization_store_remove(struct transaction *transaction,
                                       struct company_key organization,
                                       const struct id *account_ids, size_t count,
                                       int64_t now_us) must_check;

/* As the lock, without it. */
enum failure organization_store_read(struct reader reader, struct company_key organization,
                                     bool *found, struct id *owner_id) must_check;

struct organization {
    struct id organization_id;
    const char *name;
    int64_t created_us;
    int64_t members;
};
struct organization_filter {
    struct company_key owner;
    const char *name_contains; /* "": all */
    struct id before_id;
    size_t limit;
};

/* The owner's organizations, newest first. */
enum failure organization_store_list(struct reader reader, const struct organization_filter *filter,
                                     struct organization **organizations, size_t *count) must_check;

/* At most limit members by their ids, after one. */
enum failure organization_store_list_members(struct reader reader, struct company_key organization,
                                             struct id after_id, size_t limit,
                                             struct organization_members *members) must_check;

struct organization_asset {
    struct id asset_id;
    struct id owner_id;
    int64_t saved_us;
};

/* Joiners follow an asset that is shared with their organization; saved again, it keeps its first
 * time. */
enum failure organization_store_keep_asset(struct transaction *transaction,
                                           struct company_key organization, struct id asset_id,
                                           int64_t now_us) must_check;
/* The assets that joiners follow, in locking order. */
enum failure organization_store_read_assets(struct transaction *transaction,
                                            struct company_key organization, int64_t now_us,
                                            struct organization_asset **assets,
                                            size_t *count) must_check;

#endif
