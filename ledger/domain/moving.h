/* An account with entries moves out of a chain of its own into its company's, once (settled 11).
 * All that it has and owes leaves the one over clearing and enters the other: an entry in each, of
 * one moment and of the same amounts, the second referring to the first. Nobody orders them. It
 * moves when nothing else hangs on it; all that was booked before stays where it is, and is
 * history. */
#ifndef LEDGER_DOMAIN_MOVING_H
#define LEDGER_DOMAIN_MOVING_H

#include "ledger/domain/facts.h"
#include "runtime/base/refusal.h"

/* Numbered as ledger.v1.EntryKind, apart from the orders. */
enum moving_kind { MOVED_OUT = 40, MOVED_IN = 41 };

/* Each leaves the account where it is, and working; what stands in the way may be over by the next
 * time. */
#define MOVING_REFUSALS(X)                                                      \
    X(MOVING_HOLDS, NOT_YET, CODE_FAILED_PRECONDITION, "STAYS_FOR_HOLDS",       \
      "Amounts are set aside by holds: they end where they were placed.")       \
    X(MOVING_TRANSITS, NOT_YET, CODE_FAILED_PRECONDITION, "STAYS_FOR_TRANSITS", \
      "Money went between the account and another chain.")                      \
    X(MOVING_CREDIT, NOT_YET, CODE_FAILED_PRECONDITION, "STAYS_FOR_CREDIT",     \
      "The account has a credit limit within its own chain's line.")            \
    X(MOVING_QUOTAS, NOT_YET, CODE_FAILED_PRECONDITION, "STAYS_FOR_QUOTAS",     \
      "The account pays for others by quotas of its own chain.")                \
    X(MOVING_BILLS, NOT_YET, CODE_FAILED_PRECONDITION, "STAYS_FOR_BILLS",       \
      "Bills are unpaid: they are paid where they were made.")                  \
    X(MOVING_SIZE, NOT_YET, CODE_FAILED_PRECONDITION, "STAYS_FOR_SIZE",         \
      "The account has or owes more than moves at once.")
enum moving_verdict { MOVING_ACCEPTED = 0, MOVING_REFUSALS(REFUSAL_ENUM) };
const struct refusal *moving_refusal(enum moving_verdict verdict);

/* They may keep an account where it is, as its books may. */
struct moving_ties {
    bool has_holds;    /* active, those too whose end was not noted yet */
    bool has_transits; /* ended ones, too */
    bool has_quotas;
};
const struct refusal *moving_decide(const struct account *account, const struct moving_ties *ties);

/* Both accounts are one: to is a copy of from that has nothing yet, in the other chain. facts has
 * the two chains, of which it is the same moment, and room for two entries. */
struct moving {
    struct facts *facts;
    struct account *from, *to;
    const struct actor *actor;
    struct order orders[2]; /* lent to the entries: out, in */
};
void moving_book(struct moving *moving);

/* Adds what an account was in the chain that it left to what it was in the other. */
void moving_add_past(struct account *account, const struct account *before);

#endif
