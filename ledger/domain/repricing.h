/* At which prices a partner sells on (c-12, breadth A.4): what it sets for a calendar month before
 * that begins, for a customer or all, a product or all. */
#ifndef LEDGER_DOMAIN_REPRICING_H
#define LEDGER_DOMAIN_REPRICING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/failure.h"
#include "runtime/base/id.h"
#include "runtime/base/refusal.h"

#define REPRICING_PPM_MIN (-999999)
#define REPRICING_PPM_MAX INT64_C(10000000)
#define REPRICINGS_OF_MONTH_MAX 1000
#define REPRICING_MONTHS_AHEAD_MAX 24

/* As ledger.v1.RepricingBasis. */
enum repricing_basis { REPRICING_ON_LIST = 1, REPRICING_ON_COST };

struct repricing {
    struct id customer_id;  /* nil: all */
    const char *product_id; /* "": all */
    int64_t month;          /* domain/month.h */
    enum repricing_basis basis;
    int64_t ppm; /* above the basis, or below */
    int64_t set_us;
};

/* Of those of one month the most specific, by customer before product; NULL: none is for them, and
 * the list price is what is asked. */
const struct repricing *repricing_choose(const struct repricing *items, size_t count,
                                         struct id customer_id, const char *product_id);

/* The list price of a charge, and what the partner itself is charged for it. */
struct repricing_charge {
    int64_t list_micros;
    int64_t cost_micros;
};

/* repricing NULL: the list price. false: it is beyond an amount. */
bool repricing_resale(const struct repricing *repricing, const struct repricing_charge *charge,
                      int64_t *resale_micros, int64_t *margin_micros) must_check;

#define REPRICING_REFUSALS(X)                                                               \
    X(REPRICING_NOT_RESOLD, NEVER, CODE_FAILED_PRECONDITION, "RESALE_NOT_PERMITTED",        \
      "The account's terms with this customer do not let it sell on at prices of its own.") \
    X(REPRICING_STARTED, NEVER, CODE_FAILED_PRECONDITION, "REPRICING_PERIOD_STARTED",       \
      "The month has begun in the partner's time zone; what is asked in it stays.")         \
    X(REPRICING_LOSES, NEVER, CODE_FAILED_PRECONDITION, "REPRICING_NEGATIVE_MARGIN",        \
      "The partner would be charged more than it asks.")                                    \
    X(REPRICING_FULL, NEVER, CODE_RESOURCE_EXHAUSTED, "REPRICING_LIMIT",                    \
      "The month has as many of these as there may be.")

enum repricing_verdict { REPRICING_ACCEPTED = 0, REPRICING_REFUSALS(REFUSAL_ENUM) };
const struct refusal *repricing_refusal(enum repricing_verdict verdict);

struct repricing_facts {
    bool resells;             /* to the customer, or it is for all */
    int64_t begin_us, now_us; /* of the month */
    int64_t discount_ppm;     /* of the partner's group now */
    bool acknowledges;        /* that it may lose by it */
    int64_t count;            /* what was set for the month before */
};
enum repricing_verdict repricing_decide(const struct repricing *repricing,
                                        const struct repricing_facts *facts);

#endif
