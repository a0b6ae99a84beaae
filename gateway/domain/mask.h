/* GW-05: what is left of raw billing data for a role that must not see it. An amount becomes its
 * band, of its own sign: nothing at all, less than 1,000 units of the currency, from there to
 * 10,000, and so on by tens. An amount of a band is told as one number: 1,000.00 is "from 1,000 to
 * below 10,000", and 1.00 is "below 1,000". So it needs no currency, and adds up with nothing. */
#ifndef GATEWAY_DOMAIN_MASK_H
#define GATEWAY_DOMAIN_MASK_H

#include <stdint.h>

#include "runtime/base/refusal.h"

#define MASK_REFUSALS(X)                                                   \
    X(MASK_FIELD, NEVER, CODE_PERMISSION_DENIED, "FIELD_MASKED",           \
      "What the field asks for is hidden from the session's roles, so it " \
      "cannot be asked by.")

enum mask_verdict { MASK_PASSED = 0, MASK_REFUSALS(REFUSAL_ENUM) };

int64_t mask_band(int64_t micros);

const struct refusal *mask_refusal(enum mask_verdict verdict);

#endif
