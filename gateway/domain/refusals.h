/* The refusals that no decision chooses among: each has one cause, which a service or a store sees
 * for itself, such as a thing that is not there. Those of a decision stand in its own list. */
#ifndef GATEWAY_DOMAIN_REFUSALS_H
#define GATEWAY_DOMAIN_REFUSALS_H

#include "runtime/base/refusal.h"

#define GATEWAY_REFUSALS(X)                                                                    \
    X(not_public, NEVER, CODE_UNIMPLEMENTED, "NOT_PUBLIC", "The gateway does not offer this.") \
    X(too_many_streams, NEVER, CODE_RESOURCE_EXHAUSTED, "TOO_MANY_STREAMS",                    \
      "Too many streams are open; end one first.")                                             \
    X(session_unwatched, NEVER, CODE_UNAVAILABLE, "SESSION_UNKNOWN",                           \
      "Nobody can say whether the session lasts; open it again.")                              \
    X(gateway_stopping, NEVER, CODE_UNAVAILABLE, "GATEWAY_STOPS",                              \
      "This gateway stops; open the stream again.")                                            \
    X(too_many_orders, NEVER, CODE_INVALID_ARGUMENT, "TOO_MANY_ORDERS",                        \
      "A call holds 1 to 1,000 orders, and a group ends within it.")                           \
    X(group_malformed, NEVER, CODE_INVALID_ARGUMENT, "INVALID_ARGUMENT",                       \
      "Another order of its group is malformed.")                                              \
    X(group_failed, NEVER, CODE_ABORTED, "GROUP_FAILED",                                       \
      "Another order of its group was refused.")                                               \
    X(saga_not_found, NEVER, CODE_NOT_FOUND, "SAGA_NOT_FOUND",                                 \
      "No saga of this id waits or ended early.")                                              \
    X(acts_incomplete, NEVER, CODE_UNAVAILABLE, "ACTS_INCOMPLETE",                             \
      "A service does not answer, so its acts would be missing.")                              \
    X(acts_began_again, NEVER, CODE_ABORTED, "ACTS_BEGAN_AGAIN",                               \
      "A service was put back to an earlier state; begin the list again.")                     \
    X(too_many_accounts, NEVER, CODE_FAILED_PRECONDITION, "TOO_MANY_ACCOUNTS",                 \
      "The list would be of too many accounts; ask further down.")                             \
    X(nobody_pays, NEVER, CODE_FAILED_PRECONDITION, "PAY_ON_BEHALF_NOT_AGREED",                \
      "No relation lets the account pay for the other one, nor are both of one company.")      \
    X(sum_too_large, NEVER, CODE_OUT_OF_RANGE, "SUM_OUT_OF_RANGE",                             \
      "The accounts have more together than a sum can hold.")                                  \
    X(unknown_permission, NEVER, CODE_INVALID_ARGUMENT, "UNKNOWN_PERMISSION",                  \
      "No rpc has the permission.")                                                            \
    X(unknown_action, NEVER, CODE_INVALID_ARGUMENT, "UNKNOWN_ACTION",                          \
      "No rpc has it as its permission, and it is no other act that is known here.")           \
    X(unknown_time_zone, NEVER, CODE_INVALID_ARGUMENT, "UNKNOWN_TIME_ZONE",                    \
      "There is no time zone of this name.")                                                   \
    X(request_mismatch, NEVER, CODE_FAILED_PRECONDITION, "IDEMPOTENCY_MISMATCH",               \
      "This request_id was used before with another request.")                                 \
    X(approval_required, NEVER, CODE_FAILED_PRECONDITION, "APPROVAL_REQUIRED",                 \
      "You may not do it alone; it waits until others approve it.")                            \
    X(too_many_approvals, NEVER, CODE_RESOURCE_EXHAUSTED, "TOO_MANY_APPROVALS",                \
      "Too many acts of the account wait to be approved.")                                     \
    X(approval_not_found, NEVER, CODE_NOT_FOUND, "APPROVAL_NOT_FOUND",                         \
      "The account has no such approval.")                                                     \
    X(not_a_member, NEVER, CODE_NOT_FOUND, "NOT_A_MEMBER",                                     \
      "The principal has no role in the account.")                                             \
    X(requester_gone, NEVER, CODE_FAILED_PRECONDITION, "REQUESTER_GONE",                       \
      "Who asked for it was removed, or has no role in the account any more.")                 \
    X(approvals_missing, NEVER, CODE_FAILED_PRECONDITION, "APPROVALS_MISSING",                 \
      "Too few of those who approved may approve it now.")                                     \
    X(too_often, NEVER, CODE_RESOURCE_EXHAUSTED, "RATE_LIMITED",                               \
      "Too many calls; come back a little later.")

GATEWAY_REFUSALS(REFUSAL_EXTERN)

#endif
