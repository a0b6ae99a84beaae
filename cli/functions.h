/* The functions that cli/commands.txt names: what stands in place of an rpc, or comes after it. */
#ifndef CLI_FUNCTIONS_H
#define CLI_FUNCTIONS_H

#include "cli/command.h"

/* run= */
enum exit_code sign_up_open(struct invocation *invocation);
enum exit_code session_run_log_in(struct invocation *invocation);
enum exit_code session_run_send_code(struct invocation *invocation);
enum exit_code session_run_log_out(struct invocation *invocation);
enum exit_code session_run_who_am_i(struct invocation *invocation);
enum exit_code password_run_send_code(struct invocation *invocation);
enum exit_code password_run_reset(struct invocation *invocation);
enum exit_code factor_run_confirm(struct invocation *invocation);
enum exit_code factor_run_step_up(struct invocation *invocation);
enum exit_code certificate_run(struct invocation *invocation);
enum exit_code evidence_run_add(struct invocation *invocation);
enum exit_code evidence_run_read(struct invocation *invocation);
enum exit_code ceiling_run_set(struct invocation *invocation);
enum exit_code price_run_set(struct invocation *invocation);
enum exit_code group_discount_run_set(struct invocation *invocation);
enum exit_code payment_run_top_up(struct invocation *invocation);
enum exit_code audit_run(struct invocation *invocation);
enum exit_code proof_run_get(struct invocation *invocation);
enum exit_code proof_run_verify(struct invocation *invocation);
enum exit_code orders_run_submit(struct invocation *invocation);
enum exit_code orders_run_preview(struct invocation *invocation);
enum exit_code usage_run_record(struct invocation *invocation);
enum exit_code changes_run(struct invocation *invocation);
enum exit_code runway_run_watch(struct invocation *invocation);

/* remember= */
bool sign_up_remember(struct invocation *invocation);
bool sign_up_remember_phone(struct invocation *invocation);
bool sign_up_forget(struct invocation *invocation);
bool factor_remember(struct invocation *invocation);
bool account_remember_address(struct invocation *invocation);
bool account_remember_verification(struct invocation *invocation);
bool account_remember_change(struct invocation *invocation);
bool account_remember_changed(struct invocation *invocation);
bool payment_remember_method(struct invocation *invocation);

/* choose= */
const char *account_choose_address(struct invocation *invocation);

#endif
