/* Forward-only migrations, embedded from store/migrations/NNNN_name.sql in the order of their
 * numbers. Each runs in a transaction of its own and is recorded with its SHA-256 in
 * <schema>.migration; a recorded one whose text changed stops the process, and so does one that
 * this process does not know: a newer version migrated further, and an older one could write what
 * that cannot read. Two processes migrating at once are safe (the table's row lock serialises them;
 * no session advisory lock). The schema is made when it is not there. The runtime's own tables
 * (request, outbox) are migrations 0000_…, applied first to every schema.
 * A role that could not migrate (a service's own) changes nothing: it looks whether all was done.
 */
#ifndef RUNTIME_DATABASE_MIGRATE_H
#define RUNTIME_DATABASE_MIGRATE_H

#include "runtime/database/database.h"

/* Generated per context as <context>_migrations, ended by a row of NULLs. */
struct migration {
    const char *name; /* "0001_create_accounts" */
    const char *sql;  /* several statements */
};

/* Tries for settings->wait_max_ms. UNAVAILABLE: nobody was reached. LOCKED: the role may not
 * migrate, and who may has not done it yet; one line names what is missing. INVALID: one line says
 * why. */
enum failure database_migrate(struct task *task, const struct database_settings *settings,
                              const struct migration *migrations) must_check;

#endif
