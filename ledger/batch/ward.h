/* Wards: companies of which somebody holds a row. A lane does not wait for a lock; the company
 * leaves it, is tried again here by itself with back-off, and returns to the lanes when nothing of
 * it waits any more. So it holds up itself alone. All is bounded: who finds no room is told that
 * nothing was done. */
#ifndef LEDGER_BATCH_WARD_H
#define LEDGER_BATCH_WARD_H

#include "ledger/batch/submission.h"

#define WARD_PLACES \
    4 /* tried at once; half of them keep free for who is tried here the first time */
#define WARDS_MAX 1024 /* who was in a batch with a locked company is tried here once, too */
#define WARD_CALLS_MAX \
    32 /* that wait again, of one company; a stream waits in the place that it has anyway */
#define WARDS_CALLS_MAX 256 /* and of all */

struct wards;

struct wards *wards_new(struct ledger *ledger);

/* Whether orders of the company wait here: then later ones have to, too. */
bool wards_hold(const struct wards *wards, struct id company_id);

/* Takes it in, behind those that arrived before it. others_under_way: submissions of the company
 * that are in batches of its lane yet and must be heard of first. false: no room, or the company
 * was tried in vain already, which an impatient one does not wait for. */
bool wards_take(struct wards *wards, struct submission *submission,
                size_t others_under_way) must_check;

/* A submission of the company that was under way in a lane has ended there. */
void wards_hear(struct wards *wards, struct id company_id);

/* The caller takes it out; it is waiting. */
void wards_leave(struct wards *wards, struct submission *submission);

#endif
