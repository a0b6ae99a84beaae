/* c-19: who may approve an act over a ceiling, and how far an approval is. */
#ifndef GATEWAY_DOMAIN_APPROVAL_H
#define GATEWAY_DOMAIN_APPROVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "gateway/domain/ceiling.h"
#include "runtime/base/refusal.h"

#define APPROVAL_LIFETIME_US (INT64_C(72) * 3600 * 1000000)
#define APPROVAL_CARRY_US (INT64_C(24) * 3600 * 1000000) /* from then on, to carry it out */
#define APPROVALS_OPEN_MAX 100                           /* of an account */
#define APPROVERS_MAX 5                                  /* of an act */
#define APPROVAL_NOTICES_MAX 5 /* e-mails of an account about one person within an hour */

/* X(state, name), in the order of the wire's enum. */
#define APPROVAL_STATES(X)             \
    X(APPROVAL_PENDING, "PENDING")     \
    X(APPROVAL_APPROVED, "APPROVED")   \
    X(APPROVAL_EXECUTED, "EXECUTED")   \
    X(APPROVAL_FAILED, "FAILED")       \
    X(APPROVAL_REJECTED, "REJECTED")   \
    X(APPROVAL_CANCELLED, "CANCELLED") \
    X(APPROVAL_EXPIRED, "EXPIRED")

#define APPROVAL_STATE_ENUM(state, name) state,
enum approval_state { APPROVAL_NONE, APPROVAL_STATES(APPROVAL_STATE_ENUM) APPROVAL_STATE_COUNT };

const char *approval_state_name(enum approval_state state);
enum approval_state approval_state_named(const char *name); /* APPROVAL_NONE: no such name */

/* One that waits is over when its time is, before anybody notes it. */
enum approval_state approval_state_at(enum approval_state kept, int64_t expire_us, int64_t now_us);

/* Whether one that was approved, and of which nothing has left yet, is too old to be carried out.
 */
bool approval_is_stale(int64_t expire_us, int64_t now_us);

bool approval_may_move(enum approval_state from, enum approval_state to);

/* PAY-26: a person's requests are told to the account by so many e-mails within an hour of the
 * clock, in their order; the first one after that says how many were left out. */
struct approval_notice {
    bool is_told;
    bool is_last;     /* what else they ask for within the hour is not told */
    int64_t left_out; /* of the hour in which they asked the last time before */
};

/* How many they asked for before it: within its hour, and in the last hour before in which they
 * asked for any. */
struct approval_notice approval_notice_of(int64_t before_it, int64_t hour_before);

#define APPROVAL_REFUSALS(X)                                                      \
    X(APPROVAL_OVER, NEVER, CODE_FAILED_PRECONDITION, "APPROVAL_ENDED",           \
      "The approval has ended; make a new request.")                              \
    X(APPROVAL_SELF, NEVER, CODE_PERMISSION_DENIED, "SELF_APPROVAL",              \
      "Who asked for an act does not decide it.")                                 \
    X(APPROVAL_AGAIN, NEVER, CODE_FAILED_PRECONDITION, "ALREADY_APPROVED",        \
      "You have approved it already; others have to, too.")                       \
    X(APPROVAL_ROLE, NEVER, CODE_PERMISSION_DENIED, "APPROVER_ROLE",              \
      "You have no role by which such an act is approved in this account.")       \
    X(APPROVAL_APPOINTED, NEVER, CODE_PERMISSION_DENIED, "APPROVER_APPOINTED",    \
      "You were given a role within the last day; somebody else has to approve.") \
    X(APPROVAL_DEPENDENT, NEVER, CODE_PERMISSION_DENIED, "APPROVER_DEPENDENT",    \
      "One of you and the requester was let in, or given a role, by the other; "  \
      "another operator has to approve.")                                         \
    X(APPROVAL_CEILING, NEVER, CODE_PERMISSION_DENIED, "APPROVER_CEILING",        \
      "It is more than you may move yourself.")                                   \
    X(APPROVAL_HASH, NEVER, CODE_FAILED_PRECONDITION, "APPROVAL_HASH_MISMATCH",   \
      "This is not the hash of the request; look at it again.")

enum approval_verdict { APPROVAL_COUNTS = 0, APPROVAL_REFUSALS(REFUSAL_ENUM) };

struct approval_facts {
    enum approval_state state; /* as it is now */
    bool is_requester;
    bool has_voted;
    bool may_act;               /* has a role by which one does such an act */
    unsigned roles;             /* of the approver, access_role bits */
    unsigned roles_wanted;      /* one of these; 0: of none in particular */
    bool is_appointed;          /* within a day: by the requester, or by whom they appointed; where
                                    it takes two operators, by anybody */
    bool is_dependent;          /* of two operators (approval_is_dependent) */
    struct ceiling_bound bound; /* the approver's own */
    int64_t amount_micros;
    bool names_request; /* by its hash */
};

enum approval_verdict approval_decide(const struct approval_facts *facts);

/* An operator, and all who made them: who let them in or gave them a role, who did so with those,
 * and so on, whenever it was. */
struct approval_operator {
    const char *principal_id;
    const char *makers; /* ids with spaces between */
};

/* LED-19: a second mailbox is no second person. Whether one of the two made the other, or both are
 * one. Two whom a third made are independent: an administrator makes all operators but the first.
 */
bool approval_is_dependent(const struct approval_operator *one,
                           const struct approval_operator *other);

/* The first of the same list that a rejection has to pass. */
enum approval_verdict approval_decide_rejection(const struct approval_facts *facts);

const struct refusal *approval_refusal(enum approval_verdict verdict);

#endif
