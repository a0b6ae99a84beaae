/* The replicas of a peer, one channel each, and who of them a call goes to.
 *
 * A call with a key goes to the replica of the highest weight among those that are well, and its
 * weight is a hash of the key and of the replica's address: so every process that knows the same
 * addresses chooses the same one, a replica that ends leaves its keys to the others in equal parts
 * and no other key moves, and when it is back they return. A call without a key, and every call
 * while no addresses are known, goes to the target as a whole, round robin. */
#ifndef RUNTIME_RPC_CLIENT_REPLICAS_H
#define RUNTIME_RPC_CLIENT_REPLICAS_H

#include "runtime/rpc/client_channel.h"

struct client_replicas;

struct client_replicas *client_replicas_new(struct loop *loop, struct completion_queue *queue,
                                            const struct rpc_client_settings *settings);
void client_replicas_free(struct client_replicas *replicas);

/* The channel for a call; key may be NULL. Given back as client_channel.h says. */
struct client_channel *client_replicas_take(struct client_replicas *replicas, const char *key);

/* The number of the replica that a call with that key would go to now, which no other replica of
 * the client ever gets; 0: the target as a whole. */
unsigned client_replicas_choose(struct client_replicas *replicas, const char *key);

/* Whether another replica, one that is well, takes the place of this one for the key. */
bool client_replicas_has_moved(struct client_replicas *replicas, const char *key, unsigned from);

/* A call ended as one does that meets nobody, or who does nothing for now: leave it alone for a
 * second. */
void client_replicas_rest(struct client_replicas *replicas, unsigned number);

#endif
