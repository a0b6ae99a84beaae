/* Password hashing with Argon2id (19 MiB, two passes) off the loop. At most eight at once, so that
 * log-ins cannot take all memory. The others wait in lanes, which take turns: 32 to a lane, 64
 * lanes; further ones are told to come back. A lane is a source, or an address together with a
 * device or source that it has logged in from, so that a flood of made-up log-ins delays its own
 * source alone (S4). */
#ifndef IDENTITY_SERVICE_PASSWORD_HASHER_H
#define IDENTITY_SERVICE_PASSWORD_HASHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/loop/task.h"

#define PASSWORD_HASH_SIZE 128

#define HASHER_LANES 64
#define PASSWORD_LANE_OWN 0 /* the service's own hashes */

struct hasher_waiter;
struct hasher_lane {
    uint64_t key;
    unsigned waiting;
    struct hasher_waiter *first; /* NULL: the lane is free */
};

struct password_hasher {
    unsigned running;
    unsigned waiting;
    size_t last_lane; /* that had its turn */
    struct hasher_lane lanes[HASHER_LANES];
    char unknown_hash[PASSWORD_HASH_SIZE]; /* of no password; verified when there is no account, so
                                              that it takes the same time */
};

/* Awaits one hash. */
enum failure password_hasher_init(struct task *task, struct password_hasher *hasher) must_check;

/* The password's NFKC form, in the task's arena; NULL when it is not clean UTF-8 of at most
 * PASSWORD_BYTES_MAX, or at the maximum. */
const char *password_normalise(struct task *task, const char *password) must_check;

/* Whether the lane's next hash would be refused. */
bool password_hasher_is_full(struct password_hasher *hasher, uint64_t lane);

/* FAILURE_EXHAUSTED: too many wait already. */
enum failure password_hash(struct task *task, struct password_hasher *hasher, uint64_t lane,
                           const char *password, char hash[PASSWORD_HASH_SIZE]) must_check;

struct password_trial {
    uint64_t lane;
    const char *password;
    const char *hash; /* NULL: no such account; the work is the same */
};

enum failure password_verify(struct task *task, struct password_hasher *hasher,
                             const struct password_trial *trial, bool *matches) must_check;

#endif
