#include "ledger/batch/settle.h"

#include "ledger/batch/actors.h"
#include "ledger/batch/attempt.h"
#include "ledger/batch/untold.h"
#include "ledger/store/account_cache.h"
#include "ledger/store/freeze_store.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"

#define ATTEMPTS_MAX 8
#define RETRIES_MAX 2           /* read afresh, and once more */
#define LOOKUPS_AFTER_REPLAY 16 /* who repeats one request often repeats more */

static struct metric settled_total = {.name = "ledger_orders_settled_total",
                                      .help = "Orders settled, refusals included.",
                                      .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(settled_total);
static struct metric refused_total = {.name = "ledger_orders_refused_total",
                                      .help = "Orders refused, by reason.",
                                      .kind = METRIC_COUNTER,
                                      .labels = {"reason"}};
static struct metric replayed_total = {.name = "ledger_orders_replayed_total",
                                       .help = "Orders answered from an earlier request.",
                                       .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(replayed_total);
static struct metric batches_total = {
    .name = "ledger_batches_total", .help = "Batches committed.", .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(batches_total);
static struct metric split_total = {.name = "ledger_batches_split_total",
                                    .help = "Batches split because a statement failed.",
                                    .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(split_total);
static struct metric cached_total = {
    .name = "ledger_batches_cached_total",
    .help = "Batches committed of which nothing had to be read: all was cached.",
    .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(cached_total);
static struct metric conflicted_total = {
    .name = "ledger_batches_conflicted_total",
    .help = "Batches that another replica's of the company made void, or a request id in use.",
    .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(conflicted_total);

/* Batches to come that look for earlier requests before they keep theirs. */
static int lookups_left;

static void count_outcome(const struct batch_attempt *attempt, size_t i)
{
    metric_add(&settled_total, NULL, 1);
    if (attempt->replayed[i])
        metric_add(&replayed_total, NULL, 1);
    else if (!attempt->skip[i] && attempt->outcomes[i].refusal != NULL)
        metric_add(&refused_total, attempt->outcomes[i].refusal->reason, 1);
}

static void deliver(const struct batch_attempt *attempt, struct arena *const *arenas,
                    bool first_time)
{
    for (size_t i = 0; i < attempt->count; i++) {
        struct batch_item *item = attempt->items[i];
        item->failure = FAILURE_NONE;
        if (item->order.kind == ORDER_EXPIRE_HOLD)
            continue;
        item->code = attempt->codes[i];
        item->replayed = attempt->replayed[i] && first_time;
        item->answer = (struct bytes){
            arena_try_memdup(arenas[i], attempt->answers[i].data, attempt->answers[i].size),
            attempt->answers[i].size};
        if (item->answer.data == NULL)
            item->failure = FAILURE_INDEFINITE; /* it is done, but cannot be told: the same request
                                                   id will tell */
        count_outcome(attempt, i);
    }
}

static void count_batch(const struct batch_attempt *attempt, bool from_cache)
{
    bool replays = false;
    for (size_t i = 0; i < attempt->count; i++)
        replays = replays || attempt->replayed[i];
    lookups_left = replays ? LOOKUPS_AFTER_REPLAY : lookups_left - (lookups_left > 0);
    metric_add(&batches_total, NULL, 1);
    metric_add(&cached_total, NULL, from_cache);
}

static void note_untold(const struct batch_attempt *attempt)
{
    for (size_t i = 0; i < attempt->facts.entry_count; i++)
        untold_note(attempt->ledger->untold, attempt->facts.entries[i].chain->company_id);
}

struct work {
    struct task *task;
    struct ledger *ledger;
    struct batch_slot *slot;
};

static enum failure commit_in_transaction(const struct work *work, struct batch_attempt *attempt)
{
    work->slot->wait(work->task, work->slot);
    if (work->slot->must_leave != NULL && work->slot->must_leave(work->slot))
        return FAILURE_LOCKED;
    enum failure failure = database_transact(
        work->task, work->ledger->batches, ISOLATION_READ_COMMITTED, batch_attempt_commit, attempt);
    if (failure == FAILURE_NONE)
        account_cache_store(work->ledger->cache, &attempt->facts);
    return failure;
}

/* The cache takes over before the commit is certain, so that the next batch is decided meanwhile.
 * Should this one fail, the revision it gave never comes true, and the fence stops whatever was
 * decided upon it. */
static enum failure commit_in_lane(const struct work *work, struct batch_attempt *attempt)
{
    account_cache_store(work->ledger->cache, &attempt->facts);
    work->slot->on_sent(work->slot);
    return batch_attempt_keep_in_lane(work->task, attempt, work->slot->lane);
}

/* GW-03: replicas begin at different places, and each lane has one of its own. An order that is
 * only asked about is looked for where it would be kept. */
static void meet_fence(const struct work *work, const struct batch_load *load,
                       struct batch_attempt *attempt)
{
    size_t place = (work->ledger->fence_offset + work->slot->lane) % FREEZE_PLACES;
    for (size_t i = 0; i < load->count; i++) {
        int64_t let_in = load->items[i]->order.let_in;
        if (let_in != 0)
            attempt->fence_place = 1 + (int64_t)place;
        attempt->bypass_cache = attempt->bypass_cache || let_in == ORDER_LET_IN_NEVER;
    }
}

/* Unless first_time, what is found under the request ids was our own commit, whose answer had been
 * lost: no replay. */
static enum failure try_in_arena(const struct work *work, const struct batch_load *load,
                                 bool bypass_cache, bool first_time)
{
    struct batch_attempt attempt;
    enum failure failure = batch_attempt_init(&attempt, task_arena(work->task), work->ledger,
                                              load->items, load->count);
    attempt.bypass_cache = bypass_cache;
    attempt.find_requests = lookups_left > 0;
    meet_fence(work, load, &attempt);
    if (failure == FAILURE_NONE && !attempt.bypass_cache)
        failure = batch_attempt_read_cache(&attempt, task_arena(work->task));
    bool from_cache = attempt.decided;
    if (failure == FAILURE_NONE)
        failure = batch_attempt_fits_lane(&attempt) ? commit_in_lane(work, &attempt)
                                                    : commit_in_transaction(work, &attempt);
    if (attempt.facts.disagree)
        log_write(LOG_ERROR, "ledger_rows_disagree",
                  log_id("company_id", attempt.orders[0]->company_id),
                  log_int64("orders", (int64_t)attempt.count));
    if (failure != FAILURE_NONE)
        return failure;
    count_batch(&attempt, from_cache);
    note_untold(&attempt);
    batch_attempt_forget_moved(&attempt);
    batch_actors_learn(work->ledger->actors, &attempt.kept);
    deliver(&attempt, load->arenas, first_time);
    return FAILURE_NONE;
}

/* The answers were copied; a caller that ran out of memory may try again with fewer orders. */
static enum failure try_once(const struct work *work, const struct batch_load *load,
                             bool bypass_cache, bool first_time)
{
    struct arena_mark mark = arena_mark(task_arena(work->task));
    enum failure failure = try_in_arena(work, load, bypass_cache, first_time);
    arena_rewind(task_arena(work->task), mark);
    return failure;
}

/* A failure caused by one order repeats. One by a stale cache, a request id that is taken, or a
 * plan that a migration made stale does not, once everything is read again. */
static bool may_be_retried(enum failure failure)
{
    return failure == FAILURE_CONSTRAINT || failure == FAILURE_INTERNAL;
}

static bool any_is_indefinite(const struct batch_load *load)
{
    bool any = false;
    for (size_t i = 0; i < load->count; i++)
        any = any || load->items[i]->is_indefinite;
    return any;
}

/* Commits the items or says why not. An indefinite commit is tried again: what it did is then found
 * by its request ids, what it did not do is done; a commit still under way keeps its chains locked,
 * so the second look waits for it. */
static enum failure try_batch(const struct work *work, const struct batch_load *load,
                              bool bypass_cache)
{
    bool indefinite = any_is_indefinite(load);
    enum failure failure = bypass_cache ? FAILURE_CONFLICT : try_once(work, load, false, true);
    indefinite = indefinite || failure == FAILURE_INDEFINITE;
    metric_add(&conflicted_total, NULL,
               !bypass_cache && (failure == FAILURE_CONFLICT || failure == FAILURE_CONSTRAINT));
    int retries = 0;
    if (failure == FAILURE_LOCKED)
        return failure;
    for (int attempts = 0; failure != FAILURE_NONE && attempts < ATTEMPTS_MAX; attempts++) {
        if (attempts > 0 && task_sleep_ms(work->task, 10 * attempts) != FAILURE_NONE)
            break;
        failure = try_once(work, load, true, !indefinite);
        indefinite = indefinite || failure == FAILURE_INDEFINITE;
        bool again = failure == FAILURE_CONFLICT || failure == FAILURE_INDEFINITE ||
                     (indefinite && failure == FAILURE_UNAVAILABLE) ||
                     (may_be_retried(failure) && ++retries < RETRIES_MAX);
        if (!again)
            break;
    }
    for (size_t i = 0; indefinite && i < load->count; i++)
        load->items[i]->is_indefinite = true;
    return failure != FAILURE_NONE && failure != FAILURE_LOCKED && indefinite ? FAILURE_INDEFINITE
                                                                              : failure;
}

/* Where a batch may be cut in two without cutting a group; count when it cannot. */
static size_t cut(const struct batch_load *load)
{
    struct batch_item *const *items = load->items;
    size_t count = load->count;
    for (size_t i = count / 2; i < count && i > 0; i++)
        if (!items[i - 1]->order.linked)
            return i;
    for (size_t i = count / 2; i > 0; i--)
        if (!items[i - 1]->order.linked)
            return i;
    return count;
}

static void fail_items(const struct batch_load *load, enum failure failure)
{
    for (size_t i = 0; i < load->count; i++)
        load->items[i]->failure = failure;
}

/* Poison: when a statement fails for one order's sake, halves are tried until that order stands
 * alone. */
static void settle(const struct work *work, const struct batch_load *load, bool bypass_cache)
{
    enum failure failure = try_batch(work, load, bypass_cache);
    if (failure == FAILURE_NONE)
        return;
    bool may_be_one_order = failure == FAILURE_CONSTRAINT || failure == FAILURE_INVALID ||
                            failure == FAILURE_INTERNAL || failure == FAILURE_EXHAUSTED;
    size_t half = may_be_one_order ? cut(load) : load->count;
    if (half >= load->count) {
        fail_items(load, failure);
        return;
    }
    metric_add(&split_total, NULL, 1);
    log_write(LOG_WARN, "ledger_batch_split", log_failure(failure),
              log_int64("orders", (int64_t)load->count));
    settle(work, &(struct batch_load){load->items, load->arenas, half}, true);
    settle(work, &(struct batch_load){load->items + half, load->arenas + half, load->count - half},
           true);
}

void batch_settle(struct task *task, struct ledger *ledger, struct batch_slot *slot,
                  const struct batch_load *load)
{
    const struct work work = {.task = task, .ledger = ledger, .slot = slot};
    settle(&work, load, slot->is_alone);
}
