#include "ledger/batch/settle.h"

#include "ledger/batch/attempt.h"
#include "ledger/store/memory.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"

#define ATTEMPTS_MAX 8
#define CURES_MAX 2              /* read afresh, and once more */
#define LOOK_UPS_AFTER_REPLAY 16 /* who repeats one request often repeats more */

static struct metric settled_total = {.name = "ledger_orders_settled_total",
                                      .help = "Orders settled, refusals included.",
                                      .kind = METRIC_COUNTER};
static struct metric refused_total = {.name = "ledger_orders_refused_total",
                                      .help = "Orders refused, by reason.",
                                      .kind = METRIC_COUNTER,
                                      .label = "reason"};
static struct metric replayed_total = {.name = "ledger_orders_replayed_total",
                                       .help = "Orders answered from an earlier request.",
                                       .kind = METRIC_COUNTER};
static struct metric batches_total = {
    .name = "ledger_batches_total", .help = "Batches committed.", .kind = METRIC_COUNTER};
static struct metric split_total = {.name = "ledger_batches_split_total",
                                    .help = "Batches split because a statement failed.",
                                    .kind = METRIC_COUNTER};
static struct metric recalled_total = {
    .name = "ledger_batches_recalled_total",
    .help = "Batches committed of which nothing had to be read: all was remembered.",
    .kind = METRIC_COUNTER};

/* Batches to come that look for earlier requests before they keep theirs. */
static int look_ups;

static void count_outcome(const struct attempt *attempt, size_t i)
{
    metric_add(&settled_total, NULL, 1);
    if (attempt->replayed[i])
        metric_add(&replayed_total, NULL, 1);
    else if (!attempt->skip[i] && attempt->outcomes[i].refusal != NULL)
        metric_add(&refused_total, attempt->outcomes[i].refusal->reason, 1);
}

static void hand_out(const struct attempt *attempt, struct arena *const *arenas, bool first_time)
{
    for (size_t i = 0; i < attempt->count; i++) {
        struct batch_item *item = attempt->items[i];
        item->failure = FAILURE_NONE;
        if (item->order.kind == ORDER_HOLD_EXPIRE)
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

static void count_batch(const struct attempt *attempt, bool recalled)
{
    bool replays = false;
    for (size_t i = 0; i < attempt->count; i++)
        replays = replays || attempt->replayed[i];
    look_ups = replays ? LOOK_UPS_AFTER_REPLAY : look_ups - (look_ups > 0);
    metric_add(&batches_total, NULL, 1);
    metric_add(&recalled_total, NULL, recalled);
}

struct work {
    struct task *task;
    struct ledger *ledger;
    struct turn *turn;
};

static enum failure commit_in_transaction(const struct work *work, struct attempt *attempt)
{
    work->turn->wait(work->task, work->turn);
    if (work->turn->must_leave != NULL && work->turn->must_leave(work->turn))
        return FAILURE_LOCKED;
    enum failure failure = database_transact(
        work->task, work->ledger->batches, ISOLATION_READ_COMMITTED, batch_attempt_commit, attempt);
    if (failure == FAILURE_NONE)
        memory_learn(work->ledger->memory, &attempt->facts);
    return failure;
}

/* The memory learns before the commit is certain, so that the next batch is decided meanwhile.
 * Should this one fail, the revision it gave never comes true, and the fence stops whatever was
 * decided upon it. */
static enum failure commit_in_lane(const struct work *work, struct attempt *attempt)
{
    memory_learn(work->ledger->memory, &attempt->facts);
    work->turn->on_sent(work->turn);
    return batch_attempt_keep_in_lane(work->task, attempt, work->turn->lane);
}

/* Unless first_time, what is found under the request ids was our own commit, whose answer had been
 * lost: no replay. */
static enum failure try_in_arena(const struct work *work, struct batch_item **items, size_t count,
                                 struct arena *const *arenas, bool afresh, bool first_time)
{
    struct attempt attempt;
    enum failure failure =
        batch_attempt_init(&attempt, task_arena(work->task), work->ledger, items, count);
    attempt.afresh = afresh;
    attempt.find_requests = look_ups > 0;
    if (failure == FAILURE_NONE && !afresh)
        failure = batch_attempt_recall(&attempt, task_arena(work->task));
    if (failure != FAILURE_NONE)
        return failure;
    bool recalled = attempt.decided;
    failure = batch_attempt_fits_lane(&attempt) ? commit_in_lane(work, &attempt)
                                                : commit_in_transaction(work, &attempt);
    if (failure != FAILURE_NONE)
        return failure;
    count_batch(&attempt, recalled);
    hand_out(&attempt, arenas, first_time);
    return FAILURE_NONE;
}

/* What was answered was copied, and who ran out of memory may try again with fewer orders. */
static enum failure try_once(const struct work *work, struct batch_item **items, size_t count,
                             struct arena *const *arenas, bool afresh, bool first_time)
{
    struct arena_mark mark = arena_mark(task_arena(work->task));
    enum failure failure = try_in_arena(work, items, count, arenas, afresh, first_time);
    arena_rewind(task_arena(work->task), mark);
    return failure;
}

/* What one order's sake makes fail fails again. A memory that was wrong, a request id that is
 * taken, or a plan that a migration made stale does not, read afresh. */
static bool may_be_cured(enum failure failure)
{
    return failure == FAILURE_CONSTRAINT || failure == FAILURE_INTERNAL;
}

static bool any_is_indefinite(struct batch_item *const *items, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++)
        any = any || items[i]->is_indefinite;
    return any;
}

/* Commits the items or says why not. An indefinite commit is tried again: what it did is then found
 * by its request ids, what it did not do is done; a commit still under way keeps its chains locked,
 * so the second look waits for it. */
static enum failure try_batch(const struct work *work, struct batch_item **items, size_t count,
                              struct arena *const *arenas, bool afresh)
{
    bool indefinite = any_is_indefinite(items, count);
    enum failure failure =
        afresh ? FAILURE_CONFLICT : try_once(work, items, count, arenas, false, true);
    indefinite = indefinite || failure == FAILURE_INDEFINITE;
    int cures = 0;
    if (failure == FAILURE_LOCKED)
        return failure;
    for (int attempts = 0; failure != FAILURE_NONE && attempts < ATTEMPTS_MAX; attempts++) {
        if (attempts > 0 && task_sleep_ms(work->task, 10 * attempts) != FAILURE_NONE)
            break;
        failure = try_once(work, items, count, arenas, true, !indefinite);
        indefinite = indefinite || failure == FAILURE_INDEFINITE;
        bool again = failure == FAILURE_CONFLICT || failure == FAILURE_INDEFINITE ||
                     (indefinite && failure == FAILURE_UNAVAILABLE) ||
                     (may_be_cured(failure) && ++cures < CURES_MAX);
        if (!again)
            break;
    }
    for (size_t i = 0; indefinite && i < count; i++)
        items[i]->is_indefinite = true;
    return failure != FAILURE_NONE && failure != FAILURE_LOCKED && indefinite ? FAILURE_INDEFINITE
                                                                              : failure;
}

/* Where a batch may be cut in two without cutting a group; count when it cannot. */
static size_t cut(struct batch_item *const *items, size_t count)
{
    for (size_t i = count / 2; i < count && i > 0; i++)
        if (!items[i - 1]->order.linked)
            return i;
    for (size_t i = count / 2; i > 0; i--)
        if (!items[i - 1]->order.linked)
            return i;
    return count;
}

static void fail_items(struct batch_item **items, size_t count, enum failure failure)
{
    for (size_t i = 0; i < count; i++)
        items[i]->failure = failure;
}

/* Poison: when a statement fails for one order's sake, halves are tried until that order stands
 * alone. */
static void settle(const struct work *work, struct batch_item **items, size_t count,
                   struct arena *const *arenas, bool afresh)
{
    enum failure failure = try_batch(work, items, count, arenas, afresh);
    if (failure == FAILURE_NONE)
        return;
    bool may_be_one_order = failure == FAILURE_CONSTRAINT || failure == FAILURE_INVALID ||
                            failure == FAILURE_INTERNAL || failure == FAILURE_EXHAUSTED;
    size_t half = may_be_one_order ? cut(items, count) : count;
    if (half >= count) {
        fail_items(items, count, failure);
        return;
    }
    metric_add(&split_total, NULL, 1);
    log_write(LOG_WARN, "ledger_batch_split", log_failure(failure),
              log_int64("orders", (int64_t)count));
    settle(work, items, half, arenas, true);
    settle(work, items + half, count - half, arenas + half, true);
}

void batch_settle(struct task *task, struct ledger *ledger, struct turn *turn,
                  struct batch_item **items, size_t count, struct arena *const *arenas)
{
    const struct work work = {.task = task, .ledger = ledger, .turn = turn};
    settle(&work, items, count, arenas, turn->is_alone);
}
