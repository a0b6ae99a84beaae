/* A partner and its customer, as identity tells of them, and what follows for their money (R5):
 * nobody sets it here. */
#ifndef LEDGER_DOMAIN_RELATION_H
#define LEDGER_DOMAIN_RELATION_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/id.h"
#include "runtime/base/refusal.h"

/* A partner and its customer. */
struct relation_ends {
    struct id agent_id, customer_id;
};

/* ID-39; the wire's numbers. */
enum settlement_mode { SETTLEMENT_AGENT_PAYS = 1, SETTLEMENT_ALLOCATION, SETTLEMENT_OWN_ACCOUNT };

struct relation_news {
    int64_t version;          /* of the terms */
    int64_t previous_version; /* of those that held before; 0: none did, or it is not known */
    bool ended;
    int64_t since_us; /* when these terms began, or the relation ended */
    enum settlement_mode settlement;
    bool allocates;       /* they let the agent allocate to the customer */
    bool pay_on_behalf;   /* and pay for its orders */
    bool agent_purchases; /* PAY-16: before a line is set */
};

struct relation {
    struct id id; /* of two of the same accounts the one counts that has not ended */
    struct relation_ends ends;
    int64_t version; /* 0: nothing was told */
    bool ended;
    bool allocates;
    bool agent_pays;
    bool agent_purchases;
    bool at_risk;                 /* its agent is in trouble, as identity said last (B.3) */
    int64_t risk_us;              /* as of then; 0: it said nothing */
    int64_t paid_until_us;        /* since when the agent pays no more; 0: it pays, or never did */
    struct id funding_request_id; /* the customer asks the agent for it (LED-41); nil: for none */
    int64_t funding_expire_us;
    struct funding_grant {
        struct id transfer_id; /* nil: this batch has not granted it */
        int64_t micros;
        int64_t moment_us;
    } grant;
};

/* LED-20, ID-39: the partner may pay, and both agreed that it does. */
bool relation_agent_pays(const struct relation_news *news);

/* False of what is told twice or late; an end is for good. */
bool relation_is_news(const struct relation *known, const struct relation_news *news);

/* False as long as the terms that held before were not told: until when the agent paid follows from
 * each of them. */
bool relation_is_next(const struct relation *known, const struct relation_news *news);

/* The relation as it is once that was told. */
void relation_hear(struct relation *relation, const struct relation_news *news);

/* The agent's trouble begins, or is over; false of what is told twice or late, and of a relation
 * that ended. */
struct relation_risk {
    bool at_risk;
    int64_t since_us;
};
bool relation_hear_risk(struct relation *relation, const struct relation_risk *risk);
bool relation_is_at_risk(const struct relation *relation); /* NULL: there is no relation */

/* Whether the agent may allocate to the customer now (LED-22); NULL: there is no relation. */
bool relation_allocates(const struct relation *relation);

/* Accounts that are not opened yet will be, and what was agreed to before is told, too: then it is
 * told again (settled 10). */
#define RELATION_REFUSALS(X)                                                                   \
    X(RELATION_NOT_OPENED, NOT_YET, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",                       \
      "The account is not opened yet.")                                                        \
    X(RELATION_VERSION_MISSING, NOT_YET, CODE_FAILED_PRECONDITION, "RELATION_VERSION_MISSING", \
      "The ledger has not heard yet of the terms that held before.")
enum relation_verdict { RELATION_ACCEPTED = 0, RELATION_REFUSALS(REFUSAL_ENUM) };
const struct refusal *relation_refusal(enum relation_verdict verdict);

#endif
