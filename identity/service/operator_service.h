/* The operator service's files: operators and their invitations here, how they come in has one of
 * its own. */
#ifndef IDENTITY_SERVICE_OPERATOR_SERVICE_H
#define IDENTITY_SERVICE_OPERATOR_SERVICE_H

#include "identity/service/operator.h"
#include "identity/service/operator_request.h"

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
