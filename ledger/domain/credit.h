/* Credit limits and their contracts: set, confirmed once, raised within what the company may
 * allocate, lowered while something stays available (LED-14 to LED-18, D.3, E20, E21). */
#ifndef LEDGER_DOMAIN_CREDIT_H
#define LEDGER_DOMAIN_CREDIT_H

#include "ledger/domain/settling.h"
#include "runtime/base/currency.h"
#include "runtime/base/fault.h"
#include "runtime/base/refusal.h"

/* X(MISTAKE, fault, sentence): a line that no company can have; the first is given. */
#define LINE_MISTAKES(X)                                                 \
    X(LINE_NEGATIVE, FAULT_NEGATIVE, "must not be negative")             \
    X(LINE_OUT_OF_RANGE, FAULT_OUT_OF_RANGE,                             \
      "must be at most 576460752303423487, as any amount of an account") \
    X(LINE_NOT_WHOLE, FAULT_NOT_WHOLE, "must be whole in the currency's minor unit")
enum line_mistake {
    LINE_FITS = 0,
#define LINE_MISTAKE_MEMBER(mistake, fault, sentence) mistake,
    LINE_MISTAKES(LINE_MISTAKE_MEMBER)
#undef LINE_MISTAKE_MEMBER
};
enum line_mistake line_check(int64_t line_micros, const struct currency *currency);
enum fault line_mistake_fault(enum line_mistake mistake);
const char *line_mistake_sentence(enum line_mistake mistake);

/* The line of a company is never below its limits together (D.3). */
#define LINE_REFUSALS(X)                                                             \
    X(LINE_BELOW_ALLOCATED, NEVER, CODE_FAILED_PRECONDITION, "LINE_BELOW_ALLOCATED", \
      "The company has allocated more than that.")
enum line_verdict { LINE_ACCEPTED = 0, LINE_REFUSALS(REFUSAL_ENUM) };
const struct refusal *line_refusal(enum line_verdict verdict);
const struct refusal *line_set_decide(const struct credit_line *line, int64_t wanted_micros);

/* One list for setting and confirming a limit. */
#define CREDIT_REFUSALS(X)                                                                  \
    X(CREDIT_ACCOUNT_UNKNOWN, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",                   \
      "The account is not known here.")                                                     \
    X(CREDIT_ACCOUNT_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED",             \
      "The account is closed.")                                                             \
    X(CREDIT_CURRENCY_MISMATCH, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_MISMATCH",       \
      "The account has another currency.")                                                  \
    X(CREDIT_PAY_ON_BEHALF, NEVER, CODE_FAILED_PRECONDITION, "DISABLED_PAY_ON_BEHALF",      \
      "A partner pays on behalf of the account.")                                           \
    X(CREDIT_RECEIVABLES, NEVER, CODE_FAILED_PRECONDITION, "DISABLED_RECEIVABLES",          \
      "Receivables of the account are long overdue.")                                       \
    X(CREDIT_VERSION_MISMATCH, NEVER, CODE_ABORTED, "VERSION_MISMATCH",                     \
      "The account changed since the expected version.")                                    \
    X(CREDIT_ABOVE_ALLOCATABLE, NEVER, CODE_FAILED_PRECONDITION, "LIMIT_ABOVE_ALLOCATABLE", \
      "The company may not allocate that much more.")                                       \
    X(CREDIT_BELOW_USAGE, NEVER, CODE_FAILED_PRECONDITION, "LIMIT_BELOW_USAGE",             \
      "Nothing would stay available under that limit.")                                     \
    X(CREDIT_CONTRACT_NOT_PENDING, NEVER, CODE_FAILED_PRECONDITION, "CONTRACT_NOT_PENDING", \
      "No contract waits for a confirmation.")                                              \
    X(CREDIT_CONTRACT_CHANGED, NEVER, CODE_FAILED_PRECONDITION, "CONTRACT_CHANGED",         \
      "This is not the contract that waits now; look at it, and confirm its hash.")

enum credit_verdict { CREDIT_ACCEPTED = 0, CREDIT_REFUSALS(REFUSAL_ENUM) };
const struct refusal *credit_refusal(enum credit_verdict verdict);

const struct refusal *limit_set_decide(const struct settling *settling,
                                       struct allowance *allowance);
const struct refusal *limit_confirm_decide(const struct settling *settling,
                                           struct allowance *allowance);

void limit_set_book(struct settling *settling);
void limit_confirm_book(struct settling *settling);

#endif
