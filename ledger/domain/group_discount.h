/* A partner's discount by what its group used (LED-25, breadth A.3): the partner and its customers
 * share the rate of the tier that the group's volume of the calendar month before reaches. */
#ifndef LEDGER_DOMAIN_GROUP_DISCOUNT_H
#define LEDGER_DOMAIN_GROUP_DISCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/failure.h"
#include "runtime/base/fault.h"

#define GROUP_TIERS_MAX 10
#define PPM_OF_ONE INT64_C(1000000)

struct group_tier {
    int64_t from_micros; /* of the month's volume, inclusive */
    int64_t ppm;
};

struct group_table {
    size_t count; /* 0: there is no discount */
    struct group_tier tiers[GROUP_TIERS_MAX];
};

/* All that keeps it from being a table; NULL: it is one. */
struct group_mistake {
    enum fault fault;
    const char *sentence;
};
const struct group_mistake *group_table_check(const struct group_table *table);

/* Of a month after one of that volume, which counts as zero below zero: more was refunded. */
int64_t group_ppm(const struct group_table *table, int64_t volume_micros);

/* Of a list amount, rounded half away from zero; contracted is the rest. false: it is beyond an
 * amount. */
bool group_discount(int64_t list_micros, int64_t ppm, int64_t *discount_micros,
                    int64_t *contracted_micros) must_check;

#endif
