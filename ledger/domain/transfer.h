/* Transfer and revoke: may this balance move, may it come back (LED-06 to LED-13, LED-17, LED-18).
 * An agent's allocation moves money by the same rules, but for whom (allocation.h). */
#ifndef LEDGER_DOMAIN_TRANSFER_H
#define LEDGER_DOMAIN_TRANSFER_H

#include "ledger/domain/settling.h"
#include "runtime/base/refusal.h"

/* When several apply, the first listed is given. */
#define TRANSFER_REFUSALS(X)                                                                   \
    X(TRANSFER_SOURCE_UNKNOWN, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",                     \
      "The account is not known here.")                                                        \
    X(TRANSFER_DESTINATION_UNKNOWN, NEVER, CODE_NOT_FOUND, "DESTINATION_NOT_FOUND",            \
      "The destination account is not known.")                                                 \
    X(TRANSFER_NOT_CORPORATE, NEVER, CODE_FAILED_PRECONDITION, "NOT_CORPORATE",                \
      "Individuals do not belong to a company.")                                               \
    X(TRANSFER_NOT_VERIFIED, NEVER, CODE_FAILED_PRECONDITION, "NOT_VERIFIED",                  \
      "One of the accounts has no verified company.")                                          \
    X(TRANSFER_DIFFERENT_COMPANY, NEVER, CODE_FAILED_PRECONDITION, "DIFFERENT_COMPANY",        \
      "The accounts belong to different companies.")                                           \
    X(TRANSFER_SOURCE_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED",               \
      "The account is closed.")                                                                \
    X(TRANSFER_SOURCE_FROZEN, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_FROZEN",               \
      "The account is frozen.")                                                                \
    X(TRANSFER_SOURCE_READ_ONLY, NEVER, CODE_FAILED_PRECONDITION, "SPENDING_NOT_PERMITTED",    \
      "The account is read-only: it may not spend.")                                           \
    X(TRANSFER_DESTINATION_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "DESTINATION_CLOSED",      \
      "The destination account is closed.")                                                    \
    X(TRANSFER_DESTINATION_READ_ONLY, NEVER, CODE_FAILED_PRECONDITION, "SUBACCOUNT_READ_ONLY", \
      "The account may not spend what is put in; accept that.")                                \
    X(TRANSFER_CURRENCY_MISMATCH, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_MISMATCH",        \
      "Both accounts and the order need one currency.")                                        \
    X(TRANSFER_PAY_ON_BEHALF, NEVER, CODE_FAILED_PRECONDITION, "DISABLED_PAY_ON_BEHALF",       \
      "A partner pays on behalf of the account.")                                              \
    X(TRANSFER_RECEIVABLES, NEVER, CODE_FAILED_PRECONDITION, "DISABLED_RECEIVABLES",           \
      "Receivables of the account are long overdue.")                                          \
    X(TRANSFER_VERSION_MISMATCH, NEVER, CODE_ABORTED, "VERSION_MISMATCH",                      \
      "The account changed since the expected version.")                                       \
    X(TRANSFER_OVERDUE, NEVER, CODE_FAILED_PRECONDITION, "OVERDUE",                            \
      "The account has an overdue payment.")                                                   \
    X(TRANSFER_EXCEEDS, NEVER, CODE_FAILED_PRECONDITION, "EXCEEDS_TRANSFERABLE",               \
      "The amount is more than can be transferred.")                                           \
    X(TRANSFER_MINIMUM_LEFT, NEVER, CODE_FAILED_PRECONDITION, "MINIMUM_LEFT",                  \
      "Less than the demanded minimum would stay available.")                                  \
    X(TRANSFER_OUT_OF_RANGE, NEVER, CODE_OUT_OF_RANGE, "OUT_OF_RANGE",                         \
      "The amount leaves the range of an account.")

enum transfer_verdict { TRANSFER_ACCEPTED = 0, TRANSFER_REFUSALS(REFUSAL_ENUM) };
const struct refusal *transfer_refusal(enum transfer_verdict verdict);

/* D.6: max(0, min(own, available)), or 0 by the gate that is named as binding. */
struct allowance transfer_allowance(const struct account *source, int64_t now_us);

/* The acting account gives; the counterparty, of another company perhaps, receives: at once when it
 * is booked in the same chain, else by a transit (settled 11). */
const struct refusal *transfer_decide(const struct settling *settling, struct allowance *allowance);
void transfer_book(struct settling *settling);

/* All of it but to whom it may be given. */
const struct refusal *give_decide(const struct settling *settling, struct allowance *allowance);

#define REVOKE_REFUSALS(X)                                                            \
    X(REVOKE_SOURCE_UNKNOWN, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",              \
      "The account is not known here.")                                               \
    X(REVOKE_NO_PRIOR_TRANSFER, NEVER, CODE_FAILED_PRECONDITION, "NO_PRIOR_TRANSFER", \
      "The account never transferred to this destination.")                           \
    X(REVOKE_SOURCE_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED",        \
      "The account is closed.")                                                       \
    X(REVOKE_CURRENCY_MISMATCH, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_MISMATCH", \
      "Both accounts and the order need one currency.")                               \
    X(REVOKE_VERSION_MISMATCH, NEVER, CODE_ABORTED, "VERSION_MISMATCH",               \
      "The account changed since the expected version.")                              \
    X(REVOKE_EXCEEDS, NEVER, CODE_FAILED_PRECONDITION, "EXCEEDS_REVOCABLE",           \
      "The amount is more than can be taken back.")                                   \
    X(REVOKE_TOO_MANY_LOTS, NEVER, CODE_RESOURCE_EXHAUSTED, "TOO_MANY_LOTS",          \
      "More than the newest 1,000 lots; take these back first.")                      \
    X(REVOKE_MINIMUM_LEFT, NEVER, CODE_FAILED_PRECONDITION, "MINIMUM_LEFT",           \
      "Less than the demanded minimum would stay available.")                         \
    X(REVOKE_OUT_OF_RANGE, NEVER, CODE_OUT_OF_RANGE, "OUT_OF_RANGE",                  \
      "The amount leaves the range of an account.")                                   \
    X(REVOKE_WOULD_SUSPEND, NEVER, CODE_FAILED_PRECONDITION, "WOULD_SUSPEND",         \
      "The destination's services would stop; acknowledge it.")

enum revoke_verdict { REVOKE_ACCEPTED = 0, REVOKE_REFUSALS(REFUSAL_ENUM) };
const struct refusal *revoke_refusal(enum revoke_verdict verdict);

/* The acting account takes back from the counterparty. Right is with the lots: it does not matter
 * whether the accounts are still related, and nobody else may (D.7). Settled in the counterparty's
 * chain; what leaves it for another chain is a transit. */
const struct refusal *revoke_decide(const struct settling *settling, struct allowance *allowance);
void revoke_book(struct settling *settling);

#endif
