/* The start of the gateway. */
#ifndef GATEWAY_SERVICE_START_H
#define GATEWAY_SERVICE_START_H

#include "gateway/gateway.h"
#include "runtime/base/settings.h"
#include "runtime/process/process.h"

/* The gateway's own settings, for the process's plan. */
#define GATEWAY_SETTING_COUNT 23
extern const struct setting gateway_settings[GATEWAY_SETTING_COUNT];

/* Reads the settings, mounts every service of the routes table, follows the peers' events and
 * carries sagas to their end. */
enum failure gateway_start(struct task *task, struct process *process) must_check;
void gateway_stop(struct task *task, struct process *process);

#endif
