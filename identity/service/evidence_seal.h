/* Evidence as it is kept: the files of a submission are sealed under a key of its own, which the
 * service's key seals. Every seal is bound to what it is of, so none stands for another. */
#ifndef IDENTITY_SERVICE_EVIDENCE_SEAL_H
#define IDENTITY_SERVICE_EVIDENCE_SEAL_H

#include "identity/service/identity_service.h"
#include "identity/store/evidence_store.h"

#define EVIDENCE_HASH_SIZE 32

struct evidence_key {
    uint8_t bytes[KEY_SIZE];
};

/* A new one, sealed for its submission; and opened, false: the kept one is not sealed by our key.
 */
struct bytes evidence_key_make(struct call *call, struct id submission_id);
bool evidence_key_open(struct call *call, struct id submission_id, struct bytes sealed,
                       struct evidence_key *key);

/* The piece of a file that begins at offset; opened, data NULL when the seal is broken. */
struct bytes evidence_piece_seal(struct call *call, const struct evidence_key *key,
                                 struct id evidence_file_id, int64_t offset, struct bytes content);
struct bytes evidence_piece_open(struct call *call, const struct evidence_key *key,
                                 struct id evidence_file_id, int64_t offset, struct bytes sealed);

/* The SHA-256 of as much of a file as has arrived, kept sealed from piece to piece. */
struct evidence_hash {
    struct bytes sealed;
    uint8_t sha256[EVIDENCE_HASH_SIZE];
};
struct bytes evidence_hash_begin(struct call *call, const struct evidence_key *key,
                                 struct id evidence_file_id);
/* Goes on with the next piece; false: the seal is broken. */
bool evidence_hash_go_on(struct call *call, const struct evidence_key *key,
                         struct id evidence_file_id, struct bytes content,
                         struct evidence_hash *hash);

#endif
