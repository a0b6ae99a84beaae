/* The rpc client: typed calls through protobuf-c's generated stubs, in straight line:
 *
 *     Ledger__V1__GetBalanceResponse *balance;
 *     failure = RPC_CALL(task, ledger_client, ledger__v1__balance_service, get_balance, &request,
 *                        &balance, &status);
 *
 * Deadline, request id and traceparent of the task go along; while the deadline allows, what was
 * certainly not done is tried again with back-off and jitter, and so is what got lost when the call
 * is idempotent (reads, and mutations that carry a request_id, method.h). Addresses are used round
 * robin, and those of calls that have a key by the key. */
#ifndef RUNTIME_RPC_CLIENT_H
#define RUNTIME_RPC_CLIENT_H

#include <protobuf-c/protobuf-c.h>

#include "runtime/loop/loop.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/credentials.h"
#include "runtime/rpc/method.h"

struct rpc_client;

struct rpc_client_settings {
    const char *target; /* "127.0.0.1:7403", "dns:///ledger:7403", "ipv4:a:1,b:2", "unix:/path" */
    const struct credentials *credentials; /* NULL: plaintext */
    int64_t timeout_ms; /* of one call with its retries; the task's deadline when that is sooner; 0:
                           10 s */
    int attempts_max;   /* of what was not done for certain, or can be repeated; 3 is usual; 0: 1 */
    bool refuses_unasked; /* the peer is a gateway: it says no before anybody looked for the request
                             id, so after an attempt that may have been done no refusal is an
                             answer: FAILURE_INDEFINITE */
    bool peer_begins_traces;  /* the peer is a door, and decides what of us is recorded: a trace
                                 is only told when somebody before us began it */
    size_t message_bytes_max; /* received; 0: 4 MiB */
    int64_t connection_age_max_ms; /* then further calls get new connections, so that they find
                                      replicas; 0: 4 min */
};

struct rpc_client *rpc_client_new(struct loop *loop, const struct rpc_client_settings *settings);
void rpc_client_free(struct rpc_client *client); /* after its calls and streams ended */

/* The no of a peer. Lent by the task's arena. */
struct rpc_status {
    enum code code;
    const char *sentence;
    const char *reason;  /* ErrorInfo.reason, "" when none */
    struct bytes packed; /* google.rpc.Status as received (made when there was none), for
                            call_refuse_packed */
    bool in_doubt;       /* an attempt before this end may have been done */
    bool is_masked;      /* amounts of the answer are bands (the trailer kontor-masked) */
};

/* A header to send along, ended by a NULL name. */
struct rpc_header {
    const char *name;
    const char *value;
};
#define RPC_HEADERS_MAX 16

struct rpc_call_options {
    enum rpc_effect effect; /* RPC_BY_NAME, unless a test needs another; RPC_ONCE is tried again
                               only when nothing was done */
    const char *key; /* calls of one key go to one replica as long as it is well, then to the next
                        of that key (client_replicas.h); NULL or "": round robin */
    const struct rpc_header
        *headers;       /* NULL: none; an illegal name or value, or too many, is FAILURE_INVALID */
    int64_t timeout_ms; /* when that is sooner than the client's; 0: the client's */
    bool in_doubt;      /* it went another way before, and may have been done there */
    bool has_parts;     /* the caller notes what its parts did: task_note_act is not called */
};

/* The generic call. *response lives in the task's arena; options and status may be NULL. Returns
 *   FAILURE_NONE with status->code CODE_OK and *response;
 *   FAILURE_NONE with the peer's refusal in *status and *response NULL: a decision of the peer;
 *                pass it on with call_refuse_packed, or act on it (without a status only *response
 *                tells);
 *   FAILURE_UNAVAILABLE   nothing was done, by none of the attempts; or it only reads;
 *   FAILURE_INDEFINITE    one of the attempts may have been done; the same request_id tells;
 *   FAILURE_DEADLINE, FAILURE_CANCELLED   this task or the peer ran out of time; a mutation may or
 *     may not have been done;
 *   FAILURE_INTERNAL      the peer has a fault (INTERNAL, UNKNOWN, DATA_LOSS), or its answer cannot
 *     be read;
 *   FAILURE_EXHAUSTED     a message or the task's arena is at its maximum; nothing was done.
 * With a failure *status tells what was seen,
 * for logs. The task notes that something may have been done (task_note_act). */
enum failure rpc_client_call(struct task *task, struct rpc_client *client,
                             const ProtobufCServiceDescriptor *service, unsigned method_index,
                             const ProtobufCMessage *request,
                             const struct rpc_call_options *options, ProtobufCMessage **response,
                             struct rpc_status *status) must_check;

/* Whom a call with that key would go to now: equal numbers are the same replica, and no other ever
 * gets its number. So calls can be gathered for the replica; the gathered one takes the key of any
 * of them. */
unsigned rpc_client_replica(struct rpc_client *client, const char *key);

/* The typed call through the generated stub function: the types of request and response are checked
 * at compile time. */
#define RPC_CALL(task, client, service, method, request, response, status) \
    RPC_CALL_WITH(task, client, NULL, service, method, request, response, status)

/* The same with struct rpc_call_options *. */
#define RPC_CALL_WITH(task, client, options, service, method, request, response, status)           \
    (service##__##method(rpc_client_stub((client), &service##__descriptor), (request),             \
                         (void (*)(const __typeof__(**(response)) *, void *))0, NULL),             \
     rpc_client_call_stubbed((task), (client), (options), (ProtobufCMessage **)(void *)(response), \
                             (status)))

/* A peer's message may hold the ends of several calls, packed. Read here with no more trust than an
 * answer of its own, and in the same words as rpc_client_call's: *status is the peer's no. */
enum failure rpc_part_refused(struct arena *arena, struct bytes packed_status,
                              struct rpc_status *status) must_check;

/* A response that is to be passed on: *response stands for the bytes, which were looked through and
 * copied; nothing can be read from it. */
enum failure rpc_part_answered(struct arena *arena, const ProtobufCMessageDescriptor *type,
                               struct bytes packed, ProtobufCMessage **response) must_check;

/* For the macros: the stub only remembers method and request, which the next function then
 * calls. */
ProtobufCService *rpc_client_stub(struct rpc_client *client,
                                  const ProtobufCServiceDescriptor *service);
enum failure rpc_client_call_stubbed(struct task *task, struct rpc_client *client,
                                     const struct rpc_call_options *options,
                                     ProtobufCMessage **response,
                                     struct rpc_status *status) must_check;

/* The method's index by its name in the proto ("WatchBalance"); one that is not there is a bug
 * (assert). */
unsigned rpc_method_index(const ProtobufCServiceDescriptor *service, const char *method);

/* ---- streams ----
 *
 *     struct rpc_client_stream *stream;
 *     enum failure failure =
 *         rpc_client_stream_open(task, client, service, method_index, NULL, &stream);
 *     while (failure == FAILURE_NONE &&
 *            (failure = rpc_client_stream_receive(stream, &message)) == FAILURE_NONE &&
 *            message != NULL)
 *         …
 *     if (stream != NULL)
 *         failure = rpc_client_stream_finish(stream, &status);
 *
 * One task uses a stream. It ends by the task's deadline, not by the client's timeout. Streams are
 * never retried. */
struct rpc_client_stream;

/* *stream is NULL with a failure, else it must be finished. Headers go to the peer at once. */
enum failure rpc_client_stream_open(struct task *task, struct rpc_client *client,
                                    const ProtobufCServiceDescriptor *service,
                                    unsigned method_index, const struct rpc_call_options *options,
                                    struct rpc_client_stream **stream) must_check;

/* Sends one message and awaits that it was taken (flow control). FAILURE_INDEFINITE: the stream
 * ended; finish tells why. */
enum failure rpc_client_stream_send(struct rpc_client_stream *stream,
                                    const ProtobufCMessage *message) must_check;

/* Tells the peer that nothing more comes; for server streaming, after the one request. */
enum failure rpc_client_stream_send_end(struct rpc_client_stream *stream) must_check;

/* Awaits the next message; NULL at the end of the stream (finish tells how it ended). Lent until
 * the next receive or finish. */
enum failure rpc_client_stream_receive(struct rpc_client_stream *stream,
                                       const ProtobufCMessage **message) must_check;

/* Ends the stream and frees it: after its end was received, with the peer's verdict, as
 * rpc_client_call gives it (a lost answer is FAILURE_INDEFINITE, unless the rpc only reads); before
 * that it is cancelled, and FAILURE_NONE is returned with status->code CODE_CANCELLED. */
enum failure rpc_client_stream_finish(struct rpc_client_stream *stream, struct rpc_status *status);

#endif
