/* Two roles: the owner of a schema, who migrates it, and the service, who may do in it what it has
 * to and no more. */
#ifndef RUNTIME_DATABASE_GRANT_H
#define RUNTIME_DATABASE_GRANT_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "runtime/base/secret.h"

/* As the owner: gives the role what the owner has of the schema's tables to read and write. The
 * role does not get what a migration has taken from the owner (UPDATE of the ledger's entries,
 * DELETE of the onboarding trail) either; it owns nothing, so it can take back nothing. false: one
 * line was logged. Blocks. */
bool grant_privileges(PGconn *pg, const char *schema, const char *role);

/* The user of a database URL; false when it names none. */
bool grant_role_of(struct secret url, char *role, size_t role_size);

#endif
