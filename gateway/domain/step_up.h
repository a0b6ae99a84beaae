/* Step-up (ID-32): must a factor be proved before this call passes? Whoever has a factor proves it
 * at most five minutes before moving money and before deciding who may do what; an account may
 * demand more or less of who acts in it. An operator has one always, proves it at most five minutes
 * before every change, and once in a session before it reads. Decided at every call, and at every
 * message of a stream. */
#ifndef GATEWAY_DOMAIN_STEP_UP_H
#define GATEWAY_DOMAIN_STEP_UP_H

#include <stdint.h>

#include "gateway/domain/route.h"
#include "runtime/base/refusal.h"

#define STEP_UP_LIFETIME_US (INT64_C(5) * 60 * 1000000)

#define STEP_UP_REFUSALS(X)                                                    \
    X(STEP_UP_PROOF_MISSING, NEVER, CODE_FAILED_PRECONDITION, "MFA_REQUIRED",  \
      "Prove a factor first; it counts for five minutes.")                     \
    X(STEP_UP_FACTOR_MISSING, NEVER, CODE_FAILED_PRECONDITION, "MFA_REQUIRED", \
      "This demands a factor; enrol one first.")

enum step_up_verdict { STEP_UP_PASSED = 0, STEP_UP_REFUSALS(REFUSAL_ENUM) };

/* An account's demand on one class of acts. */
enum step_up_demand { STEP_UP_WHEN_ENROLLED, STEP_UP_NEVER, STEP_UP_ALWAYS };

/* The kinds of factors that a principal has, as bits. */
enum step_up_factor { STEP_UP_TOTP = 1, STEP_UP_WEBAUTHN = 2 };

struct step_up_facts {
    unsigned roles;                   /* access_role bits */
    unsigned factors;                 /* step_up_factor bits */
    int64_t proved_us;                /* when one was proved in the session last; 0: never */
    bool is_bound;                    /* it was proved for one operation alone, */
    bool names_operation;             /* which this call is */
    bool is_program;                  /* its scopes are its bounds; it proves nothing */
    enum step_up_demand money;        /* of the acting account */
    enum step_up_demand who_may_what; /* the same, of roles, members, keys, factors, contacts */
};

/* c-19: whether the call is an approval, which takes a person's own fresh factor. */
bool step_up_is_approval(const struct route *route);

/* Whether no setting of an account leaves the factor out. Orders of a bulk or a stream are let in
 * together, by the class of that call; such a one among them is judged by itself. */
bool step_up_is_always(const struct route *route);

enum step_up_verdict step_up_decide(const struct route *route, const struct step_up_facts *facts,
                                    int64_t now_us);

/* The factors that are accepted, for the refusal: "TOTP,RECOVERY_CODE"; those that may be enrolled
 * when there are none. */
const char *step_up_accepted(unsigned factors);

const struct refusal *step_up_refusal(enum step_up_verdict verdict);

#endif
