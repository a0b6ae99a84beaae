/* Readiness: what an account must have before it may buy (ID-07, ID-08, GW-14), in the words that
 * refuse the purchase. The table of blockers says which act each of them stops (blocker.h). */
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
      "Real-name registration is needed, by the region or the account's channel; have the "  \
      "account's company or its owner's real name verified first.")                          \
    X(READINESS_REGION, NEVER, CODE_FAILED_PRECONDITION, "REGION_UNCONFIRMED",               \
      "The account prefers another region; confirm this one once.")

enum readiness_step { READINESS_NONE = 0, READINESS_REFUSALS(REFUSAL_ENUM) READINESS_STEP_END };

/* The steps that a channel's policy may demand (ID-42), as bits 1 << the wire's number. */
enum policy_step {
    POLICY_SECOND_CHANNEL = 2,
    POLICY_BILLING_ADDRESS = 4,
    POLICY_COMPANY = 8,
    POLICY_FACTOR = 16
};

struct readiness_facts {
    unsigned feature_steps, provisioning_steps; /* policy_step bits that the channel demands */
    bool second_channel_verified;
    bool factor_enrolled; /* by whoever acts; programs and operators need none */
    bool billing_address_present;
    bool currency_set;
    bool payment_method_present; /* one that may be charged */
    bool another_pays;           /* it orders with "agent to pay" (LED-20) */
    bool real_name_registered;   /* its company or its person is verified */
    bool for_another;            /* bought on behalf of a sub-account, which uses it (ID-19) */
    bool another_registered;     /* as real_name_registered, of that */
    bool corporate;
    const char *region;           /* "" when no region is asked for */
    const char *preferred_region; /* "" when none was chosen at set-up */
    bool region_confirmed;        /* the one asked for, once */
};

const struct refusal *readiness_refusal(enum readiness_step step);

/* 1 to 32 bytes of a-z, 0-9 and '-'. */
bool region_is_valid(const char *region);

/* Regions are named "cn-…" there; Hong Kong ("cn-hongkong") is treated as outside (ID-08). */
bool region_is_mainland_china(const char *region);

/* GW-14: a purchase in another region than the preferred one is confirmed once. */
bool region_waits(const struct readiness_facts *facts);

#endif
