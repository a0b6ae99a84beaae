/* Prices, and by one the charge for a quantity. Quantities are in millionths of the unit, prices in
 * 10^-9 of the currency's major unit, charges in micros. */
#ifndef LEDGER_DOMAIN_PRICE_H
#define LEDGER_DOMAIN_PRICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/failure.h"
#include "runtime/base/fault.h"

#define PRICE_TIERS_MAX 20
#define PRICE_OPEN INT64_MAX /* up to which the last tier goes */

/* As ledger.v1.PriceModel, but for NONE, which is another number there. */
enum price_model {
    PRICE_NONE,      /* it is sold no more */
    PRICE_PER_UNIT,  /* each unit at one price */
    PRICE_GRADUATED, /* each unit at the price of the tier that it lies in */
    PRICE_VOLUME,    /* all units at the price of the tier that the last of them lies in */
    PRICE_PACKAGE,   /* whole packages, each at one price */
    PRICE_FLAT,      /* one price for any quantity but none */
    PRICE_MODEL_END
};

struct price_tier {
    int64_t up_to_micros; /* inclusive */
    int64_t nanos;        /* of a unit, a package, or the whole */
    int64_t flat_micros;  /* beside, once the tier is entered */
};

struct price {
    enum price_model model;
    int64_t package_micros; /* how much is in one; 0: the model has none */
    size_t tier_count;      /* one, but for GRADUATED and VOLUME */
    struct price_tier tiers[PRICE_TIERS_MAX];
};

/* Of its fields, what keeps them from being a price. */
struct price_mistake {
    const char *field;
    enum fault fault;
    const char *sentence;
};

/* NULL: it is a price. */
const struct price_mistake *price_check(const struct price *price);

/* F(quantity), rounded once; of a price that is one. false: it leaves the range of an amount (E31).
 */
bool price_charge(const struct price *price, int64_t quantity_micros,
                  int64_t *charge_micros) must_check;

/* Of a further quantity behind what was used in the period: F(after) - F(before), so that the
 * charges add up to F(total), in whatever order and pieces it comes. By VOLUME, whose F falls where
 * a tier is entered, the quantity at the price of the tier that is reached, so that no charge is
 * below zero: for previews; usage is rated by the difference itself (rating.h). */
bool price_charge_further(const struct price *price, int64_t used_micros, int64_t quantity_micros,
                          int64_t *charge_micros) must_check;

/* A price that some book has for a place at the moment that is asked for. */
struct price_candidate {
    int rank;        /* of the book: the lower one counts */
    bool everywhere; /* its region is "*" */
    enum price_model model;
};

/* The book that comes first counts, and in it the very region before "*"; a book that sells it no
 * more there leaves it to the next place. candidate_count: none has a price. */
size_t price_choose(const struct price_candidate *candidates, size_t candidate_count);

#endif
