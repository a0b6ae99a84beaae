/* The channel of a client: one set of connections to a target. When it has its age, or the
 * credentials' files change, new calls get a new channel, and the old one ends with its last call.
 */
#ifndef RUNTIME_RPC_CLIENT_CHANNEL_H
#define RUNTIME_RPC_CLIENT_CHANNEL_H

#include <grpc/grpc.h>

#include "runtime/rpc/client.h"
#include "runtime/rpc/completion.h"

struct client_channel {
    struct completion_queue *queue;
    grpc_channel *core;
    size_t message_bytes_max; /* received */ /* NULL once it was destroyed */
    uint64_t generation;                     /* of the credentials */
    int64_t until_us;                        /* when it has its age */
    size_t call_count;
    struct completion changed; /* its state did; under way all the time */
};

struct client_channels;

struct client_channels *client_channels_new(struct completion_queue *queue,
                                            const struct rpc_client_settings *settings);
void client_channels_free(struct client_channels *channels);

/* Every take has its give_back, after the call was given up. */
struct client_channel *client_channels_take(struct client_channels *channels);
void client_channels_give_back(struct client_channels *channels, struct client_channel *channel);

#endif
