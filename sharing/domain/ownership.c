#include "sharing/domain/ownership.h"

#include <assert.h>

static bool is_owner(const struct claim *claim)
{
    return claim->found && id_equal(claim->owner_id, claim->actor_id);
}

const struct refusal *asset_claim_decide(const struct claim *claim)
{
    return is_owner(claim) ? NULL : &no_such_asset;
}

const struct refusal *organization_claim_decide(const struct claim *claim)
{
    return is_owner(claim) ? NULL : &no_such_organization;
}

const struct refusal *asset_in_company_decide(bool found)
{
    return found ? NULL : &no_such_asset_in_company;
}

const struct refusal *coupon_in_company_decide(bool found, bool is_coupon)
{
    assert(found || !is_coupon);
    return is_coupon ? NULL : &no_such_coupon;
}

const struct refusal *accounts_in_company_decide(const struct share_party *parties, size_t count)
{
    assert(parties != NULL && count > 0);
    for (size_t i = 0; i < count; i++) {
        assert(parties[i].known || !parties[i].same_company);
        if (!parties[i].same_company)
            return &no_such_account;
    }
    return NULL;
}

const struct refusal *relation_found_decide(bool found)
{
    return found ? NULL : &no_such_relation;
}

const struct refusal *organization_size_decide(size_t member_count)
{
    return member_count <= ORGANIZATION_MEMBERS_MAX ? NULL : &too_many_members;
}
