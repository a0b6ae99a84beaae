#include "sharing/domain/share.h"

#include <assert.h>

static const struct refusal refusals[] = {SHARE_REFUSALS(REFUSAL_ROW)};

const struct refusal *share_refusal(enum share_verdict verdict)
{
    assert(verdict > SHARE_ACCEPTED && (size_t)verdict <= sizeof(refusals) / sizeof(refusals[0]));
    return &refusals[verdict - 1];
}

/* Whether this account may share this asset at all. */
static enum share_verdict judge_asset(const struct share_asset *asset, int64_t now_us)
{
    if (!asset->known)
        return SHARE_ASSET_UNKNOWN;
    /* SHR-19: a recipient may not share on. To a stranger the asset does not exist. */
    if (!asset->owned_by_actor)
        return asset->shared_with_actor ? SHARE_BY_RECIPIENT : SHARE_ASSET_UNKNOWN;
    if (asset->revoked)
        return SHARE_ASSET_REVOKED;
    if (now_us >= asset->expire_us)
        return SHARE_ASSET_EXPIRED;
    return SHARE_ACCEPTED;
}

enum share_verdict share_party_judge(const struct share_party *party)
{
    if (!party->known)
        return SHARE_RECIPIENT_UNKNOWN;
    /* SHR-03, ID-18. */
    if (!party->corporate)
        return SHARE_NOT_CORPORATE;
    if (!party->verified)
        return SHARE_NOT_VERIFIED;
    if (!party->same_company)
        return SHARE_DIFFERENT_COMPANY;
    return SHARE_ACCEPTED;
}

enum share_verdict share_decide(const struct share_asset *asset, const struct share_party *owner,
                                const struct share_party *recipients, size_t recipient_count,
                                size_t recipients_now, int64_t now_us, size_t *refused)
{
    size_t newcomers = 0;
    *refused = recipient_count;
    enum share_verdict verdict = judge_asset(asset, now_us);
    if (verdict == SHARE_ACCEPTED)
        verdict = share_party_judge(owner);
    for (size_t i = 0; i < recipient_count && verdict == SHARE_ACCEPTED; i++) {
        verdict = recipients[i].is_owner ? SHARE_WITH_OWNER : share_party_judge(&recipients[i]);
        if (verdict != SHARE_ACCEPTED)
            *refused = i;
        if (!recipients[i].has_share)
            newcomers++;
    }
    /* SHR-01, SHR-08, E25: the whole request is refused; who has a share already counts once. */
    if (verdict == SHARE_ACCEPTED && recipients_now + newcomers > SHARE_RECIPIENTS_MAX)
        verdict = SHARE_LIMIT_REACHED;
    assert(newcomers <= recipient_count &&
           (*refused < recipient_count) <= (verdict != SHARE_ACCEPTED));
    return verdict;
}

bool share_has_room(size_t recipients_now)
{
    return recipients_now < SHARE_RECIPIENTS_MAX;
}

enum share_verdict share_by_joining_decide(const struct share_party *party, size_t recipients_now)
{
    if (party->is_owner)
        return SHARE_WITH_OWNER; /* SHR-02 */
    if (!party->has_share && !share_has_room(recipients_now))
        return SHARE_LIMIT_REACHED; /* SHR-01, SHR-08 */
    return SHARE_ACCEPTED;
}

enum share_verdict share_by_rule_decide(const struct share_party *party, size_t recipients_now)
{
    /* SHR-03: who is no longer of the company when the asset is provisioned is passed over. */
    enum share_verdict verdict = share_party_judge(party);
    return verdict == SHARE_ACCEPTED ? share_by_joining_decide(party, recipients_now) : verdict;
}

int64_t share_organization_active_from_us(int64_t saved_us, int64_t joined_us)
{
    assert(saved_us >= 0 && joined_us >= 0);
    return (saved_us > joined_us ? saved_us : joined_us) + SHARE_ORGANIZATION_DELAY_US;
}

int64_t share_automatic_active_from_us(int64_t provisioned_us)
{
    assert(provisioned_us >= 0);
    return provisioned_us + SHARE_AUTOMATIC_DELAY_US;
}
