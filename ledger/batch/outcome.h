/* The part of an order's answer that its entry does not say, in a few bytes of the entry's row, so
 * that the same request is answered for ever as it was the first time. Numbers are varints as in
 * protobuf, signed ones in zigzag; bits say which follow. */
#ifndef LEDGER_BATCH_OUTCOME_H
#define LEDGER_BATCH_OUTCOME_H

#include "ledger/domain/settle.h"
#include "runtime/base/arena.h"
#include "runtime/base/text.h"

#define OUTCOME_BYTES_MAX ENTRY_OUTCOME_SIZE_MAX

/* Of an accepted order; no data at the arena's maximum. */
struct bytes outcome_pack(struct arena *arena, const struct order_outcome *outcome);

/* Fills in what outcome_pack took. Before it, outcome->entry is the entry as it was recorded, with
 * its postings when there were two, and the acting account and the counterparty stand in
 * outcome->accounts, by id and currency. quota lends a place to whom a purchase was for. false:
 * these are not the bytes of an outcome; any may be given. */
bool outcome_unpack(struct bytes packed, struct order_outcome *outcome,
                    struct quota *quota) must_check;

#endif
