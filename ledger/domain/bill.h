/* Bills: what is outstanding, item by item, each with its due date (U_prev of D.5; D.8 asks for the
 * earliest). */
#ifndef LEDGER_DOMAIN_BILL_H
#define LEDGER_DOMAIN_BILL_H

#include "ledger/domain/facts.h"

/* When something owed from now on falls due: at once for prepaid accounts without credit, else
 * after the payment term (D.14). */
int64_t bill_due_us(const struct facts *facts, const struct account *account, int64_t now_us);

/* Opens a bill of the entry's; zero opens none. */
void bill_open(struct facts *facts, struct account *account, const struct entry *entry,
               int64_t micros, int64_t due_us);

/* Whether the bills that were read can take the amount within ORDER_BILLS_MAX of them. */
bool bills_reach(struct facts *facts, const struct account *account, int64_t micros);

/* Pays the earliest due first. */
void bills_pay(struct facts *facts, struct account *account, int64_t micros);

#endif
