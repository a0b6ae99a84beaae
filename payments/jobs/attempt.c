#include "payments/jobs/attempt.h"

#include <assert.h>

#include "runtime/base/clock.h"

#define EVENTS_MAX 32   /* of a kind: a set of them fits 32 bits */
#define TRY_AGAIN_MS 50 /* doubled each time */

static struct subject subject_of(const struct attempt_step *step)
{
    return step->kind->subject_of(step->row);
}

static bool is_among(int member, uint32_t set)
{
    assert(member >= 0 && member < EVENTS_MAX);
    return (set & ON(member)) != 0;
}

/* ---- what is kept, in one transaction ---- */

static enum failure keep_request(struct transaction *transaction, void *argument)
{
    struct attempt_step *step = argument;
    step->changed = false;
    enum failure failure = step->kind->move(transaction, step);
    return failure != FAILURE_NONE || !step->changed
               ? failure
               : attempt_store_insert(transaction, &step->attempt);
}

static enum failure keep_answer(struct transaction *transaction, void *argument)
{
    struct attempt_step *step = argument;
    const struct attempt_answer answer = {
        .outcome = provider_outcome_name(step->answer.outcome),
        .provider_id = step->answer.provider_id,
        .provider_code = step->answer.code,
        .answered_us = clock_work_us(),
    };
    step->changed = false;
    enum failure failure = id_is_nil(step->attempt.attempt_id)
                               ? FAILURE_NONE
                               : attempt_store_answer(transaction, &step->attempt, &answer);
    return failure != FAILURE_NONE ? failure : step->kind->move(transaction, step);
}

static enum failure step_keep(struct attempt_step *step,
                              enum failure (*body)(struct transaction *, void *))
{
    step->now_us = clock_of_us(subject_of(step).key.account_id);
    return database_transact(step->task, step->payments->database, ISOLATION_READ_COMMITTED, body,
                             step);
}

/* ---- one step ---- */

static void step_reach(const struct attempt_step *step, enum attempt_stop stop)
{
    if (step->rule->stops[stop] != NULL)
        payments_step(step->payments, step->rule->stops[stop]);
}

/* Keeps the request, and from then on sees the subject as it was kept. */
static enum failure step_keep_request(struct attempt_step *step)
{
    const struct subject subject = subject_of(step);
    int64_t now_us = clock_work_us();
    assert(step->rule->request != NULL && step->kind->advance != NULL);
    step->event = step->rule->sending;
    step->attempt = (struct provider_attempt){subject.key.account_id, id_new(now_us),
                                              subject.key.subject_id, step->rule->request, now_us};
    step->next_us = now_us + step->payments->lease_us;
    step_reach(step, STOP_BEFORE);
    enum failure failure = step_keep(step, keep_request);
    if (failure != FAILURE_NONE || !step->changed)
        return failure;
    step_reach(step, STOP_KEPT);
    void *kept = arena_memdup(task_arena(step->task), step->row, step->kind->row_size);
    step->kind->advance(kept, step->event);
    step->row = kept;
    return FAILURE_NONE;
}

static bool is_lost(const struct provider_answer *answer)
{
    return answer->outcome == PROVIDER_UNKNOWN || answer->outcome == PROVIDER_NOT_SENT;
}

static enum failure step_ask(struct attempt_step *step)
{
    enum failure failure = step->rule->ask(step);
    for (int tries = 0; tries < step->rule->tries_at_once; tries++) {
        if (failure == FAILURE_NONE && is_lost(&step->answer))
            failure = task_sleep_ms(step->task, (int64_t)TRY_AGAIN_MS << tries);
        else
            return failure;
        if (failure == FAILURE_NONE)
            failure = step->rule->ask(step);
    }
    return failure;
}

static bool step_is_asked(const struct attempt_step *step)
{
    const struct subject subject = subject_of(step);
    return step->rule->act != ATTEMPT_ASSUMES &&
           (step->rule->patience_us == 0 ||
            clock_of_us(subject.key.account_id) - subject.created_us <= step->rule->patience_us);
}

/* Keeps the answer and applies the event that it means. */
static enum failure step_conclude(struct attempt_step *step, int event)
{
    int64_t pause_us = step->payments->lease_us;
    step->event = event;
    step->waits = is_among(event, step->rule->waits_on);
    if (step->waits && step->kind->pause_ms != NULL)
        pause_us = step->kind->pause_ms(subject_of(step).tries) * 1000;
    step->next_us = clock_work_us() + pause_us;
    enum failure failure = step_keep(step, keep_answer);
    step_reach(step, STOP_DONE);
    return failure;
}

static enum failure step_take(struct attempt_step *step)
{
    if (!step_is_asked(step)) {
        step->answer.outcome = PROVIDER_UNKNOWN;
        return step_conclude(step, step->rule->otherwise);
    }
    if (step->rule->act == ATTEMPT_SENDS) {
        enum failure failure = step_keep_request(step);
        if (failure != FAILURE_NONE || !step->changed)
            return failure;
    }
    enum failure failure = step_ask(step);
    if (failure != FAILURE_NONE)
        return failure;
    step_reach(step, STOP_ANSWERED);
    return step_conclude(step, step->rule->meaning(step));
}

enum failure attempt_run(struct task *task, struct payments *payments,
                         const struct attempt_kind *kind, struct subject_key key,
                         const void *context)
{
    for (int steps = 0; steps < kind->steps_max; steps++) {
        void *row;
        enum failure failure = kind->find(reader_of(task, payments->database), key, &row);
        if (failure != FAILURE_NONE || row == NULL)
            return failure;
        size_t rule = kind->subject_of(row).rule;
        if (rule >= kind->rule_count || kind->rules[rule].act == ATTEMPT_RESTS)
            return FAILURE_NONE;
        struct attempt_step step = {.task = task,
                                    .payments = payments,
                                    .kind = kind,
                                    .rule = &kind->rules[rule],
                                    .row = row,
                                    .context = context};
        failure = step_take(&step);
        if (failure != FAILURE_NONE || step.waits)
            return failure;
    }
    return FAILURE_NONE;
}

/* ---- what the provider says unasked ---- */

enum failure attempt_observe(struct task *task, struct payments *payments,
                             const struct attempt_kind *kind, struct subject_key key,
                             struct observation *observation)
{
    void *row;
    enum failure failure = kind->find(reader_of(task, payments->database), key, &row);
    observation->known = failure == FAILURE_NONE && row != NULL &&
                         (kind->observed.concerns == NULL || kind->observed.concerns(row));
    observation->certain = true;
    if (!observation->known)
        return failure;
    struct attempt_step step = {.task = task, .payments = payments, .kind = kind, .row = row};
    failure = kind->observed.inquire(&step);
    if (failure != FAILURE_NONE)
        return failure;
    step.event = kind->observed.meaning(&step);
    observation->certain = !is_among((int)step.answer.outcome, kind->observed.unsure);
    if (is_among(step.event, kind->observed.idle))
        return FAILURE_NONE;
    step.next_us = clock_work_us();
    return step_keep(&step, keep_answer);
}
