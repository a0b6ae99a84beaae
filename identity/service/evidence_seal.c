#include "identity/service/evidence_seal.h"

#include <inttypes.h>
#include <sodium/crypto_hash_sha256.h>
#include <string.h>

#include "runtime/base/secret.h"

static_assert(crypto_hash_sha256_BYTES == EVIDENCE_HASH_SIZE, "a SHA-256");

static const char *label_of(struct call *call, const char *what, struct id id, int64_t offset)
{
    char text[ID_TEXT_SIZE];
    return arena_printf(call_arena(call), "evidence.%s|%s|%" PRId64, what, id_format(id, text),
                        offset);
}

struct bytes evidence_key_make(struct call *call, struct id submission_id)
{
    struct evidence_key key;
    random_bytes(key.bytes, sizeof key.bytes);
    struct bytes sealed =
        keys_seal(&identity_of(call)->keys, call_arena(call),
                  label_of(call, "key", submission_id, 0), (struct bytes){key.bytes, KEY_SIZE});
    secret_wipe(&key, sizeof key);
    return sealed;
}

bool evidence_key_open(struct call *call, struct id submission_id, struct bytes sealed,
                       struct evidence_key *key)
{
    arena_wipe_when_freed(call_arena(call));
    struct bytes opened = keys_open(&identity_of(call)->keys, call_arena(call),
                                    label_of(call, "key", submission_id, 0), sealed);
    bool is_key = opened.data != NULL && opened.size == KEY_SIZE;
    if (is_key)
        memcpy(key->bytes, opened.data, KEY_SIZE);
    return is_key;
}

struct bytes evidence_piece_seal(struct call *call, const struct evidence_key *key,
                                 struct id evidence_file_id, int64_t offset, struct bytes content)
{
    return own_key_seal(key->bytes, call_arena(call),
                        label_of(call, "piece", evidence_file_id, offset), content);
}

struct bytes evidence_piece_open(struct call *call, const struct evidence_key *key,
                                 struct id evidence_file_id, int64_t offset, struct bytes sealed)
{
    return own_key_open(key->bytes, call_arena(call),
                        label_of(call, "piece", evidence_file_id, offset), sealed);
}

static struct bytes seal_state(struct call *call, const struct evidence_key *key,
                               struct id evidence_file_id, const crypto_hash_sha256_state *state)
{
    return own_key_seal(key->bytes, call_arena(call), label_of(call, "hash", evidence_file_id, 0),
                        (struct bytes){(const uint8_t *)state, sizeof *state});
}

struct bytes evidence_hash_begin(struct call *call, const struct evidence_key *key,
                                 struct id evidence_file_id)
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    return seal_state(call, key, evidence_file_id, &state);
}

bool evidence_hash_go_on(struct call *call, const struct evidence_key *key,
                         struct id evidence_file_id, struct bytes content,
                         struct evidence_hash *hash)
{
    crypto_hash_sha256_state state;
    struct bytes opened = own_key_open(key->bytes, call_arena(call),
                                       label_of(call, "hash", evidence_file_id, 0), hash->sealed);
    if (opened.data == NULL || opened.size != sizeof state)
        return false;
    memcpy(&state, opened.data, sizeof state);
    crypto_hash_sha256_update(&state, content.data, content.size);
    hash->sealed = seal_state(call, key, evidence_file_id, &state);
    crypto_hash_sha256_final(&state, hash->sha256);
    return true;
}
