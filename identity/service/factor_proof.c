/* Proofs of factors: the first of one, by which it counts, and those that step up a session
 * (ID-32). Each is counted as wrong, in a transaction of its own, before it is looked at. */
#include <string.h>

#include "identity/service/factor.h"
#include "identity/service/fields.h"
#include "identity/service/session_service.h"
#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"
#include "runtime/factor/totp.h"
#include "runtime/rpc/timestamp.h"

#define RECOVERY_CODE_BYTES_MAX 32

static struct metric proof_total = {.name = "identity_proof_total",
                                    .help = "Proofs of factors by outcome.",
                                    .kind = METRIC_COUNTER,
                                    .labels = {"outcome"}};

struct attempt {
    struct call *call;
    struct proof proof;
    struct factor_step step; /* of a factor; of a recovery code: */
    struct bytes code_mac;
    struct proved_session session;
    char *token;
    bool lives;                   /* the session */
    struct recovery_codes *codes; /* to be kept; NULL: none */
    const char *sentence;         /* that the owner is told; NULL: nothing */
};

static struct attempt attempt_begin(struct call *call, enum factor_kind kind)
{
    struct attempt attempt = {.call = call, .session = {.kind = kind}};
    attempt.session.principal_id = caller_id(call);
    attempt.session.session_id = caller_session_id(call);
    attempt.session.proved_us = clock_now_us();
    attempt.step.principal_id = attempt.session.principal_id;
    attempt.step.now_us = attempt.session.proved_us;
    attempt.token = token_make(call_arena(call), attempt.session.token_hash);
    return attempt;
}

/* ---- what is looked at ---- */

static int count(struct attempt *attempt)
{
    struct call *call = attempt->call;
    struct proof_attempts attempts;
    int64_t now_us = attempt->session.proved_us;
    int no = factor_store_count_attempt(identity_reader(call), attempt->session.principal_id,
                                        now_us, &attempt->proof.counted, &attempts);
    if (no != 0 || attempt->proof.counted)
        return no;
    metric_add(&proof_total, proof_refusal(PROOF_THROTTLED)->reason, 1);
    return call_refuse_retry(call, proof_refusal(PROOF_THROTTLED), NO_TERMS,
                             proof_wait_ms(&attempts, now_us));
}

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

/* ---- what is kept ---- */

static enum failure keep(struct transaction *transaction, void *argument)
{
    struct attempt *attempt = argument;
    enum failure failure =
        attempt->code_mac.data != NULL
            ? factor_store_use_recovery(transaction, attempt->step.principal_id, attempt->code_mac,
                                        attempt->step.now_us, &attempt->proof.fresh)
            : factor_store_use(transaction, &attempt->step, &attempt->proof.fresh);
    if (failure != FAILURE_NONE || !attempt->proof.fresh)
        return failure;
    failure = factor_store_prove(transaction, &attempt->session, &attempt->lives);
    if (failure == FAILURE_NONE && !attempt->lives) {
        transaction_discard(transaction);
        return FAILURE_NONE;
    }
    if (failure == FAILURE_NONE && attempt->codes != NULL)
        failure = factor_store_replace_recovery(transaction, attempt->step.principal_id,
                                                attempt->codes->macs, attempt->step.now_us);
    if (failure == FAILURE_NONE && attempt->sentence != NULL)
        failure = factor_tell(attempt->call, transaction, attempt->sentence, attempt->step.now_us);
    return failure;
}

/* Of two at once with one code, one passes: the statement that takes the step finds it taken. */
static int finish(struct attempt *attempt)
{
    struct call *call = attempt->call;
    int no = !attempt->proof.matches
                 ? 0
                 : database_transact(call_task(call), identity_of(call)->database,
                                     ISOLATION_READ_COMMITTED, keep, attempt);
    if (no != 0)
        return no;
    enum proof_verdict verdict = proof_decide(&attempt->proof);
    metric_add(&proof_total,
               verdict == PROOF_ACCEPTED ? "accepted" : proof_refusal(verdict)->reason, 1);
    if (verdict != PROOF_ACCEPTED)
        return call_refuse(call, proof_refusal(verdict), NO_TERMS);
    return attempt->lives ? messages_deliver(call) : call_refuse(call, &session_ended, NO_TERMS);
}

static Google__Protobuf__Timestamp *expire_time(const struct attempt *attempt)
{
    return timestamp_from_us(call_arena(attempt->call),
                             attempt->session.proved_us + PROOF_LIFETIME_US);
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

/* Recovery codes that are left stay. */
static int prepare_codes(struct attempt *attempt, struct recovery_codes *codes)
{
    bool known, some_left = false;
    int no = factor_store_know_recovery(identity_reader(attempt->call), attempt->step.principal_id,
                                        recovery_code_mac(attempt->call, ""), &known, &some_left);
    if (no != 0 || some_left)
        return no;
    recovery_codes_make(attempt->call, codes);
    attempt->codes = codes;
    return 0;
}

int confirm_totp(struct call *call, const struct confirm_totp *request,
                 Identity__V1__ConfirmTotpResponse *response)
{
    struct attempt attempt = attempt_begin(call, FACTOR_TOTP);
    struct recovery_codes codes;
    struct factor factor;
    attempt.proof.has_factor = true;
    attempt.step.waits = true;
    attempt.sentence = "A factor was added to your Kontor log-in.";
    int no = find_waiting(&attempt, request->factor_id, &factor);
    if (no == 0)
        no = count(&attempt);
    if (no != 0)
        return no;
    compare_code(&attempt, &factor, request->code);
    no = prepare_codes(&attempt, &codes);
    if (no == 0)
        no = finish(&attempt);
    if (no != 0)
        return no;
    factor.used_us = attempt.step.now_us;
    response->factor = factor_to_message(call, &factor);
    response->session_token = attempt.token;
    response->proof_expire_time = expire_time(&attempt);
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
    if (request->totp_code == NULL && request->recovery_code == NULL)
        call_add_field_violation(call, "proof", FAULT_REQUIRED, "A proof is missing.");
    if (request->totp_code != NULL)
        field_code(call, "totp_code", request->totp_code);
    if (request->recovery_code != NULL)
        field_secret(call, "recovery_code", request->recovery_code, 1, RECOVERY_CODE_BYTES_MAX);
}

static int look_at(struct attempt *attempt, const struct prove_factor *request,
                   const struct factors *factors)
{
    if (request->recovery_code != NULL) {
        attempt->sentence = "A recovery code of your Kontor log-in was used.";
        return compare_recovery_code(attempt, request->recovery_code);
    }
    for (size_t i = 0; i < factors->count; i++)
        compare_code(attempt, &factors->items[i], request->totp_code);
    return 0;
}

int prove_factor(struct call *call, const struct prove_factor *request,
                 Identity__V1__ProveFactorResponse *response)
{
    struct attempt attempt =
        attempt_begin(call, request->recovery_code != NULL ? FACTOR_RECOVERY_CODE : FACTOR_TOTP);
    const struct factor_page page = {.principal_id = attempt.step.principal_id,
                                     .limit = FACTORS_MAX};
    struct factors factors;
    int no = factor_store_list(identity_reader(call), &page, &factors);
    if (no != 0)
        return no;
    attempt.proof.has_factor = factors.count > 0;
    if (attempt.proof.has_factor) {
        no = count(&attempt);
        if (no == 0)
            no = look_at(&attempt, request, &factors);
    }
    if (no == 0)
        no = finish(&attempt);
    if (no != 0)
        return no;
    response->session_token = attempt.token;
    response->proof_expire_time = expire_time(&attempt);
    return 0;
}
