/* Money on its way to an account keeps it from being closed (ID-12). */
#ifndef PAYMENTS_DOMAIN_CLOSING_H
#define PAYMENTS_DOMAIN_CLOSING_H

#include <stdbool.h>

/* X(BLOCKER, "REASON", "sentence") */
#define CLOSING_BLOCKERS(X)                                            \
    X(CLOSING_UNDER_WAY, "TOP_UP_UNDER_WAY", "A top-up is under way.") \
    X(CLOSING_IN_TRANSIT, "MONEY_IN_TRANSIT", "Money was received that is not credited.")

#define CLOSING_BLOCKER_MEMBER(blocker, reason, sentence) blocker,
enum closing_blocker { CLOSING_BLOCKERS(CLOSING_BLOCKER_MEMBER) CLOSING_BLOCKER_COUNT };

/* Of top-ups that are not settled; received: the provider has their money. */
enum closing_blocker closing_blocker(bool received);

const char *closing_reason(enum closing_blocker blocker);
const char *closing_sentence(enum closing_blocker blocker);

#endif
