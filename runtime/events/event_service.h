/* Serves event.v1.EventService over a database's outbox. */
#ifndef RUNTIME_EVENTS_EVENT_SERVICE_H
#define RUNTIME_EVENTS_EVENT_SERVICE_H

#include "runtime/database/outbox.h"
#include "runtime/rpc/server.h"

/* Once per process. The consumers are those who may register; they must live as long as the server.
 */
void event_service_mount(struct rpc_server *server, struct database *database,
                         const struct outbox_consumers *consumers);

#endif
