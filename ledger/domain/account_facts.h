/* The facts of an account that no order changes: how it was opened, its currency, and all that an
 * operator or another context sets. Which of them fit together is decided here; the protocol says
 * which fields a call may have. */
#ifndef LEDGER_DOMAIN_ACCOUNT_FACTS_H
#define LEDGER_DOMAIN_ACCOUNT_FACTS_H

#include "ledger/domain/account.h"
#include "runtime/base/actor.h"
#include "runtime/base/fault.h"
#include "runtime/base/refusal.h"

/* X(MISTAKE, fault, field, sentence): facts that cannot be, in whatever account; the first is
 * given. */
#define ACCOUNT_MISTAKES(X)                                                                      \
    X(ACCOUNT_COMPANY_NOT_ITSELF, FAULT_MISMATCH, "company_id",                                  \
      "of an individual must be its account id")                                                 \
    X(ACCOUNT_STATE_UNKNOWN, FAULT_UNKNOWN_VALUE, "state", "must be active, frozen or closed")   \
    X(ACCOUNT_MODE_UNKNOWN, FAULT_UNKNOWN_VALUE, "payment_mode", "must be prepaid or postpaid")  \
    X(ACCOUNT_SPENDING_UNKNOWN, FAULT_UNKNOWN_VALUE, "permission", "must be spend or read-only") \
    X(ACCOUNT_INDIVIDUAL_AGAIN, FAULT_NOT_ALLOWED, "corporate",                                  \
      "must be true: an organisation becomes no individual")                                     \
    X(ACCOUNT_BUFFER_OF_PREPAID, FAULT_NOT_ALLOWED, "buffer_micros",                             \
      "must be zero: prepaid accounts have no line")                                             \
    X(ACCOUNT_BUFFER_NOT_YUAN, FAULT_OUT_OF_RANGE, "buffer_micros",                              \
      "must be 100.00 to 500.00 in CNY")                                                         \
    X(ACCOUNT_BUFFER_OUT_OF_RANGE, FAULT_OUT_OF_RANGE, "buffer_micros",                          \
      "must not be negative, and be in range")

enum account_mistake {
    ACCOUNT_FACTS_FIT = 0,
#define ACCOUNT_MISTAKE_MEMBER(mistake, fault, field, sentence) mistake,
    ACCOUNT_MISTAKES(ACCOUNT_MISTAKE_MEMBER)
#undef ACCOUNT_MISTAKE_MEMBER
};
const char *account_mistake_field(enum account_mistake mistake);
enum fault account_mistake_fault(enum account_mistake mistake);
const char *account_mistake_sentence(enum account_mistake mistake);

/* LED-03: the buffer of a postpaid account in its currency; zero asks for the default. A prepaid
 * account has none. An account without a currency is held to the range of CNY, which every other
 * currency allows as well. */
enum account_mistake account_buffer_check(enum payment_mode mode, const char *currency,
                                          int64_t buffer_micros);
int64_t account_buffer(enum payment_mode mode, const char *currency, int64_t buffer_micros);

/* ---- opening ---- */

/* An account of another company, or opened with other facts, stays as it is: neither passes. One in
 * a chain of its own moves into its company's, once, while that chain has no entries. */
#define OPENING_REFUSALS(X)                                               \
    X(OPENING_ELSEWHERE, NEVER, CODE_ALREADY_EXISTS, "ACCOUNT_ELSEWHERE", \
      "The account belongs to another company.")                          \
    X(OPENING_DIFFERS, NEVER, CODE_ALREADY_EXISTS, "ACCOUNT_EXISTS",      \
      "The account was opened with other facts.")
enum opening_verdict { OPENING_ACCEPTED = 0, OPENING_REFUSALS(REFUSAL_ENUM) };
const struct refusal *opening_refusal(enum opening_verdict verdict);

/* Whether facts of a new account fit together (settled 5, LED-03). */
enum account_mistake account_opening_check(const struct account *wanted);

/* The account as it is now, wherever it is; NULL when there is none. */
const struct refusal *account_opening_decide(const struct account *account,
                                             const struct account *wanted);

/* Whether it is to be opened where it is not, and may move there, should it have no entries. */
bool account_opening_moves(const struct account *account, const struct account *wanted);

/* ---- currency (PAY-24) ---- */

/* SetCurrency is a step of the opening and may overtake it (settled 10). */
#define CURRENCY_REFUSALS(X)                                               \
    X(CURRENCY_NOT_OPENED, NOT_YET, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",   \
      "The account is not opened yet.")                                    \
    X(CURRENCY_LOCKED, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_LOCKED", \
      "The account's currency is set for ever.")
enum currency_verdict { CURRENCY_ACCEPTED = 0, CURRENCY_REFUSALS(REFUSAL_ENUM) };
const struct refusal *currency_refusal(enum currency_verdict verdict);

/* NULL: the account is not known. The same currency again is accepted. */
const struct refusal *account_currency_decide(const struct account *account, const char *currency);

/* ---- spending permission (PAY-16) ---- */

#define SPENDING_REFUSALS(X)                                                 \
    X(SPENDING_NOT_OPENED, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",       \
      "The account is not known here.")                                      \
    X(SPENDING_OF_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED", \
      "The account is closed.")
enum spending_verdict { SPENDING_ACCEPTED = 0, SPENDING_REFUSALS(REFUSAL_ENUM) };
const struct refusal *spending_refusal(enum spending_verdict verdict);

enum account_mistake spending_check(enum spending spending);
const char *spending_name(enum spending spending);

/* NULL: the account is not known. Setting what is so already says it anew. */
const struct refusal *spending_decide(const struct account *account);

/* actor NULL: nobody. */
void spending_set(struct account *account, enum spending spending, const struct actor *actor,
                  int64_t now_us);

/* ---- what operators and other contexts set ---- */

/* X(UPDATE, name): the facts that one call may set. */
#define ACCOUNT_UPDATES(X)                            \
    X(UPDATE_STATE, "state")                          \
    X(UPDATE_COMPANY_VERIFIED, "company_verified")    \
    X(UPDATE_PAYMENT_MODE, "payment_mode")            \
    X(UPDATE_BUFFER, "buffer_micros")                 \
    X(UPDATE_RECEIVABLES, "receivables")              \
    X(UPDATE_VERIFIED_COMPANY, "verified_company_id") \
    X(UPDATE_CORPORATE, "corporate")
#define ACCOUNT_UPDATE_MEMBER(update, name) update,
enum account_update_field { ACCOUNT_UPDATES(ACCOUNT_UPDATE_MEMBER) ACCOUNT_UPDATE_COUNT };
#undef ACCOUNT_UPDATE_MEMBER

struct account_update {
    struct account wanted;
    bool company_verified; /* the company of its chain */
    bool fields[ACCOUNT_UPDATE_COUNT];
};

/* ACCOUNT_UPDATE_COUNT: no fact of this name can be set. */
enum account_update_field account_update_find(const char *name);

/* Whether the facts that are set can be by themselves, and with those that the account has. */
enum account_mistake account_update_check(const struct account_update *update);
enum account_mistake account_update_fits(const struct account_update *update,
                                         const struct account *account);

/* Sets the facts, which were found to fit. */
void account_update_apply(const struct account_update *update, struct account *account);

#endif
