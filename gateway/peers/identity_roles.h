/* Roles, scopes and partners of identity's answers, copied to the asker. */
#ifndef GATEWAY_PEERS_IDENTITY_ROLES_H
#define GATEWAY_PEERS_IDENTITY_ROLES_H

#include "gateway/peers/identity_session.h"
#include "identity/v1/session.pb-c.h"

/* access_role bits; a role that is not known here has none. */
unsigned identity_role_bits(const Identity__V1__Role *roles, size_t count);

/* NULL of a person. */
const struct role_patterns *identity_scope_of(struct arena *arena,
                                              const Identity__V1__KeyScope *wire);

struct custom_roles identity_custom_of(struct arena *arena,
                                       Identity__V1__HeldCustomRole *const *wire, size_t count);

/* B.5; a term of a later release permits nothing here. NULL: there is none. */
const struct identity_partner *identity_held_partner(struct arena *arena,
                                                     const Identity__V1__HeldPartner *wire);

#endif
