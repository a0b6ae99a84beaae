/* States as enums with asserted moves. A struct that lives through states keeps one enum for each
 * thing that changes by itself, and a table of `struct state` that says which state may follow
 * which; it is changed by one function, which asserts the move:
 *
 *     static const struct state phases[] = {
 *         [CALL_ARRIVED] = {"arrived", TO(CALL_WAITING) | TO(CALL_RUNNING)},
 *         …
 *     };
 *     void call_move(struct call *call, enum call_phase to)
 *     {
 *         call->phase = STATE_MOVE(phases, call->phase, to);
 *     }
 *
 * A move that the table does not have is a bug: it is logged by name and ends the process, and a
 * retry by request_id finds what was done. */
#ifndef RUNTIME_BASE_STATE_H
#define RUNTIME_BASE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TO(state) (UINT32_C(1) << (state))

struct state {
    const char *name; /* for pages and logs */
    uint32_t moves;   /* TO(…) of each state that may follow */
};

/* to, when it may follow from; else the process ends. */
#define STATE_MOVE(states, from, to) \
    (state_check_move((states), sizeof(states) / sizeof((states)[0]), (from), (to)), (to))

bool state_may_move(const struct state *states, size_t count, unsigned from, unsigned to);
void state_check_move(const struct state *states, size_t count, unsigned from, unsigned to);

#endif
