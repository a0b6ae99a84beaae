/* Hand-over of an account whose owner leaves (ID-27): by the owner alone, or by two others, of whom
 * the first may be of the account's partner (B.3). */
#ifndef IDENTITY_DOMAIN_HAND_OVER_H
#define IDENTITY_DOMAIN_HAND_OVER_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/id.h"
#include "runtime/base/refusal.h"

#define HAND_OVERS_DAY_MAX 5
#define HAND_OVER_DAY_US (INT64_C(24) * 3600 * 1000000)
#define HAND_OVER_LIFETIME_US HAND_OVER_DAY_US

/* How often somebody who begins hand-overs keeps administrators from being removed: for one
 * lifetime of these. */
#define HAND_OVER_HOLD_PAUSE_US (7 * HAND_OVER_DAY_US)

#define HAND_OVER_REFUSALS(X)                                                                      \
    X(HAND_OVER_ROLE_MISSING, NEVER, CODE_PERMISSION_DENIED, "ROLE_MISSING",                       \
      "This needs the account administrator's role.")                                              \
    X(HAND_OVER_LIMIT, NEVER, CODE_RESOURCE_EXHAUSTED, "HAND_OVER_LIMIT",                          \
      "Five hand-overs of the account began within a day; try again tomorrow.")                    \
    X(HAND_OVER_UNKNOWN, NEVER, CODE_NOT_FOUND, "HAND_OVER_NOT_FOUND",                             \
      "There is no such hand-over under way.")                                                     \
    X(HAND_OVER_OF_ANOTHER, NEVER, CODE_PERMISSION_DENIED, "HAND_OVER_NOT_YOURS",                  \
      "Somebody else began the hand-over.")                                                        \
    X(HAND_OVER_PROVED, NEVER, CODE_FAILED_PRECONDITION, "HAND_OVER_PROVED",                       \
      "Both contacts are proved; a second person approves the hand-over now.")                     \
    X(HAND_OVER_UNPROVED, NEVER, CODE_FAILED_PRECONDITION, "HAND_OVER_UNPROVED",                   \
      "The new contacts have to be proved first.")                                                 \
    X(HAND_OVER_OWN, NEVER, CODE_PERMISSION_DENIED, "OWN_HAND_OVER",                               \
      "Another person than the one who began the hand-over has to approve it.")                    \
    X(HAND_OVER_OF_PARTNER, NEVER, CODE_PERMISSION_DENIED, "HAND_OVER_BY_PARTNER",                 \
      "A partner begins a hand-over; somebody of the account or of the provider approves it.")     \
    X(HAND_OVER_APPOINTED, NEVER, CODE_PERMISSION_DENIED, "HAND_OVER_APPOINTED",                   \
      "One of you made the other an administrator, or a third both; another has to approve this.") \
    X(HAND_OVER_NEWCOMER, NEVER, CODE_PERMISSION_DENIED, "HAND_OVER_NEWCOMER",                     \
      "You may decide on this since, or for less than a day before it was asked for; another has " \
      "to approve it.")                                                                            \
    X(HAND_OVER_HOLDS, NEVER, CODE_FAILED_PRECONDITION, "HAND_OVER_UNDER_WAY",                     \
      "While others hand the account over, its administrators stay; cancel that first.")

enum hand_over_verdict { HAND_OVER_ACCEPTED = 0, HAND_OVER_REFUSALS(REFUSAL_ENUM) };

/* The wire's numbers. */
enum hand_over_state {
    HAND_OVER_STATE_NONE,
    HAND_OVER_PROVING,
    HAND_OVER_WAITING,
    HAND_OVER_DONE,
    HAND_OVER_CANCELLED,
    HAND_OVER_LAPSED,
};

struct hand_over {
    struct id hand_over_id;
    struct id account_id;
    struct id leaver_id;
    struct id successor_id; /* nil: not yet */
    struct id begun_by;
    struct id approved_by; /* nil: nobody */
    bool by_operator;
    const char *reason;
    int64_t created_us;
    int64_t proved_us; /* 0: not yet */
    int64_t ended_us;  /* 0: not yet */
    enum hand_over_state outcome;
    struct id partner_id; /* for which it was begun; nil: for none */
    bool permitted;       /* with one: as hand_over_is_permitted has it */
};

/* B.3: by terms that hold, and held when it was begun: what has lapsed does not come back. */
bool hand_over_is_permitted(unsigned permissions, int64_t terms_begun_us, int64_t created_us);

/* Where somebody who acts on it stands: in the account, or at its partner. */
struct hand_over_side {
    unsigned roles;       /* bits of enum role there, those of operators included */
    struct id partner_id; /* nil: in the account */
    bool permitted;       /* a relation that holds permits the partner to hand the account over */
    bool is_beginners;    /* with a role, whichever, at the partner for which it was begun, or with
                           * one there within a day before or since */
};

/* The roles that count: of a partner's people its administrators', as long as that is permitted. */
unsigned hand_over_side_roles(const struct hand_over_side *side);

/* A partner touches no hand-over but its own (found NULL: there is none), and its people approve
 * none, in whatever account. */
enum hand_over_verdict hand_over_side_decide(const struct hand_over_side *side,
                                             const struct hand_over *found, bool approves,
                                             int64_t now_us);

/* Somebody who acts on a hand-over of an account. */
struct hand_over_act {
    unsigned caller_roles; /* as hand_over_side_roles has them */
    struct id caller_id;
    unsigned beginner_roles; /* of who began it, as they are now */
    bool appointed; /* one of both made the other an administrator, or a third person both */
    const struct hand_over *found; /* NULL: there is none */
    int64_t decides_since_us;      /* when the caller became one who decides on such */
};

enum hand_over_state hand_over_state(const struct hand_over *hand_over, int64_t now_us);

/* NULL: there is none. */
bool hand_over_is_under_way(const struct hand_over *found, int64_t now_us);

/* Whether it was under way for the partner, whatever became of it since. permitted: by the terms
 * of then. */
bool hand_over_was_of_partner(const struct hand_over *found, struct id partner_id, bool permitted,
                              int64_t as_of_us);

/* Whether it takes a second person: all but the owner's who gives his own away. */
bool hand_over_takes_two(const struct hand_over *hand_over);

/* found: the account's last one; begun: those within a day, of the owner's, of the account's
 * partner, or of all others. */
enum hand_over_verdict hand_over_begin_decide(const struct hand_over_act *act, int64_t begun,
                                              int64_t now_us);
enum hand_over_verdict hand_over_confirm_decide(const struct hand_over_act *act, int64_t now_us);
enum hand_over_verdict hand_over_approve_decide(const struct hand_over_act *act, int64_t now_us);
enum hand_over_verdict hand_over_cancel_decide(const struct hand_over_act *act, int64_t now_us);

/* The facts of a removal of an administrator. */
struct hand_over_removal {
    const struct hand_over *found; /* NULL: there is none */
    bool of_oneself;
    int64_t first_us; /* when who began it, or anybody of its partner, began the first one within
                         HAND_OVER_HOLD_PAUSE_US */
};

/* Else who is to leave, or is about to take the account, removes whoever has to agree or could
 * object. For a day only, or who begins one day after day would never be removed himself. */
enum hand_over_verdict hand_over_removal_decide(const struct hand_over_removal *removal,
                                                int64_t now_us);

const char *hand_over_outcome_name(enum hand_over_state outcome);
enum hand_over_state hand_over_outcome_find(const char *name); /* NONE for NULL */

const struct refusal *hand_over_refusal(enum hand_over_verdict verdict);

#endif
