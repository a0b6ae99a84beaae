/* A relation keeps either of its ends from being closed (ID-12, ID-41): it is ended first. */
#ifndef IDENTITY_DOMAIN_CLOSING_H
#define IDENTITY_DOMAIN_CLOSING_H

#include <stdbool.h>

/* X(BLOCKER, "REASON", "sentence") */
#define CLOSING_BLOCKERS(X)                                                     \
    X(CLOSING_PARTNER, "HAS_PARTNER", "The account is its partner's customer.") \
    X(CLOSING_CUSTOMER, "HAS_CUSTOMERS", "The account is the partner of a customer.")

#define CLOSING_BLOCKER_MEMBER(blocker, reason, sentence) blocker,
enum closing_blocker { CLOSING_BLOCKERS(CLOSING_BLOCKER_MEMBER) CLOSING_BLOCKER_COUNT };

#define CLOSING_CUSTOMERS_MAX 16 /* that are named */

enum closing_blocker closing_blocker(bool is_agent);

const char *closing_reason(enum closing_blocker blocker);
const char *closing_sentence(enum closing_blocker blocker);

#endif
