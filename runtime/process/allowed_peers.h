/* Which certificates may call this process: the services behind the gateway believe the roles that
 * a caller names, so an authority that also certifies partners is not enough. Setting
 * tls-peer-identities. */
#ifndef RUNTIME_PROCESS_ALLOWED_PEERS_H
#define RUNTIME_PROCESS_ALLOWED_PEERS_H

#include "runtime/rpc/server.h"

/* identities is a list separated by commas (call_peer_identity), kept for the life of the process;
 * "" lets every peer in, which only the door and a service without TLS may (safe_start.h). */
void allowed_peers_guard(struct rpc_server *server, const char *identities);

#endif
