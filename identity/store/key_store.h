/* Keys of programs: made, ended, and what is noted of their use. Found by read_sessions.sql. */
#ifndef IDENTITY_STORE_KEY_STORE_H
#define IDENTITY_STORE_KEY_STORE_H

#include "identity/domain/key.h"
#include "identity/domain/security_event.h"
#include "runtime/database/database.h"

#define KEY_HASH_SIZE 32

enum key_kind { KEY_NONE, KEY_SECRET, KEY_CERTIFICATE };

enum key_kind key_kind_named(const char *name); /* KEY_NONE for a kind of a later release */

struct key {
    struct id key_id;
    struct id program_id;
    enum key_kind kind;
    const char *prefix;
    const char *name;
    const char *allows, *denies; /* patterns with spaces between */
    const char *addresses;       /* networks alike */
    struct id made_by;
    int64_t created_us;
    int64_t begin_us; /* 0: as it was made */
    int64_t expire_us;
    int64_t used_us;    /* 0: never */
    int64_t revoked_us; /* 0: it was not */
};

/* ---- under the lock of the account (role_store_lock) ---- */

/* How many of the program count at a moment, and how many are kept. */
enum failure key_store_count(struct transaction *transaction, struct id program_id, int64_t now_us,
                             struct key_making *making) must_check;
/* *inserted is false when the secret is some key's already. */
enum failure key_store_insert(struct transaction *transaction, const struct key *key,
                              const uint8_t hash[KEY_HASH_SIZE], bool *inserted) must_check;
enum failure key_store_read(struct transaction *transaction, struct id account_id, struct id key_id,
                            struct key *key, bool *exists) must_check;
enum failure key_store_revoke(struct transaction *transaction, struct id key_id,
                              int64_t now_us) must_check;
enum failure key_store_end(struct transaction *transaction, struct id key_id,
                           int64_t expire_us) must_check;

/* A key, by where it is. */
struct key_place {
    struct id key_id;
    struct id program_id;
    struct id account_id;
};

struct key_places {
    struct key_place *items; /* lent by the task's arena */
    size_t count;
};

/* Those that count and that somebody made in an account, or in one under it, in which they have no
 * role by now. */
enum failure key_store_of_leaver(struct transaction *transaction, struct id account_id,
                                 struct id leaver_id, int64_t now_us,
                                 struct key_places *places) must_check;

struct keys_found {
    struct key *items; /* lent by the task's arena */
    size_t count;
};

struct key_page {
    struct id account_id;
    struct id program_id; /* nil: of all */
    struct id after_id;
    size_t limit;
};

/* At most limit keys after one, in the order of their ids. */
enum failure key_store_list(struct reader reader, const struct key_page *page,
                            struct keys_found *keys) must_check;

/* ---- use ---- */

/* Notes that keys were used at a moment. */
enum failure key_store_touch(struct reader reader, const struct id *key_ids, size_t count,
                             int64_t now_us) must_check;

/* A key that came from a network that it never came from. */
struct key_arrival {
    enum security_event_kind kind;
    struct id key_id;
    struct id program_id;
    struct bytes network; /* a keyed index */
    const char *shown;    /* as people are shown it */
};

enum failure key_store_note_networks(struct reader reader, const struct key_arrival *arrivals,
                                     size_t count, int64_t now_us) must_check;

#endif
