/* How many calls of each source are taken, found by its name: asked of every call that comes. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/rpc/serving.h"

/* FNV-1a */
static struct source_share **bucket_of(struct rpc_server *server, const char *source)
{
    uint32_t hash = UINT32_C(2166136261);
    assert(source[0] != '\0');
    for (const char *c = source; *c != '\0'; c++)
        hash = (hash ^ (uint8_t)*c) * UINT32_C(16777619);
    return &server->shares[hash % SOURCE_BUCKETS];
}

static struct source_share *find(struct rpc_server *server, const char *source)
{
    struct source_share *share = *bucket_of(server, source);
    while (share != NULL && strcmp(share->source, source) != 0)
        share = share->next;
    return share;
}

struct source_share sources_share(struct rpc_server *server, const char *source)
{
    static const struct source_share nothing = {.calls = 0};
    const struct source_share *share = find(server, source);
    return share != NULL ? *share : nothing;
}

static struct source_share *add(struct rpc_server *server, const char *source)
{
    struct source_share **bucket = bucket_of(server, source);
    struct source_share *share = calloc(1, sizeof *share);
    assert(strlen(source) < SOURCE_SIZE);
    if (share == NULL)
        return NULL;
    strcpy(share->source, source);
    share->next = *bucket;
    *bucket = share;
    return share;
}

static bool is_empty(const struct source_share *share)
{
    return share->calls == 0 && share->streams == 0 && share->probes == 0;
}

static void take_out(struct rpc_server *server, struct source_share *share)
{
    struct source_share **place = bucket_of(server, share->source);
    assert(is_empty(share));
    while (*place != share)
        place = &(*place)->next;
    *place = share->next;
    free(share);
}

/* Without memory for it, or without a source, a call counts for nobody. */
void sources_add(struct call *call)
{
    struct rpc_server *server = call->server;
    char source[SOURCE_SIZE];
    assert(call->share == NULL);
    if (server->settings.calls_per_source_max == 0 ||
        source_of_address(call->source_address, source)[0] == '\0')
        return;
    call->share = find(server, source);
    if (call->share == NULL)
        call->share = add(server, source);
    if (call->share == NULL)
        return;
    call->share->probes += !call->method->guarded;
    call->share->calls += call->method->guarded;
    call->share->streams += call->method->guarded && call_is_stream(call);
}

void sources_remove(struct call *call)
{
    struct source_share *share = call->share;
    if (share == NULL)
        return;
    assert(share->calls + share->probes > 0);
    share->probes -= !call->method->guarded;
    share->calls -= call->method->guarded;
    share->streams -= call->method->guarded && call_is_stream(call);
    call->share = NULL;
    assert(share->streams <= share->calls);
    if (is_empty(share))
        take_out(call->server, share);
}
