/* Partners and their customers (B.1, B.2): what is offered, how far a relation is, and what stands
 * in the way of an association. */
#ifndef IDENTITY_DOMAIN_RELATION_H
#define IDENTITY_DOMAIN_RELATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "identity/domain/relation_standing.h"
#include "runtime/base/id.h"
#include "runtime/base/refusal.h"

#define RELATION_DAY_US (INT64_C(24) * 3600 * 1000000)
#define RELATION_OFFER_LIFETIME_US (7 * RELATION_DAY_US) /* ID-24 */
#define RELATION_DEPTH_MAX 2                             /* ID-25: resale edges in a line */
#define RELATION_NOTICE_MAX_US (90 * RELATION_DAY_US)    /* how far ahead an end is asked for */
#define RELATION_ENDINGS_MAX 3                           /* of a customer in 90 days */
#define RELATION_ENDINGS_US (90 * RELATION_DAY_US)
#define RELATIONS_DAY_MAX 200 /* requests of an agent */
#define RELATION_PRICE_BOOK_BYTES_MAX 32

/* ---- the terms; the values of the enums are the wire's ---- */

enum relation_permission {
    RELATION_PERMISSION_NONE,
    RELATION_VIEW_BALANCE,
    RELATION_VIEW_CONSUMPTION,
    RELATION_MANAGE_INVOICES,
    RELATION_KEEP_INVOICES,
    RELATION_KEEP_CASH,
    RELATION_SHARE_CREDIT,
    RELATION_SHARE_DISCOUNT,
    RELATION_ALLOCATE,
    RELATION_PAY_ON_BEHALF,
    RELATION_FREEZE_RECHARGE,
    RELATION_SET_CAP,
    RELATION_RESELL,
    RELATION_HANDOVER,
    RELATION_PERMISSION_END
};

/* ID-39 */
enum settlement_mode {
    SETTLEMENT_NONE,
    SETTLEMENT_AGENT_PAYS,
    SETTLEMENT_ALLOCATION,
    SETTLEMENT_OWN_ACCOUNT,
    SETTLEMENT_END
};

enum invoice_recipient { INVOICES_NONE, INVOICES_CUSTOMER, INVOICES_AGENT, INVOICES_END };

enum shutdown_policy {
    SHUTDOWN_UNSET,
    SHUTDOWN_IMMEDIATE,
    SHUTDOWN_DELAY,
    SHUTDOWN_NEVER,
    SHUTDOWN_END
};

const char *relation_permission_name(enum relation_permission permission);
const char *settlement_mode_name(enum settlement_mode mode);
const char *invoice_recipient_name(enum invoice_recipient recipient);
const char *shutdown_policy_name(enum shutdown_policy policy);

/* The value of a name; NONE, or UNSET, of another. */
enum settlement_mode settlement_mode_find(const char *name);
enum invoice_recipient invoice_recipient_find(const char *name);
enum shutdown_policy shutdown_policy_find(const char *name);

struct relation_terms {
    unsigned permissions; /* bits 1 << enum relation_permission */
    enum settlement_mode settlement;
    const char *price_book; /* "": the list */
    enum invoice_recipient invoices;
    enum shutdown_policy shutdown;
    bool agent_purchases; /* PAY-16: else those on the agent's money are banned at the start */
};

bool relation_terms_are_equal(const struct relation_terms *one, const struct relation_terms *other);

/* B.2: the agent may do less and nothing else is other than before, so nobody has to agree. */
bool relation_terms_are_reduced(const struct relation_terms *held,
                                const struct relation_terms *offered);

/* "": the list; else 1 to 32 of a-z, 0-9 and '-'. */
bool relation_price_book_is_one(const char *price_book);

/* Names with a separator between, in the order of their numbers. */
#define RELATION_PERMISSIONS_SIZE 256
void relation_permissions_print(unsigned permissions, char separator,
                                char text[RELATION_PERMISSIONS_SIZE]);

/* The bits of names with spaces between; a name of a later release has none. */
unsigned relation_permissions_find(const char *names);

struct relation_offer {
    struct id relation_id, agent_id;
    struct id customer_id; /* nil: of somebody who has no account yet (ID-21) */
    int64_t version;
    struct relation_terms terms;
    int64_t expires_us;
};

/* ID-24: the bytes that are agreed to, as identity/v1/relation.proto writes them down, and their
 * SHA-256 in hexadecimal digits. */
#define RELATION_OFFER_SIZE 1024
#define RELATION_HASH_SIZE 65
void relation_offer_print(const struct relation_offer *offer, char text[RELATION_OFFER_SIZE]);
void relation_offer_hash(const struct relation_offer *offer, char hash[RELATION_HASH_SIZE]);

/* ---- how far a relation is ---- */

/* The wire's numbers. The last four are its outcomes. */
enum relation_state {
    RELATION_STATE_NONE,
    RELATION_OWNER_CONFIRMING,
    RELATION_ACTIVE,
    RELATION_CHANGE_CONFIRMING,
    RELATION_DISSOCIATING,
    RELATION_REJECTED,
    RELATION_CANCELLED_BY_PARENT,
    RELATION_EXPIRED,
    RELATION_ENDED,
};

const char *relation_outcome_name(enum relation_state outcome);
enum relation_state relation_outcome_find(const char *name); /* NONE for NULL */

/* Times are 0 when there is none. */
struct relation {
    struct id relation_id, agent_id, customer_id;
    int64_t created_us, begun_us, effective_us, ended_us;
    struct id ending_by;         /* the account that asked for the end; nil: none did */
    enum relation_state outcome; /* as noted */
    int64_t expires_us;          /* of the last offer */
    int64_t answered_us;         /* when that was agreed to, refused or taken back */
};

enum relation_state relation_state(const struct relation *relation, int64_t now_us);

/* Since when it holds no more, or never will; 0: neither. */
int64_t relation_end_us(const struct relation *relation, int64_t now_us);

/* ---- what stands in the way (B.1), in this order ---- */

#define RELATION_OBSTACLES(X)                                                             \
    X(OBSTACLE_NOT_AUTHORISED, NEVER, CODE_FAILED_PRECONDITION, "PARTNER_NOT_AUTHORISED", \
      "Only a partner with a direct contract has customers.")                             \
    X(OBSTACLE_ASSOCIATED, NEVER, CODE_FAILED_PRECONDITION, "ASSOCIATED_WITH_ANOTHER",    \
      "The account has a partner; that relation has to end first.")                       \
    X(OBSTACLE_CYCLE, NEVER, CODE_FAILED_PRECONDITION, "RELATION_CYCLE",                  \
      "A company would stand above itself.")                                              \
    X(OBSTACLE_DEPTH, NEVER, CODE_FAILED_PRECONDITION, "RESELLER_DEPTH_EXCEEDED",         \
      "More than distributor, reseller and customer would stand in a line.")              \
    X(OBSTACLE_SAME_COMPANY, NEVER, CODE_FAILED_PRECONDITION, "SAME_COMPANY",             \
      "Both accounts are of one company, which is a group and no association.")           \
    X(OBSTACLE_OVERDUE, NEVER, CODE_FAILED_PRECONDITION, "OVERDUE",                       \
      "The account has an overdue payment.")                                              \
    X(OBSTACLE_UNFINISHED, NEVER, CODE_FAILED_PRECONDITION, "UNFINISHED_ORDERS",          \
      "A hold, a top-up or an order of the account is under way.")                        \
    X(OBSTACLE_REAL_NAME, NEVER, CODE_FAILED_PRECONDITION, "REAL_NAME_REQUIRED",          \
      "It is not verified yet who stands behind the account.")                            \
    X(OBSTACLE_QUOTA_USED, NEVER, CODE_FAILED_PRECONDITION, "QUOTA_USED",                 \
      "The partner paid for the account what is not offset yet, or holds money for it.")  \
    X(OBSTACLE_LOTS, NEVER, CODE_FAILED_PRECONDITION, "LOTS_REMAINING",                   \
      "Money that the partner allocated is not used up.")                                 \
    X(OBSTACLE_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED", "The account is closed.")

enum relation_obstacle { OBSTACLE_NONE, RELATION_OBSTACLES(REFUSAL_ENUM) OBSTACLE_END };
#define RELATION_OBSTACLES_MAX (OBSTACLE_END - 1)

struct relation_facts {
    bool authorised;   /* the agent, by a direct contract that counts */
    bool agent_closed; /* its account */
    bool associated;   /* the customer, with any agent */
    bool cycle;        /* the customer, or one of its group, stands above the agent */
    int64_t above; /* resale edges above the agent; those of a group count for none (settled 14) */
    int64_t below; /* the most of them in a line below the customer */
    bool same_company;
    bool customer_closed;
    struct relation_standing standing;
    bool registered; /* ID-08: it is verified who stands behind the customer */
};

/* All of them, never only the first; returns how many. */
size_t relation_obstacles(const struct relation_facts *facts,
                          enum relation_obstacle found[RELATION_OBSTACLES_MAX]);

/* A company and an account that joins its group, as they would stand as one. */
struct group_facts {
    bool cycle;           /* one of them stands above the other */
    int64_t above, below; /* the most resale edges in a line */
};

/* Those of an edge of a group: RELATION_CYCLE and RESELLER_DEPTH_EXCEEDED. */
size_t relation_group_obstacles(const struct group_facts *facts,
                                enum relation_obstacle found[RELATION_OBSTACLES_MAX]);

/* Those of the agent's own, which a request tells: nothing of the other account. */
size_t relation_own_obstacles(const struct relation_facts *facts,
                              enum relation_obstacle found[RELATION_OBSTACLES_MAX]);

const struct refusal *relation_obstacle_refusal(enum relation_obstacle obstacle);

/* Those of an end (ID-41): nothing owed, nothing under way. A used quota keeps the agent alone:
 * what it paid is its own purchase, and the agent could keep a customer by never offsetting it. */
size_t relation_end_obstacles(const struct relation_standing *standing, bool by_agent,
                              enum relation_obstacle found[RELATION_OBSTACLES_MAX]);

/* ---- who asks, and who answers ---- */

#define RELATION_REFUSALS(X)                                                                  \
    X(RELATION_UNKNOWN, NEVER, CODE_NOT_FOUND, "RELATION_NOT_FOUND",                          \
      "The account has no such relation.")                                                    \
    X(RELATION_EXISTS, NEVER, CODE_ALREADY_EXISTS, "RELATION_EXISTS",                         \
      "There is a relation with the account, or one that waits for its answer.")              \
    X(RELATION_DAY_MAX, NEVER, CODE_RESOURCE_EXHAUSTED, "RELATION_LIMIT",                     \
      "Two hundred relations were asked for within a day; try again tomorrow.")               \
    X(RELATION_NOTHING_OFFERED, NEVER, CODE_FAILED_PRECONDITION, "NOTHING_OFFERED",           \
      "Nothing waits for an answer: it was answered, taken back, or its time is over.")       \
    X(RELATION_OFFER_CHANGED, NEVER, CODE_FAILED_PRECONDITION, "OFFER_CHANGED",               \
      "These are not the terms that are offered now; look at them, and agree to their hash.") \
    X(RELATION_NOT_ACTIVE, NEVER, CODE_FAILED_PRECONDITION, "RELATION_NOT_ACTIVE",            \
      "The relation does not hold, ends already, or waits for an answer to another offer.")   \
    X(RELATION_NOTHING_CHANGED, NEVER, CODE_FAILED_PRECONDITION, "NOTHING_CHANGED",           \
      "These are the terms that hold.")                                                       \
    X(RELATION_TOO_MANY_ENDINGS, NEVER, CODE_RESOURCE_EXHAUSTED, "RELATION_ENDINGS_LIMIT",    \
      "The customer's relations were ended three times within 90 days.")                      \
    X(RELATION_NOT_ENDING, NEVER, CODE_FAILED_PRECONDITION, "RELATION_NOT_ENDING",            \
      "The account asked for no end that is still to come.")

enum relation_verdict { RELATION_ACCEPTED = 0, RELATION_REFUSALS(REFUSAL_ENUM) };

/* LED-20, ID-39: the partner may pay, and both agreed that it does; else the customer does. */
bool relation_agent_pays(const struct relation_terms *terms);

/* exists: one of both that is not over; day: those that the agent asked for within a day. */
enum relation_verdict relation_request_decide(bool exists, int64_t day);

/* An answer by the customer, or the offer is taken back by its agent. */
struct relation_answer {
    const struct relation *found; /* NULL: there is none */
    struct id account_id;         /* that answers */
    bool by_agent;
    const char *offered_hash, *agreed_hash; /* NULL: it is not agreed to */
};
enum relation_verdict relation_answer_decide(const struct relation_answer *answer, int64_t now_us);

/* Other terms are offered by the agent; found: NULL: there is none. */
enum relation_verdict relation_change_decide(const struct relation *found, struct id account_id,
                                             bool equal, int64_t now_us);

/* An end is asked for, by either end of the relation. */
struct relation_ending {
    const struct relation *found; /* NULL: there is none */
    struct id account_id;         /* that asks */
    struct id customer_id;        /* whose standing was asked for */
    int64_t endings;              /* of the customer, in RELATION_ENDINGS_US */
    bool is_now;                  /* it is to end at once */
};
enum relation_verdict relation_end_decide(const struct relation_ending *ending, int64_t now_us);

/* By the end that asked, before it comes. */
enum relation_verdict relation_withdraw_decide(const struct relation *found, struct id account_id,
                                               int64_t now_us);

const struct refusal *relation_refusal(enum relation_verdict verdict);

#endif
