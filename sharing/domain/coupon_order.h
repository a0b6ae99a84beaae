/* In which order coupons pay for a line of usage, and what a refund gives back to them (D.9 step 2,
 * E27): earliest expiry, fewest products, own before shared, smallest rest, oldest, id. */
#ifndef SHARING_DOMAIN_COUPON_ORDER_H
#define SHARING_DOMAIN_COUPON_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/id.h"
#include "runtime/base/refusal.h"

#define COUPON_LINES_MAX 100 /* of one call */
#define COUPONS_MAX 200      /* that a call considers */

#define COUPON_LINE_REFUSALS(X)                                                           \
    X(COUPON_OTHER_CURRENCY, NEVER, CODE_FAILED_PRECONDITION, "COUPON_CURRENCY_MISMATCH", \
      "The coupon is of another currency than the amount.")                               \
    X(COUPON_LINE_UNKNOWN, NEVER, CODE_NOT_FOUND, "COUPON_LINE_NOT_FOUND",                \
      "No coupons were asked for such a line of the account.")                            \
    X(COUPON_RETURN_EXCEEDS, NEVER, CODE_FAILED_PRECONDITION, "RETURN_EXCEEDS_COUPONS",   \
      "Coupons paid less of the line than is to be returned.")

enum coupon_line_verdict { COUPON_PAYS = 0, COUPON_LINE_REFUSALS(REFUSAL_ENUM) };

/* Lends the row; not for COUPON_PAYS. */
const struct refusal *coupon_line_refusal(enum coupon_line_verdict verdict);

/* A coupon as one account has it. */
struct coupon_choice {
    int64_t expire_us;
    size_t product_count; /* 0: every product, which is most */
    bool is_shared;       /* another account owns it */
    int64_t remaining_micros;
    int64_t provisioned_us;
    struct id asset_id;
    size_t at; /* where the caller has it */
};

/* For qsort: the order in which coupons pay. */
int coupon_choice_compare(const void *a, const void *b);

/* How coupons paid for a line, in their order. */
struct coupon_use {
    int64_t used_micros;
    int64_t returned_micros; /* what refunds took back of it, returned or lapsed */
    bool is_valid;           /* now: neither expired nor revoked */
};

/* Of a refund: takes amount_micros back, the last that paid first, never more of a coupon than it
 * paid. taken_micros[i] is the part of use i; its coupon gets it when it is valid, else it lapses.
 */
enum coupon_line_verdict coupon_return_decide(const struct coupon_use *uses, size_t count,
                                              int64_t amount_micros, int64_t *taken_micros);

#endif
