/* The spend order of D.9, steps 4 to 6: transferred-in lots, own cash, refund credit, the credit
 * limit. The least flexible money goes first. Whether the amount may be spent at all is decided
 * before. */
#ifndef LEDGER_DOMAIN_PAYMENT_H
#define LEDGER_DOMAIN_PAYMENT_H

#include "ledger/domain/facts.h"

/* How the account would carry the amount; what funds do not cover is credit. */
struct payment payment_plan(const struct account *account, int64_t micros);

int64_t payment_total(const struct payment *payment);

/* The sum of the funds: lots, own cash, refund credit. */
int64_t payment_funds(const struct account *account);

/* Books the plan: postings on the four books, lots spent (their shares noted in the purchase, when
 * there is one), and a bill for the credit part. The other side is the caller's posting. */
void payment_book(struct facts *facts, struct entry *entry, const struct payment *payment,
                  struct purchase *purchase, int64_t due_us);

#endif
