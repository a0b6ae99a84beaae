/* Gathers questions, so that those that wait for a peer go to it together. A question that comes
 * while fewer messages are under way than may be goes at once, alone and in its asker's own task.
 * Those that come meanwhile wait in their order, and go in one message as soon as one that is under
 * way ends; there is no timer. A peer that keeps its messages keeps nobody else: who has waited for
 * a second in which no message took anybody asks alone. A peer that is only slow goes on being
 * asked in few messages.
 *
 *     struct question { struct gather_item item; …; };
 *     failure = gather_ask(task, &gather, &question.item);
 *
 * An asker whose trace is recorded has a span of its waiting, under the gatherer's name, and the
 * message is a child of the first one's, linked with the others' (task_trace_for).
 *
 * Nothing is remembered: a question is sent after it was asked, and answered by that message. */
#ifndef RUNTIME_RPC_GATHER_H
#define RUNTIME_RPC_GATHER_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/loop/task.h"

#define GATHER_PATIENCE_MS 1000

struct gather_batch;

/* One question, on its asker's stack while it is asked; the asker's struct begins with it. */
struct gather_item {
    size_t weight; /* what it adds to a message, in the gatherer's own measure */
    bool taken;    /* a message took it: it may have left */
    /* the rest is the gatherer's */
    struct gather_batch *batch;
    size_t place;
    struct gather_item *next;
    struct gather_item *previous;
    enum failure failure;
    struct trace_span *span; /* of the waiting; NULL: not recorded */
    struct event ended;
};

/* Sends the items as one message, awaits its answer and gives each item its own, all in the
 * message's task. An item becomes NULL while that waits when its asker has left; what was lent by
 * the asker is gone then, so the message has copies. A failure is every item's. */
typedef enum failure gather_send(struct task *task, void *context, struct gather_item **items,
                                 size_t count);

/* Set up once; the loop thread's alone. */
struct gather {
    const char *name; /* literal, of the messages' tasks */
    gather_send *send;
    void *context;
    unsigned under_way_max;
    size_t items_max;       /* of one message */
    size_t weight_max;      /* of all items of a message; an item that weighs more goes alone */
    size_t arena_bytes_max; /* of a message's task */
    /* the rest is the gatherer's */
    unsigned under_way;
    size_t taken; /* how many messages took those that waited */
    struct gather_item *first;
    struct gather_item *last;
};

/* Awaits the answer. FAILURE_CANCELLED, FAILURE_DEADLINE: the asker's own end; unless item->taken,
 * nothing was sent. */
enum failure gather_ask(struct task *task, struct gather *gather,
                        struct gather_item *item) must_check;

#endif
