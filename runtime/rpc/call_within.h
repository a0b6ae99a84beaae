/* A call of a mounted method that came over no wire: what a job carries out as if its caller were
 * still there. It has no headers and no source; its refusals are taken by call_take_refusal. */
#ifndef RUNTIME_RPC_CALL_WITHIN_H
#define RUNTIME_RPC_CALL_WITHIN_H

#include "runtime/rpc/call.h"
#include "runtime/rpc/server.h"

/* In the task's arena; NULL: no such method is mounted. */
struct call *call_within(struct task *task, struct rpc_server *server, const char *method);
void call_within_end(struct call *call);

/* The type of the method's request, and its place in its service. */
const ProtobufCMessageDescriptor *call_input(const struct call *call);
unsigned call_method_index(const struct call *call);

#endif
