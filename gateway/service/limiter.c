#include "gateway/service/limiter.h"

#include <assert.h>
#include <sodium/crypto_shorthash.h>
#include <string.h>

#define PROBES 8
#define NAME_SIZE 512

/* SipHash, by a secret of this process: nobody can choose names that meet in one place. */
static uint64_t key_of(const struct limiter *limiter, const char *name)
{
    uint64_t key;
    static_assert(crypto_shorthash_BYTES == sizeof key, "a key is a hash");
    static_assert(crypto_shorthash_KEYBYTES == sizeof limiter->secret, "the secret is its key");
    crypto_shorthash((uint8_t *)&key, (const uint8_t *)name, strlen(name), limiter->secret);
    return key != 0 ? key : 1;
}

static int64_t owes_us(const struct limiter_entry *entry,
                       const struct bucket_limit limits[LIMITER_KINDS], int64_t now_us)
{
    int64_t most_us = 0;
    for (int of = 0; of < LIMITER_KINDS; of++) {
        int64_t owed_us = bucket_owes_us(&entry->buckets[of], &limits[of], now_us);
        most_us = owed_us > most_us ? owed_us : most_us;
    }
    return most_us;
}

/* The newcomer keeps the buckets that it finds. */
static struct limiter_entry *find_or_replace(struct limiter_table *table, uint64_t key,
                                             const struct bucket_limit limits[LIMITER_KINDS],
                                             int64_t now_us)
{
    struct limiter_entry *least = NULL;
    int64_t least_us = INT64_MAX;
    for (uint64_t probe = 0; probe < PROBES; probe++) {
        struct limiter_entry *entry = &table->entries[(key + probe) & (LIMITER_ENTRIES - 1)];
        if (entry->key == key)
            return entry;
        int64_t owed_us = entry->key == 0 ? -1 : owes_us(entry, limits, now_us);
        if (owed_us < least_us) {
            least = entry;
            least_us = owed_us;
        }
    }
    least->key = key;
    return least;
}

/* Some of the buckets of a name, in one table. */
struct taking {
    struct limiter_table *table;
    const struct bucket_limit *limits; /* LIMITER_KINDS of them */
    const char *name;
    enum limiter_of of;
    int64_t count;
};

static int64_t take(struct limiter *limiter, const struct taking *taking, int64_t now_us)
{
    struct limiter_entry *entry =
        find_or_replace(taking->table, key_of(limiter, taking->name), taking->limits, now_us);
    return bucket_take(&entry->buckets[taking->of], &taking->limits[taking->of], taking->count,
                       now_us);
}

int64_t limiter_take_source(struct limiter *limiter, const char *source, int64_t now_us)
{
    const struct bucket_limit limits[LIMITER_KINDS] = {limiter->limits.source};
    return take(limiter, &(struct taking){&limiter->sources, limits, source, LIMITER_READS, 1},
                now_us);
}

int64_t limiter_take_anonymous(struct limiter *limiter, const char *source, const char *rpc,
                               int64_t now_us)
{
    const struct bucket_limit limits[LIMITER_KINDS] = {limiter->limits.anonymous};
    char name[NAME_SIZE];
    bool fits = text_print(name, sizeof(name), "%s %s", rpc, source);
    return take(
        limiter,
        &(struct taking){&limiter->anonymous, limits, fits ? name : source, LIMITER_READS, 1},
        now_us);
}

int64_t limiter_take_principal(struct limiter *limiter, const char *principal_id,
                               enum limiter_of of, int64_t count, int64_t now_us)
{
    return take(
        limiter,
        &(struct taking){&limiter->principals, limiter->limits.principal, principal_id, of, count},
        now_us);
}

int64_t limiter_take_account(struct limiter *limiter, const char *account_id, enum limiter_of of,
                             int64_t count, int64_t now_us)
{
    return take(
        limiter,
        &(struct taking){&limiter->accounts, limiter->limits.account, account_id, of, count},
        now_us);
}

/* ---- tokens ---- */

static uint64_t key_of_caller(const struct limiter *limiter, const struct limiter_caller *caller)
{
    char name[NAME_SIZE];
    bool fits = text_print(name, sizeof(name), "%s %s", caller->token, caller->source);
    return key_of(limiter, fits ? name : caller->token);
}

static struct limiter_session *find_session(struct limiter *limiter, uint64_t key)
{
    for (uint64_t probe = 0; probe < PROBES; probe++) {
        struct limiter_session *session = &limiter->sessions[(key + probe) & (LIMITER_ENTRIES - 1)];
        if (session->key == key)
            return session;
    }
    return NULL;
}

const char *limiter_principal(struct limiter *limiter, const struct limiter_caller *caller,
                              int64_t now_us)
{
    struct limiter_session *session =
        text_is_empty(caller->token) ? NULL : find_session(limiter, key_of_caller(limiter, caller));
    if (session == NULL)
        return NULL;
    session->used_us = now_us;
    return session->principal_id;
}

void limiter_note_session(struct limiter *limiter, const struct limiter_caller *caller,
                          const char *principal_id, int64_t now_us)
{
    uint64_t key = key_of_caller(limiter, caller);
    struct limiter_session *session = find_session(limiter, key);
    for (uint64_t probe = 0; probe < PROBES && (session == NULL || session->key != key); probe++) {
        struct limiter_session *place = &limiter->sessions[(key + probe) & (LIMITER_ENTRIES - 1)];
        if (session == NULL || place->used_us < session->used_us)
            session = place;
    }
    session->key = key;
    session->used_us = now_us;
    if (!text_print(session->principal_id, sizeof(session->principal_id), "%s", principal_id))
        session->key = 0;
}

void limiter_forget_session(struct limiter *limiter, const struct limiter_caller *caller)
{
    struct limiter_session *session = find_session(limiter, key_of_caller(limiter, caller));
    if (session != NULL)
        *session = (struct limiter_session){.key = 0};
}
