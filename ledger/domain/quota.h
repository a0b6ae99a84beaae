/* Pay on behalf: an account pays from its pool, which is what it has available, for what its
 * sub-accounts consume, each within a quota (LED-20, D.9 step 3, D.10). Bought is deducted at once;
 * metered is undeducted until the account settles, for all of them together. A hold is of pool and
 * quota alike until it ends. An offset is what a sub-account paid back outside: it makes room in
 * the quota and moves no money here. */
#ifndef LEDGER_DOMAIN_QUOTA_H
#define LEDGER_DOMAIN_QUOTA_H

#include "ledger/domain/facts.h"
#include "runtime/base/refusal.h"

struct settling; /* which has a quota's terms */

/* One list for setting and offsetting. */
#define QUOTA_REFUSALS(X)                                                                 \
    X(QUOTA_ACCOUNT_UNKNOWN, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",                  \
      "The account is not known here.")                                                   \
    X(QUOTA_UNKNOWN, NEVER, CODE_NOT_FOUND, "QUOTA_NOT_FOUND",                            \
      "The account pays for no such sub-account.")                                        \
    X(QUOTA_NOT_AGREED, NEVER, CODE_FAILED_PRECONDITION, "PAY_ON_BEHALF_NOT_AGREED",      \
      "No relation lets the account pay for the other one, nor are both of one company.") \
    X(QUOTA_ACCOUNT_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED",            \
      "The account is closed.")                                                           \
    X(QUOTA_CURRENCY_MISMATCH, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_MISMATCH",      \
      "The account has another currency.")                                                \
    X(QUOTA_VERSION_MISMATCH, NEVER, CODE_ABORTED, "VERSION_MISMATCH",                    \
      "The account changed since the expected version.")                                  \
    X(QUOTA_EXCEEDS_DEDUCTED, NEVER, CODE_FAILED_PRECONDITION, "EXCEEDS_DEDUCTED",        \
      "More than was deducted and not yet offset.")

enum quota_verdict { QUOTA_ACCEPTED = 0, QUOTA_REFUSALS(REFUSAL_ENUM) };
const struct refusal *quota_refusal(enum quota_verdict verdict);

/* The terms of D.10 as they count now. */
struct quota_terms {
    int64_t line_micros;
    int64_t deducted_micros; /* below zero after a refund of what was offset before */
    int64_t undeducted_micros;
    int64_t held_micros;
};
struct quota_terms quota_terms(const struct quota *quota);

/* R5, S14: who is paid for is a customer by a relation whose terms say that the agent pays (LED-20,
 * ID-39), or another account of the company (LED-38). */
bool quota_is_agreed(const struct quota *quota);

/* Usage from before the agent ceased to pay is still its own, however late it is recorded. */
bool quota_was_agreed(const struct quota *quota, int64_t moment_us);

/* PAY-16: on the agent's money nothing is bought before a line is set, but where the terms say so.
 */
bool quota_is_banned(const struct quota *quota);

int64_t quota_available(const struct quota_terms *terms); /* D.10; below zero when usage went beyond
                                                             the line, or the line was lowered */

/* How much can be bought on behalf of the sub-account: the lesser of quota and pool. */
struct allowance quota_explained(const struct quota *quota, const struct account *account);

/* Whether what is consumed and set aside stays in the range of an account (E31). */
bool quota_has_room(const struct quota *quota, int64_t micros);

/* Adds to what is deducted: a purchase; below zero a refund or an offset. */
void quota_deduct(struct facts *facts, struct quota *quota, int64_t micros);

/* Adds to what is set aside; below zero when it was captured or is given back (D.4). */
void quota_hold(struct facts *facts, struct quota *quota, int64_t micros);

/* Adds to what is undeducted. */
void quota_meter(struct facts *facts, struct quota *quota, int64_t micros, int64_t sequence);

/* Makes deducted what is undeducted in every quota of the pool. */
void pool_settle(struct facts *facts, struct quota_pool *pool, int64_t sequence);

/* A line may be set below what is consumed: nothing more is bought then (LED-38). The first of a
 * sub-account opens its quota. */
const struct refusal *quota_set_decide(const struct settling *settling,
                                       struct allowance *allowance);
void quota_set_book(struct settling *settling);

const struct refusal *quota_offset_decide(const struct settling *settling,
                                          struct allowance *allowance);
void quota_offset_book(struct settling *settling);

#endif
