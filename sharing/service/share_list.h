/* The lists of the share service, which have a file of their own. */
#ifndef SHARING_SERVICE_SHARE_LIST_H
#define SHARING_SERVICE_SHARE_LIST_H

#include "sharing/service/share_request.h"

int list_shares(struct call *call, const struct list_shares *request,
                Sharing__V1__ListSharesResponse *response);
int list_received_shares(struct call *call, const struct list_received_shares *request,
                         Sharing__V1__ListReceivedSharesResponse *response);
int list_automatic_rules(struct call *call, const struct list_automatic_rules *request,
                         Sharing__V1__ListAutomaticRulesResponse *response);
int list_organizations(struct call *call, const struct list_organizations *request,
                       Sharing__V1__ListOrganizationsResponse *response);
int list_organization_members(struct call *call, const struct list_organization_members *request,
                              Sharing__V1__ListOrganizationMembersResponse *response);

#endif
