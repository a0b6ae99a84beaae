/* One exchange with a peer, unary or stream: what goes out beside the messages, and what the end of
 * it means. The one place that decides whether a lost call was done for certain, certainly not, or
 * perhaps. */
#ifndef RUNTIME_RPC_CLIENT_EXCHANGE_H
#define RUNTIME_RPC_CLIENT_EXCHANGE_H

#include <grpc/grpc.h>

#include "runtime/rpc/client.h"
#include "runtime/rpc/client_channel.h"
#include "runtime/rpc/client_replicas.h"
#include "runtime/rpc/completion.h"
#include "runtime/rpc/measure.h"

struct rpc_client {
    struct completion_queue *queue;
    struct client_replicas *replicas;
    int64_t timeout_ms;
    int attempts_max;
    bool refuses_unasked;
    bool peer_begins_traces;
    const char *address;           /* the peer's, for spans (measure.h) */
    ProtobufCService stub;         /* what RPC_CALL hands to the generated function … */
    unsigned stubbed_method_index; /* … and what that function passed on */
    const ProtobufCMessage *stubbed_request;
};

/* ---- headers ---- */

struct client_headers {
    grpc_metadata entries[RPC_HEADERS_MAX + 3];
    size_t count;
};

/* The task's request id, the trace with the call's span (NULL: the task's) as the parent, then
 * those given. FAILURE_INVALID: one is illegal, or there are too many. */
enum failure client_headers_init(struct client_headers *headers, const struct rpc_client *client,
                                 const struct task *task, const struct trace_span *span,
                                 const struct rpc_header *given) must_check;
void client_headers_deinit(struct client_headers *headers);

/* ---- the span of a call: client_trace.c ---- */

struct trace_span *client_span_begin(const struct task *task, const struct rpc_client *client,
                                     const ProtobufCServiceDescriptor *service,
                                     unsigned method_index);
/* As the call ended; the status is what was heard, if anything was. */
void client_span_end(struct trace_span *span, enum failure failure,
                     const struct rpc_status *status);

/* ---- exchange ---- */

struct client_exchange {
    struct client_channel *channel;
    grpc_call *call;
    struct call_measure *measure;
    int64_t started_us;
    grpc_metadata_array initial;
    grpc_metadata_array trailing;
    grpc_status_code code;
    grpc_slice sentence;
    const char *error;
    bool only_reads;
    bool is_peers; /* the peer itself gave the verdict: it came with a google.rpc.Status */
};

/* The channel was taken for it, and is given back by deinit. timeout_ms INT64_MAX: none. Of a call
 * that only reads the exchange says so afterwards. */
void client_exchange_init(struct client_exchange *exchange, struct client_channel *channel,
                          const ProtobufCServiceDescriptor *service, unsigned method_index,
                          int64_t timeout_ms);
void client_exchange_deinit(struct client_exchange *exchange);

grpc_op client_exchange_send_headers(const struct client_headers *headers);
grpc_op client_exchange_receive_headers(struct client_exchange *exchange);
grpc_op client_exchange_receive_status(struct client_exchange *exchange);

/* A peer's message is read with no more trust than a caller's. FAILURE_INTERNAL: it is not
 * that message. */
enum failure client_exchange_unpack(struct arena *arena, const ProtobufCMessageDescriptor *type,
                                    struct bytes packed, ProtobufCMessage **message) must_check;

/* After its status was received: measures the call and tells *status. FAILURE_EXHAUSTED at the
 * arena's maximum. */
enum failure client_exchange_read(struct client_exchange *exchange, struct arena *arena,
                                  struct rpc_status *status) must_check;

/* The verdict of the status that was read on this exchange: FAILURE_NONE for CODE_OK and for a
 * peer's refusal. UNAVAILABLE and EXHAUSTED: it certainly did nothing. INDEFINITE: it may have been
 * done.
 */
enum failure client_exchange_judge(const struct client_exchange *exchange,
                                   const struct rpc_status *status) must_check;

/* The verdict of a status that the peer itself gave. */
enum failure client_exchange_judge_peers(const struct rpc_status *status) must_check;

/* The connection was on its way out when the call came to it. Says nothing of the peer: another
 * connection may take the call. */
bool client_exchange_met_a_goodbye(const struct rpc_status *status);

/* The status tells of the replica, not of this call: there is no connection to it, or it does
 * nothing for now, as when it drains or has no database. */
bool client_exchange_met_nobody(const struct client_exchange *exchange,
                                const struct rpc_status *status);

/* Whether a refusal is about this moment and not about the request: then it does not tell what an
 * earlier attempt did. */
bool client_exchange_refused_for_now(const struct rpc_status *status, struct arena *arena);

#endif
