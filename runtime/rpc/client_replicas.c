#include "runtime/rpc/client_replicas.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/text.h"
#include "runtime/rpc/client_target.h"
#include "runtime/rpc/measure.h"

#define REST_US 1000000
#define CONNECT_US_MAX 1000000 /* then one that is not connected is not waited for */
#define RESOLVE_EVERY_US 3000000
#define RESOLVE_SOON_US 500000 /* when one was lost */

struct replica {
    char address[CLIENT_ADDRESS_BYTES_MAX];
    unsigned number;
    uint64_t seed; /* of its weights */
    struct client_channels *channels;
    bool is_lost;
    int64_t rests_until_us;
    int64_t waited_since_us; /* for its connection; 0: it has one */
};

enum health { HEALTH_WELL, HEALTH_RESTS, HEALTH_LOST };

/* A look-up under way, in a task of its own. */
struct resolution {
    struct client_replicas *replicas; /* NULL: nobody wants it any more */
    struct client_name name;
    struct client_addresses found;
    bool is_known;
};

struct client_replicas {
    struct loop *loop;
    struct completion_queue *queue;
    struct rpc_client_settings settings;
    struct client_channels *whole;
    struct client_name name; /* "" when the target tells its addresses itself */
    const char *measured;    /* the peer's address, for what is measured */
    struct resolution *resolution;
    int64_t resolve_us; /* when the name is looked up again */
    struct replica replicas[CLIENT_REPLICAS_MAX];
    size_t count;
    unsigned last_number;
};

/* ---- weights ---- */

/* splitmix64's end: every bit of the result depends on every bit of x. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

/* FNV-1a, the same in every process and release. */
static uint64_t hash(const char *text)
{
    uint64_t sum = 0xcbf29ce484222325;
    for (; *text != '\0'; text++)
        sum = (sum ^ (uint8_t)*text) * 0x100000001b3;
    return mix(sum);
}

/* ---- the list ---- */

static void replica_add(struct client_replicas *replicas, const char *address)
{
    assert(replicas->count < CLIENT_REPLICAS_MAX);
    char target[CLIENT_TARGET_BYTES_MAX];
    bool fits = client_target_spell(address, target, sizeof target);
    struct replica *replica = &replicas->replicas[replicas->count++];
    *replica = (struct replica){.number = ++replicas->last_number, .seed = hash(address)};
    fits = fits && text_print(replica->address, sizeof replica->address, "%s", address);
    assert(fits);
    (void)fits;
    const struct client_way way = {target, replicas->name.host, replica->number,
                                   replicas->measured};
    replica->channels = client_channels_new(replicas->queue, &replicas->settings, &way);
}

static bool is_among(const struct client_addresses *addresses, const char *address)
{
    size_t i = 0;
    while (i < addresses->count && strcmp(addresses->texts[i], address) != 0)
        i++;
    return i < addresses->count;
}

static bool is_known(const struct client_replicas *replicas, const char *address)
{
    size_t i = 0;
    while (i < replicas->count && strcmp(replicas->replicas[i].address, address) != 0)
        i++;
    return i < replicas->count;
}

/* Those that stay keep their connections. */
static void replicas_set(struct client_replicas *replicas, const struct client_addresses *addresses)
{
    size_t kept = 0;
    for (size_t i = 0; i < replicas->count; i++) {
        if (is_among(addresses, replicas->replicas[i].address))
            replicas->replicas[kept++] = replicas->replicas[i];
        else
            client_channels_leave(replicas->replicas[i].channels);
    }
    replicas->count = kept;
    for (size_t i = 0; i < addresses->count; i++) {
        if (!is_known(replicas, addresses->texts[i]))
            replica_add(replicas, addresses->texts[i]);
    }
}

/* ---- the name ---- */

static void look_up(void *argument)
{
    struct resolution *resolution = argument;
    resolution->is_known = client_name_resolve(&resolution->name, &resolution->found);
}

static void resolve_in_task(struct task *task, void *argument)
{
    struct resolution *resolution = argument;
    enum failure failure = task_offload(task, look_up, resolution);
    struct client_replicas *replicas = resolution->replicas;
    if (replicas != NULL) {
        replicas->resolution = NULL;
        if (failure == FAILURE_NONE && resolution->is_known)
            replicas_set(replicas, &resolution->found);
    }
    free(resolution);
}

/* While nobody answers, the list stays as it was. */
static void resolve_when_due(struct client_replicas *replicas)
{
    int64_t now_us = clock_monotonic_us();
    if (text_is_empty(replicas->name.host) || replicas->resolution != NULL ||
        now_us < replicas->resolve_us)
        return;
    replicas->resolve_us = now_us + RESOLVE_EVERY_US;
    struct resolution *resolution = calloc(1, sizeof *resolution);
    assert(resolution != NULL);
    resolution->replicas = replicas;
    resolution->name = replicas->name;
    const struct task_options options = {.name = "rpc_resolve"};
    replicas->resolution = resolution;
    if (loop_spawn(replicas->loop, &options, resolve_in_task, resolution) != FAILURE_NONE) {
        replicas->resolution = NULL;
        free(resolution);
    }
}

static void resolve_soon(struct client_replicas *replicas)
{
    int64_t soon_us = clock_monotonic_us() + RESOLVE_SOON_US;
    if (soon_us < replicas->resolve_us)
        replicas->resolve_us = soon_us;
}

/* ---- who is well ---- */

static void note_lost(struct client_replicas *replicas, struct replica *replica, bool is_lost)
{
    if (replica->is_lost == is_lost)
        return;
    replica->is_lost = is_lost;
    log_write(is_lost ? LOG_WARN : LOG_INFO, is_lost ? "rpc_replica_lost" : "rpc_replica_back",
              log_text("address", replica->address));
    if (is_lost)
        resolve_soon(replicas);
}

/* One that was lost is so until it is connected. One that connects is waited for, as one that has
 * just been found, or whose connection is replaced; but not for long. It begins to connect when it
 * is looked at, and nobody may have looked while it was connected before. */
static enum health health(struct client_replicas *replicas, struct replica *replica)
{
    int64_t now_us = clock_monotonic_us();
    grpc_connectivity_state state = client_channels_state(replica->channels);
    if (state == GRPC_CHANNEL_READY)
        replica->waited_since_us = 0;
    else if (replica->waited_since_us == 0 || state == GRPC_CHANNEL_IDLE)
        replica->waited_since_us = now_us;
    if (state == GRPC_CHANNEL_READY)
        note_lost(replicas, replica, false);
    else if (state == GRPC_CHANNEL_TRANSIENT_FAILURE || state == GRPC_CHANNEL_SHUTDOWN ||
             now_us - replica->waited_since_us > CONNECT_US_MAX)
        note_lost(replicas, replica, true);
    return replica->is_lost                   ? HEALTH_LOST
           : now_us < replica->rests_until_us ? HEALTH_RESTS
                                              : HEALTH_WELL;
}

/* The healthiest, and of those the one of the highest weight. */
static struct replica *choose(struct client_replicas *replicas, const char *key,
                              enum health *healthiest)
{
    if (text_is_empty(key))
        return NULL;
    resolve_when_due(replicas);
    struct replica *best = NULL;
    uint64_t best_weight = 0, hashed = hash(key);
    for (size_t i = 0; i < replicas->count; i++) {
        struct replica *replica = &replicas->replicas[i];
        uint64_t weight = mix(hashed ^ replica->seed);
        if (best != NULL && *healthiest == HEALTH_WELL && weight <= best_weight)
            continue;
        enum health its = health(replicas, replica);
        if (best == NULL || its < *healthiest || (its == *healthiest && weight > best_weight)) {
            best = replica;
            best_weight = weight;
            *healthiest = its;
        }
    }
    return best;
}

/* ---- the interface ---- */

struct client_replicas *client_replicas_new(struct loop *loop, struct completion_queue *queue,
                                            const struct rpc_client_settings *settings)
{
    struct client_replicas *replicas = calloc(1, sizeof *replicas);
    assert(replicas != NULL);
    replicas->loop = loop;
    replicas->queue = queue;
    replicas->settings = *settings;
    replicas->name = client_target_name(settings->target);
    replicas->measured = call_measure_address(settings->target);
    char target[CLIENT_TARGET_BYTES_MAX];
    bool fits = client_target_spell(settings->target, target, sizeof target);
    assert(fits);
    (void)fits;
    replicas->whole = client_channels_new(queue, settings,
                                          &(struct client_way){target, "", 0, replicas->measured});
    struct client_addresses addresses;
    client_target_addresses(settings->target, &addresses);
    if (addresses.count > 1) /* the only one is the whole */
        replicas_set(replicas, &addresses);
    replicas->settings.target = NULL; /* the caller's */
    return replicas;
}

void client_replicas_free(struct client_replicas *replicas)
{
    if (replicas->resolution != NULL)
        replicas->resolution->replicas = NULL;
    for (size_t i = 0; i < replicas->count; i++)
        client_channels_leave(replicas->replicas[i].channels);
    client_channels_leave(replicas->whole);
    free(replicas);
}

struct client_channel *client_replicas_take(struct client_replicas *replicas, const char *key)
{
    enum health ignored;
    struct replica *replica = choose(replicas, key, &ignored);
    return client_channels_take(replica == NULL ? replicas->whole : replica->channels);
}

unsigned client_replicas_choose(struct client_replicas *replicas, const char *key)
{
    enum health ignored;
    const struct replica *replica = choose(replicas, key, &ignored);
    return replica == NULL ? 0 : replica->number;
}

bool client_replicas_has_moved(struct client_replicas *replicas, const char *key, unsigned from)
{
    enum health its = HEALTH_LOST;
    const struct replica *replica = choose(replicas, key, &its);
    return replica != NULL && its == HEALTH_WELL && replica->number != from;
}

void client_replicas_rest(struct client_replicas *replicas, unsigned number)
{
    for (size_t i = 0; i < replicas->count; i++) {
        if (replicas->replicas[i].number == number)
            replicas->replicas[i].rests_until_us = clock_monotonic_us() + REST_US;
    }
}
