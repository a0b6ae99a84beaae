/* Usage accrues, then settles; bills are paid (settled 8, D.9 step 7). Usage is never refused for
 * lack of money. */
#ifndef LEDGER_DOMAIN_USAGE_H
#define LEDGER_DOMAIN_USAGE_H

#include "ledger/domain/settling.h"
#include "runtime/base/refusal.h"

/* One list for the three orders of usage. */
#define USAGE_REFUSALS(X)                                                                 \
    X(USAGE_ACCOUNT_UNKNOWN, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",                  \
      "The account is not known here.")                                                   \
    X(USAGE_NOT_AGREED, NEVER, CODE_FAILED_PRECONDITION, "PAY_ON_BEHALF_NOT_AGREED",      \
      "No relation lets the account pay for the other one, nor are both of one company.") \
    X(USAGE_QUOTA_UNKNOWN, NEVER, CODE_NOT_FOUND, "QUOTA_NOT_FOUND",                      \
      "The account pays for no such sub-account.")                                        \
    X(USAGE_ACCOUNT_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED",            \
      "The account is closed.")                                                           \
    X(USAGE_CURRENCY_MISMATCH, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_MISMATCH",      \
      "The account has another currency.")                                                \
    X(USAGE_NOTHING_OWED, NEVER, CODE_FAILED_PRECONDITION, "NOTHING_OWED",                \
      "There is nothing to settle or to pay.")                                            \
    X(USAGE_EXCEEDS_OUTSTANDING, NEVER, CODE_FAILED_PRECONDITION, "EXCEEDS_OUTSTANDING",  \
      "The amount is more than is outstanding.")                                          \
    X(USAGE_EXCEEDS_FUNDS, NEVER, CODE_FAILED_PRECONDITION, "EXCEEDS_AVAILABLE",          \
      "The account's funds do not cover the amount.")                                     \
    X(USAGE_OUT_OF_RANGE, NEVER, CODE_OUT_OF_RANGE, "OUT_OF_RANGE",                       \
      "The amount leaves the range of an account.")                                       \
    X(USAGE_TOO_MANY_LOTS, NEVER, CODE_RESOURCE_EXHAUSTED, "TOO_MANY_LOTS",               \
      "More than 1,000 lots would pay; order in smaller parts.")                          \
    X(USAGE_TOO_MANY_BILLS, NEVER, CODE_RESOURCE_EXHAUSTED, "TOO_MANY_BILLS",             \
      "More than 1,000 bills would be paid; pay a smaller amount.")

enum usage_verdict { USAGE_ACCEPTED = 0, USAGE_REFUSALS(REFUSAL_ENUM) };
const struct refusal *usage_refusal(enum usage_verdict verdict);

/* Usage by a sub-account counts in its quota and is never refused for it; nor for the lots that
 * would pay, of which the rest stays unbilled. */
const struct refusal *usage_decide(const struct settling *settling, struct allowance *allowance);
const struct refusal *settlement_decide(const struct settling *settling,
                                        struct allowance *allowance);
const struct refusal *bill_payment_decide(const struct settling *settling,
                                          struct allowance *allowance);

/* Each notes how it was paid; credit is what became outstanding. */
void usage_book(struct settling *settling);
void settlement_book(struct settling *settling);
void bill_payment_book(struct settling *settling);

#endif
