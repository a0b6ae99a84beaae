/* The rpc client: typed calls through protobuf-c's generated stubs, in straight line:
 *
 *     Ledger__V1__GetBalanceResponse *balance;
 *     enum failure failure = RPC_CALL(task, ledger_client, ledger__v1__balance_service, get_balance, &request, &balance, &status);
 *
 * Deadline, request id and traceparent of the task go along; UNAVAILABLE is retried with back-off and jitter only when the client
 * says the call is idempotent (reads, and mutations that carry a request_id) and the deadline allows. Addresses are used round robin. */
#ifndef RUNTIME_RPC_CLIENT_H
#define RUNTIME_RPC_CLIENT_H

#include <protobuf-c/protobuf-c.h>

#include "runtime/loop/loop.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/credentials.h"

struct rpc_client;

struct rpc_client_settings {
    const char *target;      /* "127.0.0.1:7403", "dns:///ledger:7403", "ipv4:a:1,b:2", "unix:/path" */
    const struct credentials *credentials; /* NULL: plaintext */
    int64_t timeout_ms;      /* of one call; the task's deadline when that is sooner */
    int attempts_max;        /* of idempotent calls; 3 is usual */
    size_t message_bytes_max;
};

struct rpc_client *rpc_client_new(struct loop *loop, const struct rpc_client_settings *settings);
void rpc_client_free(struct rpc_client *client); /* after its calls ended */

/* What a peer answered when it said no. Lent by the task's arena. */
struct rpc_status {
    enum code code;
    const char *sentence;
    const char *reason;          /* ErrorInfo.reason, "" when none */
    struct bytes packed;         /* google.rpc.Status as received, for call_refuse_packed */
};

/* A header to send along, ended by a NULL name. */
struct rpc_header {
    const char *name;
    const char *value;
};

struct rpc_call_options {
    bool once_only;                    /* true: never retried (no request_id and not a read) */
    const struct rpc_header *headers;  /* NULL: none */
};

/* The generic call. *response lives in the task's arena. Returns FAILURE_NONE with status->code CODE_OK, or FAILURE_NONE with the
 * peer's refusal in *status and *response NULL (a decision of the peer: pass it on with call_refuse_packed or act on it), or a
 * failure: UNAVAILABLE (certainly not done, or a read), INDEFINITE (sent, answer lost), DEADLINE, CANCELLED. */
enum failure rpc_client_call(struct task *task, struct rpc_client *client, const ProtobufCServiceDescriptor *service, unsigned method_index, const ProtobufCMessage *request, const struct rpc_call_options *options, ProtobufCMessage **response, struct rpc_status *status) must_check;

/* The typed call through the generated stub function (checks the request's type at compile time). options NULL. */
#define RPC_CALL(task, client, service, method, request, response, status)                                            \
    (rpc_client_prepare((task), (client), (status)),                                                                  \
     service##__##method(rpc_client_stub((client), &service##__descriptor), (request), rpc_client_keep, (client)),    \
     rpc_client_finish((client), (ProtobufCMessage **)(void *)(response)))
/* The implementation may change how RPC_CALL expands, never how it is used. */

#endif
