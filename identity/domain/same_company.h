/* ID-18: whether two accounts are of the same company. Compares verified legal entities, never
 * names. */
#ifndef IDENTITY_DOMAIN_SAME_COMPANY_H
#define IDENTITY_DOMAIN_SAME_COMPANY_H

#include "identity/domain/account.h"
#include "runtime/base/refusal.h"

/* An individual can never be verified to a company, so that is said first (settled 5). */
#define SAME_COMPANY_REFUSALS(X)                                                    \
    X(SAME_COMPANY_NOT_CORPORATE, NEVER, CODE_FAILED_PRECONDITION, "NOT_CORPORATE", \
      "One of the accounts belongs to an individual.")                              \
    X(SAME_COMPANY_NOT_VERIFIED, NEVER, CODE_FAILED_PRECONDITION, "NOT_VERIFIED",   \
      "One of the accounts has no verified company.")                               \
    X(SAME_COMPANY_DIFFERENT, NEVER, CODE_FAILED_PRECONDITION, "DIFFERENT_COMPANY", \
      "The accounts are of different companies.")

enum same_company_verdict { SAME_COMPANY = 0, SAME_COMPANY_REFUSALS(REFUSAL_ENUM) };

/* One of the two accounts. */
struct account_company {
    enum account_type type;
    struct id company_id; /* nil: no verified company */
};

enum same_company_verdict same_company_decide(const struct account_company *one,
                                              const struct account_company *other);

/* Whether an account stands in the way by itself: for the verdicts NOT_CORPORATE and NOT_VERIFIED,
 * of which at least one of the two accounts is the cause. */
bool same_company_fails(enum same_company_verdict verdict, const struct account_company *one);

#endif
