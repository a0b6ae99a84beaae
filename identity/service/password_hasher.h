/* Password hashing with Argon2id (19 MiB, two passes) off the loop. At most eight at once, so that log-ins cannot take all memory;
 * 32 may wait, further ones are told to come back. */
#ifndef IDENTITY_SERVICE_PASSWORD_HASHER_H
#define IDENTITY_SERVICE_PASSWORD_HASHER_H

#include <stdbool.h>

#include "runtime/loop/task.h"

#define PASSWORD_HASH_SIZE 128

struct password_hasher {
    struct event freed;
    unsigned running;
    unsigned waiting;
    char unknown_hash[PASSWORD_HASH_SIZE]; /* of no password; verified when there is no account, so that it takes the same time */
};

/* Awaits one hash. */
enum failure password_hasher_init(struct task *task, struct password_hasher *hasher) must_check;

/* The password's NFKC form, in the task's arena; NULL when it is not clean UTF-8 of at most PASSWORD_BYTES_MAX, or at the maximum. */
const char *password_normalise(struct task *task, const char *password) must_check;

/* Whether the next hash would be refused. */
bool password_hasher_is_full(const struct password_hasher *hasher);

/* FAILURE_EXHAUSTED: too many wait already. */
enum failure password_hash(struct task *task, struct password_hasher *hasher, const char *password,
                           char hash[PASSWORD_HASH_SIZE]) must_check;

/* hash NULL: no such account, does the same work. */
enum failure password_verify(struct task *task, struct password_hasher *hasher, const char *password, const char *hash,
                             bool *matches) must_check;

#endif
