/* Writing off: the provider gives up what an account owes. */
#ifndef TESTS_HOUSE_NEW_ORDER_WRITE_OFF_H
#define TESTS_HOUSE_NEW_ORDER_WRITE_OFF_H

#include "ledger/domain/settling.h"

const struct refusal *write_off_decide(const struct settling *settling,
                                       struct allowance *allowance);
void write_off_book(struct settling *settling);

#endif
