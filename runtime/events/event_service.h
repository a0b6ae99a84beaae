/* Serves event.v1.EventService over a database's outbox. */
#ifndef RUNTIME_EVENTS_EVENT_SERVICE_H
#define RUNTIME_EVENTS_EVENT_SERVICE_H

#include "runtime/database/database.h"
#include "runtime/rpc/server.h"

void event_service_mount(struct rpc_server *server, struct database *database);

#endif
