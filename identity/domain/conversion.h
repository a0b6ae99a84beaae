/* Conversion of an individual's account into an organisation's (ID-31, channel D): by its owner,
 * and for ever. Its id, its money and its relations stay; who stands behind it is verified anew. */
#ifndef IDENTITY_DOMAIN_CONVERSION_H
#define IDENTITY_DOMAIN_CONVERSION_H

#include <stdbool.h>
#include <stddef.h>

#include "identity/domain/account.h"

#define CONVERSION_REFUSALS(X)                                                      \
    X(CONVERSION_NOT_OWNER, NEVER, CODE_PERMISSION_DENIED, "OWNER_ONLY",            \
      "Only the principal who opened the account may convert it.")                  \
    X(CONVERSION_NOT_INDIVIDUAL, NEVER, CODE_FAILED_PRECONDITION, "NOT_INDIVIDUAL", \
      "Only an individual's account becomes an organisation's.")

enum conversion_verdict { CONVERSION_ACCEPTED = 0, CONVERSION_REFUSALS(REFUSAL_ENUM) };

enum conversion_verdict conversion_decide(const struct account *account, struct id caller_id);
const struct refusal *conversion_refusal(enum conversion_verdict verdict);

/* ---- what stands in the way ---- */

#define CONVERSION_OBSTACLES(X)                                                     \
    X(CONVERSION_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED",         \
      "The account is closed.")                                                     \
    X(CONVERSION_OVERDUE, NEVER, CODE_FAILED_PRECONDITION, "OVERDUE",               \
      "The account has an overdue payment.")                                        \
    X(CONVERSION_TRANSIT, NEVER, CODE_FAILED_PRECONDITION, "MONEY_IN_TRANSIT",      \
      "Money is on its way from the account or to it.")                             \
    X(CONVERSION_TOP_UP, NEVER, CODE_FAILED_PRECONDITION, "TOP_UP_UNDER_WAY",       \
      "A top-up of the account is under way.")                                      \
    X(CONVERSION_REVIEW, NEVER, CODE_FAILED_PRECONDITION, "IN_REVIEW",              \
      "The real name of the account is under review.")                              \
    X(CONVERSION_HAND_OVER, NEVER, CODE_FAILED_PRECONDITION, "HAND_OVER_UNDER_WAY", \
      "The account is being handed over.")

enum conversion_obstacle {
    CONVERSION_CLEAR,
    CONVERSION_OBSTACLES(REFUSAL_ENUM) CONVERSION_OBSTACLE_END
};
#define CONVERSION_OBSTACLES_MAX (CONVERSION_OBSTACLE_END - 1)

struct conversion_facts {
    /* of the ledger and payments, as the gateway heard it */
    bool closed;
    bool overdue;
    bool in_transit;
    bool topping_up;
    /* other cases that are open here */
    bool in_review;
    bool handing_over;
};

/* All of them, never only the first; returns how many. */
size_t conversion_obstacles(const struct conversion_facts *facts,
                            enum conversion_obstacle found[CONVERSION_OBSTACLES_MAX]);
const struct refusal *conversion_obstacle_refusal(enum conversion_obstacle obstacle);

#endif
