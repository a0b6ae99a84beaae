/* Passkeys and security keys (ID-32): challenges, enrolment, assertions. */
#include <string.h>

#include "identity/service/proof.h"
#include "runtime/base/clock.h"
#include "runtime/factor/webauthn.h"
#include "runtime/rpc/timestamp.h"

#define HASH_SIZE 32
#define NAME_BYTES_MAX 64
#define TO_ENROLL "ENROLL"
#define TO_PROVE "PROVE"

static const int64_t algorithms[] = WEBAUTHN_ALGORITHMS;

static struct bytes bytes_of(ProtobufCBinaryData data)
{
    return (struct bytes){data.data, data.len};
}

static ProtobufCBinaryData data_of(struct call *call, struct bytes bytes)
{
    return (ProtobufCBinaryData){bytes.size,
                                 arena_memdup(call_arena(call), bytes.data, bytes.size)};
}

static void field_part(struct call *call, const char *field, ProtobufCBinaryData data,
                       size_t size_max)
{
    if (data.len == 0)
        call_add_field_violation(call, field, FAULT_REQUIRED, "The bytes are missing.");
    else if (data.len > size_max)
        call_add_field_violation(call, field, FAULT_TOO_LONG, "There are too many bytes.");
}

static void field_operation(struct call *call, const char *field, ProtobufCBinaryData data)
{
    if (data.len != 0 && data.len != HASH_SIZE)
        call_add_field_violation(call, field, FAULT_MALFORMED, "The hash has not 32 bytes.");
}

/* ---- challenges ---- */

/* The challenge is of the nonce and, when there is one, of the operation. */
static void challenge_of(struct bytes nonce, struct bytes operation,
                         uint8_t challenge[WEBAUTHN_CHALLENGE_SIZE])
{
    uint8_t both[2 * HASH_SIZE] = {0};
    memcpy(both, nonce.data, HASH_SIZE);
    if (operation.size == HASH_SIZE)
        memcpy(both + HASH_SIZE, operation.data, HASH_SIZE);
    sha256(both, HASH_SIZE + operation.size, challenge);
}

static int make_challenge(struct mutation *mutation, const char *purpose, struct bytes operation,
                          ProtobufCBinaryData *challenge)
{
    struct call *call = mutation->call;
    uint8_t nonce[HASH_SIZE], bytes[WEBAUTHN_CHALLENGE_SIZE];
    random_bytes(nonce, sizeof nonce);
    challenge_of((struct bytes){nonce, sizeof nonce}, operation, bytes);
    *challenge = data_of(call, (struct bytes){bytes, sizeof bytes});
    const struct webauthn_challenge made = {.session_id = caller_session_id(call),
                                            .purpose = purpose,
                                            .nonce = {nonce, sizeof nonce},
                                            .created_us = mutation->now_us};
    return id_is_nil(made.session_id) ? call_refuse(call, &session_ended, NO_TERMS)
                                      : factor_store_challenge(mutation->transaction, &made);
}

/* The challenge is gone afterwards, whatever comes. */
static int take_challenge(struct attempt *attempt, const char *purpose, struct bytes operation,
                          struct webauthn_site *site)
{
    struct identity *identity = identity_of(attempt->call);
    struct webauthn_challenge taken = {.session_id = attempt->session.session_id,
                                       .purpose = purpose};
    int no = factor_store_take_challenge(identity_reader(attempt->call), &taken);
    if (no != 0)
        return no;
    if (taken.nonce.size != HASH_SIZE ||
        !challenge_lives(taken.created_us, attempt->session.proved_us))
        return call_refuse(attempt->call, &challenge_unknown, NO_TERMS);
    *site = (struct webauthn_site){.rp_id = identity->webauthn_rp_id,
                                   .origins = identity->webauthn_origins};
    challenge_of(taken.nonce, operation, site->challenge);
    return 0;
}

static int list_factors(struct call *call, struct factors *factors)
{
    const struct factor_page page = {.principal_id = caller_id(call), .limit = FACTORS_MAX};
    return factor_store_list(identity_reader(call), &page, factors);
}

/* The ids of the passkeys among them. */
static size_t credentials_to_message(struct call *call, const struct factors *factors,
                                     ProtobufCBinaryData **ids)
{
    size_t count = 0;
    *ids = arena_alloc_array(call_arena(call), factors->count + 1, sizeof **ids);
    for (size_t i = 0; i < factors->count; i++)
        if (factors->items[i].kind == FACTOR_WEBAUTHN)
            (*ids)[count++] = data_of(call, factors->items[i].credential_id);
    return count;
}

static Google__Protobuf__Timestamp *challenge_expire_time(const struct mutation *mutation)
{
    return timestamp_from_us(call_arena(mutation->call), mutation->now_us + PROOF_LIFETIME_US);
}

/* ---- enrolment ---- */

int begin_webauthn_enrollment(struct mutation *mutation,
                              const struct begin_webauthn_enrollment *request,
                              Identity__V1__BeginWebauthnEnrollmentResponse *response)
{
    struct call *call = mutation->call;
    struct id principal_id = caller_id(call);
    struct factors factors;
    (void)request;
    int no = list_factors(call, &factors);
    if (no == 0)
        no = make_challenge(mutation, TO_ENROLL, (struct bytes){NULL, 0}, &response->challenge);
    if (no != 0)
        return no;
    response->rp_id = arena_strdup(call_arena(call), identity_of(call)->webauthn_rp_id);
    response->user_id =
        data_of(call, (struct bytes){principal_id.bytes, sizeof principal_id.bytes});
    response->n_algorithms = WEBAUTHN_ALGORITHM_COUNT;
    response->algorithms = arena_memdup(call_arena(call), algorithms, sizeof algorithms);
    response->n_excluded_credential_ids =
        credentials_to_message(call, &factors, &response->excluded_credential_ids);
    response->expire_time = challenge_expire_time(mutation);
    return 0;
}

void finish_webauthn_enrollment_read(struct call *call,
                                     const Identity__V1__FinishWebauthnEnrollmentRequest *message,
                                     struct finish_webauthn_enrollment *request)
{
    finish_webauthn_enrollment_fields(call, message, request);
    field_text(call, "name", request->name, 0, NAME_BYTES_MAX);
    field_part(call, "client_data_json", request->client_data_json, WEBAUTHN_PART_MAX);
    field_part(call, "attestation_object", request->attestation_object, WEBAUTHN_PART_MAX);
}

static int judge_new(struct attempt *attempt, const struct finish_webauthn_enrollment *request,
                     struct webauthn_credential *credential)
{
    struct webauthn_site site;
    int no = take_challenge(attempt, TO_ENROLL, (struct bytes){NULL, 0}, &site);
    if (no != 0)
        return no;
    attempt->proof.matches =
        webauthn_register(&site, bytes_of(request->client_data_json),
                          bytes_of(request->attestation_object), credential) == WEBAUTHN_GOOD;
    return 0;
}

int finish_webauthn_enrollment(struct call *call, const struct finish_webauthn_enrollment *request,
                               Identity__V1__FinishWebauthnEnrollmentResponse *response)
{
    struct attempt attempt = proof_begin(call, FACTOR_WEBAUTHN, "identity.factor.enroll");
    struct webauthn_credential *credential = arena_alloc(call_arena(call), sizeof *credential);
    struct recovery_codes codes;
    attempt.proof.has_factor = true;
    attempt.event = SECURITY_FACTOR_ADDED;
    int no = proof_count(&attempt);
    if (no == 0)
        no = judge_new(&attempt, request, credential);
    if (no == 0)
        no = proof_prepare_codes(&attempt, &codes);
    if (no != 0)
        return no;
    const struct factor factor = {
        .factor_id = id_new(attempt.step.now_us),
        .kind = FACTOR_WEBAUTHN,
        .name = request->name,
        .credential_id = {credential->id, credential->id_size},
        .public_key = {credential->key, credential->key_size},
        .algorithm = credential->algorithm,
        .created_us = attempt.step.now_us,
        .used_us = attempt.step.now_us,
    };
    attempt.enrolled = &factor;
    attempt.object_id = factor.factor_id;
    attempt.step.counter = credential->counter;
    no = proof_finish(&attempt);
    if (no != 0)
        return no;
    response->factor = factor_to_message(call, &factor);
    response->session_token = attempt.token;
    response->proof_expire_time = proof_expire_time(&attempt);
    if (attempt.codes != NULL)
        response->n_recovery_codes =
            recovery_codes_to_message(call, &codes, &response->recovery_codes);
    return 0;
}

/* ---- proofs ---- */

void begin_webauthn_proof_read(struct call *call,
                               const Identity__V1__BeginWebauthnProofRequest *message,
                               struct begin_webauthn_proof *request)
{
    begin_webauthn_proof_fields(call, message, request);
    field_operation(call, "operation_hash", request->operation_hash);
}

int begin_webauthn_proof(struct mutation *mutation, const struct begin_webauthn_proof *request,
                         Identity__V1__BeginWebauthnProofResponse *response)
{
    struct call *call = mutation->call;
    struct factors factors;
    int no = list_factors(call, &factors);
    if (no != 0)
        return no;
    response->n_credential_ids = credentials_to_message(call, &factors, &response->credential_ids);
    if (response->n_credential_ids == 0)
        return call_refuse(call, proof_refusal(PROOF_NO_FACTOR), NO_TERMS);
    no =
        make_challenge(mutation, TO_PROVE, bytes_of(request->operation_hash), &response->challenge);
    response->rp_id = arena_strdup(call_arena(call), identity_of(call)->webauthn_rp_id);
    response->expire_time = challenge_expire_time(mutation);
    return no;
}

void field_assertion(struct call *call, const Identity__V1__WebauthnAssertion *message)
{
    field_part(call, "webauthn.credential_id", message->credential_id, WEBAUTHN_CREDENTIAL_MAX);
    field_part(call, "webauthn.client_data_json", message->client_data_json, WEBAUTHN_PART_MAX);
    field_part(call, "webauthn.authenticator_data", message->authenticator_data, WEBAUTHN_PART_MAX);
    field_part(call, "webauthn.signature", message->signature, WEBAUTHN_PART_MAX);
    field_operation(call, "webauthn.operation_hash", message->operation_hash);
}

static const struct factor *find_credential(const struct factors *factors, struct bytes id)
{
    for (size_t i = 0; i < factors->count; i++) {
        struct bytes known = factors->items[i].credential_id;
        if (factors->items[i].kind == FACTOR_WEBAUTHN && known.size == id.size &&
            memcmp(known.data, id.data, id.size) == 0)
            return &factors->items[i];
    }
    return NULL;
}

int webauthn_look_at(struct attempt *attempt, const Identity__V1__WebauthnAssertion *message,
                     const struct factors *factors)
{
    const struct factor *factor = find_credential(factors, bytes_of(message->credential_id));
    const struct webauthn_assertion assertion = {bytes_of(message->client_data_json),
                                                 bytes_of(message->authenticator_data),
                                                 bytes_of(message->signature)};
    struct webauthn_site site;
    int no = take_challenge(attempt, TO_PROVE, bytes_of(message->operation_hash), &site);
    if (no != 0 || factor == NULL || factor->public_key.size > WEBAUTHN_KEY_MAX)
        return no;
    struct webauthn_credential *credential =
        arena_alloc(call_arena(attempt->call), sizeof *credential);
    *credential = (struct webauthn_credential){.algorithm = factor->algorithm,
                                               .key_size = factor->public_key.size};
    memcpy(credential->key, factor->public_key.data, factor->public_key.size);
    attempt->step.factor_id = factor->factor_id;
    if (message->operation_hash.len > 0)
        attempt->session.operation_hash = bytes_of(message->operation_hash);
    attempt->proof.matches =
        webauthn_prove(&site, credential, &assertion, &attempt->step.counter) == WEBAUTHN_GOOD;
    return 0;
}
