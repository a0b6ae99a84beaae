#include "gateway/domain/gate.h"

#include <assert.h>

bool gate_enter(struct gate *gate, int64_t now_us)
{
    assert(gate->silent_places <= gate->places);
    if (gate->inside == 0)
        gate->heard_us = now_us;
    bool is_silent = now_us - gate->heard_us > GATE_SILENCE_US;
    if (gate->inside >= (is_silent ? gate->silent_places : gate->places))
        return false;
    gate->inside++;
    assert(gate->inside <= gate->places);
    return true;
}

void gate_leave(struct gate *gate, bool heard, int64_t now_us)
{
    assert(gate->inside > 0);
    gate->inside--;
    if (heard)
        gate->heard_us = now_us;
}
