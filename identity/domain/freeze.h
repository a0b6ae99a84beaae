/* Freezes (GW-03, GW-04, c-13): who begins, confirms and undoes one, and where it stands. It holds
 * in its account and in all under it. */
#ifndef IDENTITY_DOMAIN_FREEZE_H
#define IDENTITY_DOMAIN_FREEZE_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/id.h"
#include "runtime/base/refusal.h"

#define FREEZES_MAX 32 /* of an account, or of a partner in it, that have not ended */
#define FREEZE_CONFIRM_US (INT64_C(30) * 60 * 1000000)
#define FREEZE_EXPIRE_MAX_US (INT64_C(366) * 24 * 3600 * 1000000)

/* Each stops what those before it stop, too. */
enum freeze_level {
    FREEZE_LEVEL_NONE,
    FREEZE_RECHARGE,
    FREEZE_NEW_PURCHASE,
    FREEZE_PAYG_SUSPEND,
};

/* The last three are its outcomes. */
enum freeze_state {
    FREEZE_STATE_NONE,
    FREEZE_PENDING,
    FREEZE_IN_FORCE,
    FREEZE_UNDONE,
    FREEZE_EXPIRED,
    FREEZE_LAPSED,
};

/* Times are 0 when there is none. */
struct freeze {
    struct id freeze_id;
    struct id account_id;
    enum freeze_level level;
    const char *reason;
    struct id partner_id; /* B.5: for which its customer was frozen; nil: the account's own */
    struct id created_by, confirmed_by, ended_by; /* nil: nobody */
    int64_t created_us;
    int64_t confirm_until_us;  /* 0: it needs no second principal */
    int64_t begun_us;          /* 0: it never held */
    int64_t expire_us;         /* 0: it does not end by itself */
    int64_t ended_us;          /* 0: it has not ended, or nobody has noted it yet */
    enum freeze_state outcome; /* as noted */
};

enum freeze_state freeze_state(const struct freeze *freeze, int64_t now_us);

/* When it ends by itself, as it stands; 0: it does not. */
int64_t freeze_end_us(const struct freeze *freeze);

#define FREEZE_REFUSALS(X)                                                        \
    X(FREEZE_NOT_FREEZER, NEVER, CODE_PERMISSION_DENIED, "ROLE_MISSING",          \
      "This needs the billing freezer's role.")                                   \
    X(FREEZE_UNKNOWN, NEVER, CODE_NOT_FOUND, "FREEZE_NOT_FOUND",                  \
      "The account has no such freeze.")                                          \
    X(FREEZE_OVER, NEVER, CODE_FAILED_PRECONDITION, "FREEZE_ENDED",               \
      "The freeze has ended already.")                                            \
    X(FREEZE_HOLDS, NEVER, CODE_FAILED_PRECONDITION, "FREEZE_IN_FORCE",           \
      "The freeze is in force already.")                                          \
    X(FREEZE_OWN, NEVER, CODE_PERMISSION_DENIED, "OWN_FREEZE",                    \
      "Whoever froze neither confirms nor undoes it; another freezer does.")      \
    X(FREEZE_TOO_MANY, NEVER, CODE_RESOURCE_EXHAUSTED, "FREEZE_LIMIT",            \
      "The account has 32 freezes that have not ended; undo one first.")          \
    X(FREEZE_OF_PARTNER, NEVER, CODE_PERMISSION_DENIED, "PARTNER_FREEZE",         \
      "The partner froze; as long as the relation permits that, it undoes it.")   \
    X(FREEZE_ABOVE_RECHARGE, NEVER, CODE_PERMISSION_DENIED, "FREEZE_LEVEL",       \
      "A partner freezes recharges of its customer, and nothing more.")           \
    X(FREEZE_EXPIRES_AT_ONCE, NEVER, CODE_INVALID_ARGUMENT, "FREEZE_EXPIRE_TIME", \
      "A freeze ends later than it begins, and at most 366 days from now.")

enum freeze_verdict { FREEZE_ACCEPTED = 0, FREEZE_REFUSALS(REFUSAL_ENUM) };

/* The side that acts on freezes of an account: its own, or its partner's (B.5). */
struct freezer {
    unsigned roles;       /* bits of enum role, in the account or at the partner's, inherited ones
                             included */
    struct id partner_id; /* nil: for the account itself */
    bool permitted;       /* a relation that holds permits that partner to freeze recharges; without
                             one: the partner who froze */
};

/* freeze: of which level and how long. holding: those of the account, or of the partner in it, that
 * have not ended. */
enum freeze_verdict freeze_begin_decide(const struct freezer *by, const struct freeze *freeze,
                                        int64_t holding, int64_t now_us);

/* freeze NULL: the account has none of that id. */
struct freeze_act {
    struct freezer by;
    struct id caller_id;
    bool made_freezer; /* the caller made the program that froze, or a key of it */
    const struct freeze *freeze;
};

enum freeze_verdict freeze_confirm_decide(const struct freeze_act *act, int64_t now_us);
/* A pending freeze holds nothing: whoever froze may take it back, too. */
enum freeze_verdict freeze_undo_decide(const struct freeze_act *act, int64_t now_us);

const struct refusal *freeze_refusal(enum freeze_verdict verdict);

const char *freeze_level_name(enum freeze_level level);
enum freeze_level freeze_level_find(const char *name); /* NULL, or none: FREEZE_LEVEL_NONE */
const char *freeze_state_name(enum freeze_state state);
enum freeze_state freeze_state_find(const char *name); /* NULL, or none: FREEZE_STATE_NONE */

#endif
