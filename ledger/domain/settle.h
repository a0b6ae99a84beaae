/* Settling: a batch of orders against its facts, in arrival order, later orders seeing earlier
 * ones. The one path that every order takes, alone, in bulk, streamed or previewed. */
#ifndef LEDGER_DOMAIN_SETTLE_H
#define LEDGER_DOMAIN_SETTLE_H

#include "ledger/domain/settling.h"
#include "runtime/base/refusal.h"

/* Why an order was not tried, whatever its kind and its accounts are, or not to the end. */
#define SETTLE_REFUSALS(X)                                            \
    X(SETTLE_OUT_OF_RANGE, NEVER, CODE_OUT_OF_RANGE, "OUT_OF_RANGE",  \
      "No account can hold such an amount.")                          \
    /* found in a chain, and not there any more when it was locked */ \
    X(SETTLE_MOVED, NOT_YET, CODE_FAILED_PRECONDITION, "MOVING",      \
      "The account is moving into its company's chain.")              \
    /* GW-03: who let it in asks again whether it is frozen */        \
    X(SETTLE_FREEZE_MOVED, NOT_YET, CODE_ABORTED, "FREEZE_MOVED",     \
      "Accounts were frozen at this very moment; try again.")         \
    X(SETTLE_GROUP_FAILED, NEVER, CODE_ABORTED, "GROUP_FAILED",       \
      "Another order of its group was refused.")                      \
    X(SETTLE_GROUP_NOT_YET, NOT_YET, CODE_ABORTED, "GROUP_FAILED",    \
      "Another order of its group was refused for now.")              \
    /* what one group touches is its own doing and does not pass */   \
    X(SETTLE_TOO_LARGE, NEVER, CODE_RESOURCE_EXHAUSTED, "TOO_LARGE",  \
      "The group touches too much at once; order in smaller parts.")
enum settle_verdict { SETTLE_ACCEPTED = 0, SETTLE_REFUSALS(REFUSAL_ENUM) };
const struct refusal *settle_refusal(enum settle_verdict verdict);

/* Settles orders[0 … count-1]; linked ones are one group, all or none (a group ends with the first
 * order that is not linked, or with the batch). skip[i]: not to be settled (a replay, a mistake); a
 * group with a skipped order is settled without it. */
void settle_orders(struct facts *facts, const struct order *const *orders, const bool *skip,
                   size_t count, struct order_outcome *outcomes);

/* Ends the holds whose time has come, before the orders of the batch are looked at. expiry lends
 * the orders that stand for them; there is one for each hold among the facts. Returns how many it
 * used. */
size_t settle_expired_holds(struct facts *facts, struct order *expiry,
                            struct order_outcome *outcomes);

#endif
