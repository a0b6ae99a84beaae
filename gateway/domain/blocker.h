/* The blockers (GW-10, ID-35): everything that may stand between an account and an act, in one
 * ordered table. A purchase is refused by it (ID-07), readiness and the onboarding's steps are read
 * from it, and ExplainBlockers tells it, so that none of them says what another does not. A row
 * gives the very refusal that the call would hear, in the order in which it would. */
#ifndef GATEWAY_DOMAIN_BLOCKER_H
#define GATEWAY_DOMAIN_BLOCKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/domain/access.h"
#include "gateway/domain/ceiling.h"
#include "gateway/domain/freeze.h"
#include "gateway/domain/readiness.h"
#include "gateway/domain/route.h"
#include "gateway/domain/step_up.h"

/* The refusals of the other contexts, in their words. */
#define BLOCKER_REFUSALS(X)                                                                        \
    X(BLOCKER_SECOND_CHANNEL, NEVER, CODE_FAILED_PRECONDITION, "SECOND_CHANNEL_UNVERIFIED",        \
      "The channel that was not used at sign-up is not verified.")                                 \
    X(BLOCKER_NOT_OPENED, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",                              \
      "The account has no books yet.")                                                             \
    X(BLOCKER_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED", "The account is closed.") \
    X(BLOCKER_FROZEN, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_FROZEN", "The account is frozen.") \
    X(BLOCKER_SPENDING, NEVER, CODE_FAILED_PRECONDITION, "SPENDING_NOT_PERMITTED",                 \
      "The account is read-only: it may not spend.")                                               \
    X(BLOCKER_CURRENCY_NOT_SET, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_NOT_SET",               \
      "The account has no currency yet.")                                                          \
    X(BLOCKER_CURRENCY_MISMATCH, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_MISMATCH",             \
      "The account has another currency.")                                                         \
    X(BLOCKER_PAY_ON_BEHALF, NEVER, CODE_FAILED_PRECONDITION, "DISABLED_PAY_ON_BEHALF",            \
      "A partner pays on behalf of the account.")                                                  \
    X(BLOCKER_RECEIVABLES, NEVER, CODE_FAILED_PRECONDITION, "DISABLED_RECEIVABLES",                \
      "Receivables of the account are long overdue.")                                              \
    X(BLOCKER_OVERDUE, NEVER, CODE_FAILED_PRECONDITION, "OVERDUE",                                 \
      "The account has an overdue payment.")                                                       \
    X(BLOCKER_NOT_AGREED, NEVER, CODE_FAILED_PRECONDITION, "PAY_ON_BEHALF_NOT_AGREED",             \
      "No relation lets the account pay for the other one, nor are both of one company.")          \
    X(BLOCKER_QUOTA_UNKNOWN, NEVER, CODE_NOT_FOUND, "QUOTA_NOT_FOUND",                             \
      "The account pays for no such sub-account.")                                                 \
    X(BLOCKER_QUOTA_EXCEEDED, NEVER, CODE_FAILED_PRECONDITION, "QUOTA_EXCEEDED",                   \
      "The amount is more than the sub-account's quota.")                                          \
    X(BLOCKER_PAYER_UNAVAILABLE, NEVER, CODE_FAILED_PRECONDITION, "PAYER_UNAVAILABLE",             \
      "The payer is frozen or has an overdue payment; it buys for nobody else.")                   \
    X(BLOCKER_PAYER_INSUFFICIENT, NEVER, CODE_FAILED_PRECONDITION, "PAYER_INSUFFICIENT",           \
      "The amount is more than the payer has available.")                                          \
    X(BLOCKER_CONTRACT_PENDING, NEVER, CODE_FAILED_PRECONDITION, "CONTRACT_PENDING",               \
      "The credit limit waits for its contract.")                                                  \
    X(BLOCKER_AVAILABLE, NEVER, CODE_FAILED_PRECONDITION, "EXCEEDS_AVAILABLE",                     \
      "The amount is more than is available.")                                                     \
    X(BLOCKER_TRANSFERABLE, NEVER, CODE_FAILED_PRECONDITION, "EXCEEDS_TRANSFERABLE",               \
      "The amount is more than can be transferred.")                                               \
    X(BLOCKER_PAYG_FROZEN, NEVER, CODE_FAILED_PRECONDITION, "PAYG_FROZEN",                         \
      "A freeze of the account suspends what is billed by use.")                                   \
    X(BLOCKER_SUSPENDED, NEVER, CODE_FAILED_PRECONDITION, "SUSPENDED",                             \
      "Services are stopped: the account has reached its line.")                                   \
    X(BLOCKER_REGION_WITHOUT, NEVER, CODE_FAILED_PRECONDITION, "REGION_WITHOUT",                   \
      "The region does not offer it.")                                                             \
    X(BLOCKER_PLAN_WITHOUT, NEVER, CODE_FAILED_PRECONDITION, "PLAN_WITHOUT",                       \
      "The account's plan leaves it out.")                                                         \
    X(BLOCKER_NETWORK, NEVER, CODE_FAILED_PRECONDITION, "NETWORK_CLOSED",                          \
      "A rule of the network or of a security group closes it.")                                   \
    X(BLOCKER_STORAGE, NEVER, CODE_FAILED_PRECONDITION, "STORAGE_CHARGED",                         \
      "Storage or traffic was charged beside the resource.")                                       \
    X(BLOCKER_ADDRESS, NEVER, CODE_FAILED_PRECONDITION, "ADDRESS_CHARGED",                         \
      "A load balancer or an address was charged beside the resource.")                            \
    X(BLOCKER_BACKUP, NEVER, CODE_FAILED_PRECONDITION, "BACKUP_CHARGED",                           \
      "Backups were charged beside the resource.")

enum blocker_refused { BLOCKER_NONE = 0, BLOCKER_REFUSALS(REFUSAL_ENUM) BLOCKER_REFUSED_END };

/* The lists A to D of GW-10, in the order of the wire's enum. */
enum blocker_list { BLOCKER_BILLING = 1, BLOCKER_FEATURE, BLOCKER_RESOURCE, BLOCKER_CHARGE };

/* The kinds of acts, as bits. */
enum blocker_act {
    ACT_CALL = 1,        /* any rpc */
    ACT_BOOKED = 2,      /* in the account's chain */
    ACT_BUY = 4,         /* a purchase, or a hold for one */
    ACT_TOP_UP = 8,      /* money put in */
    ACT_TRANSFER = 16,   /* money passed on */
    ACT_ADD_METHOD = 32, /* a payment method */
    ACT_ADD_ADDRESS = 64,
    ACT_RUN = 128,         /* what runs, and is billed by use */
    ACT_CHARGE = 256,      /* a charge that nobody expected */
    ACT_FEATURE = 512,     /* what an account offers others, and lets programs do (ID-42) */
    ACT_TRIAL = 1024,      /* the channel's trial allowance */
    ACT_FROM_AGENT = 2048, /* a purchase, or a hold for one, that another account pays (LED-20) */
};

/* Parts of resources, as bits. Nobody tells of them yet. */
enum blocker_part { PART_NETWORK = 1, PART_STORAGE = 2, PART_ADDRESS = 4, PART_BACKUP = 8 };

struct blocker_facts {
    struct readiness_facts ready;
    /* of the caller, when one asks for itself */
    enum access_verdict access;
    enum step_up_verdict step_up;
    enum ceiling_verdict ceiling;
    bool others_may_approve; /* what is above it (c-19) */
    /* of the account */
    enum freeze_verdict freeze;
    enum freeze_level freeze_level;
    bool opened; /* in the ledger */
    bool closed, frozen, suspended, read_only, overdue;
    const char *transfer_gate; /* "OVERDUE": why nothing may be passed on; or the name of a term */
    /* of an amount; 0: of none */
    int64_t asked_micros;
    const char *asked_currency; /* "": the account's */
    const char *currency;       /* "": none yet */
    int64_t available_micros, transferable_micros;
    int64_t waiting_micros; /* of the credit limit, for its contract */
    bool on_behalf;         /* of a sub-account */
    bool agreed;            /* that the account pays for it (R5) */
    bool quota_known;
    int64_t quota_micros; /* left of it */
    /* nobody tells of them yet */
    bool region_without, plan_without;
    unsigned parts; /* blocker_part bits */
};

struct blocker {
    enum blocker_list list;
    unsigned acts;     /* blocker_act bits: what it stands in the way of */
    bool of_readiness; /* an account lacks it before it may buy */
    const char *owner; /* the service that decides it */
    const char *mend;
};

struct blocker_found {
    const struct blocker *blocker;
    const struct refusal *refusal;
};

#define BLOCKERS_MAX 48

/* The bits of an act: a permission, or "resource.run" or "charge.explain"; 0: there is no such. */
unsigned blocker_acts(const char *action);

/* Whether the route tells of blockers, for which the session is looked at anew. */
bool blocker_is_explained(const struct route *route);

/* Writes all that stand in the way of the acts, in order; returns how many. */
size_t blockers_find(const struct blocker_facts *facts, unsigned acts,
                     struct blocker_found found[BLOCKERS_MAX]);

/* Those of them that an account lacks before it may buy (ID-07). */
size_t blockers_of_readiness(const struct readiness_facts *facts,
                             struct blocker_found found[BLOCKERS_MAX]);

/* Those that its channel demands before a feature (ACT_FEATURE) or the trial allowance (ACT_TRIAL)
 * of ID-42. */
size_t blockers_of_policy(const struct readiness_facts *facts, unsigned acts,
                          struct blocker_found found[BLOCKERS_MAX]);

/* Whether the route is a feature, which the channel's policy is asked of. */
bool blocker_is_feature(const struct route *route);

/* All rows, for tests and documentation. */
const struct blocker *blocker_list(size_t *count);

#endif
