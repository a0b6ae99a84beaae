#include "sharing/domain/benefit.h"

#include <assert.h>
#include <string.h>

static const struct refusal refusals[] = {BENEFIT_REFUSALS(REFUSAL_ROW)};

const struct refusal *benefit_refusal(enum benefit_verdict verdict)
{
    assert(verdict > BENEFIT_APPLIES && (size_t)verdict <= sizeof(refusals) / sizeof(refusals[0]));
    return &refusals[verdict - 1];
}

bool interval_covers(const struct interval *interval, int64_t time_us)
{
    return time_us >= interval->start_us && time_us < interval->end_us;
}

static bool any_covers(const struct interval *intervals, size_t count, int64_t time_us)
{
    assert(intervals != NULL || count == 0);
    for (size_t i = 0; i < count; i++) {
        if (interval_covers(&intervals[i], time_us))
            return true;
    }
    return false;
}

static bool lists(const char *const *names, size_t count, const char *name)
{
    assert(names != NULL || count == 0);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return count == 0;
}

/* Whether share a says more about a usage at time_us than share b. */
static bool is_nearer(const struct interval *a, const struct interval *b, int64_t time_us)
{
    assert(!interval_covers(a, time_us) && !interval_covers(b, time_us));
    bool a_before = a->start_us <= time_us;
    bool b_before = b->start_us <= time_us;
    if (a_before != b_before)
        return a_before;
    return a_before ? a->end_us > b->end_us : a->start_us < b->start_us;
}

const struct interval *benefit_share(const struct benefit_usage *usage)
{
    const struct interval *nearest = NULL;
    for (size_t i = 0; i < usage->share_count; i++) {
        if (interval_covers(&usage->shares[i], usage->started_us))
            return &usage->shares[i];
        if (nearest == NULL || is_nearer(&usage->shares[i], nearest, usage->started_us))
            nearest = &usage->shares[i];
    }
    assert((nearest == NULL) == (usage->share_count == 0));
    return nearest;
}

/* SHR-06: only usage from when the share became active until it ended, whatever the bill's time. */
static enum benefit_verdict judge_share(const struct benefit_usage *usage)
{
    const struct interval *share = benefit_share(usage);
    assert(share != NULL);
    if (usage->started_us < share->start_us)
        return BENEFIT_SHARE_NOT_YET_ACTIVE;
    if (usage->started_us >= share->end_us)
        return BENEFIT_SHARE_ENDED;
    return BENEFIT_APPLIES;
}

static enum benefit_verdict judge_recipient(const struct benefit_asset *asset,
                                            const struct benefit_usage *usage)
{
    assert(usage->by_owner || usage->share_count > 0);
    if (usage->by_owner)
        return BENEFIT_APPLIES;
    enum benefit_verdict verdict = judge_share(usage);
    if (verdict != BENEFIT_APPLIES)
        return verdict;
    /* SHR-03: between accounts of one company, which who is not verified is of none. */
    if (!any_covers(usage->owner_verified, usage->owner_verified_count, usage->started_us) ||
        !any_covers(usage->recipient_verified, usage->recipient_verified_count, usage->started_us))
        return BENEFIT_NOT_VERIFIED;
    /* SHR-09, SHR-11: a shared coupon is for usage during the payment relation; re-established, it
     * counts again. */
    if (asset->is_coupon && usage->payment_relation_count > 0 &&
        !any_covers(usage->payment_relations, usage->payment_relation_count, usage->started_us))
        return BENEFIT_PAYMENT_RELATION_ENDED;
    return BENEFIT_APPLIES;
}

enum benefit_verdict benefit_decide(const struct benefit_asset *asset,
                                    const struct benefit_usage *usage)
{
    assert(!asset->is_coupon || asset->remaining_micros >= 0);
    if (!usage->by_owner && usage->share_count == 0)
        return BENEFIT_NOT_SHARED;
    if (usage->started_us < asset->provisioned_us)
        return BENEFIT_NOT_PROVISIONED;
    if (usage->started_us >= asset->expire_us)
        return BENEFIT_EXPIRED;
    /* SHR-10: what was revoked is gone, for late bills too. */
    if (asset->revoked)
        return BENEFIT_REVOKED;
    enum benefit_verdict verdict = judge_recipient(asset, usage);
    if (verdict != BENEFIT_APPLIES)
        return verdict;
    if (!lists(asset->products, asset->product_count, usage->product))
        return BENEFIT_PRODUCT_NOT_COVERED;
    if (!lists(asset->bill_types, asset->bill_type_count, usage->bill_type))
        return BENEFIT_BILL_TYPE_NOT_COVERED;
    if (!lists(asset->regions, asset->region_count, usage->region)) /* ID-29 */
        return BENEFIT_REGION_NOT_COVERED;
    if (asset->is_coupon && asset->remaining_micros == 0)
        return BENEFIT_NOTHING_LEFT;
    return BENEFIT_APPLIES;
}
