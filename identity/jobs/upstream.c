#include "identity/jobs/upstream.h"

#include <assert.h>

#include "identity/jobs/owner_notice.h"
#include "identity/jobs/world.h"
#include "identity/store/relation_store.h"
#include "identity/store/upstream_store.h"
#include "identity/v1/event.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/database/act_log.h"
#include "runtime/rpc/timestamp.h"

#define INTERVAL_MS 2000
#define AT_ONCE 100
#define TOLD_PAGES_MAX 50 /* of customers whose moment came, in a turn */

static_assert((int)UPSTREAM_OVERDUE == (int)IDENTITY__V1__UPSTREAM_CAUSE__UPSTREAM_CAUSE_OVERDUE,
              "causes are the wire's");

static struct {
    struct courier *courier;
    int64_t grace_us;
    struct upstream_place
        told; /* the last customer that a turn came to; the next goes on after it */
} job;

/* A customer in one transaction: its relation, locked, and the risk that it is at. */
struct step {
    struct id relation_id, customer_id;
    const struct upstream_trouble *trouble; /* that brings it to risk, or that is over */
    struct relation_row relation;
    struct upstream_risk risk; /* of the relation */
    bool holds, at_risk;
    int64_t now_us;
};

/* The customer is at one risk at a time: what is left of a relation before ends without a word. */
static enum failure take_risk(struct transaction *transaction, struct step *step)
{
    bool exists = false;
    enum failure failure =
        upstream_store_risk(transaction, step->customer_id, &step->risk, &exists);
    step->at_risk = exists && id_equal(step->risk.relation_id, step->relation_id);
    if (failure != FAILURE_NONE || !exists || step->at_risk || !step->holds)
        return failure;
    step->risk.ended_us = step->now_us;
    return upstream_store_advance(transaction, &step->risk);
}

static enum failure take(struct transaction *transaction, struct step *step)
{
    bool exists = false;
    step->now_us = clock_of_us(step->customer_id);
    step->at_risk = step->holds = false;
    enum failure failure =
        relation_store_lock(transaction, step->relation_id, &step->relation, &exists);
    if (failure != FAILURE_NONE || !exists)
        return failure;
    step->holds = step->relation.held.version != 0 &&
                  relation_end_us(&step->relation.relation, step->now_us) == 0;
    return take_risk(transaction, step);
}

/* A transaction of its own: its memory is given back, for there may be any number of customers. */
static enum failure transact(struct task *task,
                             enum failure (*body)(struct transaction *transaction, void *argument),
                             struct step *step)
{
    struct arena_mark mark = arena_mark(task_arena(task));
    enum failure failure =
        database_transact(task, job.courier->database, ISOLATION_READ_COMMITTED, body, step);
    arena_rewind(task_arena(task), mark);
    return failure;
}

/* One customer that fails keeps no other waiting. */
static enum failure first_of(enum failure first, enum failure failure)
{
    return first != FAILURE_NONE ? first : failure;
}

static enum failure note_act(struct transaction *transaction, const struct step *step,
                             const char *action)
{
    return act_append_of_step(transaction, action,
                              &(struct act){.account_id = step->customer_id,
                                            .object_id = step->relation_id,
                                            .action = action,
                                            .tag = "",
                                            .reason = "",
                                            .act_us = step->now_us});
}

/* ---- the customer is told, and the world ---- */

static enum failure tell(struct transaction *transaction, const struct step *step, const char *text)
{
    struct relation_owner owner;
    bool exists = false;
    enum failure failure = relation_store_owner(transaction, step->customer_id, &owner, &exists);
    return failure != FAILURE_NONE || !exists
               ? failure
               : owner_notice_take(transaction, job.courier,
                                   &(struct owner_notice){.owner = &owner,
                                                          .account_id = step->customer_id,
                                                          .text = text,
                                                          .now_us = step->now_us,
                                                          .subject = "Kontor: your partner"});
}

static enum failure tell_at_risk(struct transaction *transaction, const struct step *step)
{
    static const char *const troubles[] = {
        [UPSTREAM_ENDED] = "its account is closed, or its contract with us has ended",
        [UPSTREAM_FROZEN] = "its account is frozen",
        [UPSTREAM_OVERDUE] = "it has an overdue payment"};
    char until[CLOCK_TEXT_SIZE];
    struct arena *arena = transaction_arena(transaction);
    int64_t until_us = step->risk.grace_end_us > step->risk.begun_us ? step->risk.grace_end_us
                                                                     : step->risk.begun_us;
    return tell(transaction, step,
                arena_printf(arena,
                             "The partner of the Kontor account %s is in trouble: %s "
                             "(UPSTREAM_AT_RISK). Nothing that it pays for stops before %s, and "
                             "what it allocated to the account stays there. To pay by yourself "
                             "from now on, give \"kontor upstream accept-bridge %s\", or use the "
                             "portal.",
                             world_id(arena, step->customer_id), troubles[step->risk.cause],
                             clock_format(until_us, until), world_id(arena, step->relation_id)));
}

static enum failure tell_grace_ended(struct transaction *transaction, const struct step *step)
{
    char at[CLOCK_TEXT_SIZE];
    struct arena *arena = transaction_arena(transaction);
    int64_t end_us = upstream_services_end_us(&step->risk, &step->relation.held.terms);
    Identity__V1__UpstreamGraceEnded event = IDENTITY__V1__UPSTREAM_GRACE_ENDED__INIT;
    event.relation_id = world_id(arena, step->relation_id);
    event.agent_account_id = world_id(arena, step->risk.agent_id);
    event.customer_account_id = world_id(arena, step->customer_id);
    if (end_us != 0)
        event.services_end_time = timestamp_from_us(arena, end_us);
    enum failure failure = tell(
        transaction, step,
        arena_printf(arena,
                     "The partner of the Kontor account %s is still in trouble, and the grace "
                     "is over. %s%s.",
                     world_id(arena, step->customer_id),
                     end_us == 0 ? "Nothing stops for that" : "What the partner pays for stops at ",
                     end_us == 0 ? "" : clock_format(end_us, at)));
    if (failure == FAILURE_NONE)
        failure = world_tell(transaction, step->customer_id, &event.base, step->now_us);
    return failure == FAILURE_NONE ? note_act(transaction, step, "identity.end_grace") : failure;
}

/* ---- it comes to be at risk ---- */

static enum failure tell_began(struct transaction *transaction, const struct step *step)
{
    struct arena *arena = transaction_arena(transaction);
    Identity__V1__UpstreamAtRisk event = IDENTITY__V1__UPSTREAM_AT_RISK__INIT;
    event.relation_id = world_id(arena, step->relation_id);
    event.agent_account_id = world_id(arena, step->risk.agent_id);
    event.customer_account_id = world_id(arena, step->customer_id);
    event.cause = (Identity__V1__UpstreamCause)step->risk.cause;
    event.begin_time = timestamp_from_us(arena, step->risk.begun_us);
    event.grace_end_time = timestamp_from_us(arena, step->risk.grace_end_us);
    enum failure failure = world_tell(transaction, step->customer_id, &event.base, step->now_us);
    if (failure == FAILURE_NONE)
        failure = note_act(transaction, step, "identity.begin_upstream_risk");
    return failure == FAILURE_NONE ? tell_at_risk(transaction, step) : failure;
}

/* B.3: it goes on with what the grace before left. */
static enum failure grace(struct transaction *transaction, const struct step *step,
                          int64_t *grace_us)
{
    struct upstream_risk last;
    bool exists = false;
    enum failure failure = upstream_store_last_risk(transaction, step->relation_id, &last, &exists);
    *grace_us = upstream_grace_us(exists ? &last : NULL, step->now_us, job.grace_us);
    return failure;
}

/* The trouble may be over by now; at a risk by an earlier one, this one waits until that ended. */
static enum failure begin(struct transaction *transaction, void *argument)
{
    struct step *step = argument;
    struct upstream_trouble trouble;
    int64_t grace_us = 0;
    enum failure failure = take(transaction, step);
    if (failure != FAILURE_NONE || !step->holds || step->at_risk)
        return failure;
    failure = upstream_store_trouble(transaction, step->trouble->agent_id, &trouble);
    if (failure != FAILURE_NONE || !id_equal(trouble.trouble_id, step->trouble->trouble_id))
        return failure;
    failure = grace(transaction, step, &grace_us);
    if (failure != FAILURE_NONE)
        return failure;
    step->risk = (struct upstream_risk){.risk_id = id_new(step->now_us),
                                        .relation_id = step->relation_id,
                                        .trouble_id = trouble.trouble_id,
                                        .agent_id = trouble.agent_id,
                                        .customer_id = step->customer_id,
                                        .cause = trouble.cause,
                                        .begun_us = step->now_us,
                                        .grace_end_us = step->now_us + grace_us,
                                        .told = 1};
    failure = upstream_store_keep(transaction, &step->risk);
    return failure == FAILURE_NONE ? tell_began(transaction, step) : failure;
}

static enum failure begin_all(struct task *task, const struct upstream_trouble *trouble)
{
    struct upstream_customers page = {.count = AT_ONCE};
    struct id after_id = {{0}};
    enum failure failure = FAILURE_NONE;
    while (page.count == AT_ONCE) {
        struct arena_mark mark = arena_mark(task_arena(task));
        page.count = 0;
        failure = first_of(failure, upstream_store_customers(reader_of(task, job.courier->database),
                                                             trouble, after_id, AT_ONCE, &page));
        for (size_t i = 0; i < page.count; i++) {
            struct step step = {.relation_id = page.items[i].relation_id,
                                .customer_id = page.items[i].customer_id,
                                .trouble = trouble};
            after_id = step.customer_id;
            if (!page.items[i].noted)
                failure = first_of(failure, transact(task, begin, &step));
        }
        arena_rewind(task_arena(task), mark);
    }
    return failure;
}

/* ---- the trouble is over ---- */

static enum failure end(struct transaction *transaction, void *argument)
{
    struct step *step = argument;
    struct arena *arena = transaction_arena(transaction);
    Identity__V1__UpstreamRecovered event = IDENTITY__V1__UPSTREAM_RECOVERED__INIT;
    enum failure failure = take(transaction, step);
    if (failure != FAILURE_NONE || !step->at_risk ||
        !id_equal(step->risk.trouble_id, step->trouble->trouble_id))
        return failure;
    step->risk.ended_us = step->now_us;
    failure = upstream_store_advance(transaction, &step->risk);
    if (failure != FAILURE_NONE || !step->holds)
        return failure;
    event.relation_id = world_id(arena, step->relation_id);
    event.agent_account_id = world_id(arena, step->risk.agent_id);
    event.customer_account_id = world_id(arena, step->customer_id);
    event.end_time = timestamp_from_us(arena, step->now_us);
    failure = world_tell(transaction, step->customer_id, &event.base, step->now_us);
    if (failure == FAILURE_NONE)
        failure = note_act(transaction, step, "identity.end_upstream_risk");
    return failure != FAILURE_NONE
               ? failure
               : tell(transaction, step,
                      arena_printf(
                          arena,
                          "The partner of the Kontor account %s is in trouble no more. Should "
                          "trouble return, the grace goes on with what is left of it, and "
                          "the time between.",
                          event.customer_account_id));
}

static enum failure end_all(struct task *task, const struct upstream_trouble *trouble)
{
    struct upstream_customers left = {.count = AT_ONCE};
    enum failure failure = FAILURE_NONE;
    while (failure == FAILURE_NONE && left.count > 0) {
        struct arena_mark mark = arena_mark(task_arena(task));
        left.count = 0;
        failure = upstream_store_left(reader_of(task, job.courier->database), trouble->trouble_id,
                                      AT_ONCE, &left);
        for (size_t i = 0; i < left.count; i++) {
            struct step step = {.relation_id = left.items[i].relation_id,
                                .customer_id = left.items[i].customer_id,
                                .trouble = trouble};
            failure = first_of(failure, transact(task, end, &step));
        }
        arena_rewind(task_arena(task), mark);
    }
    return failure != FAILURE_NONE
               ? failure
               : upstream_store_settle(reader_of(task, job.courier->database), trouble->trouble_id,
                                       clock_of_us(trouble->agent_id));
}

static enum failure follow_troubles(struct task *task)
{
    struct upstream_troubles page = {.count = AT_ONCE};
    struct id after_id = {{0}};
    enum failure failure = FAILURE_NONE;
    while (page.count == AT_ONCE) {
        struct arena_mark mark = arena_mark(task_arena(task));
        page.count = 0;
        failure = first_of(failure, upstream_store_unsettled(reader_of(task, job.courier->database),
                                                             after_id, AT_ONCE, &page));
        for (size_t i = 0; i < page.count; i++) {
            const struct upstream_trouble *trouble = &page.items[i];
            after_id = trouble->trouble_id;
            failure = first_of(failure,
                               trouble->ended ? end_all(task, trouble) : begin_all(task, trouble));
        }
        arena_rewind(task_arena(task), mark);
    }
    return failure;
}

/* ---- its moments come ---- */

static enum failure tell_due(struct transaction *transaction, void *argument)
{
    struct step *step = argument;
    enum failure failure = take(transaction, step);
    if (failure != FAILURE_NONE || !step->at_risk)
        return failure;
    if (!step->holds) {
        step->risk.ended_us = step->now_us;
        return upstream_store_advance(transaction, &step->risk);
    }
    int64_t moments = upstream_moments(&step->risk, step->now_us);
    if (moments <= step->risk.told)
        return FAILURE_NONE;
    step->risk.told = moments;
    if (moments == UPSTREAM_MOMENTS)
        step->risk.ran_out_us = step->now_us;
    failure = upstream_store_advance(transaction, &step->risk);
    if (failure != FAILURE_NONE)
        return failure;
    return moments == UPSTREAM_MOMENTS ? tell_grace_ended(transaction, step)
                                       : tell_at_risk(transaction, step);
}

static enum failure tell_page(struct task *task, size_t *count)
{
    struct upstream_customers due = {.count = 0};
    enum failure failure = upstream_store_due(reader_of(task, job.courier->database),
                                              clock_foremost_us(), job.told, AT_ONCE, &due);
    for (size_t i = 0; i < due.count; i++) {
        struct step step = {.relation_id = due.items[i].relation_id,
                            .customer_id = due.items[i].customer_id};
        failure = first_of(failure, transact(task, tell_due, &step));
        job.told = due.items[i].place;
    }
    *count = due.count;
    return failure;
}

/* Any number may be due at once. A turn that ends before them is gone on with, so that those who
 * cannot be told keep no others waiting, however many they are; after the last one it begins anew.
 */
static enum failure tell_all_due(struct task *task)
{
    enum failure failure = FAILURE_NONE;
    size_t count = AT_ONCE;
    for (int pages = 0; count == AT_ONCE && pages < TOLD_PAGES_MAX; pages++) {
        struct arena_mark mark = arena_mark(task_arena(task));
        failure = first_of(failure, tell_page(task, &count));
        arena_rewind(task_arena(task), mark);
    }
    if (count < AT_ONCE)
        job.told = (struct upstream_place){.next_us = 0};
    return failure;
}

static enum failure follow(struct task *task, void *argument)
{
    (void)argument;
    enum failure failure = follow_troubles(task);
    failure = first_of(failure, tell_all_due(task));
    courier_wake(job.courier);
    return failure;
}

void upstream_job_start(struct courier *courier, int64_t grace_us, struct loop *loop)
{
    assert(grace_us >= UPSTREAM_GRACE_MIN_US);
    job.courier = courier;
    job.grace_us = grace_us;
    (void)loop_every(loop, "upstream", INTERVAL_MS, follow, NULL);
}
