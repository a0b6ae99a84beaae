/* Holds: an amount set aside lowers available, never cash; it is captured, voided or forgotten in
 * time, exactly once (D.4, E17). One on behalf of a sub-account is set aside within its quota as
 * well (LED-20); what was placed stands when the relation ends, and nothing new is. */
#ifndef LEDGER_DOMAIN_HOLD_H
#define LEDGER_DOMAIN_HOLD_H

#include "ledger/domain/settling.h"
#include "runtime/base/refusal.h"

/* One list for placing, capturing and voiding. */
#define HOLD_REFUSALS(X)                                                                      \
    X(HOLD_ACCOUNT_UNKNOWN, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",                       \
      "The account is not known here.")                                                       \
    X(HOLD_NOT_AGREED, NEVER, CODE_FAILED_PRECONDITION, "PAY_ON_BEHALF_NOT_AGREED",           \
      "No relation lets the account pay for the other one, nor are both of one company.")     \
    X(HOLD_QUOTA_UNKNOWN, NEVER, CODE_NOT_FOUND, "QUOTA_NOT_FOUND",                           \
      "The account pays for no such sub-account.")                                            \
    X(HOLD_UNKNOWN, NEVER, CODE_NOT_FOUND, "HOLD_NOT_FOUND", "The account has no such hold.") \
    X(HOLD_ACCOUNT_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED",                 \
      "The account is closed.")                                                               \
    X(HOLD_PAYER_UNAVAILABLE, NEVER, CODE_FAILED_PRECONDITION, "PAYER_UNAVAILABLE",           \
      "The payer is frozen or has an overdue payment; it buys for nobody else.")              \
    X(HOLD_ACCOUNT_FROZEN, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_FROZEN",                 \
      "The account is frozen.")                                                               \
    X(HOLD_READ_ONLY, NEVER, CODE_FAILED_PRECONDITION, "SPENDING_NOT_PERMITTED",              \
      "The account is read-only: it may not spend.")                                          \
    X(HOLD_CURRENCY_MISMATCH, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_MISMATCH",           \
      "The account has another currency.")                                                    \
    X(HOLD_EXPIRE_PAST, NEVER, CODE_FAILED_PRECONDITION, "EXPIRE_TIME_PAST",                  \
      "A hold must expire in the future.")                                                    \
    X(HOLD_ENDED, NEVER, CODE_FAILED_PRECONDITION, "HOLD_ENDED",                              \
      "The hold was captured, voided or has expired.")                                        \
    X(HOLD_VERSION_MISMATCH, NEVER, CODE_ABORTED, "VERSION_MISMATCH",                         \
      "The account changed since the expected version.")                                      \
    X(HOLD_EXCEEDS_HOLD, NEVER, CODE_FAILED_PRECONDITION, "EXCEEDS_HOLD",                     \
      "The amount is more than is left of the hold.")                                         \
    X(HOLD_CAP_EXCEEDED, NEVER, CODE_RESOURCE_EXHAUSTED, "CAP_EXCEEDED",                      \
      "The amount is more than the month's cap leaves.")                                      \
    X(HOLD_QUOTA_EXCEEDED, NEVER, CODE_FAILED_PRECONDITION, "QUOTA_EXCEEDED",                 \
      "The amount is more than the sub-account's quota.")                                     \
    X(HOLD_PAYER_INSUFFICIENT, NEVER, CODE_FAILED_PRECONDITION, "PAYER_INSUFFICIENT",         \
      "The amount is more than the payer has available.")                                     \
    X(HOLD_CONTRACT_PENDING, NEVER, CODE_FAILED_PRECONDITION, "CONTRACT_PENDING",             \
      "The credit limit waits for its contract.")                                             \
    X(HOLD_EXCEEDS_AVAILABLE, NEVER, CODE_FAILED_PRECONDITION, "EXCEEDS_AVAILABLE",           \
      "The amount is more than is available.")                                                \
    X(HOLD_MINIMUM_LEFT, NEVER, CODE_FAILED_PRECONDITION, "MINIMUM_LEFT",                     \
      "Less than the demanded minimum would stay available.")                                 \
    X(HOLD_OUT_OF_RANGE, NEVER, CODE_OUT_OF_RANGE, "OUT_OF_RANGE",                            \
      "The amount leaves the range of an account.")                                           \
    X(HOLD_TOO_MANY_LOTS, NEVER, CODE_RESOURCE_EXHAUSTED, "TOO_MANY_LOTS",                    \
      "More than 1,000 lots would pay; capture in smaller parts.")

enum hold_verdict { HOLD_ACCEPTED = 0, HOLD_REFUSALS(REFUSAL_ENUM) HOLD_VERDICT_END };
const struct refusal *hold_refusal(enum hold_verdict verdict);

/* Not ended as far as was noted. One of before a move is over: none moves with its account
 * (moving_decide). */
bool hold_is_active(const struct hold *hold);

/* The part that is set aside now: 0 once the hold ended or its time has come, noted or not. */
int64_t hold_open_micros(const struct hold *hold, int64_t now_us);

const struct refusal *hold_place_decide(const struct settling *settling,
                                        struct allowance *allowance);
const struct refusal *hold_capture_decide(const struct settling *settling,
                                          struct allowance *allowance);
const struct refusal *hold_void_decide(const struct settling *settling,
                                       struct allowance *allowance);

/* Each notes the hold; a capture is a purchase as well, of the entry's sequence. */
void hold_place_book(struct settling *settling);
void hold_capture_book(struct settling *settling);
void hold_void_book(struct settling *settling);
void hold_expire_book(struct settling *settling);

#endif
