#include "ledger/jobs/ladder_watch.h"

#include "ledger/jobs/runway_read.h"
#include "ledger/ledger_message.h"
#include "ledger/store/history_store.h"
#include "ledger/store/ladder_store.h"
#include "ledger/v1/event.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/database/outbox.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/timestamp.h"

#define CHAINS_AT_ONCE 64
#define ROUNDS_MAX 16   /* a turn's, so that it ends */
#define STRETCH 1000    /* entries of a chain, at once */
#define DUE_AT_ONCE 100 /* accounts of a day ago */
#define DAY_US (INT64_C(24) * 3600 * 1000000)
#define RUNGS_MAX 8

struct warning {
    struct ladder_look look;
    const struct runway_facts *facts;
    const char *currency;
};

static struct bytes pack(struct arena *arena, const struct warning *warning,
                         const struct suspension_notice *notice)
{
    Ledger__V1__SuspensionRung named[RUNGS_MAX];
    const struct runway runway = runway_of(warning->facts);
    int64_t first_us = runway.depletion_us, hour_us = runway.hour_depletion_us;
    Ledger__V1__RunwayWarning event;
    ledger__v1__runway_warning__init(&event);
    event.account_id = id_to_message(arena, notice->account_id);
    event.notice_id = id_to_message(arena, notice->notice_id);
    event.rung = (Ledger__V1__SuspensionRung)notice->rung;
    event.rungs = named;
    for (enum rung rung = RUNG_FIVE_DAYS; rung <= RUNG_HOUR; rung++)
        if ((notice->rungs & RUNG_BIT(rung)) != 0)
            named[event.n_rungs++] = (Ledger__V1__SuspensionRung)rung;
    event.available_micros = warning->facts->available_micros;
    event.currency = arena_strdup(arena, warning->currency);
    if (first_us == 0 || (hour_us != 0 && hour_us < first_us))
        first_us = hour_us;
    if (first_us != 0)
        event.depletion_time = timestamp_from_us(arena, first_us);
    return message_pack(arena, &event.base);
}

/* The process that keeps the look first tells of it. */
static enum failure keep(struct transaction *transaction, void *argument)
{
    const struct warning *warning = argument;
    const struct ladder_look *look = &warning->look;
    enum rung rung = ladder_crossed(look->before, look->now);
    bool kept = false;
    enum failure failure = ladder_store_keep(transaction, look, &kept);
    if (failure != FAILURE_NONE || !kept || rung == 0 || warning->facts->below_line)
        return failure;
    const struct suspension_notice notice = {.account_id = look->account.account_id,
                                             .notice_id = id_new(look->now_us),
                                             .channel = NOTICE_EMAIL,
                                             .rung = rung,
                                             .rungs = look->now & ~look->before,
                                             .raised_us = look->now_us};
    struct bytes payload = pack(transaction_arena(transaction), warning, &notice);
    if (payload.data == NULL)
        return FAILURE_EXHAUSTED;
    failure = ladder_store_keep_notice(transaction, &notice);
    return failure == FAILURE_NONE
               ? outbox_append(transaction, look->account.company_id, "ledger.v1.RunwayWarning",
                               payload.data, payload.size, look->now_us)
               : failure;
}

static enum failure look_at(struct task *task, struct ledger *ledger,
                            const struct looked_account *looked)
{
    struct reader reader = reader_of(task, ledger->database);
    struct account account = {.company_id = looked->company_id, .id = looked->account_id};
    struct runway_facts facts = {.days = 0};
    struct warning warning = {.facts = &facts, .currency = account.currency};
    struct ladder_look *look = &warning.look;
    int64_t looked_us;
    bool found;
    *look = (struct ladder_look){.account = *looked, .now_us = clock_of_us(looked->company_id)};
    enum failure failure = history_store_read_balance(reader, look->now_us, &account, &found);
    if (failure == FAILURE_NONE)
        failure = ladder_store_read(reader, looked->account_id, &look->before, &looked_us);
    if (failure == FAILURE_NONE && found)
        failure = runway_read(reader, &account, look->now_us, &facts);
    if (failure != FAILURE_NONE)
        return failure;
    look->now = found && account.state != ACCOUNT_CLOSED ? ladder_below(&facts) : 0;
    if (looked_us != 0 && look->now == look->before && look->now_us - looked_us < DAY_US)
        return FAILURE_NONE;
    return database_transact(task, ledger->database, ISOLATION_READ_COMMITTED, keep, &warning);
}

/* The first failure of an account is told in the end, and keeps no other waiting. */
struct looks {
    size_t failed;
    enum failure failure;
};

static void look_at_each(struct task *task, struct ledger *ledger,
                         const struct looked_account *accounts, size_t count, struct looks *looks)
{
    *looks = (struct looks){0, FAILURE_NONE};
    for (size_t i = 0; i < count && task_state(task) == FAILURE_NONE; i++) {
        struct arena_mark mark = arena_mark(task_arena(task));
        enum failure failure = look_at(task, ledger, &accounts[i]);
        arena_rewind(task_arena(task), mark);
        looks->failed += failure != FAILURE_NONE;
        looks->failure = looks->failure == FAILURE_NONE ? failure : looks->failure;
    }
    if (looks->failure == FAILURE_NONE)
        looks->failure = task_state(task);
}

/* An account that fails among others that do not is left out until its next entry or day: it is
 * unwarned meanwhile, which gives it the grace. Where all fail, nothing was looked at. */
static enum failure look_at_stretch(struct task *task, struct ledger *ledger,
                                    struct unwarned_chain *stretch)
{
    struct reader reader = reader_of(task, ledger->database);
    struct looked_account *accounts = NULL;
    struct looks looks;
    size_t count = 0;
    if (stretch->folded_length > stretch->warned_length + STRETCH)
        stretch->folded_length = stretch->warned_length + STRETCH;
    enum failure failure = ladder_store_list_accounts(reader, stretch, &accounts, &count);
    if (failure != FAILURE_NONE)
        return failure;
    look_at_each(task, ledger, accounts, count, &looks);
    if (task_state(task) != FAILURE_NONE || (count > 0 && looks.failed == count))
        return looks.failure;
    failure = ladder_store_note(reader, stretch);
    return looks.failure == FAILURE_NONE ? failure : looks.failure;
}

static enum failure look_at_due(struct task *task, struct ledger *ledger)
{
    struct looked_account *due = NULL;
    struct looks looks;
    size_t count = 0;
    enum failure failure = ladder_store_list_due(
        reader_of(task, ledger->database), clock_hindmost_us() - DAY_US, DUE_AT_ONCE, &due, &count);
    if (failure != FAILURE_NONE)
        return failure;
    look_at_each(task, ledger, due, count, &looks);
    return looks.failure;
}

/* The chains in their order, round and round: none is before another for ever. */
static enum failure look_at_some(struct task *task, struct ledger *ledger, size_t *count)
{
    static struct id last; /* one watch per process */
    struct unwarned_chain *chains = NULL;
    enum failure failure =
        ladder_store_list(reader_of(task, ledger->database), last, CHAINS_AT_ONCE, &chains, count);
    for (size_t i = 0; i < *count && task_state(task) == FAILURE_NONE; i++) {
        struct arena_mark mark = arena_mark(task_arena(task));
        enum failure failed = look_at_stretch(task, ledger, &chains[i]);
        failure = failure == FAILURE_NONE ? failed : failure;
        last = chains[i].company_id;
        arena_rewind(task_arena(task), mark);
    }
    if (*count < CHAINS_AT_ONCE)
        last = (struct id){{0}};
    return failure;
}

enum failure ladder_watch(struct task *task, void *context)
{
    struct arena_mark mark = arena_mark(task_arena(task));
    enum failure failure = FAILURE_NONE, failed;
    size_t count = CHAINS_AT_ONCE;
    for (int round = 0;
         count == CHAINS_AT_ONCE && task_state(task) == FAILURE_NONE && round < ROUNDS_MAX;
         round++) {
        count = 0;
        failed = look_at_some(task, context, &count);
        failure = failure == FAILURE_NONE ? failed : failure;
        arena_rewind(task_arena(task), mark);
    }
    failed = look_at_due(task, context);
    arena_rewind(task_arena(task), mark);
    return failure == FAILURE_NONE ? failed : failure;
}
