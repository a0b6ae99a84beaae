#include "runtime/factor/webauthn.h"

#include <cbor.h>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <string.h>

#include "runtime/factor/cbor_shape.h"
#include "runtime/factor/client_data.h"

#define HASH_SIZE 32
#define FLAGS_AT 32
#define COUNTER_AT 33
#define HEADER_SIZE 37
#define AAGUID_SIZE 16

enum flag {
    FLAG_PRESENT = 0x01,
    FLAG_VERIFIED = 0x04,
    FLAG_MAY_BE_BACKED_UP = 0x08,
    FLAG_BACKED_UP = 0x10,
    FLAG_CREDENTIAL = 0x40,
    FLAG_EXTENSIONS = 0x80,
};

static bool is_sized(struct bytes bytes, size_t size_min)
{
    return bytes.size >= size_min && bytes.size <= WEBAUTHN_PART_MAX;
}

/* ---- authenticator data ---- */

/* Passes over the credential: AAGUID, id with its size, key. */
static bool pass_credential(struct bytes *rest)
{
    if (rest->size < AAGUID_SIZE + 2)
        return false;
    size_t id_size = (size_t)rest->data[AAGUID_SIZE] << 8 | rest->data[AAGUID_SIZE + 1];
    size_t size = AAGUID_SIZE + 2 + id_size;
    if (id_size == 0 || id_size > WEBAUTHN_CREDENTIAL_MAX || size > rest->size)
        return false;
    rest->data += size;
    rest->size -= size;
    return cbor_shape_pass(rest);
}

/* libfido2 leaves bytes behind the last part unseen. */
static bool is_whole(struct bytes data)
{
    unsigned flags = data.data[FLAGS_AT];
    struct bytes rest = {data.data + HEADER_SIZE, data.size - HEADER_SIZE};
    if ((flags & FLAG_CREDENTIAL) != 0 && !pass_credential(&rest))
        return false;
    if ((flags & FLAG_EXTENSIONS) != 0 && !cbor_shape_pass(&rest))
        return false;
    return rest.size == 0;
}

static enum webauthn_verdict judge_data(const struct webauthn_site *site, struct bytes data,
                                        bool with_credential)
{
    uint8_t site_hash[HASH_SIZE];
    if (!is_sized(data, HEADER_SIZE))
        return WEBAUTHN_MALFORMED;
    unsigned flags = data.data[FLAGS_AT];
    bool backed_up_alone = (flags & (FLAG_BACKED_UP | FLAG_MAY_BE_BACKED_UP)) == FLAG_BACKED_UP;
    if (((flags & FLAG_CREDENTIAL) != 0) != with_credential || backed_up_alone || !is_whole(data))
        return WEBAUTHN_MALFORMED;
    sha256(site->rp_id, strlen(site->rp_id), site_hash);
    if (memcmp(data.data, site_hash, sizeof site_hash) != 0)
        return WEBAUTHN_OTHER_SITE;
    bool is_verified = (flags & FLAG_PRESENT) != 0 && (flags & FLAG_VERIFIED) != 0;
    return is_verified ? WEBAUTHN_GOOD : WEBAUTHN_USER_NOT_VERIFIED;
}

static int64_t counter_of(struct bytes data)
{
    const uint8_t *at = data.data + COUNTER_AT;
    return (int64_t)at[0] << 24 | (int64_t)at[1] << 16 | (int64_t)at[2] << 8 | at[3];
}

/* ---- registration ---- */

static bool is_named(const cbor_item_t *item, const char *name)
{
    return cbor_isa_string(item) && cbor_string_is_definite(item) &&
           cbor_string_length(item) == strlen(name) &&
           memcmp(cbor_string_handle(item), name, strlen(name)) == 0;
}

/* The one authData of the map; lends from it. */
static bool find_data(const cbor_item_t *map, struct bytes *data)
{
    size_t found = 0;
    if (!cbor_isa_map(map))
        return false;
    const struct cbor_pair *pairs = cbor_map_handle(map);
    for (size_t i = 0; i < cbor_map_size(map); i++) {
        if (!is_named(pairs[i].key, "authData"))
            continue;
        if (!cbor_isa_bytestring(pairs[i].value) || !cbor_bytestring_is_definite(pairs[i].value))
            return false;
        found++;
        *data = (struct bytes){cbor_bytestring_handle(pairs[i].value),
                               cbor_bytestring_length(pairs[i].value)};
    }
    return found == 1;
}

static bool keep(const fido_cred_t *cred, struct webauthn_credential *credential)
{
    size_t id_size = fido_cred_id_len(cred), key_size = fido_cred_pubkey_len(cred);
    if (id_size == 0 || id_size > sizeof credential->id || key_size == 0 ||
        key_size > sizeof credential->key)
        return false;
    memcpy(credential->id, fido_cred_id_ptr(cred), id_size);
    memcpy(credential->key, fido_cred_pubkey_ptr(cred), key_size);
    credential->id_size = id_size;
    credential->key_size = key_size;
    return true;
}

/* libfido2 wants to be told the algorithm beforehand. */
static bool read_credential(struct bytes data, int algorithm,
                            struct webauthn_credential *credential)
{
    fido_cred_t *cred = fido_cred_new();
    bool read = cred != NULL && fido_cred_set_type(cred, algorithm) == FIDO_OK &&
                fido_cred_set_authdata_raw(cred, data.data, data.size) == FIDO_OK &&
                keep(cred, credential);
    fido_cred_free(&cred);
    credential->algorithm = algorithm;
    return read;
}

static enum webauthn_verdict judge_credential(const struct webauthn_site *site, struct bytes data,
                                              struct webauthn_credential *credential)
{
    static const int algorithms[] = WEBAUTHN_ALGORITHMS;
    enum webauthn_verdict verdict = judge_data(site, data, true);
    if (verdict != WEBAUTHN_GOOD)
        return verdict;
    credential->counter = counter_of(data);
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        if (read_credential(data, algorithms[i], credential))
            return WEBAUTHN_GOOD;
    return WEBAUTHN_OTHER_ALGORITHM;
}

enum webauthn_verdict webauthn_register(const struct webauthn_site *site, struct bytes client_data,
                                        struct bytes attestation_object,
                                        struct webauthn_credential *credential)
{
    struct cbor_load_result result;
    struct bytes data;
    enum webauthn_verdict verdict = client_data_judge(site, client_data, "webauthn.create");
    if (verdict != WEBAUTHN_GOOD)
        return verdict;
    struct bytes rest = attestation_object;
    if (!is_sized(attestation_object, 1) || !cbor_shape_pass(&rest) || rest.size != 0)
        return WEBAUTHN_MALFORMED;
    cbor_item_t *object = cbor_load(attestation_object.data, attestation_object.size, &result);
    if (object == NULL)
        return WEBAUTHN_MALFORMED;
    verdict =
        find_data(object, &data) ? judge_credential(site, data, credential) : WEBAUTHN_MALFORMED;
    cbor_decref(&object);
    return verdict;
}

/* ---- proofs ---- */

static int verify(fido_assert_t *assertion, const struct webauthn_credential *credential)
{
    int result = FIDO_ERR_INVALID_ARGUMENT;
    es256_pk_t *es256 = es256_pk_new();
    eddsa_pk_t *eddsa = eddsa_pk_new();
    rs256_pk_t *rs256 = rs256_pk_new();
    const void *key = credential->key;
    size_t size = credential->key_size;
    int algorithm = (int)credential->algorithm;
    if (algorithm == COSE_ES256 && es256 != NULL && es256_pk_from_ptr(es256, key, size) == FIDO_OK)
        result = fido_assert_verify(assertion, 0, algorithm, es256);
    if (algorithm == COSE_EDDSA && eddsa != NULL && eddsa_pk_from_ptr(eddsa, key, size) == FIDO_OK)
        result = fido_assert_verify(assertion, 0, algorithm, eddsa);
    if (algorithm == COSE_RS256 && rs256 != NULL && rs256_pk_from_ptr(rs256, key, size) == FIDO_OK)
        result = fido_assert_verify(assertion, 0, algorithm, rs256);
    es256_pk_free(&es256);
    eddsa_pk_free(&eddsa);
    rs256_pk_free(&rs256);
    return result;
}

static int fill(fido_assert_t *to, const struct webauthn_site *site,
                const struct webauthn_assertion *from)
{
    uint8_t hash[HASH_SIZE];
    sha256(from->client_data.data, from->client_data.size, hash);
    int result = fido_assert_set_count(to, 1);
    if (result == FIDO_OK)
        result = fido_assert_set_rp(to, site->rp_id);
    if (result == FIDO_OK)
        result = fido_assert_set_clientdata_hash(to, hash, sizeof hash);
    if (result == FIDO_OK)
        result = fido_assert_set_authdata_raw(to, 0, from->authenticator_data.data,
                                              from->authenticator_data.size);
    if (result == FIDO_OK)
        result = fido_assert_set_sig(to, 0, from->signature.data, from->signature.size);
    if (result == FIDO_OK)
        result = fido_assert_set_up(to, FIDO_OPT_TRUE);
    return result == FIDO_OK ? fido_assert_set_uv(to, FIDO_OPT_TRUE) : result;
}

enum webauthn_verdict webauthn_prove(const struct webauthn_site *site,
                                     const struct webauthn_credential *credential,
                                     const struct webauthn_assertion *assertion, int64_t *counter)
{
    enum webauthn_verdict verdict = client_data_judge(site, assertion->client_data, "webauthn.get");
    if (verdict == WEBAUTHN_GOOD)
        verdict = judge_data(site, assertion->authenticator_data, false);
    if (verdict != WEBAUTHN_GOOD)
        return verdict;
    if (!is_sized(assertion->signature, 1))
        return WEBAUTHN_MALFORMED;
    fido_assert_t *proof = fido_assert_new();
    bool is_right = proof != NULL && fill(proof, site, assertion) == FIDO_OK &&
                    verify(proof, credential) == FIDO_OK;
    fido_assert_free(&proof);
    *counter = counter_of(assertion->authenticator_data);
    return is_right ? WEBAUTHN_GOOD : WEBAUTHN_WRONG_SIGNATURE;
}
