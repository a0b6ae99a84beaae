#include "sharing/domain/coupon.h"

#include <assert.h>

#include "runtime/base/amount.h"

static const struct refusal refusals[] = {COUPON_REFUSALS(REFUSAL_ROW)};

const struct refusal *coupon_refusal(enum coupon_verdict verdict)
{
    assert(verdict > COUPON_ACCEPTED && (size_t)verdict <= sizeof(refusals) / sizeof(refusals[0]));
    return &refusals[verdict - 1];
}

bool coupon_pool_is_seen(const struct coupon_pool *pool)
{
    assert(pool->known || !pool->of_actor);
    return pool->known && pool->of_actor && pool->target == POOL_TARGET_SEEN;
}

enum coupon_verdict coupon_issue_decide(const struct coupon_pool *pool,
                                        const struct coupon_issue *issue, int64_t now_us,
                                        int64_t *value_micros)
{
    assert(!pool->known || pool->remaining_micros >= 0);
    if (issue->scope_set) /* SHR-13 */
        return COUPON_SCOPE_SET;
    if (!coupon_pool_is_seen(pool)) /* SHR-16 */
        return COUPON_POOL_UNKNOWN;
    if (now_us >= pool->expire_us)
        return COUPON_POOL_EXPIRED;
    if (issue->count < 1 || issue->count > COUPON_COUNT_MAX)
        return COUPON_COUNT_OUT_OF_RANGE;
    if (issue->face_micros <= 0 || !issue->face_is_whole)
        return COUPON_FACE_NOT_POSITIVE;
    if (!amount_multiply(issue->face_micros, issue->count, value_micros))
        return COUPON_VALUE_OUT_OF_RANGE;
    if (*value_micros > pool->remaining_micros) /* SHR-15, E30 */
        return COUPON_POOL_INSUFFICIENT;
    assert(*value_micros >= issue->face_micros &&
           *value_micros / issue->count == issue->face_micros);
    return COUPON_ACCEPTED;
}

static const struct refusal revoke_refusals[] = {COUPON_REVOKE_REFUSALS(REFUSAL_ROW)};

const struct refusal *coupon_revoke_refusal(enum coupon_revoke_verdict verdict)
{
    assert(verdict > COUPON_REVOKE_ACCEPTED &&
           (size_t)verdict <= sizeof(revoke_refusals) / sizeof(revoke_refusals[0]));
    return &revoke_refusals[verdict - 1];
}

enum coupon_revoke_verdict coupon_revoke_decide(const struct coupon_asset *coupon)
{
    assert(coupon != NULL);
    if (!coupon->known || !coupon->is_coupon || !coupon->issued_by_actor)
        return COUPON_REVOKE_UNKNOWN;
    if (coupon->revoked)
        return COUPON_REVOKED;
    return COUPON_REVOKE_ACCEPTED;
}

int64_t coupon_redeemed_micros(int64_t amount_micros, int64_t remaining_micros)
{
    assert(amount_micros > 0 && remaining_micros >= 0);
    return amount_min(amount_micros, remaining_micros);
}

int64_t coupon_returned_micros(int64_t remaining_micros, int64_t pool_expire_us, int64_t now_us)
{
    assert(remaining_micros >= 0);
    return now_us < pool_expire_us ? remaining_micros : 0; /* SHR-17 */
}
