/* Does this benefit apply to this usage, and if not, why (SHR-03, SHR-06, SHR-09, SHR-11, D.9).
 * Judged by when the usage started, whenever it is billed; every interval includes its start
 * and excludes its end. */
#ifndef SHARING_DOMAIN_BENEFIT_H
#define SHARING_DOMAIN_BENEFIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/refusal.h"

#define ASSET_PRODUCTS_MAX 50
#define ASSET_BILL_TYPES_MAX 10
#define ASSET_REGIONS_MAX 32

/* In order of precedence. A customer asks "why not", so these are answers; RedeemCoupon refuses
 * with the same words. */
#define BENEFIT_REFUSALS(X)                                                                      \
    X(BENEFIT_NOT_SHARED, NEVER, CODE_FAILED_PRECONDITION, "NOT_SHARED",                         \
      "The asset was never shared with the account.")                                            \
    X(BENEFIT_NOT_PROVISIONED, NEVER, CODE_FAILED_PRECONDITION, "NOT_PROVISIONED",               \
      "The usage started before the asset was provisioned.")                                     \
    X(BENEFIT_EXPIRED, NEVER, CODE_FAILED_PRECONDITION, "EXPIRED",                               \
      "The usage started when the asset had expired.")                                           \
    X(BENEFIT_REVOKED, NEVER, CODE_FAILED_PRECONDITION, "REVOKED",                               \
      "The remaining value was revoked.")                                                        \
    X(BENEFIT_SHARE_NOT_YET_ACTIVE, NEVER, CODE_FAILED_PRECONDITION, "SHARE_NOT_YET_ACTIVE",     \
      "The usage started before the share was active.")                                          \
    X(BENEFIT_SHARE_ENDED, NEVER, CODE_FAILED_PRECONDITION, "SHARE_ENDED",                       \
      "The usage started when the share had ended.")                                             \
    X(BENEFIT_NOT_VERIFIED, NEVER, CODE_FAILED_PRECONDITION, "NOT_VERIFIED",                     \
      "The usage started while the owner or the account was not verified to the company.")       \
    X(BENEFIT_PAYMENT_RELATION_ENDED, NEVER, CODE_FAILED_PRECONDITION, "PAYMENT_RELATION_ENDED", \
      "The usage started while nobody's payment relation covered the account.")                  \
    X(BENEFIT_PRODUCT_NOT_COVERED, NEVER, CODE_FAILED_PRECONDITION, "PRODUCT_NOT_COVERED",       \
      "The asset does not cover the product.")                                                   \
    X(BENEFIT_BILL_TYPE_NOT_COVERED, NEVER, CODE_FAILED_PRECONDITION, "BILL_TYPE_NOT_COVERED",   \
      "The asset does not cover the bill type.")                                                 \
    X(BENEFIT_REGION_NOT_COVERED, NEVER, CODE_FAILED_PRECONDITION, "REGION_NOT_COVERED",         \
      "The asset does not cover the region.")                                                    \
    X(BENEFIT_NOTHING_LEFT, NEVER, CODE_FAILED_PRECONDITION, "NOTHING_LEFT",                     \
      "Nothing is left of the coupon.")

enum benefit_verdict { BENEFIT_APPLIES = 0, BENEFIT_REFUSALS(REFUSAL_ENUM) };

/* Lends the row; not for BENEFIT_APPLIES. */
const struct refusal *benefit_refusal(enum benefit_verdict verdict);

#define INTERVAL_OPEN INT64_MAX

/* [start_us, end_us); INTERVAL_OPEN while it lasts. */
struct interval {
    int64_t start_us;
    int64_t end_us;
};

bool interval_covers(const struct interval *interval, int64_t time_us);

struct benefit_asset {
    bool is_coupon;
    int64_t remaining_micros; /* coupons */
    bool revoked;
    int64_t provisioned_us;
    int64_t expire_us;
    const char *const *products; /* none: every product */
    size_t product_count;
    const char *const *bill_types; /* none: every type */
    size_t bill_type_count;
    const char *const *regions; /* none: every region */
    size_t region_count;
};

struct benefit_usage {
    bool by_owner;
    int64_t started_us;
    const char *product;
    const char *bill_type;
    const char *region;            /* "" when it is not told */
    const struct interval *shares; /* of this asset with this account, any order */
    size_t share_count;
    const struct interval *owner_verified; /* when the asset's owner was verified to the company */
    size_t owner_verified_count;
    const struct interval *recipient_verified;
    size_t recipient_verified_count;
    /* When the asset's owner paid for the account; none: it never did, and SHR-09 and SHR-11 have
     * nothing to say. */
    const struct interval *payment_relations;
    size_t payment_relation_count;
};

enum benefit_verdict benefit_decide(const struct benefit_asset *asset,
                                    const struct benefit_usage *usage);

/* The share that benefit_decide judged: the one that covers the usage, else the nearest before it,
 * else the first after it. NULL without any. */
const struct interval *benefit_share(const struct benefit_usage *usage);

#endif
