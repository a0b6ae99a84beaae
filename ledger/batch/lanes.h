/* Lanes: each has a queue of submissions, and settles batches taken from it one after the other,
 * the next one decided while the one before it is on its way to the disk. The submissions of a
 * company share a lane, in their order, for as long as any of them is in it. */
#ifndef LEDGER_BATCH_LANES_H
#define LEDGER_BATCH_LANES_H

#include "ledger/batch/submission.h"

struct lanes;
struct wards;

struct lanes *lanes_new(struct ledger *ledger, struct wards *wards,
                        const struct batcher_limits *limits);

/* Signals submission->settled once it was settled. FAILURE_EXHAUSTED: the queues are full. A
 * company that the wards have must go there instead. */
enum failure lanes_append(struct lanes *lanes, struct submission *submission) must_check;

/* Takes a submission that still waits out of its queue, undone. */
void lanes_take_out(struct submission *submission);

/* Its caller has heard of it, or the wards have it: it is of no lane any more. */
void lanes_leave(struct submission *submission);

#endif
