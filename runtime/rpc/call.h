/* A call: one rpc being served. Handlers are straight-line C in a task of their own:
 *
 *     static int
 *     transfer_service_create_transfer_call(struct call *call,
 *                                           const Ledger__V1__CreateTransferRequest *request,
 *                                           Ledger__V1__CreateTransferResponse *response)
 *     RPC_UNARY(transfer_service_create_transfer, Ledger__V1__TransferService,
 *               Ledger__V1__CreateTransferRequest, Ledger__V1__CreateTransferResponse)
 *     …
 *     static const Ledger__V1__TransferService_Service service =
 *         LEDGER__V1__TRANSFER_SERVICE__INIT(transfer_service_);
 *     rpc_server_mount(server, &service.base, context);
 *
 * An rpc added to a proto and not written does not compile, because protoc-c's __INIT macro names
 * every method. The request is unpacked into the call's arena; the response is allocated there and
 * initialised; both end with the call. */
#ifndef RUNTIME_RPC_CALL_H
#define RUNTIME_RPC_CALL_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/failure.h"
#include "runtime/base/fault.h"
#include "runtime/base/refusal.h"
#include "runtime/base/text.h"
#include "runtime/loop/task.h"

struct call; /* opaque */

struct task *call_task(struct call *call);
struct arena *call_arena(struct call *call);
void *call_context(struct call *call);            /* what was given at mount */
const char *call_method(const struct call *call); /* "/ledger.v1.TransferService/CreateTransfer" */

/* Received metadata, NULL when absent. Names are lower case. */
const char *call_header(const struct call *call, const char *name);

/* Adds trailing (response) metadata; an illegal value is dropped and logged. */
void call_set_trailer(struct call *call, const char *name, const char *value);

/* The actor of the call, the account it acts for and the session, key or certificate it came with,
 * by their ids, for the log line of what was refused or done; anything but a UUID counts as nobody.
 * The services inside are told by kontor-principal-id, kontor-account-id and kontor-credential-id.
 */
void call_note_actor(struct call *call, const char *principal_id, const char *account_id,
                     const char *credential_id);

/* The verified peer of a mutual TLS connection: its first URI SAN, else DNS SAN, else common name;
 * "" without mTLS. Behind a front: the one URI SAN of the certificate that the front verified and
 * hands on; "" without one, or with several. */
const char *call_peer_identity(const struct call *call);

/* SHA-256 of the certificate that the caller showed in its handshake with the front, whoever signed
 * it: the caller has its private key, and nothing else is known. false: it showed none, or there is
 * no front. */
#define CALL_CERTIFICATE_HASH_SIZE 32
bool call_certificate_hash(const struct call *call, uint8_t hash[CALL_CERTIFICATE_HASH_SIZE]);

/* Where the caller calls from: its IPv4 or IPv6 address without port, at most 45 characters; ""
 * when nobody can say. Behind a front, or behind the gateway, what they say in
 * kontor-source-address; else the connection's own. A door (server.h) believes the header on a
 * private socket only. */
const char *call_source_address(const struct call *call);

/* ---- saying no: one int above the domain ----
 *   0     done
 *   > 0   refused: the gRPC code of the no that is written to the call already
 *   < 0   an enum failure, forwarded unchanged; call_finish tells the caller
 * so a ladder is `int no = f(…); if (no != 0) return no;`. Each call_refuse… writes the no and
 * returns its code: `return call_refuse(call, …);` */

/* A metadata entry of ErrorInfo, ended by a NULL key: REFUSAL_TERMS({"transferable", "40.00"},
 * {"binding", "AVAILABLE"}). */
struct refusal_term {
    const char *key;
    const char *value;
};
#define REFUSAL_TERMS(...)        \
    (const struct refusal_term[]) \
    {                             \
        __VA_ARGS__,              \
        {                         \
            NULL, NULL            \
        }                         \
    }
#define NO_TERMS NULL

/* The rules say no: code, sentence and google.rpc.ErrorInfo{reason, domain = "<service>.kontor",
 * metadata}. A FAILED_PRECONDITION also carries PreconditionFailure{type = reason}, a NOT_YET
 * carries RetryInfo. Everything is copied. */
int call_refuse(struct call *call, const struct refusal *refusal, const struct refusal_term *terms);

/* Of the refusal as it stands: NEVER unless call_refuse was given another kind. */
enum refusal_kind call_refusal_kind(const struct call *call);
/* Its reason, "EXCEEDS_TRANSFERABLE"; "" while there is none. */
const char *call_refusal_reason(const struct call *call);

/* INVALID_ARGUMENT for one field: google.rpc.BadRequest{field, sentence, the fault as its reason}
 * beside ErrorInfo{reason}.
 */
int call_invalid(struct call *call, const char *field, enum fault fault, const char *sentence);

/* Several at once. Add them, then `if (call_has_violations(call)) return
 * call_refuse_violations(call);` Field violations give INVALID_ARGUMENT + BadRequest; precondition
 * violations give FAILED_PRECONDITION + PreconditionFailure, all of them listed, the first being
 * ErrorInfo.reason. */
void call_add_field_violation(struct call *call, const char *field, enum fault fault,
                              const char *sentence);
void call_add_precondition_violation(struct call *call, const char *type, const char *subject,
                                     const char *sentence);
bool call_has_violations(const struct call *call);
int call_refuse_violations(struct call *call);

/* RESOURCE_EXHAUSTED or UNAVAILABLE with RetryInfo. */
int call_refuse_retry(struct call *call, const struct refusal *refusal,
                      const struct refusal_term *terms, int64_t retry_after_ms);

/* The answer as it stands, packed google.rpc.Status (for once); and taking such a status as ours
 * (replay, forwarding a peer's no). */
struct bytes call_status_packed(struct call *call);
int call_refuse_packed(struct call *call, enum code code, struct bytes packed_status);

/* The refusal as it stands, packed into the call's arena, and the call as if it had not been
 * refused: for an answer that holds refusals of its parts. No data at an arena's maximum, which the
 * call's arena remembers. */
struct bytes call_take_refusal(struct call *call);

/* The failure of one of the call's parts in the words of the call's own, packed likewise. */
struct bytes call_failure_packed(struct call *call, enum failure failure);

/* The refusal as it stands without all that tells of its object: terms, and preconditions. Code,
 * reason and the mistakes of the request remain. */
void call_withhold(struct call *call);

/* The call as if it had not been refused, with no violation: what is run again says its own no. */
void call_forget_refusal(struct call *call);

/* ---- straight-line adapters; used through the macros ----
 * A router (a service whose invoke is its own) has the peer's response at hand: it calls
 * closure(response, closure_data), then call_finish; closure_data is the call. */
void *call_response(struct call *call); /* made and initialised for the method's output type */
/* Ends the handler's work: a failure is told as UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED,
 * RESOURCE_EXHAUSTED or INTERNAL. */
void call_finish(struct call *call, int no);

#define RPC_UNARY(method, Service, Request, Response)                         \
    static void method(Service##_Service *service, const Request *request,    \
                       Response##_Closure closure, void *data)                \
    {                                                                         \
        (void)service;                                                        \
        (void)closure;                                                        \
        struct call *call = data;                                             \
        call_finish(call, method##_call(call, request, call_response(call))); \
    }

/* A streaming handler has no request or response argument; it receives and sends itself. */
#define RPC_STREAM(method, Service, Request, Response)                     \
    static void method(Service##_Service *service, const Request *request, \
                       Response##_Closure closure, void *data)             \
    {                                                                      \
        (void)service;                                                     \
        (void)request;                                                     \
        (void)closure;                                                     \
        struct call *call = data;                                          \
        call_finish(call, method##_call(call));                            \
    }

/* Awaits the next message of the client. *message is NULL at the end of its stream. Unpacked into a
 * buffer that is reused: valid until the next receive. FAILURE_INVALID: it is no such message, the
 * answer is recorded, and is what the caller hears of it. A client that broke off is
 * FAILURE_CANCELLED, never an end. For client-streaming and bidirectional methods; for
 * server-streaming it gives the one request. */
enum failure call_receive(struct call *call, const ProtobufCMessage **message) must_check;

/* As call_receive, but into the caller's arena: for who reads on while an earlier message is still
 * at work. */
enum failure call_receive_into(struct call *call, struct arena *arena,
                               const ProtobufCMessage **message) must_check;

/* Sends one message and awaits that it was taken (flow control). Another task than the call's own
 * may do it, while that one receives or waits; one message at a time. */
enum failure call_send(struct call *call, const ProtobufCMessage *message) must_check;

/* Awaits, in any task, that the server drains; FAILURE_DEADLINE: not within duration_ms. A stream
 * without an end of its own ends then, with FAILURE_UNAVAILABLE, so that its caller goes on
 * elsewhere and the drain need not wait for it. */
enum failure call_await_drain(struct call *call, int64_t duration_ms) must_check;

/* Awaits a signal, in the call's own task; FAILURE_UNAVAILABLE: the server drains. */
enum failure call_await(struct call *call, struct event *event) must_check;

#endif
