#include "ledger/service/batcher.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/service/answer.h"
#include "ledger/store/facts_store.h"
#include "ledger/v1/event.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/rpc/message.h"

#define BATCH_ARENA_BYTES_MAX (96 * 1024 * 1024)
#define BATCH_ATTEMPTS_MAX 8

static struct metric settled_total = {.name = "ledger_orders_settled_total", .help = "Orders settled, refusals included.",
                                      .kind = METRIC_COUNTER};
static struct metric refused_total = {.name = "ledger_orders_refused_total", .help = "Orders refused, by reason.", .kind = METRIC_COUNTER,
                                      .label = "reason"};
static struct metric replayed_total = {.name = "ledger_orders_replayed_total", .help = "Orders answered from an earlier request.",
                                       .kind = METRIC_COUNTER};
static struct metric batches_total = {.name = "ledger_batches_total", .help = "Batches committed.", .kind = METRIC_COUNTER};
static struct metric split_total = {.name = "ledger_batches_split_total", .help = "Batches split because a statement failed.",
                                    .kind = METRIC_COUNTER};
static struct metric batch_seconds = {.name = "ledger_batch_seconds", .help = "From the first statement to the commit.",
                                      .kind = METRIC_HISTOGRAM};

/* What one caller hands in: settled whole, in one batch. */
struct submission {
    struct submission *next;
    struct batch_item *items;
    size_t count;
    struct arena *arena;
    struct event settled;
};

struct batcher {
    struct ledger *ledger;
    struct submission *first;
    struct submission *last;
    int64_t queued_orders;
    int64_t queued_orders_max;
    size_t batch_orders_max;
    bool running;
};

struct batcher *batcher_new(struct ledger *ledger, int64_t queue_orders_max, int64_t batch_orders_max)
{
    static struct batcher batcher; /* one per process */
    assert(batcher.ledger == NULL && batch_orders_max >= 1 && batch_orders_max <= BATCH_ORDERS_MAX);
    batcher = (struct batcher){.ledger = ledger, .queued_orders_max = queue_orders_max, .batch_orders_max = (size_t)batch_orders_max};
    return &batcher;
}

void batcher_free(struct batcher *batcher)
{
    assert(batcher->first == NULL && !batcher->running);
    *batcher = (struct batcher){0};
}

/* ---- one attempt: everything between begin and commit ---- */

struct attempt {
    struct ledger *ledger;
    struct batch_item **items;
    const struct order **orders;
    size_t count;
    bool *skip;
    size_t *same_as; /* place of the first item with the same request id; itself when it is the first */
    struct outcome *outcomes;
    enum code *codes;
    struct bytes *answers;
    bool *replayed;
    struct facts facts;
    struct facts_reading reading;
    struct order *expiry;
    struct outcome *expiry_outcomes;
    size_t expired_count;
};

static enum failure attempt_init(struct attempt *attempt, struct arena *arena, struct ledger *ledger, struct batch_item **items,
                                 size_t count)
{
    *attempt = (struct attempt){
        .ledger = ledger, .items = items, .count = count, .orders = arena_alloc_array(arena, count, sizeof *attempt->orders),
        .skip = arena_alloc_array(arena, count, sizeof(bool)), .same_as = arena_alloc_array(arena, count, sizeof(size_t)),
        .outcomes = arena_alloc_array(arena, count, sizeof(struct outcome)), .codes = arena_alloc_array(arena, count, sizeof(enum code)),
        .answers = arena_alloc_array(arena, count, sizeof(struct bytes)), .replayed = arena_alloc_array(arena, count, sizeof(bool))};
    bool all = attempt->orders != NULL && attempt->skip != NULL && attempt->same_as != NULL && attempt->outcomes != NULL
               && attempt->codes != NULL
            && attempt->answers != NULL && attempt->replayed != NULL;
    if (!all)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < count; i++)
        attempt->orders[i] = &items[i]->order;
    return FAILURE_NONE;
}

static int request_compare(const void *a, const void *b, void *context)
{
    const struct order *const *orders = context;
    size_t left = *(const size_t *)a, right = *(const size_t *)b;
    int by_company = id_compare(orders[left]->company_id, orders[right]->company_id);
    int by_request = by_company != 0 ? by_company : id_compare(orders[left]->request_id, orders[right]->request_id);
    return by_request != 0 ? by_request : left < right ? -1 : 1;
}

static bool same_request(const struct order *a, const struct order *b)
{
    return id_equal(a->request_id, b->request_id) && id_equal(a->company_id, b->company_id) && !id_is_nil(a->request_id);
}

/* The same request id twice in one batch: the first is settled, the others are answered like it. */
static enum failure find_twins(struct attempt *attempt, struct arena *arena)
{
    size_t *by_request = arena_alloc_array(arena, attempt->count, sizeof *by_request);
    if (by_request == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < attempt->count; i++)
        by_request[i] = i;
    qsort_r(by_request, attempt->count, sizeof *by_request, request_compare, attempt->orders);
    for (size_t i = 0; i < attempt->count; i++) {
        size_t place = by_request[i];
        bool twin = i > 0 && same_request(attempt->orders[by_request[i - 1]], attempt->orders[place]);
        attempt->same_as[place] = twin ? attempt->same_as[by_request[i - 1]] : place;
        attempt->skip[place] = twin || attempt->orders[place]->kind == ORDER_HOLD_EXPIRE;
    }
    return FAILURE_NONE;
}

/* Answers from an earlier request, or as a mismatch, what is not to be settled again (settled 2, E32). */
static enum failure answer_earlier(struct attempt *attempt, struct arena *arena)
{
    for (size_t i = 0; i < attempt->count; i++)
        attempt->replayed[i] = false;
    for (size_t i = 0; i < attempt->reading.request_count; i++) {
        const struct found_request *found = &attempt->reading.requests[i];
        size_t place = found->place;
        bool same_body = found->body_hash.size == 32 && memcmp(found->body_hash.data, attempt->items[place]->body_hash, 32) == 0;
        attempt->skip[place] = true;
        attempt->replayed[place] = same_body;
        attempt->codes[place] = (enum code)found->code;
        attempt->answers[place] = same_body ? found->answer : answer_mismatch(arena, &attempt->codes[place]);
        if (attempt->answers[place].data == NULL)
            return FAILURE_EXHAUSTED;
    }
    return FAILURE_NONE;
}

static enum failure answer_twins(struct attempt *attempt, struct arena *arena)
{
    for (size_t i = 0; i < attempt->count; i++) {
        size_t first = attempt->same_as[i];
        if (first == i || attempt->answers[i].data != NULL)
            continue;
        bool same_body = memcmp(attempt->items[first]->body_hash, attempt->items[i]->body_hash, 32) == 0;
        attempt->replayed[i] = same_body;
        attempt->codes[i] = attempt->codes[first];
        attempt->answers[i] = same_body ? attempt->answers[first] : answer_mismatch(arena, &attempt->codes[i]);
        if (attempt->answers[i].data == NULL)
            return FAILURE_EXHAUSTED;
    }
    return FAILURE_NONE;
}

static int64_t decided_us(const struct attempt *attempt, const struct outcome *outcome)
{
    return outcome->entry != NULL ? outcome->entry->recorded_us : attempt->facts.now_us;
}

static enum failure answer_settled(struct attempt *attempt, struct arena *arena, struct kept_request *kept, size_t *kept_count)
{
    for (size_t i = 0; i < attempt->count; i++) {
        if (attempt->skip[i])
            continue;
        const struct outcome *outcome = &attempt->outcomes[i];
        attempt->codes[i] = outcome->refusal != NULL ? outcome->refusal->code : CODE_OK;
        attempt->answers[i] = answer_pack(arena, attempt->orders[i], outcome, decided_us(attempt, outcome));
        if (attempt->answers[i].data == NULL)
            return FAILURE_EXHAUSTED;
        kept[(*kept_count)++] = (struct kept_request){attempt->orders[i]->company_id, attempt->orders[i]->request_id,
                                                      {attempt->items[i]->body_hash, 32}, attempt->codes[i], attempt->answers[i]};
    }
    return FAILURE_NONE;
}

/* ---- events ---- */

struct events {
    struct arena *arena;
    int64_t now_us;
    struct kept_event *rows;
    size_t count;
    size_t count_max;
    bool exhausted;
};

static void tell(struct events *events, struct id company_id, const ProtobufCMessage *message)
{
    struct bytes payload = message_pack(events->arena, message);
    events->exhausted = events->exhausted || payload.data == NULL || events->count == events->count_max;
    if (!events->exhausted)
        events->rows[events->count++] = (struct kept_event){company_id, id_new(events->now_us), message->descriptor->name, payload};
}

static void tell_limit(struct events *events, const struct order *order, const struct outcome *outcome)
{
    const struct account *account = &outcome->accounts[0];
    char account_id[ID_TEXT_SIZE];
    char currency[4];
    id_format(account->id, account_id);
    memcpy(currency, account->currency, sizeof currency);
    if (order->kind == ORDER_LIMIT_CONFIRM) {
        Ledger__V1__CreditLimitActivated activated = LEDGER__V1__CREDIT_LIMIT_ACTIVATED__INIT;
        activated.account_id = account_id;
        activated.limit_micros = account->credit_limit_micros;
        activated.currency = currency;
        tell(events, account->company_id, &activated.base);
    } else if (account->contract_state == CONTRACT_PENDING) {
        Ledger__V1__CreditLimitPending pending = LEDGER__V1__CREDIT_LIMIT_PENDING__INIT;
        pending.account_id = account_id;
        pending.limit_micros = account->credit_limit_micros;
        pending.currency = currency;
        tell(events, account->company_id, &pending.base);
    } else {
        Ledger__V1__CreditLimitChanged changed = LEDGER__V1__CREDIT_LIMIT_CHANGED__INIT;
        changed.account_id = account_id;
        changed.previous_limit_micros = outcome->previous_limit_micros;
        changed.limit_micros = account->credit_limit_micros;
        changed.currency = currency;
        tell(events, account->company_id, &changed.base);
    }
}

static void tell_suspension(struct events *events, const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->account_count; i++) {
        const struct account *account = &outcome->accounts[i];
        char account_id[ID_TEXT_SIZE];
        char currency[4];
        id_format(account->id, account_id);
        memcpy(currency, account->currency, sizeof currency);
        if (outcome->stopped[i]) {
            Ledger__V1__AccountSuspended suspended = LEDGER__V1__ACCOUNT_SUSPENDED__INIT;
            suspended.account_id = account_id;
            suspended.available_micros = account_available(account);
            suspended.line_micros = account_suspension_line(account);
            suspended.currency = currency;
            tell(events, account->company_id, &suspended.base);
        } else if (outcome->resumed[i]) {
            Ledger__V1__AccountResumed resumed = LEDGER__V1__ACCOUNT_RESUMED__INIT;
            resumed.account_id = account_id;
            resumed.available_micros = account_available(account);
            resumed.currency = currency;
            tell(events, account->company_id, &resumed.base);
        }
    }
}

static void tell_chains(struct events *events, const struct facts *facts, const int64_t *lengths_before)
{
    for (size_t i = 0; i < facts->chain_count; i++) {
        const struct chain *chain = &facts->chains[i];
        if (chain->length == lengths_before[i])
            continue;
        char company_id[ID_TEXT_SIZE];
        Ledger__V1__EntriesRecorded recorded = LEDGER__V1__ENTRIES_RECORDED__INIT;
        recorded.company_id = id_format(chain->company_id, company_id);
        recorded.first_sequence = lengths_before[i] + 1;
        recorded.last_sequence = chain->length;
        tell(events, chain->company_id, &recorded.base);
    }
}

static void tell_outcome(struct events *events, const struct order *order, const struct outcome *outcome)
{
    if (outcome->refusal != NULL || outcome->entry == NULL)
        return;
    if (order->kind == ORDER_LIMIT_SET || order->kind == ORDER_LIMIT_CONFIRM)
        tell_limit(events, order, outcome);
    tell_suspension(events, outcome);
}

static enum failure tell_all(struct attempt *attempt, struct arena *arena, const int64_t *lengths_before, struct events *events)
{
    *events = (struct events){.arena = arena, .now_us = attempt->facts.now_us,
                              .count_max = 3 * attempt->count + 2 * attempt->expired_count + attempt->facts.chain_count};
    events->rows = arena_alloc_array(arena, events->count_max, sizeof *events->rows);
    if (events->rows == NULL)
        return FAILURE_EXHAUSTED;
    tell_chains(events, &attempt->facts, lengths_before);
    for (size_t i = 0; i < attempt->expired_count; i++)
        tell_outcome(events, &attempt->expiry[i], &attempt->expiry_outcomes[i]);
    for (size_t i = 0; i < attempt->count; i++)
        if (!attempt->skip[i])
            tell_outcome(events, attempt->orders[i], &attempt->outcomes[i]);
    return events->exhausted ? FAILURE_EXHAUSTED : FAILURE_NONE;
}

/* ---- the body of the transaction ---- */

static enum failure read_and_settle(struct task *task, struct transaction *transaction, struct attempt *attempt, bool lock)
{
    struct arena *arena = task_arena(task);
    attempt->reading = (struct facts_reading){.orders = attempt->orders, .order_count = attempt->count, .lock = lock,
                                              .now_us = clock_now_us(),
                                              .payment_term_us = attempt->ledger->payment_term_us,
                                              .credit_line_default_micros = attempt->ledger->credit_line_default_micros};
    memset(attempt->answers, 0, attempt->count * sizeof *attempt->answers);
    enum failure failure = facts_store_read(task, transaction, &attempt->reading, &attempt->facts);
    if (failure == FAILURE_NONE)
        failure = find_twins(attempt, arena);
    if (failure == FAILURE_NONE)
        failure = answer_earlier(attempt, arena);
    if (failure != FAILURE_NONE)
        return failure;
    attempt->expiry = arena_alloc_array(arena, attempt->facts.hold_count, sizeof *attempt->expiry);
    attempt->expiry_outcomes = arena_alloc_array(arena, attempt->facts.hold_count, sizeof *attempt->expiry_outcomes);
    if (attempt->expiry == NULL || attempt->expiry_outcomes == NULL)
        return FAILURE_EXHAUSTED;
    attempt->expired_count = settle_expired_holds(&attempt->facts, attempt->expiry, attempt->expiry_outcomes);
    settle_orders(&attempt->facts, attempt->orders, attempt->skip, attempt->count, attempt->outcomes);
    return FAILURE_NONE;
}

static enum failure chain_entries(struct facts *facts, struct arena *arena, int64_t **lengths_before)
{
    *lengths_before = arena_alloc_array(arena, facts->chain_count, sizeof **lengths_before);
    if (*lengths_before == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < facts->chain_count; i++)
        (*lengths_before)[i] = facts->chains[i].length;
    for (size_t i = 0; i < facts->entry_count; i++) {
        (*lengths_before)[facts->entries[i].chain - facts->chains]--;
        entry_chain(&facts->entries[i]);
    }
    return FAILURE_NONE;
}

static enum failure attempt_body(struct task *task, struct transaction *transaction, void *argument)
{
    struct attempt *attempt = argument;
    struct arena *arena = task_arena(task);
    struct kept_request *kept = arena_alloc_array(arena, attempt->count, sizeof *kept);
    size_t kept_count = 0;
    int64_t *lengths_before = NULL;
    struct events events;
    enum failure failure = kept == NULL ? FAILURE_EXHAUSTED : read_and_settle(task, transaction, attempt, true);
    if (failure == FAILURE_NONE)
        failure = chain_entries(&attempt->facts, arena, &lengths_before);
    if (failure == FAILURE_NONE)
        failure = answer_settled(attempt, arena, kept, &kept_count);
    if (failure == FAILURE_NONE)
        failure = answer_twins(attempt, arena);
    if (failure == FAILURE_NONE)
        failure = tell_all(attempt, arena, lengths_before, &events);
    if (failure == FAILURE_NONE)
        failure = facts_store_keep(task, transaction, &attempt->facts, kept, kept_count, events.rows, events.count);
    return failure;
}

/* ---- batches ---- */

static void count_outcome(const struct attempt *attempt, size_t i)
{
    metric_add(&settled_total, NULL, 1);
    if (attempt->replayed[i])
        metric_add(&replayed_total, NULL, 1);
    else if (!attempt->skip[i] && attempt->outcomes[i].refusal != NULL)
        metric_add(&refused_total, attempt->outcomes[i].refusal->reason, 1);
}

/* first_time: what is found already was our own commit, whose answer had been lost. */
static void hand_out(const struct attempt *attempt, struct arena *const *arenas, bool first_time)
{
    for (size_t i = 0; i < attempt->count; i++) {
        struct batch_item *item = attempt->items[i];
        item->failure = FAILURE_NONE;
        if (item->order.kind == ORDER_HOLD_EXPIRE)
            continue;
        item->code = attempt->codes[i];
        item->replayed = attempt->replayed[i] && first_time;
        item->answer = (struct bytes){arena_memdup(arenas[i], attempt->answers[i].data, attempt->answers[i].size),
                                      attempt->answers[i].size};
        if (item->answer.data == NULL)
            item->failure = FAILURE_INDEFINITE; /* it is done, but cannot be told: the same request id will tell */
        count_outcome(attempt, i);
    }
}

static void fail_items(struct batch_item **items, size_t count, enum failure failure)
{
    for (size_t i = 0; i < count; i++)
        items[i]->failure = failure;
}

/* Commits the items or says why not. An indefinite commit is tried again: what it did is then found by its request ids, what it did
 * not do is done; a commit still under way keeps its row locks, so the second look waits for it. */
static enum failure try_batch(struct task *task, struct ledger *ledger, struct batch_item **items, size_t count,
                              struct arena *const *arenas)
{
    bool indefinite = false;
    enum failure failure = FAILURE_CONFLICT;
    for (int attempts = 0; attempts < BATCH_ATTEMPTS_MAX; attempts++) {
        struct attempt attempt;
        failure = attempt_init(&attempt, task_arena(task), ledger, items, count);
        if (failure == FAILURE_NONE)
            failure = database_transact(task, ledger->database, ISOLATION_READ_COMMITTED, attempt_body, &attempt);
        if (failure == FAILURE_NONE) {
            hand_out(&attempt, arenas, !indefinite);
            metric_add(&batches_total, NULL, 1);
            return FAILURE_NONE;
        }
        if (failure != FAILURE_CONFLICT && failure != FAILURE_INDEFINITE && !(indefinite && failure == FAILURE_UNAVAILABLE))
            return indefinite ? FAILURE_INDEFINITE : failure;
        indefinite = indefinite || failure == FAILURE_INDEFINITE;
        if (task_sleep_ms(task, 10 * (attempts + 1)) != FAILURE_NONE)
            break;
    }
    return indefinite ? FAILURE_INDEFINITE : failure;
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

/* Poison: when a statement fails for one order's sake, halves are tried until that order stands alone. */
static void settle_batch(struct task *task, struct ledger *ledger, struct batch_item **items, size_t count, struct arena *const *arenas)
{
    enum failure failure = try_batch(task, ledger, items, count, arenas);
    if (failure == FAILURE_NONE)
        return;
    bool may_be_one_order = failure == FAILURE_CONSTRAINT || failure == FAILURE_INVALID || failure == FAILURE_INTERNAL
                            || failure == FAILURE_EXHAUSTED;
    size_t half = may_be_one_order ? cut(items, count) : count;
    if (half >= count) {
        fail_items(items, count, failure);
        return;
    }
    metric_add(&split_total, NULL, 1);
    log_write(LOG_WARN, "ledger_batch_split", log_failure(failure), log_int64("orders", (int64_t)count));
    settle_batch(task, ledger, items, half, arenas);
    settle_batch(task, ledger, items + half, count - half, arenas + half);
}

static void start_batch(struct batcher *batcher);

struct batch {
    struct submission *first;
    size_t count;
};

/* Whole submissions, as many as fit. */
static struct batch take_batch(struct batcher *batcher)
{
    struct batch batch = {.first = batcher->first};
    struct submission **place = &batcher->first;
    while (*place != NULL && (batch.count == 0 || batch.count + (*place)->count <= batcher->batch_orders_max)) {
        batch.count += (*place)->count;
        place = &(*place)->next;
    }
    struct submission *rest = *place;
    *place = NULL;
    batcher->first = rest;
    if (rest == NULL)
        batcher->last = NULL;
    batcher->queued_orders -= (int64_t)batch.count;
    return batch;
}

static void fail_batch(const struct batch *batch, enum failure failure)
{
    for (struct submission *submission = batch->first; submission != NULL; submission = submission->next)
        for (size_t i = 0; i < submission->count; i++)
            submission->items[i].failure = failure;
}

static void wake_callers(const struct batch *batch)
{
    for (struct submission *submission = batch->first, *next; submission != NULL; submission = next) {
        next = submission->next; /* the caller may be gone as soon as it is told */
        event_signal(&submission->settled);
    }
}

static void run_batch(struct task *task, void *argument)
{
    struct batcher *batcher = argument;
    int64_t begun_us = clock_monotonic_us();
    struct batch batch = take_batch(batcher);
    struct batch_item **items = arena_alloc_array(task_arena(task), batch.count, sizeof *items);
    struct arena **arenas = arena_alloc_array(task_arena(task), batch.count, sizeof *arenas);
    if (items != NULL && arenas != NULL) {
        size_t count = 0;
        for (struct submission *submission = batch.first; submission != NULL; submission = submission->next)
            for (size_t i = 0; i < submission->count; i++, count++) {
                items[count] = &submission->items[i];
                arenas[count] = submission->arena;
            }
        settle_batch(task, batcher->ledger, items, count, arenas);
    } else {
        fail_batch(&batch, FAILURE_EXHAUSTED);
    }
    metric_observe_us(&batch_seconds, NULL, clock_monotonic_us() - begun_us);
    wake_callers(&batch);
    batcher->running = false;
    if (batcher->first != NULL)
        start_batch(batcher);
}

static void start_batch(struct batcher *batcher)
{
    struct task_options options = {.name = "ledger_batch", .arena_bytes_max = BATCH_ARENA_BYTES_MAX};
    batcher->running = true;
    if (loop_spawn(batcher->ledger->loop, &options, run_batch, batcher) == FAILURE_NONE)
        return;
    batcher->running = false; /* no room for a task: the callers are told, and the next submission tries again */
    struct batch batch = take_batch(batcher);
    fail_batch(&batch, FAILURE_EXHAUSTED);
    wake_callers(&batch);
}

enum failure batcher_submit(struct task *task, struct batcher *batcher, struct arena *arena, struct batch_item *items, size_t count)
{
    assert(count >= 1 && count <= BATCH_ORDERS_MAX);
    if (batcher->queued_orders + (int64_t)count > batcher->queued_orders_max)
        return FAILURE_EXHAUSTED;
    struct submission submission = {.items = items, .count = count, .arena = arena, .settled = EVENT_INIT};
    if (batcher->last != NULL)
        batcher->last->next = &submission;
    else
        batcher->first = &submission;
    batcher->last = &submission;
    batcher->queued_orders += (int64_t)count;
    if (!batcher->running)
        start_batch(batcher);
    task_wait_to_the_end(task, &submission.settled);
    return FAILURE_NONE;
}

/* ---- preview ---- */

static enum failure preview_body(struct task *task, struct transaction *transaction, void *argument)
{
    return read_and_settle(task, transaction, argument, false);
}

enum failure batcher_preview(struct task *task, struct ledger *ledger, struct batch_item *item, struct outcome **outcome)
{
    struct batch_item *items[] = {item};
    struct attempt attempt;
    enum failure failure = attempt_init(&attempt, task_arena(task), ledger, items, 1);
    if (failure == FAILURE_NONE)
        failure = database_transact(task, ledger->database, ISOLATION_REPEATABLE_READ, preview_body, &attempt);
    if (failure != FAILURE_NONE)
        return failure;
    *outcome = attempt.outcomes;
    if (!attempt.skip[0])
        attempt.answers[0] = answer_pack(task_arena(task), &item->order, attempt.outcomes, decided_us(&attempt, attempt.outcomes));
    item->code = attempt.skip[0] ? attempt.codes[0] : attempt.outcomes->refusal != NULL ? attempt.outcomes->refusal->code : CODE_OK;
    item->answer = attempt.answers[0];
    item->replayed = attempt.skip[0];
    return item->answer.data != NULL ? FAILURE_NONE : FAILURE_EXHAUSTED;
}
