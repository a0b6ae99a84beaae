#include "sharing/domain/coupon_order.h"

#include <assert.h>

#include "runtime/base/amount.h"

static const struct refusal refusals[] = {COUPON_LINE_REFUSALS(REFUSAL_ROW)};

const struct refusal *coupon_line_refusal(enum coupon_line_verdict verdict)
{
    assert(verdict > COUPON_PAYS && (size_t)verdict <= sizeof(refusals) / sizeof(refusals[0]));
    return &refusals[verdict - 1];
}

static int compare(int64_t a, int64_t b)
{
    int result = (a > b) - (a < b);
    assert(result >= -1 && result <= 1);
    return result;
}

/* As many products as it covers; all when it names none. */
static int64_t width(const struct coupon_choice *coupon)
{
    assert(coupon->product_count < INT32_MAX);
    return coupon->product_count == 0 ? INT64_MAX : (int64_t)coupon->product_count;
}

int coupon_choice_compare(const void *a, const void *b)
{
    const struct coupon_choice *left = a, *right = b;
    int result = compare(left->expire_us, right->expire_us);
    if (result == 0)
        result = compare(width(left), width(right));
    if (result == 0)
        result = compare(left->is_shared, right->is_shared);
    if (result == 0)
        result = compare(left->remaining_micros, right->remaining_micros);
    if (result == 0)
        result = compare(left->provisioned_us, right->provisioned_us);
    assert(left->remaining_micros >= 0 && right->remaining_micros >= 0);
    return result != 0 ? result : id_compare(left->asset_id, right->asset_id);
}

enum coupon_line_verdict coupon_return_decide(const struct coupon_use *uses, size_t count,
                                              int64_t amount_micros, int64_t *taken_micros)
{
    assert(amount_micros > 0 && taken_micros != NULL);
    int64_t left = amount_micros;
    for (size_t i = count; i-- > 0;) {
        int64_t rest = uses[i].used_micros - uses[i].returned_micros;
        assert(uses[i].returned_micros >= 0);
        taken_micros[i] = amount_min(left, amount_max(rest, 0));
        left -= taken_micros[i];
    }
    assert(left >= 0);
    return left == 0 ? COUPON_PAYS : COUPON_RETURN_EXCEEDS;
}
