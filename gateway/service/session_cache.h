/* Sessions resolved a moment ago, for reads alone: a portal that draws a page asks identity once,
 * and a session that was revoked is refused at once by the gateway that passed the call which ended
 * it, by others at the latest when the entry's second has passed. One that ends by itself is kept
 * no longer than that. Writes and money never look here, so what was proved is not kept (ID-32);
 * nor is an operator's session, which proves a factor before it reads, nor a program's key, which
 * ends at once and is bound to addresses, nor who has a role of an account's own, which may be
 * written anew, nor a partner's people, whose relation may end, nor who may do nothing in the
 * account, for the next moment a role or a relation may begin. */
#ifndef GATEWAY_SERVICE_SESSION_CACHE_H
#define GATEWAY_SERVICE_SESSION_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "gateway/peers/identity_session.h"
#include "runtime/base/arena.h"
#include "runtime/base/id.h"

#define SESSION_CACHE_ENTRIES 2048 /* a power of two */

struct session_cache_entry {
    uint8_t key[32];   /* SHA-256 of what identity was asked */
    uint8_t token[32]; /* SHA-256 of the token alone */
    int64_t expire_us; /* monotonic; 0: free */
    char session_id[ID_TEXT_SIZE];
    char principal_id[ID_TEXT_SIZE];
    char account_id[ID_TEXT_SIZE];
    char company_id[ID_TEXT_SIZE];
    bool corporate;
    unsigned roles;
    unsigned inherited;
    unsigned given;
    bool owns;
};

struct session_cache {
    int64_t lifetime_us; /* at most a second; 0: nothing is kept */
    uint64_t epoch;      /* counts how often something was forgotten */
    struct session_cache_entry entries[SESSION_CACHE_ENTRIES];
};

/* A session acting in an account, from somewhere; account_id "": its own. epoch: the cache's, when
 * identity was asked. */
struct session_cache_key {
    const char *token;
    const char *account_id;
    const char *source_address; /* an account may be acted in from some alone (ID-43) */
    bool without_policy;        /* nothing of that was asked */
    uint64_t epoch;
};

/* In the arena; false when it is not there or too old. */
bool session_cache_find(struct session_cache *cache, struct arena *arena,
                        const struct session_cache_key *key, int64_t now_us,
                        struct identity_session *session);

/* left_us: until the session ends by itself. */
void session_cache_keep(struct session_cache *cache, const struct session_cache_key *key,
                        int64_t now_us, int64_t left_us, const struct identity_session *session);

/* All of them, or those of a token; and what identity is being asked at this moment. */
void session_cache_forget(struct session_cache *cache);
void session_cache_forget_token(struct session_cache *cache, const char *token);

#endif
