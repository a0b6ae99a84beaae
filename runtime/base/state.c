#include "runtime/base/state.h"

#include <assert.h>

#include "runtime/base/log.h"

bool state_may_move(const struct state *states, size_t count, unsigned from, unsigned to)
{
    assert(from < count && to < count);
    return (states[from].moves & TO(to)) != 0;
}

void state_check_move(const struct state *states, size_t count, unsigned from, unsigned to)
{
    bool is_legal = state_may_move(states, count, from, to);
    if (!is_legal)
        log_write(LOG_ERROR, "illegal_state_move", log_text("from", states[from].name),
                  log_text("to", states[to].name));
    assert(is_legal);
}
