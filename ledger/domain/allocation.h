/* Money across companies (LED-21, LED-22, breadth B.4): an agent gives a customer of another
 * company of its own cash, and takes back what is left of it. The relation stands in for the
 * company; the money moves as a transfer's does, by transfer_book and revoke_book, and comes as
 * lots of the agent's. */
#ifndef LEDGER_DOMAIN_ALLOCATION_H
#define LEDGER_DOMAIN_ALLOCATION_H

#include "ledger/domain/settling.h"
#include "runtime/base/refusal.h"

/* Before those of a transfer. */
#define ALLOCATION_REFUSALS(X)                                                               \
    X(ALLOCATION_NO_RELATION, NEVER, CODE_NOT_FOUND, "RELATION_NOT_FOUND",                   \
      "The account has no such relation.")                                                   \
    X(ALLOCATION_NOT_PERMITTED, NEVER, CODE_FAILED_PRECONDITION, "ALLOCATION_NOT_PERMITTED", \
      "The terms of the relation do not include allocating money.")                          \
    X(ALLOCATION_NOT_ASKED, NEVER, CODE_FAILED_PRECONDITION, "FUNDING_REQUEST_NOT_OPEN",     \
      "The customer does not ask the account for this now.")                                 \
    X(ALLOCATION_RING_FENCED, NEVER, CODE_FAILED_PRECONDITION, "RECLAIM_RING_FENCED",        \
      "A partner in trouble reclaims nothing from its customers.")

enum allocation_verdict { ALLOCATION_ACCEPTED = 0, ALLOCATION_REFUSALS(REFUSAL_ENUM) };
const struct refusal *allocation_refusal(enum allocation_verdict verdict);

/* The acting account is the agent, the counterparty its customer. */
const struct refusal *allocate_decide(const struct settling *settling, struct allowance *allowance);

/* As a transfer; the one that names what the customer asked for is its grant (LED-41). */
void allocate_book(struct settling *settling);

/* As a revoke's: right is with the lots, whatever became of the relation (D.7). But as long as the
 * agent is in trouble, what its customers have is theirs to spend (B.3, ID-26). */
const struct refusal *reclaim_decide(const struct settling *settling, struct allowance *allowance);

#endif
