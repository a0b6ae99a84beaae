/* Purchases are paid whole or refused whole (settled 8, D.9 step 7); refunds return in reverse
 * order (E16). */
#ifndef LEDGER_DOMAIN_PURCHASE_H
#define LEDGER_DOMAIN_PURCHASE_H

#include "ledger/domain/settling.h"
#include "runtime/base/refusal.h"

#define PURCHASE_REFUSALS(X)                                                              \
    X(PURCHASE_ACCOUNT_UNKNOWN, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",               \
      "The account is not known here.")                                                   \
    X(PURCHASE_NOT_AGREED, NEVER, CODE_FAILED_PRECONDITION, "PAY_ON_BEHALF_NOT_AGREED",   \
      "No relation lets the account pay for the other one, nor are both of one company.") \
    X(PURCHASE_QUOTA_UNKNOWN, NEVER, CODE_NOT_FOUND, "QUOTA_NOT_FOUND",                   \
      "The account pays for no such sub-account.")                                        \
    X(PURCHASE_ACCOUNT_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED",         \
      "The account is closed.")                                                           \
    X(PURCHASE_PAYER_UNAVAILABLE, NEVER, CODE_FAILED_PRECONDITION, "PAYER_UNAVAILABLE",   \
      "The payer is frozen or has an overdue payment; it buys for nobody else.")          \
    X(PURCHASE_ACCOUNT_FROZEN, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_FROZEN",         \
      "The account is frozen.")                                                           \
    X(PURCHASE_READ_ONLY, NEVER, CODE_FAILED_PRECONDITION, "SPENDING_NOT_PERMITTED",      \
      "The account is read-only: it may not spend.")                                      \
    X(PURCHASE_CURRENCY_MISMATCH, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_MISMATCH",   \
      "The account has another currency.")                                                \
    X(PURCHASE_VERSION_MISMATCH, NEVER, CODE_ABORTED, "VERSION_MISMATCH",                 \
      "The account changed since the expected version.")                                  \
    X(PURCHASE_CAP_EXCEEDED, NEVER, CODE_RESOURCE_EXHAUSTED, "CAP_EXCEEDED",              \
      "The amount is more than the month's cap leaves.")                                  \
    X(PURCHASE_QUOTA_EXCEEDED, NEVER, CODE_FAILED_PRECONDITION, "QUOTA_EXCEEDED",         \
      "The amount is more than the sub-account's quota.")                                 \
    X(PURCHASE_PAYER_INSUFFICIENT, NEVER, CODE_FAILED_PRECONDITION, "PAYER_INSUFFICIENT", \
      "The amount is more than the payer has available.")                                 \
    X(PURCHASE_CONTRACT_PENDING, NEVER, CODE_FAILED_PRECONDITION, "CONTRACT_PENDING",     \
      "The credit limit waits for its contract.")                                         \
    X(PURCHASE_EXCEEDS_AVAILABLE, NEVER, CODE_FAILED_PRECONDITION, "EXCEEDS_AVAILABLE",   \
      "The amount is more than is available.")                                            \
    X(PURCHASE_MINIMUM_LEFT, NEVER, CODE_FAILED_PRECONDITION, "MINIMUM_LEFT",             \
      "Less than the demanded minimum would stay available.")                             \
    X(PURCHASE_OUT_OF_RANGE, NEVER, CODE_OUT_OF_RANGE, "OUT_OF_RANGE",                    \
      "The amount leaves the range of an account.")                                       \
    X(PURCHASE_TOO_MANY_LOTS, NEVER, CODE_RESOURCE_EXHAUSTED, "TOO_MANY_LOTS",            \
      "More than 1,000 lots would pay; order in smaller parts.")

enum purchase_verdict {
    PURCHASE_ACCEPTED = 0,
    PURCHASE_REFUSALS(REFUSAL_ENUM) PURCHASE_VERDICT_END
};
const struct refusal *purchase_refusal(enum purchase_verdict verdict);

/* Of an order for a sub-account the quota pays and is asked; without one it is for the account
 * itself. */
const struct refusal *purchase_decide(const struct settling *settling, struct allowance *allowance);
void purchase_book(struct settling *settling);

/* Books a purchase, which a capture becomes as well; lends it. */
struct purchase *purchase_open(struct facts *facts, struct entry *entry, struct quota *quota);

/* Of whose spending it is. NULL: there is none. */
struct cap *purchase_cap(struct facts *facts, const struct purchase *purchase);

#define REFUND_REFUSALS(X)                                                            \
    X(REFUND_ACCOUNT_UNKNOWN, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",             \
      "The account is not known here.")                                               \
    X(REFUND_PURCHASE_UNKNOWN, NEVER, CODE_NOT_FOUND, "PURCHASE_NOT_FOUND",           \
      "The account has no such purchase.")                                            \
    X(REFUND_ACCOUNT_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED",       \
      "The account is closed.")                                                       \
    X(REFUND_CURRENCY_MISMATCH, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_MISMATCH", \
      "The account has another currency.")                                            \
    X(REFUND_EXCEEDS_PURCHASE, NEVER, CODE_FAILED_PRECONDITION, "EXCEEDS_PURCHASE",   \
      "More than was paid and not yet refunded.")                                     \
    X(REFUND_OUT_OF_RANGE, NEVER, CODE_OUT_OF_RANGE, "OUT_OF_RANGE",                  \
      "The amount leaves the range of an account.")

enum refund_verdict { REFUND_ACCEPTED = 0, REFUND_REFUSALS(REFUSAL_ENUM) };
const struct refusal *refund_refusal(enum refund_verdict verdict);

const struct refusal *refund_decide(const struct settling *settling, struct allowance *allowance);
void refund_book(struct settling *settling);

/* Which source gets how much back: credit, refund credit, own, lots; never more to one than it paid
 * (D.9). */
struct payment refund_plan(const struct purchase *purchase, int64_t micros);

#endif
