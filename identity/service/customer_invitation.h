/* The files of invitations of customers (ID-21): the partner's rpcs, and those of who is invited.
 */
#ifndef IDENTITY_SERVICE_CUSTOMER_INVITATION_H
#define IDENTITY_SERVICE_CUSTOMER_INVITATION_H

#include "identity/service/customer_invitation_request.h"
#include "identity/service/identity_service.h"
#include "identity/store/customer_invitation_store.h"

/* ---- customer_invitation_answer.c ---- */

void open_customer_invitation_kept(struct call *call,
                                   Identity__V1__OpenCustomerInvitationRequest *message);
int open_customer_invitation(struct mutation *mutation,
                             const struct open_customer_invitation *request,
                             Identity__V1__OpenCustomerInvitationResponse *response);
void accept_customer_invitation_kept(struct call *call,
                                     Identity__V1__AcceptCustomerInvitationRequest *message);
int accept_customer_invitation(struct mutation *mutation,
                               const struct accept_customer_invitation *request,
                               Identity__V1__AcceptCustomerInvitationResponse *response);
void decline_customer_invitation_kept(struct call *call,
                                      Identity__V1__DeclineCustomerInvitationRequest *message);
int decline_customer_invitation(struct mutation *mutation,
                                const struct decline_customer_invitation *request,
                                Identity__V1__DeclineCustomerInvitationResponse *response);

#endif
