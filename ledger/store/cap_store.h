/* Caps: those of a batch, read and kept beside its other facts, and those that are set. */
#ifndef LEDGER_STORE_CAP_STORE_H
#define LEDGER_STORE_CAP_STORE_H

#include "ledger/domain/cap.h"
#include "ledger/store/facts_keys.h"
#include "ledger/store/pipeline.h"

/* Asks for the caps of those that the orders name; under lock, or as they stand. */
void cap_store_ask(struct pipeline *pipeline, const struct fact_keys *keys, bool lock);

/* Adds them to the facts, after holds, purchases and quotas; with those of the holds and purchases
 * that were read, in a round trip of their own where they were not asked for: only the rows say
 * whose spending they are. */
enum failure cap_store_read(struct pipeline *pipeline, const struct fact_keys *keys,
                            const struct rows *rows, bool lock, struct facts *facts) must_check;

/* Sends what changed. */
void cap_store_keep(struct pipeline *pipeline, const struct facts *facts);

/* One as it stands; *found is false when none is set. */
enum failure cap_store_find(struct reader reader, struct id account_id, struct cap *cap,
                            bool *found) must_check;

/* The same under the locks of all chains in which it is spent for the account, whose own is locked.
 */
enum failure cap_store_lock(struct transaction *transaction, struct id account_id, struct cap *cap,
                            bool *found) must_check;

/* Counts for the first one, from the beginning of a month to now; under those locks. */
enum failure cap_store_count(struct transaction *transaction, struct cap *cap) must_check;

/* Keeps what is set of one that is locked, or forgets it when nothing is. */
enum failure cap_store_set(struct transaction *transaction, const struct cap *cap) must_check;

/* The month of now ends at another moment; under the lock of the account's chain. */
enum failure cap_store_end_month(struct transaction *transaction, struct id account_id,
                                 int64_t now_us, int64_t end_us) must_check;

#endif
