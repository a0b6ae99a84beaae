/* Roles of an account's own, as they are given. */
#ifndef IDENTITY_SERVICE_CUSTOM_ROLE_H
#define IDENTITY_SERVICE_CUSTOM_ROLE_H

#include "identity/domain/custom_role.h"
#include "identity/service/identity_service.h"
#include "identity/store/custom_role_store.h"

int custom_role_refuse(struct call *call, enum custom_role_verdict verdict);

/* Refuses roles that the account has not, or that would be too many of one member or program. Each
 * stands once. The account is locked. */
int custom_roles_admit(struct mutation *mutation, const struct custom_roles_asked *asked);

/* The ids as a message has them. */
size_t ids_to_message(struct call *call, struct id_array ids, char ***messages);

#endif
