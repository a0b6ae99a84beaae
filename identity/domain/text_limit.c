#include "identity/domain/text_limit.h"

#include <assert.h>

#define LIMIT_ROW(subject, max, window_us) {subject, max, window_us},
const struct text_limit text_limits[TEXT_LIMIT_COUNT] = {TEXT_LIMITS(LIMIT_ROW)};

#define NAME(member, text) text,
static const char *const names[] = {TEXT_SUBJECTS(NAME)};
static const struct refusal refusals[] = {TEXT_REFUSALS(REFUSAL_ROW)};

int64_t text_max(const struct text_limit *limit, const struct text_budget *budget)
{
    assert(limit->max >= 0 && budget->price_micros >= 0);
    if (limit->subject != TEXT_PHONE_OF_ALL)
        return limit->max;
    if (budget->price_micros == 0)
        return INT64_MAX;
    return (limit->window_us == TEXT_HOUR_US ? budget->hour_micros : budget->day_micros) /
           budget->price_micros;
}

enum text_verdict text_decide(const int64_t sent[TEXT_LIMIT_COUNT],
                              const struct text_budget *budget, size_t *reached)
{
    for (size_t i = 0; i < TEXT_LIMIT_COUNT; i++) {
        assert(sent[i] >= 0);
        if (sent[i] >= text_max(&text_limits[i], budget)) { /* S10 */
            *reached = i;
            return TEXT_TOO_MANY;
        }
    }
    return TEXT_ACCEPTED;
}

const struct refusal *text_refusal(enum text_verdict verdict)
{
    assert(verdict > TEXT_ACCEPTED && (size_t)verdict <= sizeof refusals / sizeof *refusals);
    return &refusals[verdict - 1];
}

const char *text_subject_name(enum text_subject subject)
{
    assert(subject < TEXT_SUBJECT_COUNT);
    return names[subject];
}
