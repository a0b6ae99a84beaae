/* A proof of a factor on its way (ID-32): counted as wrong, in a transaction of its own, before it
 * is looked at; then kept, with what it brings about. */
#ifndef IDENTITY_SERVICE_PROOF_H
#define IDENTITY_SERVICE_PROOF_H

#include "identity/service/factor.h"
#include "identity/service/session_service.h"

struct attempt {
    struct call *call;
    const char *action;  /* its permission */
    struct id object_id; /* the factor that is enrolled; nil: none */
    struct proof proof;
    struct factor_step step;        /* of a factor that is enrolled, or waits; or */
    struct bytes code_mac;          /* of a recovery code; or */
    const struct factor *enrolled;  /* a passkey that is new, with step.counter */
    enum factor_verdict enrollment; /* of that */
    struct proved_session session;
    char *token;
    bool lives;                     /* the session */
    struct recovery_codes *codes;   /* to be kept; NULL: none */
    enum security_event_kind event; /* noted, and told to the owner */
};

struct attempt proof_begin(struct call *call, enum factor_kind kind, const char *action);

/* Counts it; refuses when the principal has to wait. */
int proof_count(struct attempt *attempt) must_check;

/* Makes recovery codes for a factor that is new, when none are left. */
int proof_prepare_codes(struct attempt *attempt, struct recovery_codes *codes) must_check;

/* Keeps what matches, and decides. 0: the session is stepped up, and its token is another. */
int proof_finish(struct attempt *attempt) must_check;

Google__Protobuf__Timestamp *proof_expire_time(const struct attempt *attempt);

/* webauthn.c: looks at an assertion by one of the factors. */
int webauthn_look_at(struct attempt *attempt, const Identity__V1__WebauthnAssertion *message,
                     const struct factors *factors) must_check;
void field_assertion(struct call *call, const Identity__V1__WebauthnAssertion *message);

#endif
