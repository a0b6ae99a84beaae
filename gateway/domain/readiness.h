/* Readiness: what an account must have before it may buy. The list answers GetReadiness and refuses
 * the purchase, so that both always say the same, and says everything that is missing, not the
 * first (ID-07). */
#ifndef GATEWAY_DOMAIN_READINESS_H
#define GATEWAY_DOMAIN_READINESS_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/base/refusal.h"

/* In the order in which people do them (ID-09). */
#define READINESS_REFUSALS(X)                                                                \
    X(READINESS_BILLING_ADDRESS, NEVER, CODE_FAILED_PRECONDITION, "BILLING_ADDRESS_MISSING", \
      "Add a billing address first.")                                                        \
    X(READINESS_CURRENCY, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_MISSING",               \
      "Set the account's currency first.")                                                   \
    X(READINESS_PAYMENT_METHOD, NEVER, CODE_FAILED_PRECONDITION, "PAYMENT_METHOD_MISSING",   \
      "Add a payment method first.")                                                         \
    X(READINESS_REAL_NAME, NEVER, CODE_FAILED_PRECONDITION, "REAL_NAME_REQUIRED",            \
      "Regions in mainland China need real-name registration; have the account's company "   \
      "verified first.")

enum readiness_step { READINESS_NONE = 0, READINESS_REFUSALS(REFUSAL_ENUM) READINESS_STEP_END };
#define READINESS_STEPS_MAX (READINESS_STEP_END - 1)

struct readiness_facts {
    bool billing_address_present;
    bool currency_set;
    bool payment_method_present; /* one that may be charged */
    bool real_name_registered;   /* for a corporate account: its company is verified */
    const char *region;          /* "" when no region is asked for */
};

/* Writes every missing step, in order; returns how many. 0: ready. */
size_t readiness_missing(enum readiness_step missing[READINESS_STEPS_MAX],
                         const struct readiness_facts *facts);

const struct refusal *readiness_refusal(enum readiness_step step);

/* 1 to 32 bytes of a-z, 0-9 and '-'. */
bool region_is_valid(const char *region);

/* Regions are named "cn-…" there; Hong Kong ("cn-hongkong") is treated as outside (ID-08). */
bool region_is_mainland_china(const char *region);

#endif
