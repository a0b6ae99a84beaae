#include "ledger/domain/group_discount.h"

#include <assert.h>

#include "runtime/base/amount.h"

const struct group_mistake *group_table_check(const struct group_table *table)
{
    static const struct group_mistake of_count = {FAULT_OUT_OF_RANGE, "there are 1 to 10 tiers"};
    static const struct group_mistake of_order = {FAULT_MALFORMED,
                                                  "must ascend, from zero or above"};
    static const struct group_mistake of_rate = {
        FAULT_OUT_OF_RANGE,
        "a discount is 0 to 1000000 millionths, and falls from no tier to the next"};
    int64_t before_micros = -1, before_ppm = 0;
    assert(table != NULL);
    if (table->count < 1 || table->count > GROUP_TIERS_MAX)
        return &of_count;
    for (size_t i = 0; i < table->count; i++) {
        const struct group_tier *tier = &table->tiers[i];
        if (tier->from_micros <= before_micros)
            return &of_order;
        if (tier->ppm < before_ppm || tier->ppm > PPM_OF_ONE)
            return &of_rate;
        before_micros = tier->from_micros;
        before_ppm = tier->ppm;
    }
    return NULL;
}

int64_t group_ppm(const struct group_table *table, int64_t volume_micros)
{
    int64_t ppm = 0, volume = amount_max(volume_micros, 0);
    assert(table->count <= GROUP_TIERS_MAX);
    for (size_t i = 0; i < table->count && table->tiers[i].from_micros <= volume; i++)
        ppm = table->tiers[i].ppm;
    return ppm;
}

bool group_discount(int64_t list_micros, int64_t ppm, int64_t *discount_micros,
                    int64_t *contracted_micros)
{
    assert(ppm >= 0 && ppm <= PPM_OF_ONE);
    return amount_half_away((amount_wide)list_micros * ppm, PPM_OF_ONE, discount_micros) &&
           amount_subtract(list_micros, *discount_micros, contracted_micros);
}
