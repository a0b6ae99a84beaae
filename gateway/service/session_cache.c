#include "gateway/service/session_cache.h"

#include <string.h>

#include "gateway/domain/role.h"
#include "runtime/base/text.h"

static bool digest_of(const struct session_cache_key *key, uint8_t digest[32])
{
    char text[512];
    if (!text_print(text, sizeof(text), "%s %s %s %d", key->token, key->account_id,
                    key->source_address, key->without_policy))
        return false;
    sha256(text, strlen(text), digest);
    return true;
}

static struct session_cache_entry *entry_of(struct session_cache *cache, const uint8_t digest[32])
{
    uint32_t place;
    memcpy(&place, digest, sizeof(place));
    return &cache->entries[place & (SESSION_CACHE_ENTRIES - 1)];
}

bool session_cache_find(struct session_cache *cache, struct arena *arena,
                        const struct session_cache_key *key, int64_t now_us,
                        struct identity_session *session)
{
    uint8_t digest[32];
    if (!digest_of(key, digest))
        return false;
    const struct session_cache_entry *entry = entry_of(cache, digest);
    if (entry->expire_us <= now_us || memcmp(entry->key, digest, sizeof(digest)) != 0)
        return false;
    *session = (struct identity_session){
        .session_id = arena_strdup(arena, entry->session_id),
        .principal_id = arena_strdup(arena, entry->principal_id),
        .account_id = arena_strdup(arena, entry->account_id),
        .company_id = arena_strdup(arena, entry->company_id),
        .corporate = entry->corporate,
        .roles = entry->roles,
        .inherited = entry->inherited,
        .given = entry->given,
        .owns = entry->owns,
    };
    return true;
}

void session_cache_keep(struct session_cache *cache, const struct session_cache_key *key,
                        int64_t now_us, int64_t left_us, const struct identity_session *session)
{
    uint8_t digest[32];
    bool operates = (session->roles & ACCESS_ROLE_OPERATOR) != 0;
    int64_t kept_us = left_us < cache->lifetime_us ? left_us : cache->lifetime_us;
    if (kept_us <= 0 || session->roles == 0 || session->scope != NULL || operates ||
        session->custom.count > 0 || session->partner != NULL || key->epoch != cache->epoch ||
        !digest_of(key, digest))
        return;
    struct session_cache_entry *entry = entry_of(cache, digest);
    *entry = (struct session_cache_entry){.corporate = session->corporate,
                                          .roles = session->roles,
                                          .inherited = session->inherited,
                                          .given = session->given,
                                          .owns = session->owns};
    memcpy(entry->key, digest, sizeof(digest));
    sha256(key->token, strlen(key->token), entry->token);
    if (text_print(entry->session_id, ID_TEXT_SIZE, "%s", session->session_id) &&
        text_print(entry->principal_id, ID_TEXT_SIZE, "%s", session->principal_id) &&
        text_print(entry->account_id, ID_TEXT_SIZE, "%s", session->account_id) &&
        text_print(entry->company_id, ID_TEXT_SIZE, "%s", session->company_id))
        entry->expire_us = now_us + kept_us;
}

void session_cache_forget(struct session_cache *cache)
{
    cache->epoch++;
    for (size_t i = 0; i < SESSION_CACHE_ENTRIES; i++)
        cache->entries[i].expire_us = 0;
}

void session_cache_forget_token(struct session_cache *cache, const char *token)
{
    uint8_t digest[32];
    sha256(token, strlen(token), digest);
    cache->epoch++;
    for (size_t i = 0; i < SESSION_CACHE_ENTRIES; i++)
        if (memcmp(cache->entries[i].token, digest, sizeof digest) == 0)
            cache->entries[i].expire_us = 0;
}
