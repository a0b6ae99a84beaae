#include "identity/service/password_hasher.h"

#include <assert.h>
#include <sodium/crypto_pwhash.h>
#include <string.h>
#include <utf8proc.h>

#include "identity/domain/password.h"
#include "runtime/base/text.h"

#define ARGON2_PASSES 2
#define ARGON2_MEMORY_BYTES (19 * 1024 * 1024)
#define HASHES_AT_ONCE 8
#define HASHES_WAITING_MAX 32
#define NOBODY_SIZE 65

struct hashing {
    const char *password;
    char *hash;           /* hashing: written */
    const char *expected; /* verifying: read; NULL when hashing */
    bool done;
};

static void hashing_work(void *argument)
{
    struct hashing *hashing = argument;
    size_t length = strlen(hashing->password);
    if (hashing->expected != NULL)
        hashing->done = crypto_pwhash_str_verify(hashing->expected, hashing->password, length) == 0;
    else
        hashing->done = crypto_pwhash_str_alg(hashing->hash, hashing->password, length, ARGON2_PASSES, ARGON2_MEMORY_BYTES,
                                              crypto_pwhash_ALG_ARGON2ID13) == 0;
}

bool password_hasher_is_full(const struct password_hasher *hasher)
{
    return hasher->running >= HASHES_AT_ONCE && hasher->waiting >= HASHES_WAITING_MAX;
}

static enum failure hasher_enter(struct task *task, struct password_hasher *hasher)
{
    if (password_hasher_is_full(hasher))
        return FAILURE_EXHAUSTED;
    enum failure failure = FAILURE_NONE;
    hasher->waiting++;
    while (failure == FAILURE_NONE && hasher->running >= HASHES_AT_ONCE)
        failure = task_wait(task, &hasher->freed);
    hasher->waiting--;
    if (failure == FAILURE_NONE)
        hasher->running++;
    return failure;
}

static enum failure hasher_run(struct task *task, struct password_hasher *hasher, struct hashing *hashing)
{
    enum failure failure = hasher_enter(task, hasher);
    if (failure != FAILURE_NONE)
        return failure;
    failure = task_offload(task, hashing_work, hashing);
    assert(hasher->running > 0);
    hasher->running--;
    if (hasher->waiting > 0)
        event_signal(&hasher->freed);
    return failure;
}

enum failure password_hasher_init(struct task *task, struct password_hasher *hasher)
{
    char nobody[NOBODY_SIZE];
    uint8_t random[(NOBODY_SIZE - 1) / 2];
    *hasher = (struct password_hasher){.freed = EVENT_INIT};
    random_bytes(random, sizeof random);
    return password_hash(task, hasher, bytes_to_hex(random, sizeof random, nobody), hasher->unknown_hash);
}

const char *password_normalise(struct task *task, const char *password)
{
    const utf8proc_option_t nfkc = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT;
    if (!text_is_clean(password, PASSWORD_BYTES_MAX))
        return NULL;
    const utf8proc_uint8_t *text = (const utf8proc_uint8_t *)password;
    utf8proc_ssize_t length = (utf8proc_ssize_t)strlen(password);
    utf8proc_ssize_t points = utf8proc_decompose(text, length, NULL, 0, nfkc);
    utf8proc_int32_t *buffer = points >= 0 ? arena_alloc_array(task_arena(task), (size_t)points + 1, sizeof *buffer) : NULL;
    if (buffer == NULL)
        return NULL;
    points = utf8proc_decompose(text, length, buffer, points, nfkc);
    if (points < 0 || utf8proc_reencode(buffer, points, nfkc) < 0)
        return NULL;
    const char *normal = (const char *)buffer;
    return strlen(normal) <= PASSWORD_BYTES_MAX ? normal : NULL;
}

enum failure password_hash(struct task *task, struct password_hasher *hasher, const char *password, char hash[PASSWORD_HASH_SIZE])
{
    static_assert(crypto_pwhash_STRBYTES <= PASSWORD_HASH_SIZE, "a hash has room");
    struct hashing hashing = {.password = password, .hash = hash};
    enum failure failure = hasher_run(task, hasher, &hashing);
    return failure == FAILURE_NONE && !hashing.done ? FAILURE_EXHAUSTED : failure;
}

enum failure password_verify(struct task *task, struct password_hasher *hasher, const char *password, const char *hash, bool *matches)
{
    struct hashing hashing = {.password = password, .expected = hash != NULL ? hash : hasher->unknown_hash};
    enum failure failure = hasher_run(task, hasher, &hashing);
    *matches = failure == FAILURE_NONE && hash != NULL && hashing.done;
    return failure;
}
