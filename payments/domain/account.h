/* An account's one currency: sticky once set (PAY-24). */
#ifndef PAYMENTS_DOMAIN_ACCOUNT_H
#define PAYMENTS_DOMAIN_ACCOUNT_H

#include "runtime/base/currency.h"
#include "runtime/base/refusal.h"

#define CURRENCY_REFUSALS(X)                                                             \
    X(CURRENCY_NOT_SUPPORTED, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_NOT_SUPPORTED", \
      "Accounts may be in CNY, USD, EUR or AED.")                                        \
    X(CURRENCY_LOCKED, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_LOCKED",               \
      "The account's currency is set and stays; open another account.")

/* UNCHANGED: the same currency again, a no-op. */
enum currency_verdict { CURRENCY_ACCEPTED = 0, CURRENCY_REFUSALS(REFUSAL_ENUM) CURRENCY_UNCHANGED };
const struct refusal *currency_refusal(enum currency_verdict verdict);

/* current is NULL while no currency is set. */
enum currency_verdict currency_decide(const struct currency *current,
                                      const struct currency *wanted);

#endif
