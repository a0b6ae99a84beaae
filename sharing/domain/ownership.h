/* Whose things are. To an account that does not own it, a thing is not there, whether it exists or
 * not (SHR-12, SHR-19); only the question whether a benefit applies may name any asset of the
 * company. */
#ifndef SHARING_DOMAIN_OWNERSHIP_H
#define SHARING_DOMAIN_OWNERSHIP_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/base/id.h"
#include "sharing/domain/refusals.h"
#include "sharing/domain/share.h"

#define ORGANIZATION_MEMBERS_MAX 1000

/* A thing that a request names, and who asks for it. */
struct claim {
    bool found; /* in the company */
    struct id owner_id;
    struct id actor_id;
};

/* Each returns NULL when the thing may be used, else the refusal. */
const struct refusal *asset_claim_decide(const struct claim *claim);
const struct refusal *organization_claim_decide(const struct claim *claim);

/* CheckBenefit and RedeemCoupon ask for any account of the company. */
const struct refusal *asset_in_company_decide(bool found);
const struct refusal *coupon_in_company_decide(bool found, bool is_coupon);

/* Every account that owns assets or pools, pays or is paid for must be of the company; its
 * verification is asked elsewhere. */
const struct refusal *accounts_in_company_decide(const struct share_party *parties, size_t count);

/* Whether the accounts ever had a payment relation (SHR-11). */
const struct refusal *relation_found_decide(bool found);

/* Of an organization after a change of its members. */
const struct refusal *organization_size_decide(size_t member_count);

#endif
