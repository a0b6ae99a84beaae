/* Shared by the invitation of operators and how they come in. */
#ifndef IDENTITY_SERVICE_OPERATOR_H
#define IDENTITY_SERVICE_OPERATOR_H

#include "identity/service/security.h"
#include "identity/store/operator_invitation_store.h"
#include "identity/store/operator_store.h"

/* The keyed hash of a code in its normal form. */
struct bytes operator_code_mac(struct call *call, const struct operator_invitation *invitation,
                               const char *normal);

/* Notes that roles were given and taken: those of one set that are not in the other; whoever
 * administers operators before they count is told by e-mail. */
int operator_note_roles(struct mutation *mutation, struct id principal_id, struct id actor_id,
                        unsigned before, unsigned after) must_check;

#endif
