/* Rating usage that comes in pieces (A.2): each piece at the price of the moment when it began,
 * over the counter of its SKU, region and calendar month. The charges add up to that of the whole,
 * in whatever order and size the pieces come; a correction goes back over the same counter. */
#ifndef LEDGER_DOMAIN_RATING_H
#define LEDGER_DOMAIN_RATING_H

#include "ledger/domain/account.h"
#include "ledger/domain/price.h"

/* The most that a line may cost, either way, so that those of one transaction, and what an account
 * may hold, are never left by their sum. */
#define RATING_LINE_MAX (ACCOUNT_MICROS_MAX / 4096)

/* X(VERDICT, reason): why a record is set aside until it can be rated. Nothing is ever rated at
 * zero, or in another currency, for want of a price. */
#define RATING_PARKINGS(X)                \
    X(RATING_NO_PRICE, "PRICE_NOT_FOUND") \
    X(RATING_TOO_LARGE, "OUT_OF_RANGE")   \
    X(RATING_TOO_EARLY, "CORRECTED_NOT_RATED")

enum rating_verdict {
    RATING_RATED = 0,
#define RATING_PARKING(verdict, reason) verdict,
    RATING_PARKINGS(RATING_PARKING)
#undef RATING_PARKING
};

/* "PRICE_NOT_FOUND"; "" of RATING_RATED. */
const char *rating_reason(enum rating_verdict verdict);

/* The steps of one line (D.9). Until benefits and coupons are applied, nothing is covered or paid
 * by coupons. */
struct rating {
    int64_t used_micros;       /* of the counter, before it */
    int64_t covered_micros;    /* units that benefits cover */
    int64_t list_micros;       /* by the price */
    int64_t discount_micros;   /* of a group (A.3) */
    int64_t contracted_micros; /* list less discount */
    int64_t coupon_micros;     /* of it paid by coupons */
    int64_t net_micros;        /* the rest */
};

/* price NULL: none counts. ppm: the group's discount. Moves the counter on, or back, when it is
 * rated. */
enum rating_verdict rating_decide(const struct price *price, int64_t ppm, int64_t quantity_micros,
                                  int64_t *counter_micros, struct rating *rating);

/* The line that a correction corrects; of any other one there is none. */
struct rating_original {
    bool is_one;
    bool is_rated;
    bool is_refused; /* its order was */
};

/* Whether a line may go back over the counter now: only what went forth. */
bool rating_may_go_on(const struct rating_original *original);

/* Whether a line is booked: nothing is given back of what nobody paid. */
bool rating_is_booked(const struct rating_original *original);

/* Of lines that are booked together: what is ordered, above zero or nothing. Below zero no order
 * is, so it is carried until later lines cover it; *carried_micros is never above zero. false: it
 * leaves the range of an amount. */
bool rating_fold(int64_t lines_micros, int64_t *carried_micros, int64_t *order_micros) must_check;

#endif
