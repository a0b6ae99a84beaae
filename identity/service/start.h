/* The start of identity: its settings, and every service. */
#ifndef IDENTITY_SERVICE_START_H
#define IDENTITY_SERVICE_START_H

#include "identity/service/identity_service.h"
#include "runtime/base/settings.h"

extern const struct setting identity_settings[];
extern const size_t identity_setting_count;

/* Reads the settings, makes keys and spool, mounts every service. */
enum failure identity_start(struct task *task, struct process *process) must_check;
void identity_stop(struct task *task, struct process *process);

void operator_service_mount(struct rpc_server *server, struct identity *identity);
void sign_up_service_mount(struct rpc_server *server, struct identity *identity);
void session_service_mount(struct rpc_server *server, struct identity *identity);
void account_service_mount(struct rpc_server *server, struct identity *identity);
void custom_role_service_mount(struct rpc_server *server, struct identity *identity);
void promotion_service_mount(struct rpc_server *server, struct identity *identity);
void channel_policy_service_mount(struct rpc_server *server, struct identity *identity);
void program_service_mount(struct rpc_server *server, struct identity *identity);
void key_service_mount(struct rpc_server *server, struct identity *identity);
void closing_service_mount(struct rpc_server *server, struct identity *identity);
void company_service_mount(struct rpc_server *server, struct identity *identity);
void real_name_service_mount(struct rpc_server *server, struct identity *identity);
void partner_service_mount(struct rpc_server *server, struct identity *identity);
void relation_service_mount(struct rpc_server *server, struct identity *identity);
void customer_invitation_service_mount(struct rpc_server *server, struct identity *identity);
void upstream_service_mount(struct rpc_server *server, struct identity *identity);
void evidence_service_mount(struct rpc_server *server, struct identity *identity);
void role_service_mount(struct rpc_server *server, struct identity *identity);
void invitation_service_mount(struct rpc_server *server, struct identity *identity);
void mfa_policy_service_mount(struct rpc_server *server, struct identity *identity);
void session_policy_service_mount(struct rpc_server *server, struct identity *identity);
void freeze_service_mount(struct rpc_server *server, struct identity *identity);
void desk_service_mount(struct rpc_server *server, struct identity *identity);
void factor_service_mount(struct rpc_server *server, struct identity *identity);
void contact_change_service_mount(struct rpc_server *server, struct identity *identity);
void hand_over_service_mount(struct rpc_server *server, struct identity *identity);
void password_service_mount(struct rpc_server *server, struct identity *identity);
void security_event_service_mount(struct rpc_server *server, struct identity *identity);
void notice_service_mount(struct rpc_server *server, struct identity *identity);
void notification_service_mount(struct rpc_server *server, struct identity *identity);

#endif
