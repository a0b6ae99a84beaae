/* Where accounts are booked, found by the account alone. It is remembered; a place that
 * may still change is a guess, which a batch proves behind the fence (SETTLE_MOVED). */
#ifndef LEDGER_STORE_PLACE_STORE_H
#define LEDGER_STORE_PLACE_STORE_H

#include "ledger/domain/order.h"
#include "runtime/database/database.h"

struct place {
    struct id chain_id;
    struct id scope_id; /* the chain that it was opened in, of its request ids */
    bool is_found;
    bool may_change; /* in a chain of its own: it moves once (settled 11), and an individual's
                        account may become an organisation's (ID-31) */
};

struct place_memory;

/* One per process. */
struct place_memory *place_memory_new(void);

/* Both accounts of the order. */
void place_memory_forget(struct place_memory *memory, const struct order *order);

/* Fills in places[i] of account_ids[i], at most one round trip for all. is_guess_enough: also from
 * memory where it may have changed since. */
struct places_wanted {
    const struct id *account_ids;
    size_t count;
    bool is_guess_enough;
};
enum failure place_store_find(struct reader reader, struct place_memory *memory,
                              const struct places_wanted *wanted, struct place *places) must_check;

/* Whether an account moved out of a chain of its own in which it has left entries. */
enum failure place_store_find_left(struct reader reader, struct place_memory *memory,
                                   struct id account_id, bool *has_left) must_check;

#endif
