/* Shares, automatic rules, and the intervals that a benefit is judged by. The nil organization id
 * means: shared directly. */
#ifndef SHARING_STORE_SHARE_STORE_H
#define SHARING_STORE_SHARE_STORE_H

#include "runtime/database/database.h"
#include "sharing/domain/benefit.h"

struct share {
    struct id share_id;
    struct id asset_id;
    struct id account_id;
    struct id organization_id;
    struct interval active;
};

/* The distinct accounts with an unended share of the asset, and whether account_id is one of them.
 */
enum failure share_store_count(struct transaction *transaction, struct id company_id,
                               struct id asset_id, struct id account_id, size_t *recipients,
                               bool *includes) must_check;

/* One share for each account, active from active_from_us[i]; one that is shared the same way
 * already is left as it is. */
enum failure share_store_insert(struct transaction *transaction, struct id company_id,
                                struct id asset_id, struct id organization_id,
                                const struct id *account_ids, const int64_t *active_from_us,
                                size_t count, int64_t now_us) must_check;

/* *ended counts the shares that this ended. */
enum failure share_store_end(struct transaction *transaction, struct id company_id,
                             struct id asset_id, const struct id *account_ids, size_t count,
                             int64_t now_us, int32_t *ended) must_check;

enum failure share_store_read_current(struct transaction *transaction, struct id company_id,
                                      struct id asset_id, const struct id *account_ids,
                                      size_t count, struct share **shares,
                                      size_t *share_count) must_check;
enum failure share_store_list(struct reader reader, struct id company_id, struct id asset_id,
                              struct id before_id, size_t limit, struct share **shares,
                              size_t *count) must_check;

/* Fills the shares and the payment relations of a usage. */
enum failure share_store_read_intervals(struct reader reader, struct id company_id,
                                        struct id asset_id, struct id account_id,
                                        struct id owner_id, struct benefit_usage *usage) must_check;

enum failure share_store_remember_organization(struct transaction *transaction,
                                               struct id company_id, struct id organization_id,
                                               struct id asset_id, int64_t now_us) must_check;

enum failure rule_store_save(struct transaction *transaction, struct id company_id,
                             struct id account_id, int64_t kind, const struct id *recipient_ids,
                             size_t count, struct id organization_id, int64_t now_us) must_check;

struct rule_recipient {
    struct id account_id;
    struct id organization_id;
    bool corporate;
    bool verified;
};

/* Whom the owner's rule for a kind means today; an account may come twice, directly and through the
 * organization. */
enum failure rule_store_read_recipients(struct transaction *transaction, struct id company_id,
                                        struct id account_id, int64_t kind,
                                        struct rule_recipient **recipients,
                                        size_t *count) must_check;

#endif
