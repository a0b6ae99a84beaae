/* Serves act.v1.ActService over a database's acts (runtime/database/act_log.h), and writes the
 * message of one. */
#ifndef RUNTIME_EVENTS_ACT_LOG_SERVICE_H
#define RUNTIME_EVENTS_ACT_LOG_SERVICE_H

#include "act/v1/act.pb-c.h"
#include "runtime/database/act_log.h"
#include "runtime/rpc/server.h"

/* Once per process. */
void act_log_service_mount(struct rpc_server *server, struct database *database);

Act__V1__Act *act_message(struct arena *arena, const struct act *act);

#endif
