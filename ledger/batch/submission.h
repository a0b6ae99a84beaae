/* A submission: the orders that one caller hands in to the batcher. One of these has it: a lane's
 * queue, a batch under way, or a ward. */
#ifndef LEDGER_BATCH_SUBMISSION_H
#define LEDGER_BATCH_SUBMISSION_H

#include "ledger/batch/batcher.h"

struct lane;
struct lane_route;

struct submission {
    struct submission *next;
    struct id company_id;
    uint64_t number; /* in the order of arrival, which is the order in which a company's orders are
                        settled */
    struct batch_item *items;
    size_t count;
    struct arena *arena;
    struct trace_span *span; /* of the wait for its batch; NULL: not recorded */
    struct event settled;
    struct lane *lane; /* NULL: it is not, or no more, of a lane */
    struct lane_route *route;
    bool is_waiting;   /* in a queue: its caller may still take it out */
    bool is_impatient; /* tried by itself once, when its batch met a lock, and not again: who handed
                          it in comes back */
    bool is_streamed;  /* what waits of a stream is bounded by the stream */
    bool is_given_up;  /* its caller waits only for what is under way */
};

/* An item is open until the database said something about it; so said is FAILURE_LOCKED: certainly
 * nothing was done. */
static inline bool item_is_open(const struct batch_item *item)
{
    return item->failure == FAILURE_LOCKED;
}

static inline bool submission_is_open(const struct submission *submission)
{
    for (size_t i = 0; i < submission->count; i++)
        if (item_is_open(&submission->items[i]))
            return true;
    return false;
}

/* An item that is still open stays undone, unless a try of it ended without an answer. */
static inline void submission_close(const struct submission *submission, enum failure failure)
{
    for (size_t i = 0; i < submission->count; i++)
        if (item_is_open(&submission->items[i]))
            submission->items[i].failure =
                submission->items[i].is_indefinite ? FAILURE_INDEFINITE : failure;
}

/* The task works for them from here on (task_trace_for). */
static inline void submissions_trace(struct task *task, const struct submission *submissions,
                                     const char *name)
{
    for (; submissions != NULL; submissions = submissions->next)
        task_trace_for(task, submissions->span, name);
}

#endif
