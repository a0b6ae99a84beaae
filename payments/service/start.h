/* The start of payments: its settings, and every service. */
#ifndef PAYMENTS_SERVICE_START_H
#define PAYMENTS_SERVICE_START_H

#include "payments/payments.h"
#include "runtime/base/settings.h"

extern const struct setting payments_settings[];
extern const size_t payments_setting_count;

/* Reads the settings, connects the provider, mounts every service, starts the workers and the
 * webhook listener. */
enum failure payments_start(struct task *task, struct process *process) must_check;
/* false: one line was logged. */
bool payments_secrets_are_set(const struct settings *settings) must_check;
void payments_stop(struct task *task, struct process *process);

void account_service_mount(struct rpc_server *server, struct payments *payments);
void payment_method_service_mount(struct rpc_server *server, struct payments *payments);
void top_up_service_mount(struct rpc_server *server, struct payments *payments);
void freeze_service_mount(struct rpc_server *server, struct payments *payments);
void closing_service_mount(struct rpc_server *server, struct payments *payments);
void top_up_desk_service_mount(struct rpc_server *server, struct payments *payments);

#endif
