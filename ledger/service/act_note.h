/* Settings leave an act behind, by their actor (GW-07). */
#ifndef LEDGER_SERVICE_ACT_NOTE_H
#define LEDGER_SERVICE_ACT_NOTE_H

#include "ledger/store/act_store.h"
#include "runtime/idempotency/call_actor.h"
#include "runtime/idempotency/call_once.h"

/* Of a mutation that holds the lock of the company's chain; its actor and moment, and the reason of
 * its refusal, are added. */
static inline enum failure act_note(struct mutation *mutation, const struct noted_act *act)
{
    struct noted_act noted = *act;
    noted.reason = call_refusal_reason(mutation->call);
    noted.actor = call_actor(mutation->call);
    noted.now_us = mutation->now_us;
    return act_store_note(mutation->transaction, &noted);
}

#endif
