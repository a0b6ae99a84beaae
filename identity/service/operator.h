/* The operator service's files: operators and their invitations (operator_service.c), how they come
 * in (operator_acceptance.c). */
#ifndef IDENTITY_SERVICE_OPERATOR_H
#define IDENTITY_SERVICE_OPERATOR_H

#include "identity/service/operator_request.h"
#include "identity/service/security.h"
#include "identity/store/operator_invitation_store.h"
#include "identity/store/operator_store.h"

/* The keyed hash of a code in its normal form. */
struct bytes operator_code_mac(struct call *call, const struct operator_invitation *invitation,
                               const char *normal);

/* Notes that roles were given and taken: those of one set that are not in the other. */
int operator_note_roles(struct mutation *mutation, struct id principal_id, struct id actor_id,
                        unsigned before, unsigned after) must_check;

void accept_operator_invitation_read(struct call *call,
                                     const Identity__V1__AcceptOperatorInvitationRequest *message,
                                     struct accept_operator_invitation *request);
int accept_operator_invitation_prepare(struct call *call,
                                       struct accept_operator_invitation *request);
void accept_operator_invitation_kept(struct call *call,
                                     Identity__V1__AcceptOperatorInvitationRequest *message);
int accept_operator_invitation(struct mutation *mutation,
                               const struct accept_operator_invitation *request,
                               Identity__V1__AcceptOperatorInvitationResponse *response);
void accept_first_operator_read(struct call *call,
                                const Identity__V1__AcceptFirstOperatorRequest *message,
                                struct accept_first_operator *request);
int accept_first_operator_prepare(struct call *call, struct accept_first_operator *request);
void accept_first_operator_kept(struct call *call,
                                Identity__V1__AcceptFirstOperatorRequest *message);
int accept_first_operator(struct mutation *mutation, const struct accept_first_operator *request,
                          Identity__V1__AcceptFirstOperatorResponse *response);

#endif
