#include "ledger/batch/ward.h"

#include <assert.h>

#include "ledger/batch/settle.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"

#define WARD_ARENA_BYTES_MAX (96 * 1024 * 1024)
#define PAUSE_FIRST_MS 25
#define PAUSE_MAX_MS 400

static struct metric wards_open = {.name = "ledger_companies_locked",
                                   .help = "Companies of which somebody holds a row.",
                                   .kind = METRIC_GAUGE};
METRIC_FROM_THE_START(wards_open);
static struct metric tries_total = {.name = "ledger_locked_tries_total",
                                    .help = "Tries of what waits for a lock.",
                                    .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(tries_total);

struct ward {
    struct wards *wards;
    struct id company_id;
    struct submission *first; /* waiting, in the order of arrival */
    size_t count;             /* with those being tried; 0: the ward is free */
    size_t calls;             /* of those: not of streams */
    size_t under_way;         /* in a lane yet */
    int tries;                /* in a row, without the lock */
    bool has_task;
};

struct wards {
    struct ledger *ledger;
    struct ward wards[WARDS_MAX];
    size_t count;       /* of submissions */
    size_t calls_again; /* in wards that were tried in vain */
    int tried;          /* now */
    int retried;        /* of those: not the first time */
    struct event left_first;
    struct event left_again;
};

struct wards *wards_new(struct ledger *ledger)
{
    static struct wards wards; /* one per process */
    wards = (struct wards){.ledger = ledger};
    for (size_t i = 0; i < WARDS_MAX; i++)
        wards.wards[i].wards = &wards;
    return &wards;
}

static struct ward *find(const struct wards *wards, struct id company_id)
{
    for (size_t i = 0; i < WARDS_MAX; i++)
        if (wards->wards[i].count > 0 && id_equal(wards->wards[i].company_id, company_id))
            return (struct ward *)(uintptr_t)&wards->wards[i];
    return NULL;
}

bool wards_hold(const struct wards *wards, struct id company_id)
{
    return wards->count > 0 && find(wards, company_id) != NULL;
}

/* ---- the queue ---- */

static void enqueue(struct ward *ward, struct submission *submission)
{
    struct submission **place = &ward->first;
    while (*place != NULL && (*place)->number < submission->number)
        place = &(*place)->next;
    submission->next = *place;
    submission->is_waiting = true;
    *place = submission;
}

/* As many as one batch holds. */
static struct submission *dequeue(struct ward *ward)
{
    struct submission *taken = ward->first, **place = &ward->first;
    size_t orders = 0;
    while (*place != NULL && (orders == 0 || orders + (*place)->count <= BATCH_ORDERS_MAX)) {
        orders += (*place)->count;
        (*place)->is_waiting = false;
        place = &(*place)->next;
    }
    struct submission *rest = *place;
    *place = NULL;
    ward->first = rest;
    return taken;
}

static void note(struct ward *ward, const struct submission *submission)
{
    ward->count++;
    ward->wards->count++;
    ward->calls += !submission->is_streamed;
    ward->wards->calls_again += !submission->is_streamed && ward->tries > 0;
}

static void forget(struct ward *ward, const struct submission *submission)
{
    ward->count--;
    ward->wards->count--;
    ward->calls -= !submission->is_streamed;
    ward->wards->calls_again -= !submission->is_streamed && ward->tries > 0;
    if (ward->count > 0)
        return;
    metric_add(&wards_open, NULL, -1);
    log_write(LOG_INFO, "ledger_company_unlocked", log_id("company_id", ward->company_id),
              log_int64("tries", ward->tries));
}

/* ---- a try ---- */

static void nothing_is_sent(struct batch_slot *slot)
{
    (void)slot;
}

static void nothing_is_before(struct task *task, struct batch_slot *slot)
{
    (void)task;
    (void)slot;
}

static enum failure settle(struct task *task, struct ward *ward, struct submission *submissions)
{
    struct batch_slot slot = {
        .on_sent = nothing_is_sent, .wait = nothing_is_before, .is_alone = true};
    struct batch_item **items =
        arena_try_alloc_array(task_arena(task), BATCH_ORDERS_MAX, sizeof *items);
    struct arena **arenas =
        arena_try_alloc_array(task_arena(task), BATCH_ORDERS_MAX, sizeof *arenas);
    size_t count = 0;
    if (items == NULL || arenas == NULL)
        return FAILURE_EXHAUSTED;
    for (struct submission *submission = submissions; submission != NULL;
         submission = submission->next)
        for (size_t i = 0; i < submission->count; i++)
            if (item_is_open(&submission->items[i])) {
                items[count] = &submission->items[i];
                arenas[count++] = submission->arena;
            }
    metric_add(&tries_total, NULL, 1);
    batch_settle(task, ward->wards->ledger, &slot, &(struct batch_load){items, arenas, count});
    return FAILURE_NONE;
}

static void set_tries(struct ward *ward, int tries)
{
    if (tries > 0 && ward->tries == 0)
        ward->wards->calls_again += ward->calls;
    if (tries == 0 && ward->tries > 0)
        ward->wards->calls_again -= ward->calls;
    ward->tries = tries;
}

static bool any_is_open(const struct submission *submission)
{
    while (submission != NULL && !submission_is_open(submission))
        submission = submission->next;
    return submission != NULL;
}

static bool has_place(const struct ward *ward, const struct submission *submission, size_t kept)
{
    return submission->is_streamed ||
           (kept < WARD_CALLS_MAX && ward->wards->calls_again <= WARDS_CALLS_MAX);
}

/* Submissions that got no lock wait again while there is room; the others are answered. */
static void sort_out(struct ward *ward, struct submission *submissions)
{
    size_t kept = 0;
    set_tries(ward, any_is_open(submissions) ? ward->tries + 1 : 0);
    for (struct submission *submission = submissions, *next; submission != NULL;
         submission = next) {
        next = submission->next;
        bool has_room = !submission->is_impatient && has_place(ward, submission, kept);
        if (submission_is_open(submission) && !submission->is_given_up && has_room) {
            kept += !submission->is_streamed;
            enqueue(ward, submission);
            continue;
        }
        submission_close(submission, FAILURE_LOCKED);
        forget(ward, submission);
        event_signal(&submission->settled);
    }
}

static void take_place(struct task *task, struct wards *wards, bool again)
{
    while (wards->tried == WARD_PLACES || (again && wards->retried == WARD_PLACES / 2))
        task_wait_to_the_end(task, again ? &wards->left_again : &wards->left_first);
    wards->tried++;
    wards->retried += again;
}

static void leave_place(struct wards *wards, bool again)
{
    wards->tried--;
    wards->retried -= again;
    event_signal(&wards->left_first);
    event_signal(&wards->left_again);
}

static int64_t pause_ms(int tries)
{
    return tries > 4 ? PAUSE_MAX_MS : (int64_t)PAUSE_FIRST_MS << (tries - 1);
}

static void start(struct ward *ward);

static void try_ward(struct task *task, void *argument)
{
    struct ward *ward = argument;
    bool again = ward->tries > 0;
    if (again && task_sleep_ms(task, pause_ms(ward->tries)) != FAILURE_NONE)
        log_write(LOG_DEBUG, "ledger_ward_hurried");
    take_place(task, ward->wards, again);
    struct submission *submissions = dequeue(ward);
    submissions_trace(task, submissions, "ledger_ward");
    if (submissions != NULL && settle(task, ward, submissions) != FAILURE_NONE)
        for (struct submission *submission = submissions; submission != NULL;
             submission = submission->next)
            submission_close(submission, FAILURE_EXHAUSTED);
    leave_place(ward->wards, again);
    sort_out(ward, submissions);
    ward->has_task = false;
    start(ward);
}

/* Without a task its callers are told. */
static void start(struct ward *ward)
{
    if (ward->first == NULL || ward->has_task || ward->under_way > 0)
        return;
    struct task_options options = {.name = "ledger_ward", .arena_bytes_max = WARD_ARENA_BYTES_MAX};
    ward->has_task = true;
    if (loop_spawn(ward->wards->ledger->loop, &options, try_ward, ward) == FAILURE_NONE)
        return;
    ward->has_task = false;
    for (struct submission *submission = ward->first, *next; submission != NULL;
         submission = next) {
        next = submission->next;
        submission_close(submission, FAILURE_EXHAUSTED);
        forget(ward, submission);
        event_signal(&submission->settled);
    }
    ward->first = NULL;
}

/* ---- coming and going ---- */

static struct ward *open_ward(struct wards *wards, struct id company_id, size_t under_way)
{
    for (size_t i = 0; i < WARDS_MAX; i++) {
        struct ward *ward = &wards->wards[i];
        if (ward->count > 0 || ward->has_task)
            continue;
        *ward = (struct ward){.wards = wards, .company_id = company_id, .under_way = under_way};
        metric_add(&wards_open, NULL, 1);
        log_write(LOG_WARN, "ledger_company_locked", log_id("company_id", company_id));
        return ward;
    }
    return NULL;
}

bool wards_take(struct wards *wards, struct submission *submission, size_t others_under_way)
{
    struct ward *ward = find(wards, submission->company_id);
    bool waits_again = ward != NULL && ward->tries > 0;
    bool is_full = waits_again && !submission->is_streamed &&
                   (ward->calls >= WARD_CALLS_MAX || wards->calls_again >= WARDS_CALLS_MAX);
    if (is_full || (waits_again && submission->is_impatient))
        return false;
    if (ward == NULL)
        ward = open_ward(wards, submission->company_id, others_under_way);
    if (ward == NULL)
        return false;
    note(ward, submission);
    enqueue(ward, submission);
    start(ward);
    return true;
}

void wards_hear(struct wards *wards, struct id company_id)
{
    struct ward *ward = wards->count > 0 ? find(wards, company_id) : NULL;
    if (ward == NULL || ward->under_way == 0)
        return;
    ward->under_way--;
    start(ward);
}

void wards_leave(struct wards *wards, struct submission *submission)
{
    struct ward *ward = find(wards, submission->company_id);
    assert(ward != NULL && submission->is_waiting);
    struct submission **place = &ward->first;
    while (*place != submission)
        place = &(*place)->next;
    *place = submission->next;
    submission->is_waiting = false;
    forget(ward, submission);
}
