#include "identity/jobs/verification.h"

#include "identity/jobs/company.h"
#include "identity/jobs/real_name.h"
#include "identity/store/relation_store.h"
#include "identity/store/verification_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"
#include "runtime/database/act_log.h"

#define INTERVAL_MS 1000
#define TAKEN_AT_ONCE 4
#define LEASE_US (INT64_C(120) * 1000000)
#define CONNECTIONS_MAX 4

static const char *const answers[] = {"verified", "refused",   "people",
                                      "unknown",  "not_asked", NULL};
static struct metric answer_total = {.name = "identity_verifier_answers_total",
                                     .help = "Answers of the verifier, by what they were.",
                                     .kind = METRIC_COUNTER,
                                     .labels = {"answer"},
                                     .values = answers};
METRIC_FROM_THE_START(answer_total);

/* One submission on its way. */
struct asking {
    struct verification_job *job;
    const struct verification *verification;
    struct verifier_question question;
    struct verifier_answer answer;
    enum review_event event;
    bool is_open; /* nobody decided it meanwhile */
};

/* ---- what is asked ---- */

static enum failure read_company(struct transaction *transaction, struct asking *asking)
{
    struct company_submission submission;
    bool exists = false;
    enum failure failure =
        company_store_lock(transaction, asking->verification->submission_id, &submission, &exists);
    if (failure != FAILURE_NONE)
        return failure;
    struct arena *arena = transaction_arena(transaction);
    asking->is_open = exists && submission.state == REVIEW_SUBMITTED;
    asking->question =
        (struct verifier_question){.of = "COMPANY",
                                   .country = arena_strdup(arena, submission.number.country),
                                   .kind = company_scheme_name(submission.number.scheme),
                                   .number = arena_strdup(arena, submission.number.number),
                                   .name = submission.name};
    return FAILURE_NONE;
}

static enum failure read_real_name(struct transaction *transaction, struct asking *asking)
{
    struct real_name name;
    bool exists = false;
    enum failure failure =
        real_name_store_lock(transaction, asking->verification->submission_id, &name, &exists);
    if (failure != FAILURE_NONE || !exists)
        return failure;
    struct arena *arena = transaction_arena(transaction);
    const struct keys *keys = asking->job->courier->keys;
    asking->is_open = name.state == REVIEW_SUBMITTED;
    asking->question = (struct verifier_question){
        .of = "REAL_NAME",
        .country = name.country,
        .kind = document_kind_name(name.kind),
        .number = keys_open_text(keys, arena, LABEL_DOCUMENT_NUMBER, name.number_sealed),
        .name = keys_open_text(keys, arena, LABEL_REAL_NAME, name.name_sealed)};
    return asking->question.number != NULL && asking->question.name != NULL ? FAILURE_NONE
                                                                            : FAILURE_INTERNAL;
}

static enum failure read_question(struct transaction *transaction, void *argument)
{
    struct asking *asking = argument;
    struct id submission_id = asking->verification->submission_id;
    asking->is_open = false;
    enum failure failure = asking->verification->of_company ? read_company(transaction, asking)
                                                            : read_real_name(transaction, asking);
    asking->question.submission_id = submission_id;
    return failure == FAILURE_NONE && !asking->is_open
               ? verification_store_end(transaction, submission_id)
               : failure;
}

/* ---- what follows ---- */

static enum failure note_act(struct transaction *transaction, const struct asking *asking,
                             struct id account_id, int64_t now_us)
{
    const char *step =
        asking->verification->of_company ? "identity.verify_company" : "identity.verify_real_name";
    return act_append_of_step(transaction, step,
                              &(struct act){.account_id = account_id,
                                            .object_id = asking->verification->submission_id,
                                            .action = step,
                                            .tag = "",
                                            .reason = "",
                                            .act_us = now_us});
}

/* B.1: whom a relation keeps from the company's group nobody approves before it has ended. */
static enum failure leave_obstacles_to_people(struct transaction *transaction,
                                              struct asking *asking,
                                              const struct company_submission *submission)
{
    enum relation_obstacle found[RELATION_OBSTACLES_MAX];
    size_t count = 0;
    if (asking->event != REVIEW_APPROVAL)
        return FAILURE_NONE;
    enum failure failure = company_group_obstacles(
        transaction, submission, clock_of_us(submission->account_id), found, &count);
    if (failure == FAILURE_NONE && count > 0)
        asking->event = REVIEW_REFERRAL;
    return failure;
}

/* A decision of somebody else meanwhile was first. */
static enum failure decide_company(struct transaction *transaction, struct asking *asking)
{
    struct company_submission submission;
    bool exists = false;
    enum failure failure = relation_store_lock_structure(transaction);
    if (failure == FAILURE_NONE)
        failure = company_store_lock(transaction, asking->verification->submission_id, &submission,
                                     &exists);
    if (failure == FAILURE_NONE && exists && submission.state == REVIEW_SUBMITTED)
        failure = leave_obstacles_to_people(transaction, asking, &submission);
    if (failure != FAILURE_NONE || !exists || submission.state != REVIEW_SUBMITTED ||
        review_move(&submission.state, asking->event) != REVIEW_ACCEPTED)
        return failure;
    int64_t now_us = clock_of_us(submission.account_id);
    submission.reason = asking->answer.reason;
    failure =
        company_keep(transaction, asking->job->courier, &submission, (struct id){{0}}, now_us);
    return failure == FAILURE_NONE ? note_act(transaction, asking, submission.account_id, now_us)
                                   : failure;
}

static enum failure decide_real_name(struct transaction *transaction, struct asking *asking)
{
    struct real_name name;
    bool exists = false;
    enum failure failure =
        real_name_store_lock(transaction, asking->verification->submission_id, &name, &exists);
    if (failure != FAILURE_NONE || !exists || name.state != REVIEW_SUBMITTED ||
        review_move(&name.state, asking->event) != REVIEW_ACCEPTED)
        return failure;
    int64_t now_us = clock_of_us(name.account_id);
    name.reason = asking->answer.reason;
    name.decided_us = name.state == REVIEW_IN_REVIEW ? 0 : now_us;
    failure = real_name_keep(transaction, asking->job->courier, &name, (struct id){{0}}, now_us);
    return failure == FAILURE_NONE ? note_act(transaction, asking, name.account_id, now_us)
                                   : failure;
}

static enum failure keep_answer(struct transaction *transaction, void *argument)
{
    struct asking *asking = argument;
    enum failure failure = asking->verification->of_company ? decide_company(transaction, asking)
                                                            : decide_real_name(transaction, asking);
    return failure == FAILURE_NONE
               ? verification_store_end(transaction, asking->verification->submission_id)
               : failure;
}

/* ---- one after the other ---- */

/* Without a verifier nobody is reached: those that wait for one go to people. */
static enum failure ask(struct task *task, struct asking *asking)
{
    struct verification_job *job = asking->job;
    asking->answer = (struct verifier_answer){VERIFICATION_PEOPLE, ""};
    if (!verification_is_asked(job))
        return FAILURE_NONE;
    enum failure failure = verifier_ask(task, &job->verifier, &asking->question, &asking->answer);
    if (failure == FAILURE_NONE)
        metric_add(&answer_total, answers[asking->answer.answer], 1);
    return failure;
}

static enum failure verify(struct task *task, struct verification_job *job,
                           const struct verification *verification)
{
    struct asking asking = {.job = job, .verification = verification};
    struct database *database = job->courier->database;
    enum failure failure =
        database_transact(task, database, ISOLATION_READ_COMMITTED, read_question, &asking);
    if (failure == FAILURE_NONE && asking.is_open)
        failure = ask(task, &asking);
    if (failure != FAILURE_NONE || !asking.is_open)
        return failure;
    struct verification_step step = verification_decide(asking.answer.answer, verification->tries);
    if (step.waits)
        return verification_store_postpone(
            reader_of(task, database), verification->submission_id, verification->tries,
            clock_work_us() + verification_pause_us(verification->tries));
    asking.event = step.event;
    return database_transact(task, database, ISOLATION_READ_COMMITTED, keep_answer, &asking);
}

/* None is asked about that could outlive the lease: never by two at once. It is due again. */
static enum failure verify_or_leave(struct task *task, struct verification_job *job,
                                    const struct verification *verification, int64_t until_us)
{
    int64_t now_us = clock_work_us();
    if (now_us < until_us - job->verifier.timeout_ms * 1000)
        return verify(task, job, verification);
    return verification_store_postpone(reader_of(task, job->courier->database),
                                       verification->submission_id, verification->tries - 1,
                                       now_us);
}

/* One that fails keeps none of the others waiting; itself it waits for the end of its lease. */
static enum failure round_of(struct task *task, struct verification_job *job)
{
    struct verifications taken = {.count = 0};
    int64_t now_us = clock_work_us();
    const struct verification_wish wish = {now_us, now_us + LEASE_US, TAKEN_AT_ONCE};
    arena_wipe_when_freed(task_arena(task)); /* names and numbers */
    enum failure failure =
        verification_store_take(reader_of(task, job->courier->database), &wish, &taken);
    for (size_t i = 0; i < taken.count; i++) {
        enum failure one = verify_or_leave(task, job, &taken.items[i], wish.until_us);
        failure = one != FAILURE_NONE ? one : failure;
    }
    if (taken.count == TAKEN_AT_ONCE)
        loop_job_wake(job->job);
    return failure;
}

static enum failure look(struct task *task, void *argument)
{
    struct verification_job *job = argument;
    job->is_asking = true;
    enum failure failure = round_of(task, job);
    job->is_asking = false;
    event_signal(&job->ended);
    return failure;
}

void verification_start(struct verification_job *job, struct loop *loop)
{
    if (verification_is_asked(job))
        job->verifier.client = http_client_new(loop, CONNECTIONS_MAX);
    job->job = loop_every(loop, "ask_verifier", INTERVAL_MS, look, job);
}

void verification_stop(struct task *task, struct verification_job *job)
{
    while (job->is_asking)
        task_wait_to_the_end(task, &job->ended);
    http_client_free(job->verifier.client);
}

void verification_wake(struct verification_job *job)
{
    loop_job_wake(job->job);
}
