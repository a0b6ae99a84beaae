/* The refusals that no decision chooses among: each has one cause, which a service or a store sees
 * for itself, such as a thing that is not there. Those of a decision stand in its own list. */
#ifndef LEDGER_DOMAIN_REFUSALS_H
#define LEDGER_DOMAIN_REFUSALS_H

#include "runtime/base/refusal.h"

#define LEDGER_REFUSALS(X)                                                                    \
    X(hold_unknown, NEVER, CODE_NOT_FOUND, "HOLD_NOT_FOUND", "The account has no such hold.") \
    X(transfer_unknown, NEVER, CODE_NOT_FOUND, "TRANSFER_NOT_FOUND",                          \
      "The account has no such transfer.")                                                    \
    X(override_unknown, NEVER, CODE_NOT_FOUND, "OVERRIDE_NOT_FOUND",                          \
      "No override of the account stands.")                                                   \
    X(account_unknown, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",                            \
      "The account is not known here.")                                                       \
    X(bulk_refusal, NEVER, CODE_INVALID_ARGUMENT, "TOO_MANY_ORDERS",                          \
      "A call holds 1 to 1,000 orders, and a group ends within it.")                          \
    X(proof_not_yet, NOT_YET, CODE_FAILED_PRECONDITION, "PROOF_NOT_YET",                      \
      "No anchor of this time has the account; entries are anchored when their day is over.") \
    X(proof_of_nothing, NEVER, CODE_NOT_FOUND, "NOTHING_BEFORE_MOVE",                         \
      "The account left no entries in another chain.")                                        \
    X(proof_too_long, NEVER, CODE_RESOURCE_EXHAUSTED, "PROOF_TOO_LONG",                       \
      "The time has more than 400 anchors; ask for less of it.")                              \
    X(time_zone_unknown, NEVER, CODE_INVALID_ARGUMENT, "UNKNOWN_TIME_ZONE",                   \
      "There is no time zone of this name.")                                                  \
    X(usage_record_unknown, NEVER, CODE_NOT_FOUND, "USAGE_RECORD_NOT_FOUND",                  \
      "The source told no record by this id.")                                                \
    X(purchase_unknown, NEVER, CODE_NOT_FOUND, "PURCHASE_NOT_FOUND",                          \
      "The account has no such purchase.")

LEDGER_REFUSALS(REFUSAL_EXTERN)

#endif
