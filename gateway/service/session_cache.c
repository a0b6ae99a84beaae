#include "gateway/service/session_cache.h"

#include <string.h>

#include "runtime/base/text.h"

static bool make_key(uint8_t key[32], const char *token, const char *account_id)
{
    char text[512];
    if (!text_print(text, sizeof(text), "%s %s", token, account_id))
        return false;
    sha256(text, strlen(text), key);
    return true;
}

static struct session_cache_entry *entry_of(struct session_cache *cache, const uint8_t key[32])
{
    uint32_t place;
    memcpy(&place, key, sizeof(place));
    return &cache->entries[place & (SESSION_CACHE_ENTRIES - 1)];
}

bool session_cache_find(struct session_cache *cache, struct arena *arena, const char *token,
                        const char *account_id, int64_t now_us, struct identity_session *session)
{
    uint8_t key[32];
    if (!make_key(key, token, account_id))
        return false;
    const struct session_cache_entry *entry = entry_of(cache, key);
    if (entry->expire_us <= now_us || memcmp(entry->key, key, sizeof(key)) != 0)
        return false;
    *session = (struct identity_session){
        .principal_id = arena_strdup(arena, entry->principal_id),
        .account_id = arena_strdup(arena, entry->account_id),
        .company_id = arena_strdup(arena, entry->company_id),
        .corporate = entry->corporate,
        .roles = entry->roles,
    };
    return session->principal_id != NULL && session->account_id != NULL &&
           session->company_id != NULL;
}

void session_cache_keep(struct session_cache *cache, const char *token, const char *account_id,
                        int64_t now_us, const struct identity_session *session)
{
    uint8_t key[32];
    if (cache->lifetime_us == 0 || !make_key(key, token, account_id))
        return;
    struct session_cache_entry *entry = entry_of(cache, key);
    *entry = (struct session_cache_entry){.corporate = session->corporate, .roles = session->roles};
    memcpy(entry->key, key, sizeof(key));
    if (text_print(entry->principal_id, ID_TEXT_SIZE, "%s", session->principal_id) &&
        text_print(entry->account_id, ID_TEXT_SIZE, "%s", session->account_id) &&
        text_print(entry->company_id, ID_TEXT_SIZE, "%s", session->company_id))
        entry->expire_us = now_us + cache->lifetime_us;
}
