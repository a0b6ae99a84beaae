#include "identity/keys.h"

#include <assert.h>
#include <sodium/core.h>
#include <sodium/crypto_aead_xchacha20poly1305.h>
#include <sodium/crypto_kdf.h>
#include <string.h>

#include "runtime/base/secret.h"

#define KDF_CONTEXT "identity"
#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SEAL_SIZE crypto_aead_xchacha20poly1305_ietf_ABYTES
#define CONTACT_BYTES_MAX 254
#define CODE_BYTES_MAX 16

enum subkey { SUBKEY_INDEX = 1, SUBKEY_CODE, SUBKEY_SEAL, SUBKEY_REQUEST };

static void derive(uint8_t key[KEY_SIZE], enum subkey subkey, const uint8_t master[KEY_SIZE])
{
    static_assert(crypto_kdf_KEYBYTES == KEY_SIZE, "the master key is libsodium's");
    int derived = crypto_kdf_derive_from_key(key, KEY_SIZE, subkey, KDF_CONTEXT, master);
    assert(derived == 0);
}

void keys_init(struct keys *keys, const uint8_t master[KEY_SIZE])
{
    int ready = sodium_init();
    assert(ready >= 0);
    (void)ready;
    derive(keys->index, SUBKEY_INDEX, master);
    derive(keys->code, SUBKEY_CODE, master);
    derive(keys->seal, SUBKEY_SEAL, master);
    derive(keys->request, SUBKEY_REQUEST, master);
}

void keys_deinit(struct keys *keys)
{
    secret_wipe(keys, sizeof *keys);
}

void keys_index(const struct keys *keys, const char *contact, uint8_t index[KEYED_HASH_SIZE])
{
    size_t length = strnlen(contact, CONTACT_BYTES_MAX + 1);
    assert(length <= CONTACT_BYTES_MAX);
    hmac_sha256((struct bytes){keys->index, KEY_SIZE}, contact, length, index);
}

void keys_code(const struct keys *keys, struct id subject_id, struct bytes destination_index,
               const char *code, uint8_t mac[KEYED_HASH_SIZE])
{
    uint8_t bound[sizeof subject_id.bytes + KEYED_HASH_SIZE + CODE_BYTES_MAX] = {0};
    size_t length = strnlen(code, CODE_BYTES_MAX + 1);
    assert(length <= CODE_BYTES_MAX && destination_index.size == KEYED_HASH_SIZE);
    memcpy(bound, subject_id.bytes, sizeof subject_id.bytes);
    memcpy(bound + sizeof subject_id.bytes, destination_index.data, KEYED_HASH_SIZE);
    memcpy(bound + sizeof subject_id.bytes + KEYED_HASH_SIZE, code, length);
    hmac_sha256((struct bytes){keys->code, KEY_SIZE}, bound, sizeof bound, mac);
    secret_wipe(bound, sizeof bound);
}

char *keys_digest(const struct keys *keys, struct arena *arena, const char *secret)
{
    uint8_t mac[KEYED_HASH_SIZE];
    char *hex = arena_alloc(arena, 2 * sizeof mac + 1);
    hmac_sha256((struct bytes){keys->request, KEY_SIZE}, secret, strlen(secret), mac);
    return bytes_to_hex(mac, sizeof mac, hex);
}

struct bytes own_key_seal(const uint8_t own[KEY_SIZE], struct arena *arena, const char *label,
                          struct bytes plain)
{
    size_t size = NONCE_SIZE + plain.size + SEAL_SIZE;
    uint8_t *sealed = arena_alloc(arena, size);
    random_bytes(sealed, NONCE_SIZE);
    unsigned long long written = 0;
    int done = crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE_SIZE, &written, plain.data,
                                                          plain.size, (const uint8_t *)label,
                                                          strlen(label), NULL, sealed, own);
    assert(done == 0 && written == plain.size + SEAL_SIZE);
    return (struct bytes){sealed, size};
}

struct bytes keys_seal(const struct keys *keys, struct arena *arena, const char *label,
                       struct bytes plain)
{
    return own_key_seal(keys->seal, arena, label, plain);
}

struct bytes keys_seal_text(const struct keys *keys, struct arena *arena, const char *label,
                            const char *plain)
{
    return keys_seal(keys, arena, label, (struct bytes){(const uint8_t *)plain, strlen(plain)});
}

struct bytes own_key_open(const uint8_t own[KEY_SIZE], struct arena *arena, const char *label,
                          struct bytes sealed)
{
    if (sealed.data == NULL || sealed.size < NONCE_SIZE + SEAL_SIZE)
        return (struct bytes){NULL, 0};
    size_t size = sealed.size - NONCE_SIZE - SEAL_SIZE;
    uint8_t *plain = arena_alloc(arena, size + 1);
    int done = crypto_aead_xchacha20poly1305_ietf_decrypt(
        plain, NULL, NULL, sealed.data + NONCE_SIZE, sealed.size - NONCE_SIZE,
        (const uint8_t *)label, strlen(label), sealed.data, own);
    return done == 0 ? (struct bytes){plain, size} : (struct bytes){NULL, 0};
}

struct bytes keys_open(const struct keys *keys, struct arena *arena, const char *label,
                       struct bytes sealed)
{
    return own_key_open(keys->seal, arena, label, sealed);
}

const char *keys_open_text(const struct keys *keys, struct arena *arena, const char *label,
                           struct bytes sealed)
{
    return (const char *)keys_open(keys, arena, label, sealed).data;
}
