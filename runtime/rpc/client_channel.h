/* The channel to one peer, or to all of a target: one set of connections. When it has its age, or
 * the credentials' files change, new calls get a new channel, and the old one ends with its last
 * call.
 */
#ifndef RUNTIME_RPC_CLIENT_CHANNEL_H
#define RUNTIME_RPC_CLIENT_CHANNEL_H

#include <grpc/grpc.h>

#include "runtime/rpc/client.h"
#include "runtime/rpc/completion.h"

struct client_channels;

struct client_channel {
    struct client_channels *channels; /* that it is of */
    unsigned replica;                 /* its number; 0: the target as a whole */
    const char *measured;             /* the peer's address (measure.h) */
    struct completion_queue *queue;
    grpc_channel *core;
    size_t message_bytes_max; /* received */
    uint64_t generation;      /* of the credentials */
    int64_t until_us;         /* when it has its age */
    size_t call_count;
};

/* Where a channel leads. */
struct client_way {
    const char *target;   /* as gRPC wants it (client_target.h) */
    const char *host;     /* the name that the peer's certificate has to have; "": that of target */
    unsigned number;      /* of the replica (client_replicas.h) */
    const char *measured; /* the peer's address (measure.h) */
};

struct client_channels *client_channels_new(struct completion_queue *queue,
                                            const struct rpc_client_settings *settings,
                                            const struct client_way *way);

/* Ends with the last call on it. */
void client_channels_leave(struct client_channels *channels);

/* Every take has its give_back, after the call was given up. */
struct client_channel *client_channels_take(struct client_channels *channels);
void client_channels_give_back(struct client_channel *channel);

/* The one that a call would get now, connecting if it was not yet. */
grpc_connectivity_state client_channels_state(struct client_channels *channels);

#endif
