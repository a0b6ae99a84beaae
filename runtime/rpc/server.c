#include "runtime/rpc/server.h"

#include <assert.h>
#include <grpc/grpc_security.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/network.h"
#include "runtime/base/text.h"
#include "runtime/rpc/reflection.h"
#include "runtime/rpc/serving.h"

#define METADATA_BYTES_MAX 65536
#define KEEPALIVE_TIMEOUT_MS 10000
#define PING_INTERVAL_MIN_MS 10000
#define HANDSHAKE_TIMEOUT_MS 10000
#define IDENTITY_ONLY \
    1 /* a compressed message may unpack to a thousand times what message_bytes_max allows */

/* ---- settings ---- */

static int64_t or_default(int64_t value, int64_t default_value)
{
    return value > 0 ? value : default_value;
}

static struct rpc_server_settings with_defaults(const struct rpc_server_settings *given)
{
    struct rpc_server_settings settings = *given;
    settings.deadline_default_ms = or_default(given->deadline_default_ms, 10000);
    settings.request_wait_ms = or_default(given->request_wait_ms, 5000);
    settings.deadline_max_ms = or_default(given->deadline_max_ms, 60000);
    settings.message_bytes_max = (size_t)or_default((int64_t)given->message_bytes_max, 1024 * 1024);
    settings.call_arena_bytes_max =
        (size_t)or_default((int64_t)given->call_arena_bytes_max, 4 * 1024 * 1024);
    settings.calls_max = (size_t)or_default((int64_t)given->calls_max, 1000);
    settings.streams_per_connection_max =
        (size_t)or_default((int64_t)given->streams_per_connection_max, 1000);
    settings.connection_idle_max_ms = or_default(given->connection_idle_max_ms, 300000);
    settings.core_bytes_max =
        (size_t)or_default((int64_t)given->core_bytes_max, (int64_t)256 * 1024 * 1024);
    settings.connection_age_max_ms = or_default(given->connection_age_max_ms, 300000);
    settings.connection_age_grace_ms = or_default(given->connection_age_grace_ms, 3600000);
    settings.keepalive_ms = or_default(given->keepalive_ms, 60000);
    return settings;
}

static grpc_arg number_arg(const char *key, int64_t value)
{
    grpc_arg arg = {.type = GRPC_ARG_INTEGER};
    arg.key = (char *)(uintptr_t)key;
    arg.value.integer = value > INT32_MAX ? INT32_MAX : (int)value;
    return arg;
}

static grpc_arg quota_arg(grpc_resource_quota *quota)
{
    grpc_arg arg = {.type = GRPC_ARG_POINTER,
                    .value.pointer = {.p = quota, .vtable = grpc_resource_quota_arg_vtable()}};
    arg.key = (char *)(uintptr_t)GRPC_ARG_RESOURCE_QUOTA;
    return arg;
}

static grpc_server *core_new(const struct rpc_server_settings *settings)
{
    grpc_resource_quota *quota = grpc_resource_quota_create("server");
    grpc_resource_quota_resize(quota, settings->core_bytes_max);
    grpc_arg args[] = {
        quota_arg(quota),
        number_arg(GRPC_ARG_ALLOW_REUSEPORT, 0),
        number_arg(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, (int64_t)settings->message_bytes_max),
        number_arg(GRPC_ARG_MAX_METADATA_SIZE, METADATA_BYTES_MAX),
        number_arg(GRPC_ARG_MAX_CONCURRENT_STREAMS, (int64_t)settings->streams_per_connection_max),
        number_arg(GRPC_ARG_MAX_CONNECTION_IDLE_MS, settings->connection_idle_max_ms),
        number_arg(GRPC_ARG_MAX_CONNECTION_AGE_MS, settings->connection_age_max_ms),
        number_arg(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, settings->connection_age_grace_ms),
        number_arg(GRPC_ARG_KEEPALIVE_TIME_MS, settings->keepalive_ms),
        number_arg(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, KEEPALIVE_TIMEOUT_MS),
        number_arg(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1),
        number_arg(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, PING_INTERVAL_MIN_MS),
        number_arg(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, HANDSHAKE_TIMEOUT_MS),
        number_arg(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, IDENTITY_ONLY),
        number_arg(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0),
    };
    grpc_channel_args all = {.num_args = sizeof args / sizeof args[0], .args = args};
    grpc_server *core = grpc_server_create(&all, NULL);
    grpc_resource_quota_unref(quota);
    return core;
}

/* ---- slots: where gRPC puts arriving calls ---- */

static void slot_arrived(struct completion *completion, bool success);

static void slot_post(struct slot *slot)
{
    struct rpc_server *server = slot->server;
    grpc_completion_queue *queue = completion_queue_core(server->queue);
    slot->arrived.function = slot_arrived;
    grpc_call_details_init(&slot->details);
    completion_begin(server->queue, &slot->arrived);
    grpc_call_error error = grpc_server_request_call(server->core, &slot->core, &slot->details,
                                                     &slot->headers, queue, queue, &slot->arrived);
    assert(error == GRPC_CALL_OK);
    (void)error;
    server->slots_posted++;
}

/* The slot is posted again before the call is looked at, so that the next one is not kept waiting.
 */
static void slot_arrived(struct completion *completion, bool success)
{
    struct slot *slot =
        (struct slot *)(void *)((char *)completion - offsetof(struct slot, arrived));
    struct rpc_server *server = slot->server;
    struct slot arrived = *slot;
    server->slots_posted--;
    grpc_metadata_array_init(&slot->headers);
    if (success && !server->is_shutting_down)
        slot_post(slot);
    if (success)
        serve_arrived(server, arrived.core, &arrived.headers, &arrived.details);
    grpc_metadata_array_destroy(&arrived.headers);
    grpc_call_details_destroy(&arrived.details);
    server_look_quiet(server);
}

/* ---- life ---- */

struct rpc_server *rpc_server_new(struct loop *loop, const struct rpc_server_settings *settings)
{
    struct rpc_server *server = calloc(1, sizeof *server);
    assert(server != NULL);
    server->loop = loop;
    server->settings = with_defaults(settings);
    server->queue = completion_queue_acquire(loop);
    methods_init(&server->methods);
    if (settings->grpc_metric_names)
        call_measure_use_grpc_names();
    server->other = call_measure_of_served(NULL, "unary");
    health_mount(server);
    if (!settings->reflection_is_hidden)
        reflection_mount(server, settings->shows);
    server->guards_mounts = true;
    return server;
}

void rpc_server_set_guard(struct rpc_server *server, int (*guard)(struct call *call))
{
    assert(server->guard_count < RPC_GUARDS_MAX);
    if (guard != NULL)
        server->guards[server->guard_count++] = guard;
}

static bool address_is_local(const char *address)
{
    char host[64];
    const char *colon = strrchr(address, ':');
    if (strncmp(address, "unix:", 5) == 0)
        return true;
    return colon != NULL &&
           text_print(host, sizeof host, "%.*s", (int)(colon - address), address) &&
           host_is_loopback(host);
}

static bool address_may_be_served(const struct rpc_server_settings *settings)
{
    if (settings->credentials != NULL || settings->insecure_allowed ||
        address_is_local(settings->address))
        return true;
    log_write(
        LOG_ERROR, "server_not_started", log_text("address", settings->address),
        log_text(
            "why",
            "others can reach this address: it needs tls-certificate-file, or insecure-allowed"));
    return false;
}

/* A front ends TLS before a door's private socket. */
bool rpc_server_speaks_tls(const struct rpc_server *server)
{
    return server->settings.credentials != NULL &&
           !(server->settings.is_door && server->is_private);
}

static bool is_open_socket(const struct rpc_server *server)
{
    const char *address = server->settings.address;
    if (!server->settings.is_door || strncmp(address, "unix:", 5) != 0 || server->is_private)
        return false;
    log_write(LOG_ERROR, "server_not_started", log_text("address", address),
              log_text("why", "who reaches this socket can say who calls: its folder must be its "
                              "user's alone (chmod 700)"));
    return true;
}

static bool server_bind(struct rpc_server *server)
{
    const char *address = server->settings.address;
    grpc_server_credentials *credentials =
        credentials_for_server(rpc_server_speaks_tls(server) ? server->settings.credentials : NULL);
    if (credentials == NULL)
        return false;
    server->port = grpc_server_add_http2_port(server->core, address, credentials);
    grpc_server_credentials_release(credentials);
    if (server->port == 0)
        log_write(LOG_ERROR, "server_not_started", log_text("address", address),
                  log_text("why", "it cannot be bound; is it taken?"));
    return server->port != 0;
}

bool rpc_server_start(struct rpc_server *server)
{
    assert(server->core == NULL);
    origin_make_folder(server->settings.address);
    server->is_private = origin_listens_privately(server->settings.address);
    if (!address_may_be_served(&server->settings) || is_open_socket(server))
        return false;
    server->core = core_new(&server->settings);
    grpc_server_register_completion_queue(server->core, completion_queue_core(server->queue), NULL);
    if (!server_bind(server))
        return false;
    grpc_server_start(server->core);
    for (size_t index = 0; index < SLOTS; index++) {
        server->slots[index].server = server;
        slot_post(&server->slots[index]);
    }
    rpc_server_set_serving(server, true);
    return true;
}

int rpc_server_port(const struct rpc_server *server)
{
    return server->port;
}

const char *rpc_server_library(void)
{
    return grpc_version_string();
}

void rpc_server_set_serving(struct rpc_server *server, bool serving)
{
    server->serving = serving && !server->draining;
    event_signal_all(&server->changed);
    for (struct call *call = server->taken; server->draining && call != NULL;
         call = call->next_taken)
        if (call->awaited != NULL)
            event_signal(call->awaited);
}
