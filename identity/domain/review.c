#include "identity/domain/review.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#define REVIEW_STATE_NAME(state, text) text,
static const char *const state_names[] = {REVIEW_STATES(REVIEW_STATE_NAME)};

const char *review_state_name(enum review_state state)
{
    assert(state < REVIEW_STATE_COUNT);
    return state_names[state];
}

enum review_state review_state_read(const char *name)
{
    assert(name != NULL);
    int state = 0;
    while (state < REVIEW_STATE_COUNT && strcmp(state_names[state], name) != 0)
        state++;
    return (enum review_state)state;
}

#define REVIEW_TRANSITION_ROW(state, event, next) {(state), (event), (next)},
static const struct {
    enum review_state state;
    enum review_event event;
    enum review_state next;
} transitions[] = {REVIEW_TRANSITIONS(REVIEW_TRANSITION_ROW)};

static const struct refusal refusals[] = {REVIEW_REFUSALS(REFUSAL_ROW)};

const struct refusal *review_refusal(enum review_verdict verdict)
{
    assert(verdict != REVIEW_ACCEPTED);
    return &refusals[verdict - 1];
}

enum review_verdict review_move(enum review_state *state, enum review_event event)
{
    if (state == NULL)
        return REVIEW_UNKNOWN;
    assert(*state < REVIEW_STATE_COUNT);
    for (size_t i = 0; i < sizeof transitions / sizeof *transitions; i++)
        if (transitions[i].state == *state && transitions[i].event == event) {
            *state = transitions[i].next;
            return REVIEW_ACCEPTED;
        }
    return event == REVIEW_APPROVAL || event == REVIEW_REJECTION || event == REVIEW_REFERRAL
               ? REVIEW_DECIDED
               : REVIEW_NOT_VERIFIED;
}

enum review_verdict review_open_decide(const enum review_state *state)
{
    if (state == NULL)
        return REVIEW_UNKNOWN;
    assert(*state < REVIEW_STATE_COUNT);
    return *state == REVIEW_SUBMITTED || *state == REVIEW_IN_REVIEW ? REVIEW_ACCEPTED
                                                                    : REVIEW_DECIDED;
}
