/* Factors of the caller: enrolled, listed, removed, and what stands in for a lost one (ID-32). */
#include <string.h>

#include "identity/service/factor.h"
#include "identity/service/start.h"
#include "runtime/base/clock.h"
#include "runtime/database/act_log.h"
#include "runtime/idempotency/call_actor.h"
#include "runtime/factor/totp.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define NAME_BYTES_MAX 64
#define SECRETS_RETRY_MS (INT64_C(3600) * 1000)

struct enroll_totp;
static int show_secret(struct call *call, Identity__V1__EnrollTotpResponse *response);

#define enroll_totp_admit(call) caller_admit(call)
#define enroll_totp_read enroll_totp_read
#define enroll_totp_scope(call, request) caller_id(call)
#define enroll_totp_done(call, request, response) show_secret(call, response)
#define confirm_totp_admit(call) caller_admit(call)
#define confirm_totp_linkage extern
#define confirm_totp_read confirm_totp_read
#define begin_webauthn_enrollment_admit(call) caller_admit(call)
#define begin_webauthn_enrollment_linkage extern
#define begin_webauthn_enrollment_scope(call, request) caller_id(call)
#define finish_webauthn_enrollment_admit(call) caller_admit(call)
#define finish_webauthn_enrollment_linkage extern
#define finish_webauthn_enrollment_read finish_webauthn_enrollment_read
#define list_factors_admit(call) caller_admit(call)
#define remove_factor_admit(call) caller_admit(call)
#define remove_factor_scope(call, request) caller_id(call)
#define remove_factor_done(call, request, response) messages_deliver(call)
#define regenerate_recovery_codes_admit(call) caller_admit(call)
#include "identity/service/factor_rpc.h"

/* ---- EnrollTotp ---- */

static void enroll_totp_read(struct call *call, const Identity__V1__EnrollTotpRequest *message,
                             struct enroll_totp *request)
{
    enroll_totp_fields(call, message, request);
    field_text(call, "name", request->name, 0, NAME_BYTES_MAX);
}

static int enroll_totp(struct mutation *mutation, const struct enroll_totp *request,
                       Identity__V1__EnrollTotpResponse *response)
{
    struct call *call = mutation->call;
    uint8_t secret[TOTP_SECRET_SIZE];
    struct factor_lock lock;
    int no = factor_store_lock(mutation->transaction, caller_id(call), &lock);
    if (no != 0)
        return no;
    if (!lock.is_somebodys)
        return call_refuse(call, &principal_not_found, NO_TERMS);
    enum factor_verdict verdict = factor_enroll_decide(lock.counting);
    if (verdict != FACTOR_ACCEPTED)
        return call_refuse(call, factor_refusal(verdict), NO_TERMS);
    random_bytes(secret, sizeof secret);
    const struct factor factor = {
        .factor_id = id_new(mutation->now_us),
        .kind = FACTOR_TOTP,
        .name = request->name,
        .secret_sealed = keys_seal(&identity_of(call)->keys, call_arena(call), LABEL_TOTP,
                                   (struct bytes){secret, sizeof secret}),
        .created_us = mutation->now_us,
    };
    secret_wipe(secret, sizeof secret);
    response->factor_id = id_to_message(call, factor.factor_id);
    return factor_store_insert(mutation->transaction, caller_id(call), &factor);
}

/* After the commit, of a repeated request too, for the answer as it is kept has no secret; until
 * the factor counts. */
static int show_secret(struct call *call, Identity__V1__EnrollTotpResponse *response)
{
    struct arena *arena = call_arena(call);
    struct factor factor;
    struct id factor_id;
    bool exists = false;
    if (!id_parse(response->factor_id, &factor_id))
        return FAILURE_INTERNAL;
    int no = factor_store_read(identity_reader(call), caller_id(call), factor_id, &factor, &exists);
    if (no != 0 || !exists || factor.counts)
        return no;
    struct bytes secret =
        keys_open(&identity_of(call)->keys, arena, LABEL_TOTP, factor.secret_sealed);
    if (secret.size != TOTP_SECRET_SIZE)
        return FAILURE_INTERNAL;
    response->secret = arena_alloc(arena, TOTP_BASE32_SIZE);
    totp_base32(secret.data, response->secret);
    response->otpauth_uri = arena_printf(arena, "otpauth://totp/Kontor:%s?secret=%s&issuer=Kontor",
                                         id_to_message(call, caller_id(call)), response->secret);
    return 0;
}

/* ---- ListFactors ---- */

static ProtobufCMessage *factor_message(struct call *call, const void *factor)
{
    return &factor_to_message(call, factor)->base;
}

static int list_factors(struct call *call, const struct list_factors *request,
                        Identity__V1__ListFactorsResponse *response)
{
    struct factors found;
    const struct factor_page page = {caller_id(call), request->after_id,
                                     page_limit(request->page_size)};
    int no = factor_store_list(identity_reader(call), &page, &found);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, found.items, found.count, factor_id,
                                      factor_message),
                                 &response->base);
}

/* ---- RemoveFactor ---- */

static int remove_now(struct mutation *mutation, struct id factor_id)
{
    struct call *call = mutation->call;
    int no = factor_store_delete(mutation->transaction, caller_id(call), factor_id);
    return no != 0 ? no
                   : security_tell(call, mutation->transaction,
                                   &(struct security_event){.kind = SECURITY_FACTOR_REMOVED,
                                                            .noted_us = mutation->now_us});
}

static int remove_last(struct mutation *mutation, struct id factor_id, int64_t goes_us,
                       Identity__V1__RemoveFactorResponse *response)
{
    struct call *call = mutation->call;
    int no = factor_store_remove_later(mutation->transaction, caller_id(call), factor_id, &goes_us);
    if (no != 0)
        return no;
    response->remove_time = timestamp_from_us(call_arena(call), goes_us);
    return security_tell(
        call, mutation->transaction,
        &(struct security_event){.kind = SECURITY_FACTOR_GOES, .noted_us = mutation->now_us});
}

static int remove_factor(struct mutation *mutation, const struct remove_factor *request,
                         Identity__V1__RemoveFactorResponse *response)
{
    struct call *call = mutation->call;
    struct factor_lock lock;
    struct factor factor;
    struct factor_removal removal;
    bool exists = false;
    int64_t goes_us;
    int no = factor_store_lock(mutation->transaction, caller_id(call), &lock);
    if (no == 0)
        no = factor_store_read(identity_reader(call), caller_id(call), request->factor_id, &factor,
                               &exists);
    if (no == 0 && !(exists && factor.counts))
        return call_refuse(call, &factor_not_found, NO_TERMS);
    if (no == 0)
        no = factor_store_read_proof(mutation->transaction, caller_session_id(call),
                                     caller_id(call), &removal.proved, &removal.proved_us);
    if (no != 0)
        return no;
    removal.counting = lock.counting;
    enum factor_verdict verdict = factor_remove_decide(&removal, mutation->now_us, &goes_us);
    if (verdict != FACTOR_ACCEPTED)
        return call_refuse(call, factor_refusal(verdict), NO_TERMS);
    return goes_us == 0 ? remove_now(mutation, request->factor_id)
                        : remove_last(mutation, request->factor_id, goes_us, response);
}

/* ---- RegenerateRecoveryCodes ---- */

struct regeneration {
    struct call *call;
    struct recovery_codes codes;
    int64_t now_us;
    bool allowed;
    int64_t counting;
};

static enum failure replace_codes(struct transaction *transaction, void *argument)
{
    struct regeneration *regeneration = argument;
    struct id principal_id = caller_id(regeneration->call);
    struct factor_lock lock;
    enum failure failure = factor_store_lock(transaction, principal_id, &lock);
    if (failure != FAILURE_NONE)
        return failure;
    regeneration->counting = lock.counting;
    regeneration->allowed = recovery_sets_allow(lock.sets, lock.sets_us, regeneration->now_us);
    if (!regeneration->allowed || lock.counting == 0)
        return FAILURE_NONE;
    failure = factor_store_replace_recovery(transaction, principal_id, regeneration->codes.macs,
                                            regeneration->now_us);
    if (failure == FAILURE_NONE)
        failure = security_tell(regeneration->call, transaction,
                                &(struct security_event){.kind = SECURITY_RECOVERY_CODES_MADE,
                                                         .noted_us = regeneration->now_us});
    const struct actor *actor = call_actor(regeneration->call);
    return failure != FAILURE_NONE
               ? failure
               : act_append(transaction,
                            &(struct act){.actor = actor,
                                          .account_id = actor->account_id,
                                          .action = "identity.factor.regenerate_recovery_codes",
                                          .tag = "",
                                          .reason = "",
                                          .act_us = regeneration->now_us});
}

static int regenerate_recovery_codes(struct call *call,
                                     const struct regenerate_recovery_codes *request,
                                     Identity__V1__RegenerateRecoveryCodesResponse *response)
{
    struct regeneration regeneration = {.call = call, .now_us = clock_now_us()};
    (void)request;
    recovery_codes_make(call, &regeneration.codes);
    int no = database_transact(call_task(call), identity_of(call)->database,
                               ISOLATION_READ_COMMITTED, replace_codes, &regeneration);
    if (no != 0)
        return no;
    if (regeneration.counting == 0)
        return call_refuse(call, proof_refusal(PROOF_NO_FACTOR), NO_TERMS);
    if (!regeneration.allowed)
        return call_refuse_retry(call, &recovery_codes_limit, NO_TERMS, SECRETS_RETRY_MS);
    response->n_recovery_codes =
        recovery_codes_to_message(call, &regeneration.codes, &response->recovery_codes);
    return messages_deliver(call);
}
