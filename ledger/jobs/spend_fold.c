#include "ledger/jobs/spend_fold.h"

#include "ledger/domain/billing_period.h"
#include "ledger/batch/billing_zones.h"
#include "ledger/store/spend_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"

#define CHAINS_AT_ONCE 256
#define STRETCH 5000  /* entries of a chain, at once */
#define ROUNDS_MAX 16 /* a turn's, so that it ends */

static struct metric unfolded_chains = {
    .name = "ledger_spend_unfolded_chains",
    .help = "Chains that grew since what their accounts spent was folded, as far as a turn sees.",
    .kind = METRIC_GAUGE};
METRIC_FROM_THE_START(unfolded_chains);

/* Quarters come in the order of accounts and time, so those of a day lie together. */
static enum failure add(struct task *task, const struct spend *spend, struct spend_day *days,
                        size_t *count)
{
    struct billing_zones zones;
    enum failure failure = billing_zones_find(task, &spend->zones, &zones);
    if (failure != FAILURE_NONE)
        return failure;
    int64_t day_us = billing_day_of(&zones, spend->quarter_us).from_us;
    struct spend_day *last = *count > 0 ? &days[*count - 1] : NULL;
    if (last != NULL && last->day_us == day_us && id_equal(last->account_id, spend->account_id))
        last->micros += spend->micros;
    else
        days[(*count)++] = (struct spend_day){spend->account_id, day_us, spend->micros};
    return FAILURE_NONE;
}

static enum failure fold_stretch(struct task *task, struct reader reader,
                                 const struct unfolded_chain *stretch)
{
    struct spend *spends = NULL;
    size_t count = 0, day_count = 0;
    enum failure failure = spend_store_read(reader, stretch, &spends, &count);
    struct spend_day *days = arena_alloc_array(task_arena(task), count + 1, sizeof *days);
    for (size_t i = 0; i < count && failure == FAILURE_NONE; i++)
        failure = add(task, &spends[i], days, &day_count);
    return failure == FAILURE_NONE ? spend_store_keep(reader, stretch, days, day_count) : failure;
}

/* A chain that cannot be folded now keeps no other waiting: it comes again in the next round. */
static enum failure fold_some(struct task *task, struct ledger *ledger, size_t *count)
{
    static struct id last; /* one fold per process */
    struct reader reader = reader_of(task, ledger->database);
    struct unfolded_chain *chains = NULL;
    enum failure failure = spend_store_list(reader, last, CHAINS_AT_ONCE, &chains, count);
    metric_set(&unfolded_chains, NULL, (int64_t)*count);
    for (size_t i = 0; i < *count && task_state(task) == FAILURE_NONE; i++) {
        struct arena_mark mark = arena_mark(task_arena(task));
        if (chains[i].length > chains[i].folded_length + STRETCH)
            chains[i].length = chains[i].folded_length + STRETCH;
        enum failure failed = fold_stretch(task, reader, &chains[i]);
        failure = failure == FAILURE_NONE ? failed : failure;
        last = chains[i].company_id;
        arena_rewind(task_arena(task), mark);
    }
    if (*count < CHAINS_AT_ONCE)
        last = (struct id){{0}};
    return failure;
}

enum failure spend_fold(struct task *task, void *context)
{
    enum failure failure = FAILURE_NONE;
    size_t count = 1;
    for (int round = 0;
         (failure == FAILURE_NONE ? count > 0 : count == CHAINS_AT_ONCE) && round < ROUNDS_MAX;
         round++) {
        struct arena_mark mark = arena_mark(task_arena(task));
        count = 0;
        enum failure failed = fold_some(task, context, &count);
        failure = failure == FAILURE_NONE ? failed : failure;
        arena_rewind(task_arena(task), mark);
    }
    return failure;
}
