/* Names in the database, read back into the domain's constants. A name that is none of them is a
 * bug. */
#ifndef IDENTITY_STORE_NAMES_H
#define IDENTITY_STORE_NAMES_H

#include "identity/domain/account.h"

enum channel channel_named(const char *name);
enum account_type account_type_named(const char *name); /* NULL: NONE */
const char *account_type_name(enum account_type type);

/* "ACCOUNT_ADMINISTRATOR MEMBER" as bits of enum role. */
unsigned roles_named(const char *names);

/* "TOTP WEBAUTHN" as bits 1 << enum factor_kind. */
unsigned factors_named(const char *names);

#endif
