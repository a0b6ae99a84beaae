/* Certificates of programs: registered, rotated. */
#include "identity/domain/refusals.h"
#include "identity/service/key.h"
#include "runtime/factor/certificate.h"
#include "runtime/rpc/timestamp.h"

#define HASH_TEXT_SIZE (2 * CERTIFICATE_HASH_SIZE + 1)

static_assert((int)CERTIFICATE_HASH_SIZE == (int)KEY_HASH_SIZE, "a certificate is its SHA-256");

static struct bytes bytes_of(ProtobufCBinaryData data)
{
    return (struct bytes){data.data, data.len};
}

static void field_certificate(struct call *call, ProtobufCBinaryData data)
{
    struct certificate certificate;
    if (!certificate_read(bytes_of(data), &certificate))
        call_add_field_violation(call, "certificate", FAULT_MALFORMED,
                                 "Must be one X.509 certificate, as PEM or DER, of at most 8192 "
                                 "bytes.");
}

/* The account, the certificate, the end that was asked for, and how it is noted. */
struct registration {
    struct id account_id;
    ProtobufCBinaryData certificate;
    int64_t expire_us; /* 0: nothing is asked */
    enum security_event_kind event;
};

/* *key has its program, scope and name. */
static int add_certificate(struct mutation *mutation, const struct registration *asked,
                           struct key *key)
{
    struct call *call = mutation->call;
    struct certificate certificate;
    uint8_t hash[KEY_HASH_SIZE];
    bool added = false;
    if (!certificate_read(bytes_of(asked->certificate), &certificate))
        return FAILURE_INTERNAL; /* it was read before */
    const struct certificate_facts facts = {certificate.end_us, certificate.strength_bits};
    enum certificate_verdict verdict = certificate_decide(&facts, mutation->now_us);
    if (verdict != CERTIFICATE_GOOD)
        return call_refuse(call, certificate_refusal(verdict), NO_TERMS);
    key->key_id = id_new(mutation->now_us);
    key->kind = KEY_CERTIFICATE;
    key->prefix = bytes_to_hex(certificate.hash, sizeof certificate.hash,
                               arena_alloc(call_arena(call), HASH_TEXT_SIZE));
    key->begin_us = certificate.begin_us;
    key->expire_us = certificate_key_end_us(&facts, asked->expire_us, mutation->now_us);
    key_hash_of_certificate(key->program_id, certificate.hash, hash);
    int no = key_add(mutation, &(struct key_addition){asked->account_id, key, hash, asked->event},
                     &added);
    return no != 0 || added ? no : call_refuse(call, &certificate_registered, NO_TERMS);
}

/* ---- RegisterCertificate ---- */

void register_certificate_read(struct call *call,
                               const Identity__V1__RegisterCertificateRequest *message,
                               struct register_certificate *request)
{
    register_certificate_fields(call, message, request);
    field_key_name(call, request->name);
    field_key_scope(call, request->scope);
    field_certificate(call, request->certificate);
}

int register_certificate(struct mutation *mutation, const struct register_certificate *request,
                         Identity__V1__RegisterCertificateResponse *response)
{
    struct role_giver caller;
    int no = key_account_lock(mutation, request->account_id, &caller);
    if (no == 0)
        no = key_program_admit(mutation, request->account_id, request->program_id, &caller);
    if (no != 0)
        return no;
    struct key key = key_of_scope(mutation->call, request->scope);
    key.program_id = request->program_id;
    key.name = request->name;
    const struct registration asked = {request->account_id, request->certificate,
                                       request->expire_us, SECURITY_KEY_MADE};
    no = add_certificate(mutation, &asked, &key);
    if (no == 0)
        response->key = key_to_message(mutation->call, &key);
    return no;
}

/* ---- RotateCertificate ---- */

void rotate_certificate_read(struct call *call,
                             const Identity__V1__RotateCertificateRequest *message,
                             struct rotate_certificate *request)
{
    rotate_certificate_fields(call, message, request);
    field_certificate(call, request->certificate);
    field_key_overlap(call, request->overlap_hours);
}

int rotate_certificate(struct mutation *mutation, const struct rotate_certificate *request,
                       Identity__V1__RotateCertificateResponse *response)
{
    struct role_giver caller;
    struct key key;
    int no = key_account_lock(mutation, request->account_id, &caller);
    if (no == 0)
        no = key_find_to_follow(mutation, request->account_id, request->key_id, KEY_CERTIFICATE,
                                &key);
    if (no == 0)
        no = key_program_admit(mutation, request->account_id, key.program_id, &caller);
    if (no != 0)
        return no;
    int64_t end_us = key_overlap_end_us(key.expire_us, request->overlap_hours, mutation->now_us);
    const struct registration asked = {request->account_id, request->certificate,
                                       request->expire_us, SECURITY_KEY_ROTATED};
    no = add_certificate(mutation, &asked, &key);
    if (no == 0)
        no = key_store_end(mutation->transaction, request->key_id, end_us);
    if (no != 0)
        return no;
    response->key = key_to_message(mutation->call, &key);
    response->old_expire_time = timestamp_from_us(call_arena(mutation->call), end_us);
    return 0;
}
