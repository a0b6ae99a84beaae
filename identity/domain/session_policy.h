/* The demands of an account on whoever acts in it (ID-43). They narrow what holds for every session
 * (session.h), never widen it, and say nothing of what people do about themselves. */
#ifndef IDENTITY_DOMAIN_SESSION_POLICY_H
#define IDENTITY_DOMAIN_SESSION_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "identity/domain/session.h"

#define SESSION_POLICY_IDLE_MINUTES_MIN 5 /* uses are noted to the minute */
#define SESSION_POLICY_IDLE_MINUTES_MAX 30
#define SESSION_POLICY_LIFETIME_MINUTES_MIN 15
#define SESSION_POLICY_LIFETIME_MINUTES_MAX (12 * 60)
#define SESSION_POLICY_SESSIONS_MAX 100
#define SESSION_POLICY_TRUST_HOURS_MAX (30 * 24)
#define SESSION_POLICY_NETWORKS_MAX 32

struct session_policy {
    const char *networks;       /* with spaces between; "": from anywhere */
    int64_t lifetime_minutes;   /* 0: as long as every session */
    int64_t idle_minutes;       /* 0: as every session */
    int64_t sessions_max;       /* of one person, the newest; 0: any number */
    int64_t device_trust_hours; /* 0: no factor is asked for at a log-in */
};

/* The networks are asked of a program's key, too, in addition to its own; it has no session. */
#define SESSION_POLICY_REFUSALS(X)                                                              \
    X(SESSION_POLICY_ELSEWHERE, NEVER, CODE_PERMISSION_DENIED, "NETWORK_NOT_ALLOWED",           \
      "Nobody acts in this account from this address.")                                         \
    X(SESSION_POLICY_TOO_OLD, NEVER, CODE_UNAUTHENTICATED, "SESSION_TOO_OLD",                   \
      "The session is older than this account allows; log in again.")                           \
    X(SESSION_POLICY_IDLE, NEVER, CODE_UNAUTHENTICATED, "SESSION_IDLE",                         \
      "The session was not used for longer than this account allows; log in again.")            \
    X(SESSION_POLICY_SURPASSED, NEVER, CODE_UNAUTHENTICATED, "SESSION_SURPASSED",               \
      "You logged in elsewhere since, as often as this account allows sessions; log in again.") \
    X(SESSION_POLICY_UNTRUSTED, NEVER, CODE_FAILED_PRECONDITION, "DEVICE_NOT_TRUSTED",          \
      "Prove a factor first; this account trusts a device for a while after that.")

enum session_policy_verdict { SESSION_POLICY_PASSED = 0, SESSION_POLICY_REFUSALS(REFUSAL_ENUM) };

struct session_use {
    const char *address;    /* where the call comes from; "": nobody can say */
    bool is_program;        /* only the address is judged */
    struct session session; /* a live one */
    int64_t newer;          /* live sessions of the same person that began later */
    int64_t
        device_proof_us; /* a factor was proved in the session or before on its device; 0: never */
};

enum session_policy_verdict session_policy_decide(const struct session_policy *policy,
                                                  const struct session_use *use, int64_t now_us);
const struct refusal *session_policy_refusal(enum session_policy_verdict verdict);

/* The number that the policy sets for what refused; 0: none. */
int64_t session_policy_limit(const struct session_policy *policy,
                             enum session_policy_verdict verdict);

/* When a session that passed ends in the account by itself, used or not. */
int64_t session_policy_end_us(const struct session_policy *policy, const struct session_use *use);

/* ---- setting it ---- */

#define SESSION_POLICY_SETTING_REFUSALS(X)                                                   \
    X(SESSION_POLICY_SHUTS_OUT, NEVER, CODE_FAILED_PRECONDITION, "NETWORKS_SHUT_CALLER_OUT", \
      "The networks do not hold the address that you come from; you would shut yourself out.")

enum session_policy_setting_verdict {
    SESSION_POLICY_SET = 0,
    SESSION_POLICY_SETTING_REFUSALS(REFUSAL_ENUM)
};

/* may_shut_out: the caller knows what they do. */
enum session_policy_setting_verdict session_policy_set_decide(const struct session_policy *policy,
                                                              const char *address,
                                                              bool may_shut_out);
const struct refusal *session_policy_setting_refusal(enum session_policy_setting_verdict verdict);

#endif
