/* Names in the database, read back into the domain's constants. A name that only a later release
 * knows is no bug: it stands for what demands least of a stranger and opens nothing. */
#ifndef IDENTITY_STORE_NAMES_H
#define IDENTITY_STORE_NAMES_H

#include "identity/domain/account.h"
#include "identity/domain/mfa_policy.h"
#include "runtime/base/arena.h"
#include "runtime/database/database.h"

enum channel channel_named(const char *name);
enum account_type account_type_named(const char *name); /* NULL: NONE */
const char *account_type_name(enum account_type type);

/* "ACCOUNT_ADMINISTRATOR MEMBER" as bits of enum role; ids are those of an account's own roles. */
unsigned roles_named(const char *names);
struct id_array custom_role_ids_named(struct arena *arena, const char *names);

/* Of who operates, ROLE_OPERATOR included; none of whoever does not. */
unsigned operator_roles_named(bool operates, const char *names);

/* The same the other way, in the arena. */
const char *roles_names(struct arena *arena, unsigned roles);

struct mfa_policy mfa_policy_named(const char *money, const char *who_may_what, const char *roles);

/* "TOTP WEBAUTHN" as bits 1 << enum factor_kind. */
unsigned factors_named(const char *names);

enum entry_channel entry_channel_named(const char *name);

enum environment environment_named(const char *name); /* NULL: none */
const char *environment_name(enum environment environment);

#endif
