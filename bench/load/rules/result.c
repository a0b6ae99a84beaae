#include "bench/load/rules/result.h"

#include <assert.h>
#include <string.h>

static void span_note(struct span *span, const struct ended *ended)
{
    span->calls[ended->outcome]++;
    if (ended->outcome == OUTCOME_SUCCEEDED || ended->outcome == OUTCOME_FAILED)
        histogram_record(&span->latency, ended->latency_ns);
}

static void span_add(struct span *span, const struct span *other)
{
    for (size_t i = 0; i < OUTCOMES; i++)
        span->calls[i] += other->calls[i];
    histogram_add(&span->latency, &other->latency);
}

/* Intervals grow twice as long when there are too many, two becoming one. */
static void double_intervals(struct result *result)
{
    size_t count = (result->interval_count + 1) / 2;
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            result->intervals[i] = result->intervals[2 * i];
        if (2 * i + 1 < result->interval_count)
            span_add(&result->intervals[i], &result->intervals[2 * i + 1]);
    }
    memset(&result->intervals[count], 0,
           (RESULT_INTERVALS_MAX - count) * sizeof *result->intervals);
    result->interval_count = count;
    result->interval_ns *= 2;
}

static struct span *interval_at(struct result *result, int64_t due_ns)
{
    assert(result->interval_ns > 0 && due_ns >= 0);
    while (due_ns / result->interval_ns >= RESULT_INTERVALS_MAX)
        double_intervals(result);
    size_t index = (size_t)(due_ns / result->interval_ns);
    if (index >= result->interval_count)
        result->interval_count = index + 1;
    return &result->intervals[index];
}

void result_count_answer(struct result *result, const char *text, int64_t count)
{
    size_t i = 0;
    for (; i < result->answer_count; i++)
        if (strncmp(result->answers[i].text, text, sizeof result->answers[i].text - 1) == 0)
            break;
    if (i == result->answer_count && i == RESULT_ANSWERS_MAX - 1)
        text = "others";
    if (i == RESULT_ANSWERS_MAX)
        i--;
    struct answer_count *answer = &result->answers[i];
    if (i == result->answer_count) {
        strncpy(answer->text, text, sizeof answer->text - 1);
        result->answer_count++;
    }
    answer->count += count;
}

void result_note(struct result *result, const struct ended *ended)
{
    assert(ended->kind < PIECE_KINDS && ended->phase < SCHEDULE_PHASES_MAX);
    span_note(&result->all, ended);
    span_note(&result->kinds[ended->kind], ended);
    span_note(&result->phases[ended->phase], ended);
    span_note(interval_at(result, ended->due_ns), ended);
    if (ended->is_measured)
        span_note(&result->measured, ended);
    result_count_answer(result, ended->answer, 1);
}

void result_add_sentence(struct result *result, const char *sentence)
{
    struct money *money = &result->money;
    if (money->sentence_count == RESULT_SENTENCES_MAX)
        return;
    strncpy(money->sentences[money->sentence_count++], sentence, RESULT_TEXT_SIZE - 1);
}

static void money_add(struct result *result, const struct money *other)
{
    struct money *money = &result->money;
    money->acknowledged += other->acknowledged;
    money->refused += other->refused;
    money->undecided += other->undecided;
    money->repeated += other->repeated;
    money->accounts += other->accounts;
    money->companies += other->companies;
    money->moved_micros += other->moved_micros;
    money->mistakes += other->mistakes;
    money->unread += other->unread;
    for (size_t i = 0; i < other->sentence_count; i++)
        result_add_sentence(result, other->sentences[i]);
}

static void intervals_add(struct result *result, const struct result *other)
{
    while (result->interval_ns < other->interval_ns)
        double_intervals(result);
    for (size_t i = 0; i < other->interval_count; i++)
        span_add(interval_at(result, (int64_t)i * other->interval_ns), &other->intervals[i]);
}

void result_add(struct result *result, const struct result *other)
{
    assert(result->phase_count == other->phase_count);
    result->generators += other->generators;
    result->stopped += other->stopped;
    result->saturation_per_s += other->saturation_per_s;
    span_add(&result->all, &other->all);
    span_add(&result->measured, &other->measured);
    for (size_t i = 0; i < PIECE_KINDS; i++)
        span_add(&result->kinds[i], &other->kinds[i]);
    for (size_t i = 0; i < result->phase_count; i++)
        span_add(&result->phases[i], &other->phases[i]);
    intervals_add(result, other);
    for (size_t i = 0; i < other->answer_count; i++)
        result_count_answer(result, other->answers[i].text, other->answers[i].count);
    result->planned += other->planned;
    result->late += other->late;
    result->never_begun += other->never_begun;
    if (other->behind_max_ns > result->behind_max_ns)
        result->behind_max_ns = other->behind_max_ns;
    if (other->measured_seconds > result->measured_seconds)
        result->measured_seconds = other->measured_seconds;
    money_add(result, &other->money);
}

void result_judge(struct result *result)
{
    const struct span *span = &result->measured;
    const struct measured measured = {.latency = &span->latency,
                                      .succeeded = span->calls[OUTCOME_SUCCEEDED],
                                      .refused = span->calls[OUTCOME_REFUSED],
                                      .limited = span->calls[OUTCOME_LIMITED],
                                      .failed = span->calls[OUTCOME_FAILED],
                                      .seconds = result->measured_seconds};
    const struct verdict_facts facts = {.money_mistakes = result->money.mistakes,
                                        .undecided = result->money.undecided,
                                        .unread = result->money.unread,
                                        .planned = result->planned,
                                        .late = result->late + result->never_begun};
    for (size_t i = 0; i < result->objective_count; i++)
        objective_judge(&result->objectives[i], &measured);
    result->verdict = verdict_of(&facts, result->objectives, result->objective_count);
}

const char *result_verdict(const struct result *result)
{
    assert(result->verdict <= VERDICT_NOT_BEGUN);
    return result->verdict == VERDICT_MONEY && result->money.mistakes == 0
               ? "money not shown to be right"
               : verdict_name(result->verdict);
}
