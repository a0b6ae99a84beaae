#include "ledger/domain/rating.h"

#include <assert.h>

#include "ledger/domain/group_discount.h"
#include "runtime/base/amount.h"

const char *rating_reason(enum rating_verdict verdict)
{
    static const char *const reasons[] = {[RATING_RATED] = "",
#define RATING_REASON(verdict, reason) [verdict] = (reason),
                                          RATING_PARKINGS(RATING_REASON)
#undef RATING_REASON
    };
    assert(verdict <= RATING_TOO_EARLY);
    return reasons[verdict];
}

/* F(after) - F(before), whichever way: all lines of a period add up to F(total). Where F falls, as
 * by VOLUME at the begin of a tier, a line is below zero, and the period's end has nothing to
 * correct. */
static bool charge(const struct price *price, int64_t before_micros, int64_t after_micros,
                   int64_t *micros)
{
    int64_t before, after;
    assert(before_micros >= 0 && after_micros >= 0);
    if (!price_charge(price, before_micros, &before) || !price_charge(price, after_micros, &after))
        return false;
    *micros = after - before; /* neither is below zero */
    return true;
}

enum rating_verdict rating_decide(const struct price *price, int64_t ppm, int64_t quantity_micros,
                                  int64_t *counter_micros, struct rating *rating)
{
    int64_t after_micros, list_micros, discount_micros, contracted_micros;
    assert(counter_micros != NULL && rating != NULL);
    *rating = (struct rating){.used_micros = *counter_micros};
    if (price == NULL)
        return RATING_NO_PRICE;
    if (quantity_micros == 0)
        return RATING_TOO_LARGE; /* no record is of nothing */
    if (!amount_add(*counter_micros, quantity_micros, &after_micros))
        return RATING_TOO_LARGE;
    if (after_micros < 0)
        return RATING_TOO_EARLY; /* what it corrects was not rated yet */
    if (!charge(price, *counter_micros, after_micros, &list_micros) ||
        list_micros > RATING_LINE_MAX || list_micros < -RATING_LINE_MAX ||
        !group_discount(list_micros, ppm, &discount_micros, &contracted_micros))
        return RATING_TOO_LARGE;
    rating->list_micros = list_micros;
    rating->discount_micros = discount_micros; /* LED-25 */
    rating->contracted_micros = contracted_micros;
    rating->net_micros = rating->contracted_micros - rating->coupon_micros;
    *counter_micros = after_micros;
    return RATING_RATED;
}

bool rating_may_go_on(const struct rating_original *original)
{
    assert(original != NULL);
    return !original->is_one || original->is_rated;
}

bool rating_is_booked(const struct rating_original *original)
{
    assert(original != NULL);
    return !original->is_one || !original->is_refused;
}

bool rating_fold(int64_t lines_micros, int64_t *carried_micros, int64_t *order_micros)
{
    int64_t sum_micros;
    assert(carried_micros != NULL && order_micros != NULL);
    if (!amount_add(lines_micros, *carried_micros, &sum_micros))
        return false;
    *order_micros = amount_max(sum_micros, 0);
    *carried_micros = amount_min(sum_micros, 0);
    return true;
}
