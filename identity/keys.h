/* The keys of identity: contacts are sealed and found again by a keyed index, codes are kept as a
 * keyed hash. All keys follow from one master key in a file (runtime/process/key_file.h). */
#ifndef IDENTITY_KEYS_H
#define IDENTITY_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/arena.h"
#include "runtime/base/id.h"
#include "runtime/base/text.h"

#define KEY_SIZE 32
#define KEYED_HASH_SIZE 32

/* The label under which an e-mail address is sealed. */
#define LABEL_EMAIL "contact.email"

struct keys {
    uint8_t index[KEY_SIZE];
    uint8_t code[KEY_SIZE];
    uint8_t seal[KEY_SIZE];
    uint8_t request[KEY_SIZE];
};

void keys_init(struct keys *keys, const uint8_t master[KEY_SIZE]);
void keys_deinit(struct keys *keys);

/* The index of a contact in its normal form: equal contacts have equal indexes, which tell nothing
 * without the key. */
void keys_index(const struct keys *keys, const char *contact, uint8_t index[KEYED_HASH_SIZE]);

/* The keyed hash of a code, bound to who it is for and where it was sent. */
void keys_code(const struct keys *keys, struct id subject_id, struct bytes destination_index,
               const char *code, uint8_t mac[KEYED_HASH_SIZE]);

/* A keyed hash, in hex, that stands for a secret in what is kept about a request. */
char *keys_digest(const struct keys *keys, struct arena *arena, const char *secret) must_check;

/* Seals with XChaCha20-Poly1305 under a label that opening has to repeat. */
struct bytes keys_seal(const struct keys *keys, struct arena *arena, const char *label,
                       struct bytes plain) must_check;
struct bytes keys_seal_text(const struct keys *keys, struct arena *arena, const char *label,
                            const char *plain) must_check;

/* data NULL when it was not sealed under this key and label. NUL-terminated beyond its size. */
struct bytes keys_open(const struct keys *keys, struct arena *arena, const char *label,
                       struct bytes sealed) must_check;
const char *keys_open_text(const struct keys *keys, struct arena *arena, const char *label,
                           struct bytes sealed) must_check;

/* The same under a key of one thing's own, which is kept sealed: what is sealed under it is lost
 * with it. */
struct bytes own_key_seal(const uint8_t own[KEY_SIZE], struct arena *arena, const char *label,
                          struct bytes plain) must_check;
struct bytes own_key_open(const uint8_t own[KEY_SIZE], struct arena *arena, const char *label,
                          struct bytes sealed) must_check;

#endif
