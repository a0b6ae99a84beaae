/* An order of a sub-account at the expense of another one's money stands among its own acts too,
 * in its own chain (GW-07, LED-20): its entry, or its refusal, is one of the chain of who pays. */
#ifndef LEDGER_SERVICE_PAID_ACT_H
#define LEDGER_SERVICE_PAID_ACT_H

#include "ledger/batch/batcher.h"
#include "runtime/rpc/call.h"

/* Of an order that was settled, accepted or refused with the call's reason: noted once, however
 * often it is repeated, and by the repetition if a process ended before. FAILURE_INDEFINITE: it is
 * settled, and not noted yet. */
enum failure paid_act_note(struct call *call, const struct batch_item *item,
                           const char *action) must_check;

#endif
