/* Rows may have been changed by hand, or by a disk. Before a decision it is looked at what that
 * takes for granted of several of them, or of one beyond its constraints: where it is not so, the
 * order fails and nothing is kept; the audit tells what is wrong. */
#ifndef LEDGER_DOMAIN_AGREEMENT_H
#define LEDGER_DOMAIN_AGREEMENT_H

#include "ledger/domain/settling.h"

bool settling_agrees(const struct settling *settling);

/* Of a hold whose end is to be noted. */
bool hold_agrees(const struct facts *facts, const struct hold *hold);

#endif
