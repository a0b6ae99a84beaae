/* How long calls took, by rpc and by the code they ended with, under OpenTelemetry's stable names:
 * rpc_server_call_duration_seconds{rpc_method,rpc_response_status_code}, and the same of a client's
 * attempts with server_address. An rpc is "ledger.v1.TransferService/CreateTransfer", and "_OTHER"
 * when this server has no such method, for that name would be the caller's.
 *
 * Each rpc that is served is at 0 from the start with OK and with the codes that tell of our own
 * faults (INTERNAL, UNAVAILABLE, DEADLINE_EXCEEDED), so that the first fault is an increase. Other
 * codes are there once they were seen: there are seventeen, and most never happen to an rpc. */
#ifndef RUNTIME_RPC_MEASURE_H
#define RUNTIME_RPC_MEASURE_H

#include <protobuf-c/protobuf-c.h>

#include "runtime/base/refusal.h"

/* Of one rpc of a server, or of a client; kept for ever. */
struct call_measure;

/* path "/ledger.v1.TransferService/CreateTransfer" and type "unary", "client_stream",
 * "server_stream" or "bidi_stream" live for ever; path NULL: of calls to no method. */
struct call_measure *call_measure_of_served(const char *path, const char *type);
void call_measure_served(struct call_measure *measure, enum code code, int64_t duration_us);

/* Of what is mounted from now on: go-grpc-prometheus' names as well, grpc_server_handled_total and
 * grpc_server_handling_seconds. */
void call_measure_use_grpc_names(void);

/* The host of a target ("ledger" of "dns:///ledger:7403"), the whole of one that names several
 * addresses; kept for ever. */
const char *call_measure_address(const char *target);
struct call_measure *call_measure_of_asked(const ProtobufCServiceDescriptor *service,
                                           unsigned method_index, const char *address);
/* code may be any number that a peer says. */
void call_measure_asked(struct call_measure *measure, enum code code, int64_t duration_us);

#endif
