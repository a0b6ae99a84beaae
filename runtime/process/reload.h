/* The settings file, read again at SIGHUP and when it has changed: secrets (the database's password
 * among them) and log-level, without a restart. */
#ifndef RUNTIME_PROCESS_RELOAD_H
#define RUNTIME_PROCESS_RELOAD_H

#include "runtime/process/process.h"

/* From the loop, before the database is asked for: a password that was wrong at the start is mended
 * without a restart, too. Before that nothing is read again. */
void reload_start(struct loop *loop, struct settings *settings, const struct process_plan *plan);
void reload_now(void);

#endif
