/* Caps: how much an account may spend in a calendar month of its billing zone (LED-31, LED-38), by
 * itself and at the expense of who pays for it. One is the account's own, one is set from above it;
 * the lowest binds, and neither side touches the other's. A purchase or hold beyond it is
 * refused; metered usage counts and never is. All of it is counted in one row, under the locks of
 * the chains that it is booked in. A hold counts in the month in which it was placed, with its
 * captures, and a refund in that of its purchase: what is of a month that is over changes nothing.
 */
#ifndef LEDGER_DOMAIN_CAP_H
#define LEDGER_DOMAIN_CAP_H

#include "ledger/domain/facts.h"
#include "runtime/base/refusal.h"

struct order_outcome;
struct settling;

/* Setting and removing. */
#define CAP_REFUSALS(X)                                                            \
    X(CAP_ACCOUNT_UNKNOWN, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",             \
      "The account is not known here.")                                            \
    X(CAP_ACCOUNT_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED",       \
      "The account is closed.")                                                    \
    X(CAP_CURRENCY_MISMATCH, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_MISMATCH", \
      "The account has another currency.")                                         \
    X(CAP_UNKNOWN, NEVER, CODE_NOT_FOUND, "CAP_NOT_FOUND", "No such cap of the account is set.")

enum cap_verdict { CAP_ACCEPTED = 0, CAP_REFUSALS(REFUSAL_ENUM) };
const struct refusal *cap_refusal(enum cap_verdict verdict);

/* account NULL: it is not known. */
const struct refusal *cap_set_decide(const struct account *account, const char *currency);
const struct refusal *cap_remove_decide(const struct account *account, const struct cap *cap,
                                        enum cap_level level);

bool cap_is_set(const struct cap *cap);

/* The lowest of those that are set. */
int64_t cap_limit(const struct cap *cap);

/* Below zero when usage went beyond it, or it was set below what was used. */
int64_t cap_remaining(const struct cap *cap);

/* With all its terms; the estimate is what would be spent. */
struct allowance cap_explained(const struct cap *cap, int64_t estimate_micros);

/* The estimate alone: who pays for another learns nothing of what that one spends. */
struct allowance cap_withheld(int64_t estimate_micros);

/* Whether so much more may be bought or set aside; exactly what remains may. NULL: there is none.
 */
bool cap_allows(const struct cap *cap, int64_t micros);

/* Whether the cap knows of no month that the moment is of. */
bool cap_month_is_over(const struct cap *cap, int64_t now_us);

/* Nothing was used in it yet. */
void cap_begin_month(struct cap *cap, int64_t start_us, int64_t end_us);

/* Of an account, or of whom it pays for. NULL: there is none. */
struct cap *cap_of(struct facts *facts, const struct account *account, struct id sub_account_id);

/* That which the order is judged by, or counts for. */
struct cap *cap_of_order(struct facts *facts, const struct account *account,
                         const struct order *order);

/* Counts what was bought or metered at a moment; below zero a refund of it. Says in the outcome
 * that the cap was exceeded, once a month. cap NULL: nothing. */
void cap_spend(const struct settling *settling, struct cap *cap, int64_t micros, int64_t moment_us);

/* Counts what a hold of a moment sets aside; below zero what it gives back. */
void cap_reserve(struct facts *facts, struct cap *cap, int64_t micros, int64_t moment_us);

/* Whether the row's numbers are such as this file makes. */
bool cap_agrees(const struct cap *cap);

#endif
