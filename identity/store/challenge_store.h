/* Codes on their way: challenges, and what each destination has seen (ID-11). The subject is a
 * sign-up or an account. */
#ifndef IDENTITY_STORE_CHALLENGE_STORE_H
#define IDENTITY_STORE_CHALLENGE_STORE_H

#include "identity/domain/challenge.h"
#include "identity/domain/contact.h"
#include "runtime/database/database.h"

#define INDEX_SIZE 32 /* a keyed hash: of a contact for finding it, of a code for comparing it */

struct challenge_row {
    struct id challenge_id;
    struct challenge challenge;
    enum channel channel;
    struct bytes destination_index;
};

/* For sending to the destination of *row: locks the subject's challenge to it and reads the rest of
 * *row (exists is false when there is none), then locks the destination and counts what was sent to
 * it. The caller has locked the subject. */
enum failure challenge_store_lock(struct transaction *transaction, struct id subject_id,
                                  int64_t now_us, struct challenge_row *row,
                                  struct destination_sends *sends) must_check;

/* Keeps the challenge that was sent, with its code's keyed hash, and the fact of sending.
 * *challenge_id is the one it has. */
enum failure challenge_store_put(struct transaction *transaction, struct id subject_id,
                                 const struct challenge_row *row,
                                 const uint8_t code_mac[INDEX_SIZE],
                                 struct id *challenge_id) must_check;

/* Reads the challenge a guess is for; a nil challenge_id means the one sent last. */
enum failure challenge_store_read(struct transaction *transaction, struct id subject_id,
                                  struct id challenge_id, struct challenge_row *row) must_check;

/* Counts a guess in a transaction of its own: counted and late of *guess. code_mac is what to
 * compare with when it was counted. */
enum failure challenge_store_count_guess(struct reader reader, struct id challenge_id,
                                         int64_t now_us, struct guess *guess,
                                         uint8_t code_mac[INDEX_SIZE]) must_check;

/* *used is false when another call was first. */
enum failure challenge_store_use(struct transaction *transaction, struct id challenge_id,
                                 int64_t now_us, bool *used) must_check;

#endif
