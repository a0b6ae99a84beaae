/* Own cash from outside: top-ups that payments confirmed, what leaves suspense, and corrections by
 * operators. */
#ifndef LEDGER_DOMAIN_CASH_H
#define LEDGER_DOMAIN_CASH_H

#include "ledger/domain/settling.h"
#include "runtime/base/refusal.h"

/* CreditTopUp: the money was received and has nowhere else to go, so a state that passes is NOT_YET
 * (settled 10). */
#define TOP_UP_REFUSALS(X)                                                            \
    X(TOP_UP_ACCOUNT_UNKNOWN, NOT_YET, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",           \
      "The account is not known here.") /* opened later */                            \
    X(TOP_UP_ACCOUNT_CLOSED, NOT_YET, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED",     \
      "The account is closed.") /* opened again */                                    \
    X(TOP_UP_CURRENCY_NOT_SET, NOT_YET, CODE_FAILED_PRECONDITION, "CURRENCY_NOT_SET", \
      "The account has no currency yet.")                                             \
    /* a currency that is set stays (PAY-24) */                                       \
    X(TOP_UP_CURRENCY_MISMATCH, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_MISMATCH", \
      "The account has another currency.")                                            \
    /* room comes as money is spent */                                                \
    X(TOP_UP_OUT_OF_RANGE, NOT_YET, CODE_OUT_OF_RANGE, "OUT_OF_RANGE",                \
      "The amount leaves the range of an account.")

enum top_up_verdict { TOP_UP_ACCEPTED = 0, TOP_UP_REFUSALS(REFUSAL_ENUM) };
const struct refusal *top_up_refusal(enum top_up_verdict verdict);
const struct refusal *top_up_decide(const struct settling *settling, struct allowance *allowance);
void top_up_book(struct settling *settling);

/* ReleaseTopUp: what suspense holds for a top-up leaves it. The money went where it had to before,
 * so what stands in the way passes. */
#define RELEASE_REFUSALS(X)                                                              \
    X(RELEASE_ACCOUNT_UNKNOWN, NOT_YET, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",             \
      "The account is not known here.") /* opened by the first */                        \
    X(RELEASE_CURRENCY_MISMATCH, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_MISMATCH",   \
      "The account has another currency.")                                               \
    X(RELEASE_EXCEEDS_AVAILABLE, NOT_YET, CODE_FAILED_PRECONDITION, "EXCEEDS_AVAILABLE", \
      "Suspense does not hold as much.") /* put first */

enum release_verdict { RELEASE_ACCEPTED = 0, RELEASE_REFUSALS(REFUSAL_ENUM) };
const struct refusal *release_refusal(enum release_verdict verdict);
const struct refusal *release_decide(const struct settling *settling, struct allowance *allowance);
void release_book(struct settling *settling);

#define ADJUSTMENT_REFUSALS(X)                                                            \
    X(ADJUSTMENT_ACCOUNT_UNKNOWN, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",             \
      "The account is not known here.")                                                   \
    X(ADJUSTMENT_ACCOUNT_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED",       \
      "The account is closed.")                                                           \
    X(ADJUSTMENT_READ_ONLY, NEVER, CODE_FAILED_PRECONDITION, "SUBACCOUNT_READ_ONLY",      \
      "The account may not spend what is put in; accept that.")                           \
    X(ADJUSTMENT_CURRENCY_MISMATCH, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_MISMATCH", \
      "The account has another currency.")                                                \
    X(ADJUSTMENT_EXCEEDS_AVAILABLE, NEVER, CODE_FAILED_PRECONDITION, "EXCEEDS_AVAILABLE", \
      "More than own cash and what is available.")                                        \
    X(ADJUSTMENT_OUT_OF_RANGE, NEVER, CODE_OUT_OF_RANGE, "OUT_OF_RANGE",                  \
      "The amount leaves the range of an account.")

enum adjustment_verdict { ADJUSTMENT_ACCEPTED = 0, ADJUSTMENT_REFUSALS(REFUSAL_ENUM) };
const struct refusal *adjustment_refusal(enum adjustment_verdict verdict);
const struct refusal *adjustment_decide(const struct settling *settling,
                                        struct allowance *allowance);
void adjustment_book(struct settling *settling);

#endif
