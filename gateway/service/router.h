/* The router: every public rpc of every context goes the same way, route → admission → filter
 * before → forward, or the filter in its place → filter after. Each message of a stream goes it
 * anew. */
#ifndef GATEWAY_SERVICE_ROUTER_H
#define GATEWAY_SERVICE_ROUTER_H

#include "gateway/service/exchange.h"
#include "runtime/rpc/server.h"

/* Admits the exchange's request for a principal who is not there, as their call would pass now:
 * access, company, filters. credential_id is that the request once came with. */
int router_admit_again(struct exchange *exchange, struct id principal_id,
                       const char *credential_id);

/* Carries it out at the peer, once it is admitted. */
int router_carry_out(struct exchange *exchange);

/* Mounts a service that lets every call pass, or says no. *mounted lives as long as the server; its
 * gateway is set, and its peer or its answers are. */
void router_mount(struct rpc_server *server, struct mounted_service *mounted,
                  const ProtobufCServiceDescriptor *service);

#endif
