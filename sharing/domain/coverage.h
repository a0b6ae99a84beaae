/* Which units of usage the assets with figures cover, in which order, and what a correction gives
 * back (D.9 step 1, SHR-20): storage packages (SCU), then reserved instances, then savings plans.
 */
#ifndef SHARING_DOMAIN_COVERAGE_H
#define SHARING_DOMAIN_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/amount.h"
#include "runtime/base/id.h"
#include "runtime/base/refusal.h"
#include "sharing/domain/benefit.h"

#define COVERAGE_PIECES_MAX 1000
#define COVERAGE_CORRECTIONS_MAX 100 /* of one call: each reads what covers its usage */
#define COVERAGE_HOURS_MAX 24        /* of one call */
#define COVERAGE_PAIRS_MAX 2000      /* of assets and pieces that a call considers */
#define COVERAGE_ASSETS_MAX COVERAGE_PAIRS_MAX
#define COVERAGE_LOOKS_MAX 200000 /* at an asset and a piece that might be a pair */
#define COVERAGE_TIMES_MAX 5000   /* of shares, and of verifications */
#define COVERAGE_RATES_MAX 100    /* of an asset */
#define COVERAGE_FIGURE_MAX INT64_C(1000000000000000)
#define COVERAGE_HOUR_US (INT64_C(3600) * 1000000)
#define COVERAGE_SKU_BYTES_MAX 64
#define COVERAGE_REGION_BYTES_MAX 32

/* Beside what benefit.h says: why an asset that applies covers nothing of a piece, or not all. */
#define COVERAGE_REFUSALS(X)                                                              \
    X(COVERAGE_OTHER_CURRENCY, NEVER, CODE_FAILED_PRECONDITION, "PLAN_CURRENCY_MISMATCH", \
      "The savings plan is of another currency than the price.")                          \
    X(COVERAGE_NOT_CHEAPER, NEVER, CODE_FAILED_PRECONDITION, "RATE_NOT_CHEAPER",          \
      "The savings plan's rate is not below the price.")                                  \
    X(COVERAGE_HOUR_USED_UP, NEVER, CODE_FAILED_PRECONDITION, "HOUR_USED_UP",             \
      "Nothing is left of what the asset covers in the hour.")                            \
    X(COVERAGE_COVERED_BEFORE, NEVER, CODE_FAILED_PRECONDITION, "COVERED_BEFORE",         \
      "Other assets or corrections come first and left nothing to cover.")                \
    X(COVERAGE_LINE_UNKNOWN, NEVER, CODE_NOT_FOUND, "BENEFIT_LINE_NOT_FOUND",             \
      "Nobody asked for benefits for such a line of the account.")                        \
    X(COVERAGE_TOO_WIDE, NEVER, CODE_RESOURCE_EXHAUSTED, "COVERAGE_TOO_WIDE",             \
      "More assets are to be considered than one call may; ask with fewer pieces or lines.")

enum coverage_verdict { COVERAGE_COVERS = 0, COVERAGE_REFUSALS(REFUSAL_ENUM) };

/* Lends the row; not for COVERAGE_COVERS. */
const struct refusal *coverage_refusal(enum coverage_verdict verdict);

/* In the order in which they serve. */
enum coverage_tier { COVERAGE_PACKAGE = 1, COVERAGE_RESERVED = 2, COVERAGE_PLAN = 3 };

/* "ecs.large@eu-central-1=120000000": a sku, a region or "*", and of a savings plan the nano that a
 * unit takes of the commitment. The texts are lent. */
struct coverage_rate {
    const char *sku;
    size_t sku_length;
    const char *region;
    size_t region_length;
    int64_t nano; /* 0: none is said */
};

/* false: not that, or too long, or above the maximum. */
bool coverage_rate_parse(const char *text, struct coverage_rate *rate) must_check;

/* Whether two say the same sku and region. */
bool coverage_rate_same(const struct coverage_rate *a, const struct coverage_rate *b);

/* The figures that an asset is registered with. */
struct coverage_figures {
    enum coverage_tier tier;
    int64_t hourly_micros;
    bool has_currency;
    const struct coverage_rate *rates; /* distinct */
    size_t rate_count;
};

/* Whether they belong together; all absent do. */
bool coverage_figures_are_whole(const struct coverage_figures *figures);

/* The rate of a sku in a region: the one that names the region goes before the one of every region.
 * NULL: the asset does not cover it. */
const struct coverage_rate *coverage_rate_find(const struct coverage_rate *rates, size_t count,
                                               const char *sku, const char *region);

/* How wide an asset is: narrower ones serve first. One that names regions is narrower than one of
 * every region, then the fewer the narrower. */
int64_t coverage_width(const struct coverage_rate *rates, size_t count);

#define COVERAGE_DAYS_MAX 92 /* of one report */
#define COVERAGE_DAY_US (24 * COVERAGE_HOUR_US)

/* How many of the hours that begin in [start_us, end_us) an asset has from provisioned_us until
 * expire_us; one that it has in part counts. */
int64_t coverage_hours(int64_t start_us, int64_t end_us, int64_t provisioned_us, int64_t expire_us);

/* The hours that intervals touch, in their order and each once; says how many intervals are left.
 */
size_t coverage_held_hours(struct interval *held, size_t count);

/* The start of the hour of a moment since 1970. */
int64_t coverage_hour_us(int64_t time_us);

/* An asset and a piece that it might cover. */
struct coverage_pair {
    enum coverage_tier tier;
    bool is_shared; /* the piece is not of the asset's owner */
    int64_t width;
    int64_t expire_us;
    struct id asset_id;
    int64_t group; /* of the recipient: 0 shared directly, 1 by an organization */
    int64_t list_nano;
    int64_t rate_nano; /* of savings plans */
    struct id account_id;
    struct id piece_id;
    size_t asset; /* where the caller has them */
    size_t piece;
};

/* For qsort: the order in which pairs are served. */
int coverage_pair_compare(const void *a, const void *b);

/* Of one pair whose benefit applies, before what is left is looked at. */
enum coverage_verdict coverage_decide(const struct coverage_pair *pair, bool same_currency);

struct coverage_taken {
    int64_t quantity_micros;
    int64_t used_micros; /* of the asset's hour */
};

/* As much of the units as the hour has left for. */
struct coverage_taken coverage_take(const struct coverage_pair *pair, int64_t left_micros,
                                    int64_t quantity_micros);

/* Of a piece of usage: how many units may be covered once corrections that came before it are set
 * off; what they are still more than usage by is left in *owed_micros. */
int64_t coverage_coverable(int64_t quantity_micros, int64_t *owed_micros);

/* Of what covers usage of which net_micros are left after a correction: how many units go back. */
int64_t coverage_surplus(int64_t covered_micros, int64_t net_micros);

/* Gives back up to so many units of what a pair's asset took; the result is not below zero. */
struct coverage_taken coverage_give_back(const struct coverage_pair *pair,
                                         const struct coverage_taken *kept,
                                         int64_t quantity_micros);

#endif
