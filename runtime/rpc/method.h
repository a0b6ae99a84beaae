/* The effect of an rpc, told by its name and its request, the same for its server and its caller.
 */
#ifndef RUNTIME_RPC_METHOD_H
#define RUNTIME_RPC_METHOD_H

#include <protobuf-c/protobuf-c.h>

enum rpc_effect {
    RPC_BY_NAME = 0, /* for rpc_call_options: the rpc's own */
    RPC_READS, /* Get…, List…, Check…, Preview…, Watch…, Resolve…, Audit: nothing is ever done by it
                */
    RPC_REPEATABLE, /* has a request_id, or orders that have: done once however often it is asked
                       for */
    RPC_ONCE,       /* neither: asked twice it may be done twice */
};

/* Never RPC_BY_NAME. */
enum rpc_effect rpc_effect_of(const ProtobufCServiceDescriptor *service, unsigned method_index);

#endif
