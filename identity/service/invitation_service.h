/* The invitation service's files: acceptance has one of its own. */
#ifndef IDENTITY_SERVICE_INVITATION_SERVICE_H
#define IDENTITY_SERVICE_INVITATION_SERVICE_H

#include "identity/service/invitation.h"
#include "identity/service/invitation_request.h"

void accept_invitation_read(struct call *call, const Identity__V1__AcceptInvitationRequest *message,
                            struct accept_invitation *request);
void accept_invitation_kept(struct call *call, Identity__V1__AcceptInvitationRequest *message);
int accept_invitation(struct mutation *mutation, const struct accept_invitation *request,
                      Identity__V1__AcceptInvitationResponse *response);
void join_by_invitation_read(struct call *call,
                             const Identity__V1__JoinByInvitationRequest *message,
                             struct join_by_invitation *request);
int join_by_invitation_prepare(struct call *call, struct join_by_invitation *request);
void join_by_invitation_kept(struct call *call, Identity__V1__JoinByInvitationRequest *message);
int join_by_invitation(struct mutation *mutation, const struct join_by_invitation *request,
                       Identity__V1__JoinByInvitationResponse *response);

#endif
