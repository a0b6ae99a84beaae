/* The times by which usage of many accounts is judged with many assets at once: of shares, of
 * verifications and of payment relations. */
#ifndef SHARING_SERVICE_USAGE_FACTS_H
#define SHARING_SERVICE_USAGE_FACTS_H

#include "sharing/domain/benefit.h"
#include "sharing/store/coverage_store.h"

struct usage_facts {
    struct times shares;        /* of assets with accounts */
    struct times verifications; /* of accounts and owners */
    struct times payments;      /* of owners for accounts, when coupons are judged */
};

/* Reads those of the question's accounts with the assets. */
enum failure usage_facts_read(struct source source, struct arena *arena,
                              const struct coverage_question *question,
                              const struct asset_list *assets,
                              struct usage_facts *facts) must_check;

/* Whether there are more than a call may consider, so that some were not read. */
bool usage_facts_are_too_many(const struct usage_facts *facts);

/* Where the times of a key begin; *count says how many there are. */
size_t usage_facts_find(const struct times *times, struct id asset_id, struct id account_id,
                        size_t *count);

/* Fills the times of a usage whose start is set; whether a share counts that is no organization's.
 */
bool usage_facts_fill(const struct usage_facts *facts, const struct asset *asset,
                      struct id account_id, struct benefit_usage *usage);

/* Sorts and leaves out what comes twice; the count that is left. */
size_t usage_facts_distinct(struct id *ids, size_t count);

#endif
