/* Quotas and the pools they draw on: those of a batch, read and kept beside its other facts, and
 * reads. */
#ifndef LEDGER_STORE_QUOTA_STORE_H
#define LEDGER_STORE_QUOTA_STORE_H

#include "ledger/domain/quota.h"
#include "ledger/store/facts_keys.h"
#include "ledger/store/pipeline.h"

struct quota_answers {
    struct rows pools, quotas, of_purchases;
};
void quota_store_ask(struct pipeline *pipeline, const struct fact_keys *keys);
void quota_store_hear(struct pipeline *pipeline, const struct fact_keys *keys,
                      struct quota_answers *answers);

/* Adds them to the facts, after accounts and purchases, with room for what the orders may open. */
enum failure quota_store_read(struct arena *arena, const struct fact_keys *keys,
                              const struct quota_answers *answers, struct facts *facts) must_check;

/* Adds those of the holds that were read, in a round trip of its own: only the rows of holds say
 * whom they were placed for, and most were placed for nobody else. */
enum failure quota_store_read_of_holds(struct pipeline *pipeline, struct facts *facts) must_check;

/* Sends what changed. */
void quota_store_keep(struct pipeline *pipeline, const struct facts *facts);

/* An account's quotas after one sub-account (nil: from the first), or that of one (nil: of all). */
struct quotas_wanted {
    struct id company_id, account_id, after_id, only_id;
    size_t limit;
    int64_t now_us; /* of a list */
};
struct quotas {
    struct quota *rows; /* lent by the task's arena */
    size_t count;
};
/* One, whether it was opened or not; without its pool. */
enum failure quota_store_find(struct reader reader, const struct quotas_wanted *wanted,
                              struct quota *quota) must_check;

enum failure quota_store_list(struct reader reader, const struct quotas_wanted *wanted,
                              struct quotas *quotas) must_check;

#endif
