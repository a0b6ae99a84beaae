/* Settings with which a process refuses to start: under them strangers could act as a service, or
 * listen. */
#ifndef RUNTIME_PROCESS_SAFE_START_H
#define RUNTIME_PROCESS_SAFE_START_H

#include "runtime/base/settings.h"
#include "runtime/process/process.h"
#include "runtime/rpc/credentials.h"

/* With TLS a service behind the door names who may call it (tls-peer-identities): whoever the
 * authority certified is not enough, partners are certified too. A database away from this machine
 * is verified (sslmode=verify-full), unless insecure-allowed. false: one line was logged. */
bool safe_start_is_safe(const struct process_plan *plan, const struct settings *settings,
                        const struct credentials *credentials);

/* The last of these alone; false: one line was logged. */
bool safe_start_has_safe_database(const struct settings *settings);

#endif
