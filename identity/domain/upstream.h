/* Trouble of a partner (B.3, ID-26, c-8): its customers are told at once and have a grace, in which
 * nothing of theirs stops and they may take to paying by themselves. */
#ifndef IDENTITY_DOMAIN_UPSTREAM_H
#define IDENTITY_DOMAIN_UPSTREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "identity/domain/relation.h"
#include "runtime/base/id.h"
#include "runtime/base/refusal.h"

#define UPSTREAM_GRACE_MIN_US (7 * RELATION_DAY_US)
#define UPSTREAM_GRACE_MAX_US (90 * RELATION_DAY_US)
#define UPSTREAM_DELAY_US (15 * RELATION_DAY_US) /* of SHUTDOWN_DELAY (A.6) */

/* The wire's numbers; of several the first one names the trouble. */
enum upstream_cause {
    UPSTREAM_NONE,
    UPSTREAM_ENDED, /* its account is closed, or it has no direct contract any more */
    UPSTREAM_FROZEN,
    UPSTREAM_OVERDUE,
    UPSTREAM_CAUSE_END
};

const char *upstream_cause_name(enum upstream_cause cause);
enum upstream_cause upstream_cause_find(const char *name); /* UPSTREAM_NONE for another */

/* How a partner stands: in the ledger, and by its contract. */
struct upstream_standing {
    bool closed, frozen, overdue;
    bool authorised;
};
enum upstream_cause upstream_cause(const struct upstream_standing *standing);

/* A relation whose partner is in trouble. Times are 0 when there is none. */
struct upstream_risk {
    struct id risk_id, relation_id, trouble_id, agent_id, customer_id;
    enum upstream_cause cause;
    int64_t begun_us, grace_end_us;
    int64_t told;       /* how many of the moments below have been told of, or passed over */
    int64_t bridged_us; /* the customer pays by itself since */
    int64_t ran_out_us; /* the grace was over without that */
    int64_t ended_us;   /* the trouble was over, or the relation */
};

/* The grace of a relation that comes to be at risk now. It is used up while the partner is in
 * trouble and comes back, as fast, while it is in none, until it is whole: so no partner renews it
 * by trouble that ends and returns, and no customer is left less than it had. Below zero: it is
 * over, and so much of UPSTREAM_DELAY_US is used up, too. last: the risk before, which is over;
 * NULL: there was none. */
int64_t upstream_grace_us(const struct upstream_risk *last, int64_t now_us, int64_t whole_us);

/* The customer is told at the begin, at 50 % and 80 % of the grace, and 24 hours and 1 hour before
 * its end; the last moment is the end itself. */
#define UPSTREAM_MOMENTS 6
int64_t upstream_moment_us(const struct upstream_risk *risk, size_t moment);

/* When it is to be looked at next; 0: not by itself. */
int64_t upstream_next_us(const struct upstream_risk *risk);

/* How many moments have come by now. Of those that passed unseen the last one alone is told. */
int64_t upstream_moments(const struct upstream_risk *risk, int64_t now_us);

/* When what the partner pays for stops: by the customer's own policy, and never before the end of
 * the grace or the begin of the risk. 0: it does not, or the partner pays for nothing. */
int64_t upstream_services_end_us(const struct upstream_risk *risk,
                                 const struct relation_terms *held);

/* ---- the bridge: the customer pays by itself ---- */

#define UPSTREAM_REFUSALS(X)                                                         \
    X(UPSTREAM_NOT_AT_RISK, NEVER, CODE_FAILED_PRECONDITION, "UPSTREAM_NOT_AT_RISK", \
      "The account's partner is in no trouble; the terms change by an offer of it.") \
    X(UPSTREAM_PAYS_ALREADY, NEVER, CODE_FAILED_PRECONDITION, "PAYS_ALREADY",        \
      "The account pays by itself already.")

enum upstream_verdict { UPSTREAM_ACCEPTED = 0, UPSTREAM_REFUSALS(REFUSAL_ENUM) };

/* risk: of the relation that holds, of which held are the terms; NULL: it is in none. */
enum upstream_verdict upstream_bridge_decide(const struct upstream_risk *risk,
                                             const struct relation_terms *held);
const struct refusal *upstream_refusal(enum upstream_verdict verdict);

/* Its own account from now on, at the list price; what the partner may do stays. */
struct relation_terms upstream_bridge(const struct relation_terms *held);

#endif
