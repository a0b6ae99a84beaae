#include "runtime/rpc/client_channel.h"

#include <assert.h>
#include <grpc/grpc_security.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/base/text.h"
#include "runtime/rpc/client_target.h"

#define MESSAGE_BYTES_MAX_DEFAULT (4 * 1024 * 1024)
#define METADATA_BYTES_MAX 65536
#define KEEPALIVE_MS 60000
#define KEEPALIVE_TIMEOUT_MS 10000
#define RECONNECT_MS_MIN 200
#define RECONNECT_MS_MAX 5000
#define RESOLVE_AGAIN_MS 5000
#define AGE_MAX_MS_DEFAULT 240000 /* sooner than a server ends what is idle */

struct client_channels {
    struct completion_queue *queue;
    char target[CLIENT_TARGET_BYTES_MAX];
    char host[CLIENT_HOST_BYTES_MAX];
    unsigned number;
    const char *measured;
    const struct credentials *credentials;
    size_t message_bytes_max;
    int64_t age_max_ms;
    struct client_channel *current;
    size_t call_count; /* on every channel of it */
    bool is_left;
};

static grpc_arg integer(const char *key, int value)
{
    return (grpc_arg){
        .type = GRPC_ARG_INTEGER, .key = (char *)(uintptr_t)key, .value.integer = value};
}

static grpc_arg string(const char *key, const char *value)
{
    return (grpc_arg){.type = GRPC_ARG_STRING,
                      .key = (char *)(uintptr_t)key,
                      .value.string = (char *)(uintptr_t)value};
}

static grpc_channel *core_new(const struct client_channels *channels)
{
    const char *name_override = credentials_name_override(channels->credentials);
    if (text_is_empty(name_override))
        name_override = channels->host;
    grpc_arg arguments[] = {
        string(GRPC_ARG_SERVICE_CONFIG, "{\"loadBalancingConfig\":[{\"round_robin\":{}}]}"),
        integer(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1),
        integer(GRPC_ARG_ENABLE_HTTP_PROXY, 0),
        integer(GRPC_ARG_ENABLE_RETRIES, 0), /* client.c retries, and only what may be */
        integer(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1),
        integer(GRPC_ARG_KEEPALIVE_TIME_MS, KEEPALIVE_MS),
        integer(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, KEEPALIVE_TIMEOUT_MS),
        integer(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1),
        integer(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, RECONNECT_MS_MIN),
        integer(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, RECONNECT_MS_MAX),
        integer(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, RECONNECT_MS_MAX),
        integer(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, RESOLVE_AGAIN_MS),
        integer(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, (int)channels->message_bytes_max),
        integer(GRPC_ARG_MAX_METADATA_SIZE, METADATA_BYTES_MAX),
        string(GRPC_SSL_TARGET_NAME_OVERRIDE_ARG, name_override),
    };
    size_t count = sizeof arguments / sizeof arguments[0];
    grpc_channel_args all = {.num_args = text_is_empty(name_override) ? count - 1 : count,
                             .args = arguments};
    grpc_channel_credentials *credentials = credentials_for_channel(channels->credentials);
    grpc_channel *core = grpc_channel_create(channels->target, credentials, &all);
    grpc_channel_credentials_release(credentials);
    return core;
}

/* Shorter by up to a tenth, so that the clients of a server do not come all at once. */
static int64_t age_ms(int64_t max_ms)
{
    return max_ms - random_below((uint32_t)(max_ms / 10 + 1));
}

static struct client_channel *channel_new(struct client_channels *channels, uint64_t generation)
{
    struct client_channel *channel = calloc(1, sizeof *channel);
    assert(channel != NULL);
    channel->channels = channels;
    channel->replica = channels->number;
    channel->measured = channels->measured;
    channel->generation = generation;
    channel->until_us = clock_monotonic_us() + age_ms(channels->age_max_ms) * 1000;
    channel->queue = channels->queue;
    channel->message_bytes_max = channels->message_bytes_max;
    channel->core = core_new(channels);
    return channel;
}

static void channel_free(struct client_channel *channel)
{
    assert(channel->call_count == 0);
    grpc_channel_destroy(channel->core);
    free(channel);
}

struct client_channels *client_channels_new(struct completion_queue *queue,
                                            const struct rpc_client_settings *settings,
                                            const struct client_way *way)
{
    struct client_channels *channels = calloc(1, sizeof *channels);
    assert(channels != NULL);
    channels->queue = queue;
    channels->number = way->number;
    channels->measured = way->measured;
    channels->age_max_ms =
        settings->connection_age_max_ms <= 0 ? AGE_MAX_MS_DEFAULT : settings->connection_age_max_ms;
    bool fits = text_print(channels->target, sizeof channels->target, "%s", way->target) &&
                text_print(channels->host, sizeof channels->host, "%s", way->host);
    assert(fits);
    (void)fits;
    channels->credentials = settings->credentials;
    channels->message_bytes_max =
        settings->message_bytes_max == 0 ? MESSAGE_BYTES_MAX_DEFAULT : settings->message_bytes_max;
    channels->current = channel_new(channels, credentials_generation(settings->credentials));
    return channels;
}

static void channels_free(struct client_channels *channels)
{
    assert(channels->is_left && channels->call_count == 0);
    channel_free(channels->current);
    free(channels);
}

void client_channels_leave(struct client_channels *channels)
{
    assert(!channels->is_left);
    channels->is_left = true;
    if (channels->call_count == 0)
        channels_free(channels);
}

/* A connection is given up by who calls on it: he alone knows that he has read every answer. When a
 * server ends it, of age or idle, what is on its way to him gets lost now and then. */
static struct client_channel *current_of(struct client_channels *channels)
{
    uint64_t generation = credentials_generation(channels->credentials);
    if (generation != channels->current->generation ||
        clock_monotonic_us() >= channels->current->until_us) {
        struct client_channel *old = channels->current;
        channels->current = channel_new(channels, generation);
        if (old->call_count == 0)
            channel_free(old);
    }
    return channels->current;
}

struct client_channel *client_channels_take(struct client_channels *channels)
{
    assert(!channels->is_left);
    struct client_channel *channel = current_of(channels);
    channels->call_count++;
    channel->call_count++;
    return channel;
}

void client_channels_give_back(struct client_channel *channel)
{
    struct client_channels *channels = channel->channels;
    assert(channel->call_count > 0 && channels->call_count > 0);
    channel->call_count--;
    channels->call_count--;
    if (channel != channels->current && channel->call_count == 0)
        channel_free(channel);
    if (channels->is_left && channels->call_count == 0)
        channels_free(channels);
}

grpc_connectivity_state client_channels_state(struct client_channels *channels)
{
    return grpc_channel_check_connectivity_state(current_of(channels)->core, true);
}
