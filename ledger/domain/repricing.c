#include "ledger/domain/repricing.h"

#include <assert.h>
#include <string.h>

#include "ledger/domain/group_discount.h"
#include "runtime/base/amount.h"

static const struct refusal refusals[] = {REPRICING_REFUSALS(REFUSAL_ROW)};

const struct refusal *repricing_refusal(enum repricing_verdict verdict)
{
    assert(verdict > REPRICING_ACCEPTED && verdict <= REPRICING_FULL);
    return &refusals[verdict - 1];
}

/* How specific it is for them: 3 for both, 2 for the customer, 1 for the product, 0 for all; -1: it
 * is not for them. */
static int rank(const struct repricing *repricing, struct id customer_id, const char *product_id)
{
    bool any_customer = id_is_nil(repricing->customer_id);
    bool any_product = repricing->product_id[0] == '\0';
    assert(product_id != NULL);
    if (!any_customer && !id_equal(repricing->customer_id, customer_id))
        return -1;
    if (!any_product && strcmp(repricing->product_id, product_id) != 0)
        return -1;
    return (any_customer ? 0 : 2) + (any_product ? 0 : 1);
}

const struct repricing *repricing_choose(const struct repricing *items, size_t count,
                                         struct id customer_id, const char *product_id)
{
    const struct repricing *chosen = NULL;
    int best = -1;
    assert(items != NULL || count == 0);
    for (size_t i = 0; i < count; i++) {
        int own = rank(&items[i], customer_id, product_id);
        bool counts = own > best || (own == best && own >= 0 && items[i].set_us > chosen->set_us);
        if (!counts)
            continue;
        best = own;
        chosen = &items[i];
    }
    return chosen;
}

bool repricing_resale(const struct repricing *repricing, const struct repricing_charge *charge,
                      int64_t *resale_micros, int64_t *margin_micros)
{
    int64_t basis = charge->list_micros, factor = PPM_OF_ONE;
    assert(repricing == NULL || repricing->ppm > -PPM_OF_ONE);
    if (repricing != NULL) {
        basis = repricing->basis == REPRICING_ON_COST ? charge->cost_micros : charge->list_micros;
        factor += repricing->ppm;
    }
    return amount_half_away((amount_wide)basis * factor, PPM_OF_ONE, resale_micros) &&
           amount_subtract(*resale_micros, charge->cost_micros, margin_micros);
}

/* For a list price of 1.00. */
static bool loses(const struct repricing *repricing, int64_t discount_ppm)
{
    const struct repricing_charge one = {PPM_OF_ONE, PPM_OF_ONE - discount_ppm};
    int64_t resale, margin = 0;
    assert(discount_ppm >= 0 && discount_ppm <= PPM_OF_ONE);
    return repricing_resale(repricing, &one, &resale, &margin) && margin < 0;
}

enum repricing_verdict repricing_decide(const struct repricing *repricing,
                                        const struct repricing_facts *facts)
{
    assert(facts->count >= 0);
    if (!facts->resells)
        return REPRICING_NOT_RESOLD;
    if (facts->now_us >= facts->begin_us)
        return REPRICING_STARTED;
    if (!facts->acknowledges && loses(repricing, facts->discount_ppm))
        return REPRICING_LOSES;
    return facts->count >= REPRICINGS_OF_MONTH_MAX ? REPRICING_FULL : REPRICING_ACCEPTED;
}
