#include "payments/domain/hold.h"

#include <assert.h>
#include <stddef.h>

#include "runtime/base/text.h"

#define HOLD_STATE_NAME(state, text) text,
static const char *const state_names[] = {HOLD_STATES(HOLD_STATE_NAME)};
static const size_t state_count = sizeof(state_names) / sizeof(state_names[0]);

#define HOLD_TRANSITION_ROW(state, event, next) {state, event, next},
static const struct {
    enum hold_state state;
    enum hold_event event;
    enum hold_state next;
} transitions[] = {HOLD_TRANSITIONS(HOLD_TRANSITION_ROW)};

bool hold_transition(enum hold_state state, enum hold_event event, enum hold_state *next)
{
    assert((size_t)state < state_count);
    for (size_t i = 0; i < sizeof(transitions) / sizeof(transitions[0]); i++) {
        if (transitions[i].state == state && transitions[i].event == event) {
            *next = transitions[i].next;
            return true;
        }
    }
    return false;
}

bool hold_may_bind_money(enum hold_state state)
{
    assert((size_t)state < state_count);
    return state == HOLD_AUTHORIZING || state == HOLD_UNKNOWN || state == HOLD_AUTHORIZED ||
           state == HOLD_VOIDING;
}

bool hold_is_open(enum hold_state state)
{
    assert((size_t)state < state_count);
    return state == HOLD_RECORDED || hold_may_bind_money(state);
}

bool hold_may_be_sent_again(int64_t sent_us, int64_t now_us)
{
    assert(sent_us >= 0 && now_us > 0);
    return sent_us == 0 || now_us - sent_us <= HOLD_KEY_FORGOTTEN_US;
}

bool hold_has_lapsed(int64_t authorized_us, int64_t now_us)
{
    assert(authorized_us >= 0 && now_us > 0);
    return authorized_us != 0 && now_us - authorized_us > HOLD_LAPSE_US; /* PAY-06 */
}

int64_t hold_retry_ms(int64_t tries)
{
    static const int64_t waits_ms[] = {1000, 5000, 30000, 300000, 1800000, 7200000};
    const int64_t last = (int64_t)(sizeof(waits_ms) / sizeof(waits_ms[0])) - 1;
    assert(tries >= 0);
    return waits_ms[tries < last ? tries : last];
}

const char *hold_state_name(enum hold_state state)
{
    assert((size_t)state < state_count);
    return state_names[state];
}

bool hold_state_find(const char *name, enum hold_state *state)
{
    assert(name != NULL);
    for (size_t i = 0; i < state_count; i++) {
        if (text_equal(state_names[i], name)) {
            *state = (enum hold_state)i;
            return true;
        }
    }
    return false;
}
