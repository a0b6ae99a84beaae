#include "identity/domain/submission.h"

#include <assert.h>
#include <string.h>

static const struct refusal submission_refusals[] = {SUBMISSION_REFUSALS(REFUSAL_ROW)};

const struct refusal *submission_refusal(enum submission_verdict verdict)
{
    assert(verdict != SUBMISSION_ACCEPTED);
    return &submission_refusals[verdict - 1];
}

enum submission_verdict submission_decide(const struct account *account, struct id principal_id,
                                          size_t submitted_today)
{
    assert(!id_is_nil(account->owner_id) && !id_is_nil(principal_id));
    if (!id_equal(principal_id, account->owner_id)) /* ID-19 */
        return SUBMISSION_NOT_OWNER;
    if (account->type != ACCOUNT_TYPE_CORPORATE)
        return SUBMISSION_NOT_CORPORATE;
    if (!id_is_nil(account->company_id))
        return SUBMISSION_VERIFIED;
    if (account->company_in_review)
        return SUBMISSION_IN_REVIEW;
    if (submitted_today >= SUBMISSIONS_A_DAY_MAX)
        return SUBMISSION_LIMIT;
    return SUBMISSION_ACCEPTED;
}

/* ---- states ---- */

#define COMPANY_STATE_NAME(state, text) text,
static const char *const state_names[] = {COMPANY_STATES(COMPANY_STATE_NAME)};

const char *company_state_name(enum company_state state)
{
    assert(state < COMPANY_STATE_COUNT);
    return state_names[state];
}

enum company_state company_state_read(const char *name)
{
    assert(name != NULL);
    int state = 0;
    while (state < COMPANY_STATE_COUNT && strcmp(state_names[state], name) != 0)
        state++;
    return (enum company_state)state;
}

#define COMPANY_TRANSITION_ROW(state, event, next) {(state), (event), (next)},
static const struct {
    enum company_state state;
    enum company_event event;
    enum company_state next;
} transitions[] = {COMPANY_TRANSITIONS(COMPANY_TRANSITION_ROW)};

static const struct refusal move_refusals[] = {COMPANY_MOVE_REFUSALS(REFUSAL_ROW)};

const struct refusal *company_move_refusal(enum company_move_verdict verdict)
{
    assert(verdict != COMPANY_MOVE_ACCEPTED);
    return &move_refusals[verdict - 1];
}

enum company_move_verdict company_move(enum company_state *state, enum company_event event)
{
    if (state == NULL)
        return COMPANY_MOVE_UNKNOWN;
    assert(*state < COMPANY_STATE_COUNT);
    for (size_t i = 0; i < sizeof transitions / sizeof *transitions; i++)
        if (transitions[i].state == *state && transitions[i].event == event) {
            *state = transitions[i].next;
            return COMPANY_MOVE_ACCEPTED;
        }
    return event == COMPANY_REVOCATION ? COMPANY_MOVE_NOT_VERIFIED : COMPANY_MOVE_DECIDED;
}
