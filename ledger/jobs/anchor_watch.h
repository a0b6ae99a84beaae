/* Anchors the chains (c-14): when the period is over in which entries were recorded, what they came
 * to is signed and kept, company by company, by whichever ledger is first. An anchor is published
 * by being there: a crash before its commit leaves nothing, and the next look makes the same one.
 */
#ifndef LEDGER_JOBS_ANCHOR_WATCH_H
#define LEDGER_JOBS_ANCHOR_WATCH_H

#include "ledger/ledger.h"
#include "runtime/base/signature.h"

struct anchoring {
    struct ledger *ledger;
    int64_t interval_us;
    int64_t done_us; /* what was recorded before it is anchored, or was told not to be */
    uint8_t secret[SIGNATURE_KEY_SIZE];
};

void anchor_watch_start(struct anchoring *anchoring);

#endif
