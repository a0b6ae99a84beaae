/* Same company (ID-18): what a transfer or a share needs before it is passed on. Identity compares
 * the verified legal entities; this gives its verdict the words of the rules. Ledger and sharing
 * judge again with the facts that they keep (settled 6). */
#ifndef GATEWAY_DOMAIN_COMPANY_H
#define GATEWAY_DOMAIN_COMPANY_H

#include <stdbool.h>

#include "runtime/base/refusal.h"

#define COMPANY_REFUSALS(X)                                                    \
    X(COMPANY_NOT_CORPORATE, NEVER, CODE_FAILED_PRECONDITION, "NOT_CORPORATE", \
      "An individual is of no company; this needs one.")                       \
    X(COMPANY_NOT_VERIFIED, NEVER, CODE_FAILED_PRECONDITION, "NOT_VERIFIED",   \
      "An account's company is not verified.")                                 \
    X(COMPANY_DIFFERENT, NEVER, CODE_FAILED_PRECONDITION, "DIFFERENT_COMPANY", \
      "The accounts are of different companies.")

enum company_verdict { COMPANY_SAME = 0, COMPANY_REFUSALS(REFUSAL_ENUM) };

const struct refusal *company_refusal(enum company_verdict verdict);

/* Whether the ledger's fact is whose an account is, a person's or of which company: identity knows
 * that, and no operator says it to the ledger. */
bool company_is_fact_of_it(const char *fact);

#endif
