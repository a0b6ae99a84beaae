#include "ledger/batch/attempt.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/batch/actors.h"
#include "ledger/batch/answer.h"
#include "ledger/batch/events.h"
#include "ledger/batch/moment.h"
#include "ledger/batch/outcome.h"
#include "ledger/batch/replay.h"
#include "ledger/store/place_store.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"

static void name_request(struct batch_item *item)
{
    struct order *order = &item->order;
    if (id_is_nil(order->request_id) || !id_is_nil(order->request_key))
        return; /* the sweep's; or tried before */
    order_hash(order, item->body_hash);
    order->request_key = order_request_key(order->scope_id, order->origin.id, order->request_id);
    memcpy(order->body_key.bytes, item->body_hash, sizeof order->body_key.bytes);
}

enum failure batch_attempt_init(struct batch_attempt *attempt, struct arena *arena,
                                struct ledger *ledger, struct batch_item **items, size_t count)
{
    *attempt = (struct batch_attempt){
        .ledger = ledger,
        .items = items,
        .count = count,
        .orders = arena_try_alloc_array(arena, count, sizeof *attempt->orders),
        .skip = arena_try_alloc_array(arena, count, sizeof(bool)),
        .same_as = arena_try_alloc_array(arena, count, sizeof(size_t)),
        .outcomes = arena_try_alloc_array(arena, count, sizeof(struct order_outcome)),
        .codes = arena_try_alloc_array(arena, count, sizeof(enum code)),
        .answers = arena_try_alloc_array(arena, count, sizeof(struct bytes)),
        .replayed = arena_try_alloc_array(arena, count, sizeof(bool))};
    bool all = attempt->orders != NULL && attempt->skip != NULL && attempt->same_as != NULL &&
               attempt->outcomes != NULL && attempt->codes != NULL && attempt->answers != NULL &&
               attempt->replayed != NULL;
    if (!all)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < count; i++) {
        name_request(items[i]);
        attempt->orders[i] = &items[i]->order;
    }
    return FAILURE_NONE;
}

static int request_compare(const void *a, const void *b, void *context)
{
    const struct order *const *orders = context;
    size_t left = *(const size_t *)a, right = *(const size_t *)b;
    int by_scope = id_compare(orders[left]->scope_id, orders[right]->scope_id);
    int by_request =
        by_scope != 0 ? by_scope : id_compare(orders[left]->request_id, orders[right]->request_id);
    int by_origin = by_request != 0 ? by_request
                                    : id_compare(orders[left]->origin.id, orders[right]->origin.id);
    return by_origin != 0 ? by_origin : left < right ? -1 : 1;
}

static bool same_request(const struct order *a, const struct order *b)
{
    return id_equal(a->request_id, b->request_id) && id_equal(a->scope_id, b->scope_id) &&
           id_equal(a->origin.id, b->origin.id) && !id_is_nil(a->request_id);
}

/* The same request id of one origin twice in one batch: the first is settled, the others are
 * answered like it. */
static enum failure find_duplicates(struct batch_attempt *attempt, struct arena *arena)
{
    size_t *by_request = arena_try_alloc_array(arena, attempt->count, sizeof *by_request);
    if (by_request == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < attempt->count; i++)
        by_request[i] = i;
    qsort_r(by_request, attempt->count, sizeof *by_request, request_compare, attempt->orders);
    for (size_t i = 0; i < attempt->count; i++) {
        size_t place = by_request[i];
        bool duplicate =
            i > 0 && same_request(attempt->orders[by_request[i - 1]], attempt->orders[place]);
        attempt->same_as[place] = duplicate ? attempt->same_as[by_request[i - 1]] : place;
        attempt->skip[place] = duplicate || attempt->orders[place]->kind == ORDER_EXPIRE_HOLD;
    }
    return FAILURE_NONE;
}

static bool has_same_body(const struct batch_item *item, const struct found_request *found)
{
    if (found->is_entry)
        return id_equal(item->order.body_key, found->entry.body_key);
    return found->body_hash.size == 32 && memcmp(found->body_hash.data, item->body_hash, 32) == 0;
}

static enum failure answer_again(struct arena *arena, const struct batch_item *item,
                                 const struct found_request *found, enum code *code,
                                 struct bytes *answer)
{
    if (!has_same_body(item, found)) {
        *answer = answer_mismatch(arena, code);
        return answer->data != NULL ? FAILURE_NONE : FAILURE_EXHAUSTED;
    }
    *code = found->is_entry ? CODE_OK : (enum code)found->code;
    *answer = found->answer;
    return found->is_entry ? replay_pack(arena, &found->entry, answer) : FAILURE_NONE;
}

/* Answers from an earlier request, or as a mismatch, what is not to be settled again (settled 2,
 * E32). */
static enum failure answer_earlier(struct batch_attempt *attempt, struct arena *arena)
{
    enum failure failure = FAILURE_NONE;
    for (size_t i = 0; i < attempt->count; i++)
        attempt->replayed[i] = false;
    for (size_t i = 0; i < attempt->reading.request_count && failure == FAILURE_NONE; i++) {
        const struct found_request *found = &attempt->reading.requests[i];
        size_t place = found->place;
        attempt->skip[place] = true;
        attempt->replayed[place] = has_same_body(attempt->items[place], found);
        failure = answer_again(arena, attempt->items[place], found, &attempt->codes[place],
                               &attempt->answers[place]);
    }
    return failure;
}

/* A NOT_YET is told and not kept: its request id may succeed later (settled 10). */
static bool is_kept(const struct batch_attempt *attempt, size_t place)
{
    return attempt->skip[place] || attempt->outcomes[place].refusal == NULL ||
           attempt->outcomes[place].refusal->kind == NEVER;
}

static enum failure answer_duplicates(struct batch_attempt *attempt, struct arena *arena)
{
    for (size_t i = 0; i < attempt->count; i++) {
        size_t first = attempt->same_as[i];
        if (first == i || attempt->answers[i].data != NULL)
            continue;
        bool same_body =
            memcmp(attempt->items[first]->body_hash, attempt->items[i]->body_hash, 32) == 0;
        attempt->replayed[i] = same_body && is_kept(attempt, first);
        attempt->codes[i] = attempt->codes[first];
        attempt->answers[i] =
            same_body ? attempt->answers[first] : answer_mismatch(arena, &attempt->codes[i]);
        if (attempt->answers[i].data == NULL)
            return FAILURE_EXHAUSTED;
    }
    return FAILURE_NONE;
}

/* Notes that the order, or its refusal, is to be kept. */
static enum failure keep_order(struct batch_attempt *attempt, struct arena *arena, size_t place)
{
    struct kept *kept = &attempt->kept;
    const struct order_outcome *outcome = &attempt->outcomes[place];
    kept->asked[kept->asked_count++] = attempt->orders[place];
    if (outcome->refusal != NULL) {
        kept->refusals[kept->refusal_count++] =
            (struct kept_refusal){attempt->orders[place],
                                  {attempt->items[place]->body_hash, 32},
                                  attempt->codes[place],
                                  outcome->refusal->reason,
                                  attempt->answers[place]};
        return FAILURE_NONE;
    }
    if (attempt->orders[place]->let_in != 0) {
        kept->fence_place = attempt->fence_place;
        kept->let_in = amount_min(kept->let_in, attempt->orders[place]->let_in);
    }
    struct bytes *packed = &kept->outcomes[outcome->entry - attempt->facts.entries];
    *packed = outcome_pack(arena, outcome);
    return packed->data != NULL ? FAILURE_NONE : FAILURE_EXHAUSTED;
}

static enum failure answer_settled(struct batch_attempt *attempt, struct arena *arena)
{
    enum failure failure = FAILURE_NONE;
    for (size_t i = 0; i < attempt->count && failure == FAILURE_NONE; i++) {
        if (attempt->skip[i])
            continue;
        const struct order_outcome *outcome = &attempt->outcomes[i];
        attempt->codes[i] = outcome->refusal != NULL ? outcome->refusal->code : CODE_OK;
        attempt->answers[i] = answer_pack(arena, attempt->orders[i], outcome);
        if (attempt->answers[i].data == NULL)
            return FAILURE_EXHAUSTED;
        if (is_kept(attempt, i))
            failure = keep_order(attempt, arena, i);
    }
    return failure;
}

static enum failure make_kept(struct batch_attempt *attempt, struct arena *arena)
{
    struct kept *kept = &attempt->kept;
    *kept = (struct kept){
        .asked = arena_try_alloc_array(arena, attempt->count, sizeof *kept->asked),
        .refusals = arena_try_alloc_array(arena, attempt->count, sizeof *kept->refusals),
        .outcomes =
            arena_try_alloc_array(arena, attempt->facts.entry_count, sizeof *kept->outcomes)};
    kept->let_in = INT64_MAX;
    bool all = kept->asked != NULL && kept->refusals != NULL && kept->outcomes != NULL;
    return all ? FAILURE_NONE : FAILURE_EXHAUSTED;
}

static enum failure tell_all(struct batch_attempt *attempt, struct arena *arena,
                             struct batch_events *events)
{
    enum failure failure = batch_events_init(events, arena, attempt->facts.now_us,
                                             attempt->count + attempt->expired_count);
    if (failure != FAILURE_NONE)
        return failure;
    for (size_t i = 0; i < attempt->expired_count; i++)
        batch_events_tell_outcome(events, &attempt->expiry[i], &attempt->expiry_outcomes[i]);
    for (size_t i = 0; i < attempt->count; i++)
        if (!attempt->skip[i])
            batch_events_tell_outcome(events, attempt->orders[i], &attempt->outcomes[i]);
    return events->exhausted ? FAILURE_EXHAUSTED : FAILURE_NONE;
}

static void begin_reading(struct batch_attempt *attempt, bool lock)
{
    attempt->reading = (struct facts_reading){
        .orders = attempt->orders,
        .order_count = attempt->count,
        .lock = lock,
        .deep = attempt->deep,
        .find_requests = attempt->find_requests || attempt->bypass_cache,
        .cache = attempt->bypass_cache ? NULL : attempt->ledger->cache,
        .fence_place = attempt->fence_place,
        .now_us = clock_work_us(),
        .foremost_us = clock_foremost_us(),
        .payment_term_us = attempt->ledger->payment_term_us,
        .grace_us = attempt->ledger->grace_us,
        .credit_line_default_micros = attempt->ledger->credit_line_default_micros};
    memset(attempt->answers, 0, attempt->count * sizeof *attempt->answers);
}

/* Whether an order found no room for what those before it in the batch touch: a no for their sake
 * would be kept, so the batch is halved. The first of all is too large by itself. */
static bool lacks_room(const struct batch_attempt *attempt)
{
    size_t group = 0;
    for (size_t i = 0; i < attempt->count; i++) {
        if (i > 0 && !attempt->orders[i - 1]->linked)
            group = i;
        if (group > 0 && !attempt->skip[i] &&
            attempt->outcomes[i].refusal == settle_refusal(SETTLE_TOO_LARGE))
            return true;
    }
    return false;
}

static enum failure settle(struct batch_attempt *attempt, struct arena *arena)
{
    enum failure failure = find_duplicates(attempt, arena);
    if (failure == FAILURE_NONE)
        failure = answer_earlier(attempt, arena);
    if (failure != FAILURE_NONE)
        return failure;
    attempt->expiry =
        arena_try_alloc_array(arena, attempt->facts.hold_count, sizeof *attempt->expiry);
    attempt->expiry_outcomes =
        arena_try_alloc_array(arena, attempt->facts.hold_count, sizeof *attempt->expiry_outcomes);
    if (attempt->expiry == NULL || attempt->expiry_outcomes == NULL)
        return FAILURE_EXHAUSTED;
    attempt->expired_count =
        settle_expired_holds(&attempt->facts, attempt->expiry, attempt->expiry_outcomes);
    settle_orders(&attempt->facts, attempt->orders, attempt->skip, attempt->count,
                  attempt->outcomes);
    attempt->deep = attempt->deep || attempt->facts.fell_short;
    if (attempt->facts.disagree)
        return FAILURE_INTERNAL;
    return !attempt->facts.fell_short && lacks_room(attempt) ? FAILURE_EXHAUSTED : FAILURE_NONE;
}

static enum failure read_and_settle(struct transaction *transaction, struct batch_attempt *attempt,
                                    bool lock)
{
    enum failure failure;
    do {
        begin_reading(attempt, lock);
        /* what the fence stops may have been done before */
        attempt->reading.find_requests |= attempt->fence_place != 0;
        failure = facts_store_read(transaction, &attempt->reading, &attempt->facts);
        if (failure == FAILURE_NONE)
            moment_look_at_clocks(&attempt->facts, attempt->reading.foremost_us);
        if (failure == FAILURE_NONE)
            failure = moment_turn_months(transaction, &attempt->facts);
        if (failure == FAILURE_NONE)
            failure = settle(attempt, transaction_arena(transaction));
    } while (failure == FAILURE_NONE && attempt->facts.fell_short); /* once: then it is deep */
    return failure;
}

/* A cache of the company from before this batch will find another revision. */
static void give_revisions(struct facts *facts)
{
    for (size_t i = 0; i < facts->chain_count; i++)
        facts->chains[i].revision = id_new(facts->now_us);
}

static bool keeps_something(const struct batch_attempt *attempt)
{
    return attempt->kept.refusal_count + attempt->facts.entry_count > 0;
}

/* Everything after the verdicts and before the first row is written. */
static enum failure conclude(struct batch_attempt *attempt, struct arena *arena)
{
    struct batch_events events;
    enum failure failure = make_kept(attempt, arena);
    if (failure != FAILURE_NONE)
        return failure;
    failure = answer_settled(attempt, arena);
    for (size_t i = 0; i < attempt->facts.entry_count && failure == FAILURE_NONE; i++)
        entry_chain(&attempt->facts.entries[i], attempt->kept.outcomes[i]);
    if (failure == FAILURE_NONE)
        failure = answer_duplicates(attempt, arena);
    if (failure == FAILURE_NONE)
        failure = batch_actors_gather(arena, attempt->ledger, &attempt->facts, &attempt->kept);
    if (failure == FAILURE_NONE)
        failure = tell_all(attempt, arena, &events);
    if (failure == FAILURE_NONE && arena_exhausted(arena))
        failure = FAILURE_EXHAUSTED;
    if (failure != FAILURE_NONE)
        return failure;
    attempt->kept.events = events.rows;
    attempt->kept.event_count = events.count;
    if (keeps_something(attempt))
        give_revisions(&attempt->facts);
    attempt->decided = true;
    return FAILURE_NONE;
}

enum failure batch_attempt_read_cache(struct batch_attempt *attempt, struct arena *arena)
{
    bool all;
    begin_reading(attempt, true);
    enum failure failure = facts_store_read_cache(arena, &attempt->reading, &attempt->facts, &all);
    if (failure == FAILURE_NONE && all)
        moment_look_at_clocks(&attempt->facts, attempt->reading.foremost_us);
    if (failure == FAILURE_NONE && all)
        failure = settle(attempt, arena);
    if (failure == FAILURE_NONE && all && !attempt->facts.fell_short)
        failure = conclude(attempt, arena);
    if (attempt->decided &&
        !keeps_something(attempt)) { /* no fence would tell that the cache was stale */
        attempt->decided = false;
        attempt->bypass_cache = true;
    }
    return failure;
}

enum failure batch_attempt_commit(struct transaction *transaction, void *argument)
{
    struct batch_attempt *attempt = argument;
    enum failure failure =
        attempt->decided ? FAILURE_NONE : read_and_settle(transaction, attempt, true);
    if (failure == FAILURE_NONE && !attempt->decided)
        failure = conclude(attempt, transaction_arena(transaction));
    attempt->bypass_cache = true; /* should this transaction have to run again */
    attempt->decided = false;
    if (failure != FAILURE_NONE || !keeps_something(attempt))
        return failure;
    return facts_store_keep(transaction, &attempt->facts, &attempt->kept);
}

bool batch_attempt_fits_lane(const struct batch_attempt *attempt)
{
    return attempt->decided && keeps_something(attempt) &&
           facts_store_keeps_in_one(&attempt->facts);
}

enum failure batch_attempt_keep_in_lane(struct task *task, struct batch_attempt *attempt,
                                        size_t lane)
{
    return facts_store_keep_in_lane(reader_of(task, attempt->ledger->batches), lane,
                                    &attempt->facts, &attempt->kept);
}

void batch_attempt_forget_moved(const struct batch_attempt *attempt)
{
    for (size_t i = 0; i < attempt->count; i++)
        if (!attempt->skip[i] && attempt->outcomes[i].refusal == settle_refusal(SETTLE_MOVED))
            place_memory_forget(attempt->ledger->places, attempt->orders[i]);
}

enum failure batch_attempt_preview(struct transaction *transaction, void *argument)
{
    struct batch_attempt *attempt = argument;
    attempt->bypass_cache = true;
    attempt->deep = true; /* it explains what it allows */
    return read_and_settle(transaction, attempt, false);
}
