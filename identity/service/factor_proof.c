/* Proofs of factors: the first of an app, by which it counts, and those that step up a session
 * (ID-32). */
#include "identity/service/fields.h"
#include "identity/service/proof.h"
#include "runtime/factor/totp.h"

#define RECOVERY_CODE_BYTES_MAX 32

/* One that cannot be opened matches nothing. */
static void compare_code(struct attempt *attempt, const struct factor *factor, const char *code)
{
    struct call *call = attempt->call;
    if (factor->kind != FACTOR_TOTP || attempt->proof.matches)
        return;
    struct bytes secret =
        keys_open(&identity_of(call)->keys, call_arena(call), LABEL_TOTP, factor->secret_sealed);
    attempt->proof.matches = secret.data != NULL && totp_matches(secret, code, attempt->step.now_us,
                                                                 &attempt->step.counter);
    attempt->step.factor_id = factor->factor_id;
}

static int compare_recovery_code(struct attempt *attempt, const char *code)
{
    char normal[RECOVERY_CODE_DIGITS + 1];
    bool some_left;
    if (!recovery_code_normalise(code, normal))
        return 0;
    attempt->code_mac = recovery_code_mac(attempt->call, normal);
    secret_wipe(normal, sizeof normal);
    return factor_store_know_recovery(identity_reader(attempt->call), attempt->step.principal_id,
                                      attempt->code_mac, &attempt->proof.matches, &some_left);
}

/* ---- ConfirmTotp ---- */

void confirm_totp_read(struct call *call, const Identity__V1__ConfirmTotpRequest *message,
                       struct confirm_totp *request)
{
    confirm_totp_fields(call, message, request);
    field_code(call, "code", request->code);
}

static int find_waiting(struct attempt *attempt, struct id factor_id, struct factor *factor)
{
    bool exists = false;
    int no = factor_store_read(identity_reader(attempt->call), attempt->step.principal_id,
                               factor_id, factor, &exists);
    if (no != 0 || (exists && !factor->counts && factor->kind == FACTOR_TOTP &&
                    attempt->step.now_us - factor->created_us < FACTOR_PENDING_US))
        return no;
    return call_refuse(attempt->call, &factor_not_found, NO_TERMS);
}

int confirm_totp(struct call *call, const struct confirm_totp *request,
                 Identity__V1__ConfirmTotpResponse *response)
{
    struct attempt attempt = proof_begin(call, FACTOR_TOTP, "identity.factor.enroll");
    struct recovery_codes codes;
    struct factor factor;
    attempt.object_id = request->factor_id;
    attempt.proof.has_factor = true;
    attempt.step.waits = true;
    attempt.event = SECURITY_FACTOR_ADDED;
    int no = find_waiting(&attempt, request->factor_id, &factor);
    if (no == 0)
        no = proof_count(&attempt);
    if (no != 0)
        return no;
    compare_code(&attempt, &factor, request->code);
    no = proof_prepare_codes(&attempt, &codes);
    if (no == 0)
        no = proof_finish(&attempt);
    if (no != 0)
        return no;
    factor.used_us = attempt.step.now_us;
    response->factor = factor_to_message(call, &factor);
    response->session_token = attempt.token;
    response->proof_expire_time = proof_expire_time(&attempt);
    if (attempt.codes != NULL)
        response->n_recovery_codes =
            recovery_codes_to_message(call, &codes, &response->recovery_codes);
    return 0;
}

/* ---- ProveFactor ---- */

void prove_factor_read(struct call *call, const Identity__V1__ProveFactorRequest *message,
                       struct prove_factor *request)
{
    prove_factor_fields(call, message, request);
    if (request->totp_code == NULL && request->recovery_code == NULL && request->webauthn == NULL)
        call_add_field_violation(call, "proof", FAULT_REQUIRED, "A proof is missing.");
    if (request->totp_code != NULL)
        field_code(call, "totp_code", request->totp_code);
    if (request->webauthn != NULL)
        field_assertion(call, request->webauthn);
    if (request->recovery_code != NULL)
        field_secret(call, "recovery_code", request->recovery_code, 1, RECOVERY_CODE_BYTES_MAX);
}

static enum factor_kind kind_of(const struct prove_factor *request)
{
    if (request->recovery_code != NULL)
        return FACTOR_RECOVERY_CODE;
    return request->webauthn != NULL ? FACTOR_WEBAUTHN : FACTOR_TOTP;
}

static int look_at(struct attempt *attempt, const struct prove_factor *request,
                   const struct factors *factors)
{
    if (request->recovery_code != NULL) {
        attempt->event = SECURITY_RECOVERY_CODE_USED;
        return compare_recovery_code(attempt, request->recovery_code);
    }
    if (request->webauthn != NULL)
        return webauthn_look_at(attempt, request->webauthn, factors);
    for (size_t i = 0; i < factors->count; i++)
        compare_code(attempt, &factors->items[i], request->totp_code);
    return 0;
}

int prove_factor(struct call *call, const struct prove_factor *request,
                 Identity__V1__ProveFactorResponse *response)
{
    struct attempt attempt = proof_begin(call, kind_of(request), "identity.session.prove_factor");
    const struct factor_page page = {.principal_id = attempt.step.principal_id,
                                     .limit = FACTORS_MAX};
    struct factors factors;
    int no = factor_store_list(identity_reader(call), &page, &factors);
    if (no != 0)
        return no;
    attempt.proof.has_factor = factors.count > 0;
    if (attempt.proof.has_factor) {
        no = proof_count(&attempt);
        if (no == 0)
            no = look_at(&attempt, request, &factors);
    }
    if (no == 0)
        no = proof_finish(&attempt);
    if (no != 0)
        return no;
    response->session_token = attempt.token;
    response->proof_expire_time = proof_expire_time(&attempt);
    return 0;
}
