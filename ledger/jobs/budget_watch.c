#include "ledger/jobs/budget_watch.h"

#include "ledger/jobs/budget_read.h"
#include "ledger/ledger_message.h"
#include "ledger/store/budget_store.h"
#include "ledger/store/history_store.h"
#include "ledger/v1/event.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/database/outbox.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/timestamp.h"

#define CHAINS_AT_ONCE 64
#define STRETCH 1000    /* entries of a chain, at once */
#define DUE_AT_ONCE 100 /* budgets of a day ago */
#define DAY_US (INT64_C(24) * 3600 * 1000000)

_Static_assert((int)LEDGER__V1__BUDGET_PERIOD__BUDGET_PERIOD_YEAR == (int)BUDGET_YEAR,
               "the periods are numbered as on the wire");
_Static_assert((int)LEDGER__V1__BUDGET_BASIS__BUDGET_BASIS_FORECAST == (int)BUDGET_FORECAST,
               "the bases are numbered as on the wire");

struct look {
    const struct account *account;
    const struct budget_facts *facts;
    struct budget budget; /* as it is afterwards */
    int64_t before_ppm;
};

static struct bytes pack(struct arena *arena, const struct look *look)
{
    const struct budget *budget = &look->budget;
    int64_t crossed[BUDGET_THRESHOLDS_MAX];
    Ledger__V1__BudgetCrossed event;
    ledger__v1__budget_crossed__init(&event);
    event.account_id = id_to_message(arena, budget->account_id);
    event.budget_id = id_to_message(arena, budget->budget_id);
    event.name = arena_strdup(arena, budget->name);
    event.period = (Ledger__V1__BudgetPeriod)budget->period;
    event.basis = (Ledger__V1__BudgetBasis)budget->basis;
    event.thresholds_ppm = crossed;
    for (size_t i = 0; i < budget->threshold_count; i++)
        if (budget->thresholds_ppm[i] > look->before_ppm &&
            budget->thresholds_ppm[i] <= budget->fired_ppm)
            crossed[event.n_thresholds_ppm++] = budget->thresholds_ppm[i];
    event.amount_micros = budget->amount_micros;
    event.spent_micros = look->facts->spent_micros;
    event.forecast_micros = budget_forecast(look->facts);
    event.currency = arena_strdup(arena, look->account->currency);
    event.period_start_time = timestamp_from_us(arena, look->facts->span.from_us);
    event.period_end_time = timestamp_from_us(arena, look->facts->span.to_us);
    return message_pack(arena, &event.base);
}

/* The process that keeps the look first tells of it. */
static enum failure keep(struct transaction *transaction, void *argument)
{
    const struct look *look = argument;
    bool kept = false;
    enum failure failure = budget_store_keep_look(transaction, &look->budget, &kept);
    if (failure != FAILURE_NONE || !kept || look->budget.fired_ppm == look->before_ppm)
        return failure;
    struct bytes payload = pack(transaction_arena(transaction), look);
    return payload.data == NULL
               ? FAILURE_EXHAUSTED
               : outbox_append(transaction, look->account->company_id, "ledger.v1.BudgetCrossed",
                               payload.data, payload.size, look->budget.looked_us);
}

/* Nothing is kept when it says what it said, and was looked at within a day. */
static enum failure judge(struct task *task, struct ledger *ledger, const struct budget *budget,
                          struct budget_reading *reading)
{
    struct look look = {.account = reading->account, .budget = *budget};
    if (reading->account->state != ACCOUNT_CLOSED) {
        enum failure failure =
            budget_read(reader_of(task, ledger->database), budget->period, reading);
        if (failure != FAILURE_NONE)
            return failure;
        look.facts = &reading->facts[budget->period];
        budget_begin_period(&look.budget, look.facts->span.from_us);
        look.before_ppm = look.budget.fired_ppm;
        int64_t crossed_ppm =
            budget_crossed(&look.budget, budget_measure(&look.budget, look.facts));
        look.budget.fired_ppm = crossed_ppm != 0 ? crossed_ppm : look.before_ppm;
    } else {
        look.before_ppm = look.budget.fired_ppm;
    }
    if (look.budget.fired_ppm == budget->fired_ppm &&
        look.budget.period_start_us == budget->period_start_us &&
        reading->now_us - budget->looked_us < DAY_US)
        return FAILURE_NONE;
    look.budget.looked_us = reading->now_us;
    return database_transact(task, ledger->database, ISOLATION_READ_COMMITTED, keep, &look);
}

static enum failure look_at(struct task *task, struct ledger *ledger,
                            const struct budgeted_account *looked)
{
    struct reader reader = reader_of(task, ledger->database);
    struct account account = {.company_id = looked->company_id, .id = looked->account_id};
    struct budget_reading reading = {.account = &account,
                                     .now_us = clock_of_us(looked->company_id)};
    struct budget_list list = {.count = 0};
    bool found = false;
    enum failure failure = history_store_read_balance(reader, reading.now_us, &account, &found);
    if (failure == FAILURE_NONE && !found) /* it moved a moment ago, and is found there */
        return FAILURE_NONE;
    if (failure == FAILURE_NONE)
        failure = budget_store_read(reader, looked->account_id, &list);
    for (size_t i = 0; i < list.count && failure == FAILURE_NONE; i++)
        failure = judge(task, ledger, &list.items[i], &reading);
    return failure;
}

static enum failure look_at_stretch(struct task *task, struct ledger *ledger,
                                    struct unbudgeted_chain *stretch)
{
    struct reader reader = reader_of(task, ledger->database);
    struct id *account_ids = NULL;
    size_t count = 0;
    if (stretch->folded_length > stretch->budget_length + STRETCH)
        stretch->folded_length = stretch->budget_length + STRETCH;
    enum failure failure = budget_store_list_accounts(reader, stretch, &account_ids, &count);
    for (size_t i = 0; i < count && failure == FAILURE_NONE; i++) {
        const struct budgeted_account looked = {stretch->company_id, account_ids[i]};
        struct arena_mark mark = arena_mark(task_arena(task));
        failure = look_at(task, ledger, &looked);
        arena_rewind(task_arena(task), mark);
    }
    return failure == FAILURE_NONE ? budget_store_note(reader, stretch) : failure;
}

static enum failure look_at_due(struct task *task, struct ledger *ledger)
{
    struct budgeted_account *due = NULL;
    size_t count = 0;
    enum failure failure = budget_store_list_due(
        reader_of(task, ledger->database), clock_hindmost_us() - DAY_US, DUE_AT_ONCE, &due, &count);
    for (size_t i = 0; i < count && task_state(task) == FAILURE_NONE; i++) {
        struct arena_mark mark = arena_mark(task_arena(task));
        enum failure failed = look_at(task, ledger, &due[i]);
        failure = failure == FAILURE_NONE ? failed : failure;
        arena_rewind(task_arena(task), mark);
    }
    return failure;
}

/* The chains in their order, turn after turn: none is before another for ever, and one that fails,
 * which is told in the end, keeps no other waiting. */
static enum failure look_at_some(struct task *task, struct ledger *ledger)
{
    static struct id last; /* one watch per process */
    struct unbudgeted_chain *chains = NULL;
    size_t count = 0;
    enum failure failure = budget_store_list_chains(reader_of(task, ledger->database), last,
                                                    CHAINS_AT_ONCE, &chains, &count);
    for (size_t i = 0; i < count && task_state(task) == FAILURE_NONE; i++) {
        struct arena_mark mark = arena_mark(task_arena(task));
        enum failure failed = look_at_stretch(task, ledger, &chains[i]);
        failure = failure == FAILURE_NONE ? failed : failure;
        last = chains[i].company_id;
        arena_rewind(task_arena(task), mark);
    }
    if (count < CHAINS_AT_ONCE)
        last = (struct id){{0}};
    return failure;
}

enum failure budget_watch(struct task *task, void *context)
{
    struct arena_mark mark = arena_mark(task_arena(task));
    enum failure failure = look_at_some(task, context);
    enum failure failed = look_at_due(task, context);
    arena_rewind(task_arena(task), mark);
    return failure == FAILURE_NONE ? failed : failure;
}
