/* Shares that come about by themselves: a new asset follows its owner's automatic rule, joiners
 * follow their organization's assets. An account that does not fit into an asset's hundred
 * recipients is left out, and an event tells so (SHR-07, SHR-08). */
#ifndef SHARING_SERVICE_SHARE_GROWTH_H
#define SHARING_SERVICE_SHARE_GROWTH_H

#include "runtime/idempotency/call_once.h"
#include "sharing/service/share_request.h"
#include "sharing/service/sharing_service.h"

/* The joiners follow the assets that are shared with their organization; the answer lists which
 * account was left out of which asset. */
enum failure follow_assets(struct mutation *mutation,
                           const struct update_organization_members *request,
                           Sharing__V1__UpdateOrganizationMembersResponse *response) must_check;

#endif
