#include "gateway/service/limiter.h"

#include <string.h>

#define PROBES 8

static uint64_t credential_key(const char *credential)
{
    uint8_t hash[32];
    uint64_t key;
    sha256(credential, strlen(credential), hash);
    memcpy(&key, hash, sizeof(key));
    return key != 0 ? key : 1;
}

static int64_t last_used_us(const struct limiter_entry *entry)
{
    return entry->reads.filled_us > entry->writes.filled_us ? entry->reads.filled_us : entry->writes.filled_us;
}

static struct limiter_entry *find_or_replace(struct limiter *limiter, uint64_t key)
{
    struct limiter_entry *oldest = NULL;
    for (uint64_t probe = 0; probe < PROBES; probe++) {
        struct limiter_entry *entry = &limiter->entries[(key + probe) & (LIMITER_ENTRIES - 1)];
        if (entry->key == key)
            return entry;
        if (oldest == NULL || last_used_us(entry) < last_used_us(oldest))
            oldest = entry;
    }
    *oldest = (struct limiter_entry){.key = key};
    return oldest;
}

bool limiter_knows(const struct limiter *limiter, const char *credential)
{
    uint64_t key = credential_key(credential);
    for (uint64_t probe = 0; probe < PROBES; probe++) {
        if (limiter->entries[(key + probe) & (LIMITER_ENTRIES - 1)].key == key)
            return true;
    }
    return false;
}

int64_t limiter_take(struct limiter *limiter, const char *credential, enum route_kind kind, int64_t now_us)
{
    if (text_is_empty(credential))
        return bucket_take(&limiter->strangers, &limiter->limits.strangers, now_us);
    struct limiter_entry *entry = find_or_replace(limiter, credential_key(credential));
    if (kind == ROUTE_READ)
        return bucket_take(&entry->reads, &limiter->limits.reads, now_us);
    return bucket_take(&entry->writes, &limiter->limits.writes, now_us);
}
