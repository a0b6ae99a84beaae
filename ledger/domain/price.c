#include "ledger/domain/price.h"

#include <assert.h>

#include "runtime/base/amount.h"

/* A price times a quantity is in 10^-15 of the major unit, and this much of it a micro. */
#define PARTS_OF_MICRO INT64_C(1000000000)
#define MICROS_OF_ONE INT64_C(1000000) /* of one unit, package or whole */

/* ---- whether it is one ---- */

static bool has_tiers(enum price_model model)
{
    assert(model < PRICE_MODEL_END);
    return model == PRICE_GRADUATED || model == PRICE_VOLUME;
}

static bool counts_tiers(const struct price *price)
{
    assert(price->model < PRICE_MODEL_END);
    if (price->model == PRICE_NONE)
        return price->tier_count == 0;
    return price->tier_count >= 1 &&
           price->tier_count <= (has_tiers(price->model) ? PRICE_TIERS_MAX : 1);
}

/* From above zero, the last one open. */
static bool ascends(const struct price *price)
{
    int64_t before = 0;
    assert(price->tier_count <= PRICE_TIERS_MAX);
    for (size_t i = 0; i < price->tier_count; before = price->tiers[i++].up_to_micros)
        if (price->tiers[i].up_to_micros <= before)
            return false;
    return price->tier_count == 0 || before == PRICE_OPEN;
}

static bool is_negative(const struct price *price)
{
    bool is = false;
    assert(price->tier_count <= PRICE_TIERS_MAX);
    for (size_t i = 0; i < price->tier_count; i++)
        is |= price->tiers[i].nanos < 0 || price->tiers[i].flat_micros < 0;
    return is;
}

const struct price_mistake *price_check(const struct price *price)
{
    static const struct price_mistake of_model = {"model", FAULT_UNKNOWN_VALUE,
                                                  "is none of the models"};
    static const struct price_mistake of_count = {
        "tiers", FAULT_OUT_OF_RANGE,
        "GRADUATED and VOLUME have 1 to 20 tiers, other models one, a withdrawn price none"};
    static const struct price_mistake of_order = {
        "tiers", FAULT_MALFORMED,
        "must ascend from above zero, and the last, with up_to 0, is open"};
    static const struct price_mistake of_sign = {"tiers", FAULT_NEGATIVE,
                                                 "no price or fee is below zero"};
    static const struct price_mistake of_package = {
        "package_micros", FAULT_OUT_OF_RANGE, "is above zero for PACKAGE, and 0 for other models"};
    assert(price != NULL);
    if (price->model < PRICE_NONE || price->model >= PRICE_MODEL_END)
        return &of_model;
    if (!counts_tiers(price))
        return &of_count;
    if (!ascends(price))
        return &of_order;
    if (is_negative(price))
        return &of_sign;
    bool fits =
        price->model == PRICE_PACKAGE ? price->package_micros > 0 : price->package_micros == 0;
    return fits ? NULL : &of_package;
}

/* ---- the charge ---- */

/* Whose up_to reaches the quantity. */
static size_t tier_of(const struct price *price, int64_t quantity_micros)
{
    size_t i = 0;
    assert(price->tier_count > 0 && price->tiers[price->tier_count - 1].up_to_micros == PRICE_OPEN);
    while (price->tiers[i].up_to_micros < quantity_micros)
        i++;
    return i;
}

static amount_wide fee(const struct price_tier *tier)
{
    assert(tier->flat_micros >= 0);
    return (amount_wide)tier->flat_micros * PARTS_OF_MICRO;
}

static amount_wide graduated(const struct price *price, int64_t quantity_micros)
{
    amount_wide sum = 0;
    int64_t before = 0;
    assert(quantity_micros >= 0 && price->tier_count > 0);
    for (size_t i = 0; before < quantity_micros; before = price->tiers[i++].up_to_micros) {
        const struct price_tier *tier = &price->tiers[i];
        int64_t until = amount_min(tier->up_to_micros, quantity_micros);
        assert(i < price->tier_count);
        sum += (amount_wide)(until - before) * tier->nanos + fee(tier);
    }
    return sum;
}

static int64_t packages_of(const struct price *price, int64_t quantity_micros)
{
    assert(price->package_micros > 0 && quantity_micros >= 0);
    return quantity_micros / price->package_micros + (quantity_micros % price->package_micros != 0);
}

/* F before it is rounded. */
static amount_wide exact(const struct price *price, int64_t quantity_micros)
{
    const struct price_tier *tier = &price->tiers[tier_of(price, quantity_micros)];
    assert(quantity_micros >= 0);
    if (quantity_micros == 0)
        return 0;
    switch (price->model) {
    case PRICE_PER_UNIT:
    case PRICE_GRADUATED:
        return graduated(price, quantity_micros);
    case PRICE_VOLUME:
        return (amount_wide)quantity_micros * tier->nanos + fee(tier);
    case PRICE_PACKAGE:
        return (amount_wide)packages_of(price, quantity_micros) * MICROS_OF_ONE * tier->nanos +
               fee(tier);
    case PRICE_FLAT:
        return (amount_wide)MICROS_OF_ONE * tier->nanos + fee(tier);
    case PRICE_NONE:
    case PRICE_MODEL_END:
        break;
    }
    return 0;
}

static bool charge_of(amount_wide parts, int64_t *charge_micros)
{
    assert(parts >= 0);
    return amount_half_away(parts, PARTS_OF_MICRO, charge_micros);
}

bool price_charge(const struct price *price, int64_t quantity_micros, int64_t *charge_micros)
{
    assert(price->model != PRICE_NONE && price->tier_count > 0);
    return charge_of(exact(price, quantity_micros), charge_micros);
}

/* At the price of the tier reached, from as much as before to as much as after. */
static bool volume_further(const struct price *price, int64_t before_micros, int64_t after_micros,
                           int64_t *charge_micros)
{
    size_t reached = tier_of(price, after_micros);
    const struct price_tier *tier = &price->tiers[reached];
    bool enters = before_micros == 0 || tier_of(price, before_micros) != reached;
    int64_t before, after;
    assert(before_micros < after_micros);
    if (!charge_of((amount_wide)before_micros * tier->nanos, &before) ||
        !charge_of((amount_wide)after_micros * tier->nanos, &after))
        return false;
    return amount_add(after - before, enters ? tier->flat_micros : 0, charge_micros);
}

bool price_charge_further(const struct price *price, int64_t used_micros, int64_t quantity_micros,
                          int64_t *charge_micros)
{
    int64_t total_micros, before, after;
    assert(used_micros >= 0 && quantity_micros >= 0);
    if (!amount_add(used_micros, quantity_micros, &total_micros))
        return false;
    if (price->model == PRICE_VOLUME && quantity_micros > 0)
        return volume_further(price, used_micros, total_micros, charge_micros);
    if (!price_charge(price, used_micros, &before) || !price_charge(price, total_micros, &after))
        return false;
    *charge_micros = after - before; /* neither is below zero */
    return true;
}

/* ---- which price ---- */

static bool counts_before(const struct price_candidate *one, const struct price_candidate *other)
{
    assert(one->model < PRICE_MODEL_END && other->model < PRICE_MODEL_END);
    return one->rank != other->rank ? one->rank < other->rank
                                    : !one->everywhere && other->everywhere;
}

size_t price_choose(const struct price_candidate *candidates, size_t candidate_count) /* LED-39 */
{
    size_t chosen = candidate_count;
    assert(candidates != NULL || candidate_count == 0);
    for (size_t i = 0; i < candidate_count; i++)
        if (candidates[i].model != PRICE_NONE &&
            (chosen == candidate_count || counts_before(&candidates[i], &candidates[chosen])))
            chosen = i;
    return chosen;
}
