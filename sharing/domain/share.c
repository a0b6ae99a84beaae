#include "sharing/domain/share.h"

#include <assert.h>

static const struct refusal refusals[] = {SHARE_REFUSALS(REFUSAL_ROW)};

const struct refusal *share_refusal(enum share_verdict verdict)
{
    assert(verdict > SHARE_ACCEPTED && (size_t)verdict <= sizeof(refusals) / sizeof(refusals[0]));
    return &refusals[verdict - 1];
}

/* Whether this account may share this asset at all. */
static enum share_verdict decide_asset(const struct share_asset *asset, int64_t now_us)
{
    assert(asset->known || !asset->owned_by_actor);
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

enum share_verdict share_party_decide(const struct share_party *party)
{
    assert(party->known || !party->same_company);
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

enum share_verdict share_parties_decide(const struct share_party *parties, size_t count,
                                        size_t *refused)
{
    assert(parties != NULL || count == 0);
    for (size_t i = 0; i < count; i++) {
        enum share_verdict verdict = share_party_decide(&parties[i]);
        *refused = i;
        if (verdict != SHARE_ACCEPTED)
            return verdict;
    }
    *refused = count;
    return SHARE_ACCEPTED;
}

static enum share_verdict decide_recipients(const struct share_facts *facts, size_t *refused)
{
    assert(facts->recipients != NULL || facts->recipient_count == 0);
    for (size_t i = 0; i < facts->recipient_count; i++) {
        const struct share_party *recipient = &facts->recipients[i];
        *refused = i;
        if (recipient->is_owner)
            return SHARE_WITH_OWNER; /* SHR-02 */
        enum share_verdict verdict = share_party_decide(recipient);
        if (verdict != SHARE_ACCEPTED)
            return verdict;
    }
    *refused = facts->recipient_count;
    return SHARE_ACCEPTED;
}

static size_t count_newcomers(const struct share_facts *facts)
{
    size_t newcomers = 0;
    for (size_t i = 0; i < facts->recipient_count; i++)
        newcomers += !facts->recipients[i].has_share;
    assert(newcomers <= facts->recipient_count);
    return newcomers;
}

enum share_verdict share_decide(const struct share_facts *facts, int64_t now_us, size_t *refused)
{
    *refused = facts->recipient_count;
    enum share_verdict verdict = decide_asset(&facts->asset, now_us);
    if (verdict != SHARE_ACCEPTED)
        return verdict;
    verdict = share_party_decide(facts->owner);
    if (verdict != SHARE_ACCEPTED)
        return verdict;
    verdict = decide_recipients(facts, refused);
    assert((*refused < facts->recipient_count) == (verdict != SHARE_ACCEPTED));
    if (verdict != SHARE_ACCEPTED)
        return verdict;
    /* SHR-01, SHR-08, E25: the whole request is refused; who has a share already counts once. */
    if (facts->recipients_now + count_newcomers(facts) > SHARE_RECIPIENTS_MAX)
        return SHARE_LIMIT_REACHED;
    return SHARE_ACCEPTED;
}

bool share_has_room(size_t recipients_now)
{
    return recipients_now < SHARE_RECIPIENTS_MAX;
}

enum share_verdict share_by_joining_decide(const struct share_party *party, size_t recipients_now)
{
    assert(!party->has_share || recipients_now > 0);
    if (party->is_owner)
        return SHARE_WITH_OWNER; /* SHR-02 */
    if (!party->has_share && !share_has_room(recipients_now))
        return SHARE_LIMIT_REACHED; /* SHR-01, SHR-08 */
    return SHARE_ACCEPTED;
}

enum share_verdict share_by_rule_decide(const struct share_party *party, size_t recipients_now)
{
    /* SHR-03: an account that left the company before the asset is provisioned is passed over. */
    enum share_verdict verdict = share_party_decide(party);
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
