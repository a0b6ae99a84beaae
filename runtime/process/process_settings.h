/* The settings that every process has, beside those of its plan: where it listens, its database,
 * TLS, deadlines and limits. */
#ifndef RUNTIME_PROCESS_PROCESS_SETTINGS_H
#define RUNTIME_PROCESS_PROCESS_SETTINGS_H

#include "runtime/process/process.h"

#define PROCESS_SETTINGS_MAX 56

/* Fills rows with the plan's defaults and returns their count; without a schema there are none
 * about a database. */
size_t process_settings_rows(const struct process_plan *plan,
                             struct setting rows[PROCESS_SETTINGS_MAX]);

/* An enum log_level; -1: it is none of debug, info, warn, error; one line was logged. */
int process_settings_log_level(const struct settings *settings) must_check;
/* Logs from that level on; false: there is none. */
bool process_settings_apply_log_level(const struct settings *settings) must_check;

/* false: files were named that cannot be used; one line was logged. Without TLS files *credentials
 * is NULL. */
bool process_settings_credentials(const struct settings *settings,
                                  struct credentials **credentials) must_check;

struct rpc_server_settings process_settings_server(const struct settings *settings,
                                                   const struct credentials *credentials);
struct rpc_client_settings process_settings_client(const struct settings *settings,
                                                   const struct credentials *credentials,
                                                   const char *peer);
struct database_settings process_settings_database(const struct settings *settings,
                                                   const char *schema);

#endif
