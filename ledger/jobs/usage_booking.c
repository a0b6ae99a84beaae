#include "ledger/jobs/usage_booking.h"

#include "ledger/batch/batcher.h"
#include "ledger/store/place_store.h"
#include "ledger/store/usage_rating_store.h"
#include "ledger/v1/usage.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/status.h"

#define FOLDS_AT_ONCE 256
#define ROUNDS_MAX 64 /* a turn's, so that it ends */
#define ANSWER_WITHIN_MS 10000

static enum failure find_places(struct task *task, struct ledger *ledger,
                                const struct folds_to_book *folds, struct place *places)
{
    struct id *accounts = arena_alloc_array(task_arena(task), folds->count, sizeof *accounts);
    for (size_t i = 0; i < folds->count; i++)
        accounts[i] = folds->items[i].account_id;
    const struct places_wanted wanted = {accounts, folds->count, false};
    return place_store_find(reader_of(task, ledger->database), ledger->places, &wanted, places);
}

/* Always the same of a fold: who sends it again sends what was sent. */
static bool make_order(struct arena *arena, const struct fold_to_book *fold,
                       const struct place *place, struct order *order)
{
    char *tag = arena_alloc(arena, ID_TEXT_SIZE);
    *order = (struct order){.kind = ORDER_RECORD_USAGE,
                            .company_id = place->chain_id,
                            .scope_id = place->scope_id,
                            .is_placed = true,
                            .account_id = fold->account_id,
                            .request_id = fold->fold_id,
                            .origin = origin_of_step("ledger.book_usage"),
                            .amount_micros = fold->order_micros,
                            .remark = "",
                            .tag = id_format(fold->fold_id, tag),
                            .effective_us = fold->effective_us};
    return text_print(order->currency, sizeof order->currency, "%s", fold->currency);
}

static enum failure read_answer(struct arena *arena, const struct batch_item *item,
                                struct fold_to_book *fold)
{
    struct status status;
    if (item->code != CODE_OK) {
        if (!status_unpack(arena, item->answer, &status))
            return FAILURE_EXHAUSTED;
        fold->is_answered = status.retry_after_ms == 0; /* what is not yet comes again */
        fold->reason = status.reason;
        return FAILURE_NONE;
    }
    const Ledger__V1__RecordUsageResponse *response = (const void *)message_unpack(
        arena, &ledger__v1__record_usage_response__descriptor, item->answer);
    if (response == NULL || response->charge == NULL ||
        !id_parse(response->charge->charge_id, &fold->entry_id))
        return FAILURE_INTERNAL;
    fold->is_answered = true;
    return FAILURE_NONE;
}

/* One that is on its way from one chain to another waits for the next turn. */
static size_t make_items(struct arena *arena, const struct folds_to_book *folds,
                         const struct place *places, struct batch_item *items, size_t *of)
{
    size_t count = 0;
    for (size_t i = 0; i < folds->count; i++) {
        if (!places[i].is_found ||
            !make_order(arena, &folds->items[i], &places[i], &items[count].order))
            continue;
        items[count].timeout_ms = ANSWER_WITHIN_MS;
        of[count++] = i;
    }
    return count;
}

/* One that fails keeps out no other. */
static enum failure send(struct task *task, struct ledger *ledger, struct folds_to_book *folds,
                         const struct place *places)
{
    struct arena *arena = task_arena(task);
    struct batch_item *items = arena_alloc_array(arena, folds->count, sizeof *items);
    size_t *of = arena_alloc_array(arena, folds->count, sizeof *of);
    size_t count = make_items(arena, folds, places, items, of);
    enum failure failed = FAILURE_NONE;
    batcher_submit_each(task, ledger->batcher, arena, items, count);
    for (size_t i = 0; i < count; i++) {
        enum failure failure = items[i].failure;
        if (failure == FAILURE_NONE)
            failure = read_answer(arena, &items[i], &folds->items[of[i]]);
        failed = failure != FAILURE_NONE ? failure : failed;
    }
    return failed;
}

static enum failure book_some(struct task *task, struct ledger *ledger, struct id *after_id,
                              size_t *count)
{
    struct folds_to_book folds;
    struct reader reader = reader_of(task, ledger->database);
    enum failure failure = usage_fold_store_list(reader, *after_id, FOLDS_AT_ONCE, &folds);
    *count = failure == FAILURE_NONE ? folds.count : 0;
    if (*count == 0)
        return failure;
    *after_id = folds.items[folds.count - 1].fold_id;
    struct place *places = arena_alloc_array(task_arena(task), folds.count, sizeof *places);
    failure = find_places(task, ledger, &folds, places);
    if (failure != FAILURE_NONE)
        return failure;
    enum failure failed = send(task, ledger, &folds, places);
    failure = usage_fold_store_keep(reader, &folds);
    return failure != FAILURE_NONE ? failure : failed;
}

enum failure usage_booking_send(struct task *task, struct ledger *ledger)
{
    struct id after_id = {{0}};
    size_t count = FOLDS_AT_ONCE;
    enum failure failed = FAILURE_NONE;
    for (int round = 0; round < ROUNDS_MAX && count == FOLDS_AT_ONCE; round++) {
        struct arena_mark mark = arena_mark(task_arena(task));
        enum failure failure = book_some(task, ledger, &after_id, &count);
        failed = failure != FAILURE_NONE ? failure : failed;
        arena_rewind(task_arena(task), mark);
    }
    return failed;
}
