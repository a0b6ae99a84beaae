#include "payments/jobs/attempt.h"

#include <assert.h>

#include "runtime/base/clock.h"

#define EVENTS_MAX 32   /* of a kind */
#define TRY_AGAIN_MS 50 /* doubled each time */

/* ---- what a step leaves in the database, in one transaction ---- */

struct attempt_keeping {
    const struct attempt_kind *kind;
    struct attempt_step *step;
};

static enum failure keep_request(struct transaction *transaction, void *argument)
{
    const struct attempt_keeping *keeping = argument;
    struct attempt_step *step = keeping->step;
    enum failure failure = keeping->kind->move(transaction, step);
    return failure != FAILURE_NONE || !step->changed
               ? failure
               : attempt_store_insert(transaction, &step->attempt);
}

static enum failure keep_answer(struct transaction *transaction, void *argument)
{
    const struct attempt_keeping *keeping = argument;
    struct attempt_step *step = keeping->step;
    const struct attempt_answer answer = {
        .outcome = provider_outcome_name(step->answer.outcome),
        .provider_id = step->answer.provider_id,
        .provider_code = step->answer.code,
        .answered_us = clock_work_us(),
    };
    enum failure failure = id_is_nil(step->attempt.attempt_id)
                               ? FAILURE_NONE
                               : attempt_store_answer(transaction, &step->attempt, &answer);
    return failure != FAILURE_NONE ? failure : keeping->kind->move(transaction, step);
}

static enum failure keep(const struct attempt_kind *kind, struct attempt_step *step,
                         enum failure (*body)(struct transaction *, void *))
{
    struct attempt_keeping keeping = {kind, step};
    step->now_us = clock_of_us(kind->look(step->row).key.account_id);
    step->changed = false;
    return database_transact(step->task, step->payments->database, ISOLATION_READ_COMMITTED, body,
                             &keeping);
}

/* ---- one step ---- */

static void stop(const struct attempt_step *step, const struct attempt_rule *rule,
                 enum attempt_stop at)
{
    if (rule->stops[at] != NULL)
        payments_step(step->payments, rule->stops[at]);
}

/* Keeps the request, and from then on sees the subject as it was kept. */
static enum failure keep_before_sending(const struct attempt_kind *kind,
                                        const struct attempt_rule *rule, struct attempt_step *step)
{
    const struct subject subject = kind->look(step->row);
    int64_t now_us = clock_work_us();
    step->event = rule->sending;
    step->attempt = (struct provider_attempt){subject.key.account_id, id_new(now_us),
                                              subject.key.subject_id, rule->request, now_us};
    step->next_us = now_us + step->payments->lease_us;
    stop(step, rule, STOP_BEFORE);
    enum failure failure = keep(kind, step, keep_request);
    if (failure != FAILURE_NONE || !step->changed)
        return failure;
    stop(step, rule, STOP_KEPT);
    void *kept = arena_memdup(task_arena(step->task), step->row, kind->row_size);
    kind->enter(kept, rule->sending);
    step->row = kept;
    return FAILURE_NONE;
}

static bool is_lost(const struct provider_answer *answer)
{
    return answer->outcome == PROVIDER_UNKNOWN || answer->outcome == PROVIDER_NOT_SENT;
}

static enum failure ask(const struct attempt_rule *rule, struct attempt_step *step)
{
    enum failure failure = rule->ask(step);
    for (int tries = 0;
         failure == FAILURE_NONE && is_lost(&step->answer) && tries < rule->tries_at_once &&
         task_sleep_ms(step->task, (int64_t)TRY_AGAIN_MS << tries) == FAILURE_NONE;
         tries++)
        failure = rule->ask(step);
    return failure;
}

static bool is_asked(const struct attempt_rule *rule, const struct subject *subject)
{
    return rule->act != ATTEMPT_ASSUMES &&
           (rule->patience_us == 0 ||
            clock_of_us(subject->key.account_id) - subject->created_us <= rule->patience_us);
}

/* Keeps the answer, and with it what it means. *waits: the subject waits for its next time. */
static enum failure conclude(const struct attempt_kind *kind, const struct attempt_rule *rule,
                             struct attempt_step *step, bool *waits)
{
    assert(step->event >= 0 && step->event < EVENTS_MAX);
    *waits = (rule->waits_on & ON(step->event)) != 0;
    step->next_us = clock_work_us() + (*waits ? kind->pause_ms(kind->look(step->row).tries) * 1000
                                              : step->payments->lease_us);
    enum failure failure = keep(kind, step, keep_answer);
    stop(step, rule, STOP_DONE);
    return failure;
}

static enum failure take(const struct attempt_kind *kind, const struct attempt_rule *rule,
                         struct attempt_step *step, bool *waits)
{
    const struct subject subject = kind->look(step->row);
    enum failure failure = FAILURE_NONE;
    if (!is_asked(rule, &subject)) {
        step->event = rule->otherwise;
        step->answer.outcome = PROVIDER_UNKNOWN;
        return conclude(kind, rule, step, waits);
    }
    if (rule->act == ATTEMPT_SENDS) {
        failure = keep_before_sending(kind, rule, step);
        if (failure != FAILURE_NONE || !step->changed)
            return failure;
    }
    failure = ask(rule, step);
    if (failure != FAILURE_NONE)
        return failure;
    stop(step, rule, STOP_ANSWERED);
    step->event = rule->meaning(step);
    return conclude(kind, rule, step, waits);
}

enum failure attempt_run(struct task *task, struct payments *payments,
                         const struct attempt_kind *kind, struct subject_key key,
                         const void *context)
{
    bool waits = false;
    enum failure failure = FAILURE_NONE;
    for (int steps = 0; steps < kind->steps_max && !waits && failure == FAILURE_NONE; steps++) {
        void *row;
        failure = kind->find(reader_of(task, payments->database), key, &row);
        if (failure != FAILURE_NONE || row == NULL)
            return failure;
        const struct attempt_rule *rule = &kind->rules[kind->look(row).rule];
        if (rule->act == ATTEMPT_RESTS)
            return FAILURE_NONE;
        struct attempt_step step = {
            .task = task, .payments = payments, .row = row, .context = context};
        failure = take(kind, rule, &step, &waits);
    }
    return failure;
}

/* ---- what the provider says unasked ---- */

enum failure attempt_observe(struct task *task, struct payments *payments,
                             const struct attempt_kind *kind, struct subject_key key,
                             struct observation *observation)
{
    void *row;
    enum failure failure = kind->find(reader_of(task, payments->database), key, &row);
    observation->known = failure == FAILURE_NONE && row != NULL && kind->observed.concerns(row);
    observation->certain = true;
    if (!observation->known)
        return failure;
    struct attempt_step step = {.task = task, .payments = payments, .row = row};
    failure = kind->observed.inquire(&step);
    if (failure != FAILURE_NONE)
        return failure;
    step.event = kind->observed.meaning(&step);
    observation->certain = (kind->observed.unsure & ON(step.answer.outcome)) == 0;
    if ((kind->observed.idle & ON(step.event)) != 0)
        return FAILURE_NONE;
    step.next_us = clock_work_us();
    return keep(kind, &step, keep_answer);
}
