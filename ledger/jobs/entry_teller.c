#include "ledger/jobs/entry_teller.h"

#include "ledger/batch/untold.h"
#include "ledger/store/told_store.h"
#include "ledger/v1/event.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"
#include "runtime/rpc/message.h"

#define CHAINS_AT_ONCE 1000
#define ROUNDS_MAX 16 /* a turn's, so that it ends */

static struct metric untold_for = {
    .name = "ledger_entries_untold_seconds",
    .help = "For how long there have been entries that were not told; 0: all are.",
    .kind = METRIC_GAUGE,
    .in_us = true};
METRIC_FROM_THE_START(untold_for);

static struct bytes pack(struct arena *arena, const struct told_chain *chain)
{
    char company_id[ID_TEXT_SIZE];
    Ledger__V1__EntriesRecorded recorded;
    ledger__v1__entries_recorded__init(&recorded);
    recorded.company_id = id_format(chain->company_id, company_id);
    recorded.first_sequence = chain->told_length + 1;
    recorded.last_sequence = chain->length;
    return message_pack(arena, &recorded.base);
}

static enum failure tell(struct task *task, struct ledger *ledger, const struct told_chain *chains,
                         size_t count)
{
    struct arena *arena = task_arena(task);
    struct told_chain *grown = arena_alloc_array(arena, count + 1, sizeof *grown);
    struct bytes *payloads = arena_alloc_array(arena, count + 1, sizeof *payloads);
    size_t grown_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (chains[i].length <= chains[i].told_length)
            continue;
        grown[grown_count] = chains[i];
        payloads[grown_count++] = pack(arena, &chains[i]);
    }
    if (grown_count == 0 || arena_exhausted(arena))
        return grown_count == 0 ? FAILURE_NONE : FAILURE_EXHAUSTED;
    return told_store_tell(reader_of(task, ledger->database), grown, payloads, grown_count,
                           ledger__v1__entries_recorded__descriptor.name);
}

/* Those that this process booked for. One that cannot be told now is found by walk_on. */
static enum failure tell_noted(struct task *task, struct ledger *ledger, size_t *count)
{
    struct told_chain *chains = NULL;
    struct id *companies = arena_alloc_array(task_arena(task), CHAINS_AT_ONCE, sizeof *companies);
    *count = untold_take(ledger->untold, companies, CHAINS_AT_ONCE);
    if (*count == 0)
        return FAILURE_NONE;
    size_t found = 0;
    enum failure failure = told_store_read(reader_of(task, ledger->database),
                                           id_array(companies, *count), &chains, &found);
    return failure == FAILURE_NONE ? tell(task, ledger, chains, found) : failure;
}

/* Looks at some chains a turn, round and round: what was booked by a process that ended since is
 * told by any other. */
static enum failure walk_on(struct task *task, struct ledger *ledger)
{
    static struct id last; /* one teller per process */
    struct told_chain *chains = NULL;
    size_t found = 0;
    enum failure failure =
        told_store_list(reader_of(task, ledger->database), last, CHAINS_AT_ONCE, &chains, &found);
    if (failure == FAILURE_NONE)
        failure = tell(task, ledger, chains, found);
    if (failure == FAILURE_NONE)
        last = found == CHAINS_AT_ONCE ? chains[found - 1].company_id : (struct id){{0}};
    return failure;
}

static void show(bool all_are_told)
{
    static int64_t since_us; /* monotonic; 0: all are told */
    int64_t now_us = clock_monotonic_us();
    since_us = all_are_told ? 0 : since_us == 0 ? now_us : since_us;
    metric_set(&untold_for, NULL, since_us == 0 ? 0 : now_us - since_us);
}

enum failure entry_teller(struct task *task, void *context)
{
    struct ledger *ledger = context;
    enum failure failure = FAILURE_NONE;
    size_t count = CHAINS_AT_ONCE;
    for (int round = 0; failure == FAILURE_NONE && count == CHAINS_AT_ONCE && round < ROUNDS_MAX;
         round++) {
        struct arena_mark mark = arena_mark(task_arena(task));
        failure = tell_noted(task, ledger, &count);
        arena_rewind(task_arena(task), mark);
    }
    if (failure == FAILURE_NONE)
        failure = walk_on(task, ledger);
    show(failure == FAILURE_NONE && count < CHAINS_AT_ONCE);
    return failure;
}
