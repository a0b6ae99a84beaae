/* Migrates the database of a process, which may not be reached yet. */
#ifndef RUNTIME_PROCESS_PROCESS_MIGRATE_H
#define RUNTIME_PROCESS_PROCESS_MIGRATE_H

#include "runtime/database/database.h"
#include "runtime/database/migrate.h"

/* Tries again while the database cannot be reached, saying so every 5 s, or somebody else migrates.
 */
enum failure process_migrate(struct task *task, const struct database_settings *settings,
                             const struct migration *migrations) must_check;

#endif
