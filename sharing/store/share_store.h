/* Shares, automatic rules, and the intervals that a benefit is judged by. The nil organization id
 * means: shared directly. */
#ifndef SHARING_STORE_SHARE_STORE_H
#define SHARING_STORE_SHARE_STORE_H

#include "runtime/database/database.h"
#include "sharing/domain/benefit.h"
#include "sharing/store/asset_store.h"
#include "sharing/store/company_key.h"

struct share {
    struct id share_id;
    struct id asset_id;
    struct id account_id;
    struct id organization_id;
    struct interval active;
};

struct share_list {
    struct share *shares;
    size_t count;
};

/* An asset and accounts, for shares to be made, ended or read. */
struct share_set {
    struct company_key asset;
    struct id organization_id; /* what they are shared through, when they are made */
    const struct id *account_ids;
    const int64_t *active_from_us; /* of each account's share, when they are made */
    size_t count;
};

/* The distinct accounts with an unended share of the asset, and whether account_id is one of them.
 */
enum failure share_store_count(struct transaction *transaction, struct company_key asset,
                               struct id account_id, size_t *recipients, bool *includes) must_check;

/* One share for each account; one that is shared the same way already is left as it is. */
enum failure share_store_insert(struct transaction *transaction, const struct share_set *set,
                                int64_t now_us) must_check;

/* Ends every share of the asset with the accounts, however they came to it; *ended counts them. */
enum failure share_store_end(struct transaction *transaction, const struct share_set *set,
                             int64_t now_us, int32_t *ended) must_check;

/* Ends what the asset's organization was given: its members' shares, and that joiners follow. Adds
 * to *ended. */
enum failure share_store_end_organization(struct transaction *transaction,
                                          const struct share_set *set, int64_t now_us,
                                          int32_t *ended) must_check;

enum failure share_store_read_current(struct transaction *transaction, const struct share_set *set,
                                      struct share_list *list) must_check;

/* The shares that a list is narrowed to; zeros and nil ids match all. */
struct share_filter {
    struct id company_id;
    struct id asset_id;   /* of share_store_list */
    struct id account_id; /* of whom they were given to */
    int64_t kind;         /* of share_store_list_received */
    int64_t state;        /* 1: not ended, 2: ended */
    int64_t start_us;     /* from when on they are active */
    int64_t end_us;
    struct id before_id;
    size_t limit;
};

/* The shares of an asset, newest first. */
enum failure share_store_list(struct reader reader, const struct share_filter *filter,
                              struct share_list *list) must_check;

struct received_share {
    struct id share_id;
    struct share share;
    struct asset asset;
};
#define RECEIVED_LOOK_MAX 1000 /* shares of one look, however few of them match */

struct received_list {
    struct received_share *shares;
    size_t count;
    struct id last_id; /* where the look ended */
    bool goes_on;      /* others may follow it */
};

/* The shares that an account was given, newest first. */
enum failure share_store_list_received(struct reader reader, const struct share_filter *filter,
                                       struct received_list *list) must_check;

/* Fill all intervals of a usage of the asset by the account; the second within a transaction. */
enum failure usage_store_read(struct reader reader, struct company_key asset, struct id account_id,
                              struct id owner_id, struct benefit_usage *usage) must_check;
enum failure usage_store_read_in(struct transaction *transaction, struct company_key asset,
                                 struct id account_id, struct id owner_id,
                                 struct benefit_usage *usage) must_check;

/* With whom new assets of a kind are shared (SHR-07). */
struct automatic_rule {
    struct company_key owner;
    int64_t kind;
    const struct id *recipient_ids;
    size_t count;
    struct id organization_id; /* nil: none */
};

struct kept_rule {
    struct automatic_rule rule;
    int64_t saved_us;
};

/* An owner's rules after one kind, by their kinds. */
enum failure rule_store_list(struct reader reader, const struct automatic_rule *after, size_t limit,
                             struct kept_rule **rules, size_t *count) must_check;

enum failure rule_store_save(struct transaction *transaction, const struct automatic_rule *rule,
                             int64_t now_us) must_check;

struct rule_recipient {
    struct id account_id;
    struct id organization_id;
    bool corporate;
    bool verified;
};

/* Whom the owner's rule for a kind means today; an account may come twice, directly and through the
 * organization. */
enum failure rule_store_read_recipients(struct transaction *transaction, struct company_key owner,
                                        int64_t kind, struct rule_recipient **recipients,
                                        size_t *count) must_check;

#endif
