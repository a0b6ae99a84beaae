/* May the account be closed (ID-12, ID-14, ID-15): only when no money is left in it or owed by it,
 * and nothing runs for it or renews itself. Everything that stands in the way is told, never only
 * the first. */
#ifndef LEDGER_DOMAIN_CLOSING_H
#define LEDGER_DOMAIN_CLOSING_H

#include <stddef.h>

#include "ledger/domain/account.h"
#include "ledger/domain/resource.h"

/* X(BLOCKER, "REASON", "sentence") */
#define CLOSING_BLOCKERS(X)                                                                        \
    X(CLOSING_CASH, "CASH_LEFT", "Cash is left in the account.")                                   \
    X(CLOSING_REFUND_CREDIT, "REFUND_CREDIT_LEFT", "Refund credit is left in the account.")        \
    X(CLOSING_HOLDS, "HOLDS_ACTIVE", "Amounts are set aside by holds.")                            \
    X(CLOSING_UNBILLED, "USAGE_UNBILLED", "Usage was recorded that is not settled.")               \
    X(CLOSING_UNRATED, "USAGE_UNRATED", "Usage was recorded that is not rated and booked yet.")    \
    X(CLOSING_OUTSTANDING, "BILLS_UNPAID", "Bills are not paid.")                                  \
    X(CLOSING_TRANSIT, "MONEY_IN_TRANSIT", "Money that was sent has not arrived yet.")             \
    X(CLOSING_NOT_STARTED, "RESOURCES_NOT_STARTED", "Resources were ordered that do not run yet.") \
    X(CLOSING_RESOURCES, "RESOURCES_NOT_RELEASED", "Resources are not released.")                  \
    X(CLOSING_SUBSCRIPTION, "SUBSCRIPTION_ACTIVE", "The term of a subscription is not over.")      \
    X(CLOSING_AUTO_RENEW, "AUTO_RENEW_ON", "A subscription renews itself.")

#define CLOSING_BLOCKER_MEMBER(blocker, reason, sentence) blocker,
enum closing_blocker { CLOSING_BLOCKERS(CLOSING_BLOCKER_MEMBER) CLOSING_BLOCKER_COUNT };

struct closing_found {
    enum closing_blocker blocker;
    int64_t amount_micros; /* above zero where it is money */
    int64_t count;         /* above zero where it is resources, or what waits */
    int64_t until_us;      /* when the last term ends; 0: it is none */
};

/* How many were found; 0: it may be closed. unrated: records that wait, and folds that are not
 * booked yet, as far as they were counted. */
size_t closing_blockers(const struct account *account, const struct resource_standing *resources,
                        int64_t unrated, struct closing_found found[CLOSING_BLOCKER_COUNT]);

const char *closing_reason(enum closing_blocker blocker);
const char *closing_sentence(enum closing_blocker blocker);

#endif
