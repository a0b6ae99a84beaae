/* Own cash from outside: top-ups that payments confirmed, and corrections by operators. */
#ifndef LEDGER_DOMAIN_CASH_H
#define LEDGER_DOMAIN_CASH_H

#include "ledger/domain/facts.h"
#include "runtime/base/refusal.h"

#define CASH_REFUSALS(X)                                                                                                                \
    X(CASH_ACCOUNT_UNKNOWN, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND", "The account is not known here.")                                      \
    X(CASH_ACCOUNT_CLOSED, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED", "The account is closed.")                                        \
    X(CASH_CURRENCY_MISMATCH, CODE_FAILED_PRECONDITION, "CURRENCY_MISMATCH", "The account has another currency.")                       \
    X(CASH_EXCEEDS_AVAILABLE, CODE_FAILED_PRECONDITION, "EXCEEDS_AVAILABLE", "More than own cash and what is available.")               \
    X(CASH_OUT_OF_RANGE, CODE_OUT_OF_RANGE, "OUT_OF_RANGE", "The amount leaves the range of an account.")

enum cash_verdict { CASH_ACCEPTED = 0, CASH_REFUSALS(REFUSAL_ENUM) };
const struct refusal *cash_refusal(enum cash_verdict verdict);

/* Top-up or adjustment, as the order says. */
enum cash_verdict cash_decide(const struct account *account, const struct order *order, struct allowance *allowance);
void cash_book(struct entry *entry);

#endif
