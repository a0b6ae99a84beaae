/* The rpc server on gRPC C core: mounts protobuf-c services, gives every call a task, and drains
 * without losing an accepted call. grpc.health.v1 and reflection (v1, v1alpha) are mounted by the
 * server itself. */
#ifndef RUNTIME_RPC_SERVER_H
#define RUNTIME_RPC_SERVER_H

#include <protobuf-c/protobuf-c.h>

#include "runtime/loop/loop.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/credentials.h"

struct rpc_server;

/* Health and reflection have places of their own, which neither take from the others nor are taken
 * by them. */
#define RPC_PROBES_MAX 100
#define RPC_PROBES_PER_SOURCE_MAX 25

/* A number that is 0 means the usual: 10 s, 60 s, 1 MiB, 4 MiB, 5 s, 1000, without limit, 1000, 5
 * min, 1 h, 5 min, 60 s, 256 MiB, in this order. */
struct rpc_server_settings {
    const char *address; /* "127.0.0.1:7403", "[::1]:0", "unix:/path" */
    const struct credentials *
        credentials; /* NULL: plaintext, only allowed on loopback or unix unless insecure_allowed */
    bool insecure_allowed;
    /* Strangers reach this server: headers that only a front may say count on a private socket
     * alone (unix:, in a folder of mode 0700), and a unix socket anywhere else is refused. The
     * others are called by our own services and believe what those say. */
    bool is_door;
    int64_t deadline_default_ms; /* when the caller gave none */
    int64_t deadline_max_ms;  /* cap of what a caller may ask for; streams have neither default nor
                                 cap */
    size_t message_bytes_max; /* received; compressed messages are refused (UNIMPLEMENTED), small
                                 ones unpack to any size */
    size_t call_arena_bytes_max;
    int64_t request_wait_ms; /* from a unary call's headers to its message, so that headers alone
                                hold no place; 0: 5000 */
    size_t calls_max;        /* live at once, half of them streams; above: RESOURCE_EXHAUSTED with
                                RetryInfo */
    size_t calls_per_source_max;       /* of those, from one source address, half of them streams */
    size_t streams_per_connection_max; /* further ones wait at the client; our own gateways put all
                                          of theirs on one connection */
    int64_t connection_age_max_ms;
    int64_t connection_age_grace_ms;
    int64_t connection_idle_max_ms;
    int64_t keepalive_ms;
    size_t core_bytes_max;  /* what gRPC may take for all connections; above, it stops reading and
                               closes connections */
    bool grpc_metric_names; /* measures under go-grpc-prometheus' names, too (measure.h) */
    bool tells_every_call; /* a line in the log for each, reads too; health and reflection only when
                              they fail */
    bool reflection_is_hidden; /* strangers are not told what there is */
    bool (*shows)(
        const char *rpc); /* what reflection tells of, "/ledger.v1.TransferService/CreateTransfer";
                             NULL: everything */
};

/* Descriptor set embedded by the build (all protos with imports), for streaming flags and field
 * rules. */
extern const uint8_t proto_descriptor_set[];
extern const size_t proto_descriptor_set_size;

/* The same for strangers, without the field rules (reflection). */
extern const uint8_t proto_reflected_set[];
extern const size_t proto_reflected_set_size;

struct rpc_server *rpc_server_new(struct loop *loop, const struct rpc_server_settings *settings);

/* Before start. service->invoke may be protoc-c's or our own (the gateway's router). keeps service
 * and context. Streaming flags are taken from the descriptor set. */
void rpc_server_mount(struct rpc_server *server, ProtobufCService *service, void *context);

/* The mounted services, in mounting order, health and reflection among them:
 * "ledger.v1.TransferService". For reflection. */
size_t rpc_server_service_count(const struct rpc_server *server);
const char *rpc_server_service_name(const struct rpc_server *server, size_t index);

/* Seen before every call's message, in the call's task; returning other than CODE_OK ends the call.
 * Unary and streaming alike, not asked for health and reflection. At most RPC_GUARDS_MAX, asked in
 * the order in which they were set; NULL: none. */
#define RPC_GUARDS_MAX 4
void rpc_server_set_guard(struct rpc_server *server, int (*guard)(struct call *call));

/* Binds and serves; false: one clear line was logged (a taken port, credentials that cannot be
 * read). */
bool rpc_server_start(struct rpc_server *server) must_check;
int rpc_server_port(const struct rpc_server *server);

/* Since its start. With credentials, but on the private socket of a door, where its front speaks
 * plaintext. */
bool rpc_server_speaks_tls(const struct rpc_server *server);

/* The version of gRPC that runs, for the build page. */
const char *rpc_server_library(void);

/* The answer of health for "", the process. Drain sets NOT_SERVING by itself. */
void rpc_server_set_serving(struct rpc_server *server, bool serving);

/* NOT_SERVING, lets running calls end (up to grace_ms, then cancels them), stops. Awaits; the
 * server is gone afterwards. */
void rpc_server_drain(struct task *task, struct rpc_server *server, int64_t grace_ms);

#endif
