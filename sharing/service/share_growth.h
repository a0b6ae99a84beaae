/* Shares that come about by themselves: a new asset follows its owner's automatic rule, joiners
 * follow their organization's assets. Who does not fit into an asset's hundred recipients is left
 * out, and that is told (SHR-07, SHR-08). */
#ifndef SHARING_SERVICE_SHARE_GROWTH_H
#define SHARING_SERVICE_SHARE_GROWTH_H

#include "runtime/idempotency/call_once.h"
#include "sharing/service/sharing_service.h"

/* What a handler read, for its body. */
struct share_call {
    struct id company_id;
    struct id account_id;
    struct id asset_id;
    struct id organization_id;
    const struct id *recipients;
    size_t recipient_count;
    const struct id *leavers;
    size_t leaver_count;
    const char *name;
    int64_t kind;
};

/* The joiners (recipients) follow the assets that are shared with their organization; the answer
 * lists who was left out of what. */
enum failure follow_assets(struct mutation *mutation, const struct share_call *sharing,
                           int64_t now_us,
                           Sharing__V1__UpdateOrganizationMembersResponse *answer) must_check;

#endif
