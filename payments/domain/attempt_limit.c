#include "payments/domain/attempt_limit.h"

#include <assert.h>

#define LIMIT_ROW(action, subject, counts, max, window_us) \
    {action, subject, counts, max, window_us},
const struct attempt_limit attempt_limits[ATTEMPT_LIMIT_COUNT] = {ATTEMPT_LIMITS(LIMIT_ROW)};

#define NAME(member, text) text,
static const char *const action_names[] = {ATTEMPT_ACTIONS(NAME)};
static const char *const subject_names[] = {ATTEMPT_SUBJECTS(NAME)};
static const struct refusal refusals[] = {ATTEMPT_REFUSALS(REFUSAL_ROW)};

const struct refusal *attempt_refusal(enum attempt_verdict verdict)
{
    assert(verdict > ATTEMPT_ACCEPTED && (size_t)verdict <= sizeof(refusals) / sizeof(refusals[0]));
    return &refusals[verdict - 1];
}

enum attempt_verdict attempt_decide(enum attempt_action action,
                                    const struct attempt_seen seen[ATTEMPT_LIMIT_COUNT],
                                    size_t *reached)
{
    for (size_t i = 0; i < ATTEMPT_LIMIT_COUNT; i++) {
        assert(attempt_limits[i].max > 0 && seen[i].count >= 0);
        if (attempt_limits[i].action == action && seen[i].count >= attempt_limits[i].max) { /* S5 */
            *reached = i;
            return ATTEMPT_TOO_MANY;
        }
    }
    return ATTEMPT_ACCEPTED;
}

int64_t attempt_wait_ms(const struct attempt_limit *limit, const struct attempt_seen *seen,
                        int64_t now_us)
{
    assert(limit->window_us > 0 && seen->oldest_us >= 0);
    int64_t until_us = seen->oldest_us + limit->window_us;
    return until_us > now_us ? (until_us - now_us + 999) / 1000 : 1;
}

const char *attempt_action_name(enum attempt_action action)
{
    assert((size_t)action < sizeof(action_names) / sizeof(action_names[0]));
    return action_names[action];
}

const char *attempt_subject_name(enum attempt_subject subject)
{
    assert(subject < ATTEMPT_SUBJECT_COUNT);
    return subject_names[subject];
}

const char *attempt_counts_name(enum attempt_counts counts)
{
    assert(counts == ATTEMPT_COUNTS_REFUSED || counts == ATTEMPT_COUNTS_ALL);
    return counts == ATTEMPT_COUNTS_REFUSED ? "REFUSED" : "ALL";
}
