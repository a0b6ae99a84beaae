/* The regions of an account (GW-14). */
#include "identity/domain/region.h"

#include "identity/service/account_service.h"

static void field_region(struct call *call, const char *region)
{
    if (!region_is_valid(region))
        call_add_field_violation(call, "region", FAULT_MALFORMED,
                                 "A region has 1 to 32 bytes of a-z, 0-9 and \"-\".");
}

void set_region_read(struct call *call, const Identity__V1__SetRegionRequest *message,
                     struct set_region *request)
{
    set_region_fields(call, message, request);
    field_region(call, request->region);
}

int set_region(struct mutation *mutation, const struct set_region *request,
               Identity__V1__SetRegionResponse *response)
{
    struct account_row row;
    (void)response;
    int no = account_lock(mutation, request->account_id, &row);
    if (no != 0 || text_equal(row.account.region, request->region))
        return no;
    no = account_store_set_region(mutation->transaction, request->account_id, request->region);
    return no == 0 ? trail_note(mutation, request->account_id, "REGION_SET", request->region) : no;
}

void confirm_region_read(struct call *call, const Identity__V1__ConfirmRegionRequest *message,
                         struct confirm_region *request)
{
    confirm_region_fields(call, message, request);
    field_region(call, request->region);
}

int confirm_region(struct mutation *mutation, const struct confirm_region *request,
                   Identity__V1__ConfirmRegionResponse *response)
{
    struct account_row row;
    (void)response;
    int no = account_lock(mutation, request->account_id, &row);
    if (no != 0 || region_is_listed(row.account.confirmed_regions, request->region))
        return no;
    if (regions_count(row.account.confirmed_regions) >= REGIONS_MAX)
        return call_refuse(mutation->call, &regions_limit, NO_TERMS);
    no = account_store_confirm_region(mutation->transaction, request->account_id, request->region);
    return no == 0 ? trail_note(mutation, request->account_id, "REGION_CONFIRMED", request->region)
                   : no;
}
