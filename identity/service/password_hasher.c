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
        hashing->done =
            crypto_pwhash_str_alg(hashing->hash, hashing->password, length, ARGON2_PASSES,
                                  ARGON2_MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

/* ---- turns ---- */

struct hasher_waiter {
    struct event turn;
    bool granted;
    struct hasher_waiter *next;
};

static struct hasher_lane *lane_of(struct password_hasher *hasher, uint64_t lane)
{
    struct hasher_lane *free_lane = NULL;
    for (size_t i = 0; i < HASHER_LANES; i++) {
        if (hasher->lanes[i].first != NULL && hasher->lanes[i].key == lane)
            return &hasher->lanes[i];
        if (hasher->lanes[i].first == NULL)
            free_lane = &hasher->lanes[i];
    }
    return free_lane;
}

bool password_hasher_is_full(struct password_hasher *hasher, uint64_t lane)
{
    struct hasher_lane *place = lane_of(hasher, lane);
    bool free_now = hasher->running < HASHES_AT_ONCE && hasher->waiting == 0;
    return !free_now &&
           (place == NULL || (place->first != NULL && place->waiting >= HASHES_WAITING_MAX));
}

static void wait_behind(struct hasher_lane *lane, uint64_t key, struct hasher_waiter *waiter)
{
    struct hasher_waiter **end = &lane->first;
    while (*end != NULL)
        end = &(*end)->next;
    *end = waiter;
    lane->key = key;
    lane->waiting++;
}

static void leave_lane(struct hasher_lane *lane, struct hasher_waiter *waiter)
{
    struct hasher_waiter **at = &lane->first;
    while (*at != waiter)
        at = &(*at)->next;
    *at = waiter->next;
    lane->waiting--;
}

/* The lanes take turns, so that a caller of another lane than a flood's comes next (S4). */
static void grant_next(struct password_hasher *hasher)
{
    while (hasher->waiting > 0 && hasher->running < HASHES_AT_ONCE) {
        hasher->last_lane = (hasher->last_lane + 1) % HASHER_LANES;
        struct hasher_lane *lane = &hasher->lanes[hasher->last_lane];
        struct hasher_waiter *waiter = lane->first;
        if (waiter == NULL)
            continue;
        leave_lane(lane, waiter);
        hasher->waiting--;
        hasher->running++;
        waiter->granted = true;
        event_signal(&waiter->turn);
    }
}

static void hasher_leave(struct password_hasher *hasher)
{
    assert(hasher->running > 0);
    hasher->running--;
    grant_next(hasher);
}

static enum failure hasher_enter(struct task *task, struct password_hasher *hasher, uint64_t lane)
{
    if (password_hasher_is_full(hasher, lane))
        return FAILURE_EXHAUSTED;
    if (hasher->running < HASHES_AT_ONCE && hasher->waiting == 0) {
        hasher->running++;
        return FAILURE_NONE;
    }
    struct hasher_waiter waiter = {.turn = EVENT_INIT};
    struct hasher_lane *place = lane_of(hasher, lane);
    wait_behind(place, lane, &waiter);
    hasher->waiting++;
    enum failure failure = task_wait(task, &waiter.turn);
    if (waiter.granted && failure != FAILURE_NONE)
        hasher_leave(hasher);
    if (waiter.granted)
        return failure;
    leave_lane(place, &waiter);
    hasher->waiting--;
    return failure != FAILURE_NONE ? failure : FAILURE_EXHAUSTED;
}

static enum failure hasher_run(struct task *task, struct password_hasher *hasher, uint64_t lane,
                               struct hashing *hashing)
{
    enum failure failure = hasher_enter(task, hasher, lane);
    if (failure != FAILURE_NONE)
        return failure;
    failure = task_offload(task, hashing_work, hashing);
    hasher_leave(hasher);
    return failure;
}

enum failure password_hasher_init(struct task *task, struct password_hasher *hasher)
{
    char nobody[NOBODY_SIZE];
    uint8_t random[(NOBODY_SIZE - 1) / 2];
    *hasher = (struct password_hasher){.running = 0};
    random_bytes(random, sizeof random);
    return password_hash(task, hasher, PASSWORD_LANE_OWN,
                         bytes_to_hex(random, sizeof random, nobody), hasher->unknown_hash);
}

const char *password_normalise(struct task *task, const char *password)
{
    const utf8proc_option_t nfkc = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT;
    if (!text_is_clean(password, PASSWORD_BYTES_MAX))
        return NULL;
    const utf8proc_uint8_t *text = (const utf8proc_uint8_t *)password;
    utf8proc_ssize_t length = (utf8proc_ssize_t)strlen(password);
    utf8proc_ssize_t points = utf8proc_decompose(text, length, NULL, 0, nfkc);
    utf8proc_int32_t *buffer =
        points >= 0 ? arena_try_alloc_array(task_arena(task), (size_t)points + 1, sizeof *buffer)
                    : NULL;
    if (buffer == NULL)
        return NULL;
    points = utf8proc_decompose(text, length, buffer, points, nfkc);
    if (points < 0 || utf8proc_reencode(buffer, points, nfkc) < 0)
        return NULL;
    const char *normal = (const char *)buffer;
    return strlen(normal) <= PASSWORD_BYTES_MAX ? normal : NULL;
}

enum failure password_hash(struct task *task, struct password_hasher *hasher, uint64_t lane,
                           const char *password, char hash[PASSWORD_HASH_SIZE])
{
    static_assert(crypto_pwhash_STRBYTES <= PASSWORD_HASH_SIZE, "a hash has room");
    struct hashing hashing = {.password = password, .hash = hash};
    enum failure failure = hasher_run(task, hasher, lane, &hashing);
    return failure == FAILURE_NONE && !hashing.done ? FAILURE_EXHAUSTED : failure;
}

enum failure password_verify(struct task *task, struct password_hasher *hasher,
                             const struct password_trial *trial, bool *matches)
{
    const char *expected = trial->hash != NULL ? trial->hash : hasher->unknown_hash;
    struct hashing hashing = {.password = trial->password, .expected = expected};
    enum failure failure = hasher_run(task, hasher, trial->lane, &hashing);
    *matches = failure == FAILURE_NONE && trial->hash != NULL && hashing.done;
    return failure;
}
