/* grpc.reflection.v1 and v1alpha over the embedded descriptor set: a foreign client learns the API
 * from the running server. Lists only what is mounted; files and symbols of the whole set can be
 * asked for, because mounted services import them. A door says which rpcs it shows: then the others
 * are in no answer, nor are files that none of the shown ones needs (S15). */
#ifndef RUNTIME_RPC_REFLECTION_H
#define RUNTIME_RPC_REFLECTION_H

#include "runtime/rpc/server.h"

/* Mounts both versions. Called by rpc_server_new; services mounted later are listed too. shows:
 * NULL for all, the same for every server of a process. */
void reflection_mount(struct rpc_server *server, bool (*shows)(const char *rpc));

#endif
