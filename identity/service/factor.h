/* The files of factors (ID-32): enrolment and removal, proofs, and what both use. */
#ifndef IDENTITY_SERVICE_FACTOR_H
#define IDENTITY_SERVICE_FACTOR_H

#include "identity/service/factor_request.h"
#include "identity/service/security.h"
#include "identity/store/factor_store.h"

#define LABEL_TOTP "factor.totp"

Identity__V1__Factor *factor_to_message(struct call *call, const struct factor *factor);

/* Ten new codes in the call's arena, and the keyed hashes by which they are kept. */
struct recovery_codes {
    char *texts[RECOVERY_CODES];
    struct bytes macs[RECOVERY_CODES];
};

void recovery_codes_make(struct call *call, struct recovery_codes *codes);

/* The keyed hash of one, in its normal form. */
struct bytes recovery_code_mac(struct call *call, const char *normal);

/* The answer's list. */
size_t recovery_codes_to_message(struct call *call, const struct recovery_codes *codes,
                                 char ***texts);

/* webauthn.c */
int begin_webauthn_enrollment(struct mutation *mutation,
                              const struct begin_webauthn_enrollment *request,
                              Identity__V1__BeginWebauthnEnrollmentResponse *response);
void finish_webauthn_enrollment_read(struct call *call,
                                     const Identity__V1__FinishWebauthnEnrollmentRequest *message,
                                     struct finish_webauthn_enrollment *request);
int finish_webauthn_enrollment(struct call *call, const struct finish_webauthn_enrollment *request,
                               Identity__V1__FinishWebauthnEnrollmentResponse *response);

/* factor_proof.c */
int confirm_totp(struct call *call, const struct confirm_totp *request,
                 Identity__V1__ConfirmTotpResponse *response);
void confirm_totp_read(struct call *call, const Identity__V1__ConfirmTotpRequest *message,
                       struct confirm_totp *request);

#endif
