/* The start of the ledger: its settings, and every service. */
#ifndef LEDGER_SERVICE_START_H
#define LEDGER_SERVICE_START_H

#include "ledger/ledger.h"

extern const struct setting ledger_settings[];
extern const size_t ledger_setting_count;

/* Mounts every service and starts the sweep of holds; the start of a process_plan. */
enum failure ledger_start(struct task *task, struct process *process) must_check;

void act_service_mount(struct rpc_server *server, struct ledger *ledger);
void account_service_mount(struct rpc_server *server, struct ledger *ledger);
void closing_service_mount(struct rpc_server *server, struct ledger *ledger);
void transfer_service_mount(struct rpc_server *server, struct ledger *ledger);
void credit_service_mount(struct rpc_server *server, struct ledger *ledger);
void proof_service_mount(struct rpc_server *server, struct ledger *ledger);
void purchase_service_mount(struct rpc_server *server, struct ledger *ledger);
void usage_service_mount(struct rpc_server *server, struct ledger *ledger);
void top_up_service_mount(struct rpc_server *server, struct ledger *ledger);
void quota_service_mount(struct rpc_server *server, struct ledger *ledger);
void allocation_service_mount(struct rpc_server *server, struct ledger *ledger);
void transit_service_mount(struct rpc_server *server, struct ledger *ledger);
void relation_service_mount(struct rpc_server *server, struct ledger *ledger);
void override_service_mount(struct rpc_server *server, struct ledger *ledger);
void freeze_service_mount(struct rpc_server *server, struct ledger *ledger);
void hold_service_mount(struct rpc_server *server, struct ledger *ledger);
void gathering_service_mount(struct rpc_server *server, struct ledger *ledger);
void order_service_mount(struct rpc_server *server, struct ledger *ledger);
void posting_service_mount(struct rpc_server *server, struct ledger *ledger);
void resource_service_mount(struct rpc_server *server, struct ledger *ledger);
void catalogue_service_mount(struct rpc_server *server, struct ledger *ledger);
void group_discount_service_mount(struct rpc_server *server, struct ledger *ledger);
void repricing_service_mount(struct rpc_server *server, struct ledger *ledger);
void price_service_mount(struct rpc_server *server, struct ledger *ledger);
void audit_service_mount(struct rpc_server *server, struct ledger *ledger);
void billing_time_zone_service_mount(struct rpc_server *server, struct ledger *ledger);
void cost_service_mount(struct rpc_server *server, struct ledger *ledger);
void usage_record_service_mount(struct rpc_server *server, struct ledger *ledger);
void runway_service_mount(struct rpc_server *server, struct ledger *ledger);
void suspension_service_mount(struct rpc_server *server, struct ledger *ledger);
void cap_service_mount(struct rpc_server *server, struct ledger *ledger);
void budget_service_mount(struct rpc_server *server, struct ledger *ledger);
void change_service_mount(struct rpc_server *server, struct ledger *ledger);

#endif
