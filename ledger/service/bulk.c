#include "ledger/service/bulk.h"

#include <assert.h>

#include "ledger/domain/refusals.h"
#include "ledger/batch/answer.h"
#include "ledger/service/placing.h"
#include "ledger/service/reading.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/status.h"

bool bulk_fits(const struct bulk *bulk)
{
    return bulk->count >= 1 && bulk->count <= BATCH_ORDERS_MAX &&
           !bulk->orders[bulk->count - 1]->linked;
}

bool bulk_fill_result(struct arena *arena, Ledger__V1__Order__KindCase kind,
                      const struct batch_item *item, Ledger__V1__OrderResult *result)
{
    uint32_t field =
        item->code == CODE_OK
            ? kind
            : LEDGER__V1__ORDER_RESULT__OUTCOME_REFUSED; /* outcomes are numbered as kinds are */
    result->replayed = item->replayed;
    return message_set_packed_field(arena, &result->base, field, item->answer);
}

static bool bulk_init(struct bulk *bulk, struct arena *arena)
{
    Ledger__V1__OrderResult *rows = arena_try_alloc_array(arena, bulk->count, sizeof *rows);
    bulk->items = arena_try_alloc_array(arena, bulk->count, sizeof *bulk->items);
    bulk->places = arena_try_alloc_array(arena, bulk->count, sizeof *bulk->places);
    bulk->results = arena_try_alloc_array(arena, bulk->count, sizeof *bulk->results);
    if (rows == NULL || bulk->items == NULL || bulk->places == NULL || bulk->results == NULL)
        return false;
    for (size_t i = 0; i < bulk->count; i++) {
        ledger__v1__order_result__init(&rows[i]);
        bulk->results[i] = &rows[i];
    }
    return true;
}

static bool answer_unreadable(struct arena *arena, const struct reading_problems *problems,
                              Ledger__V1__OrderResult *result)
{
    struct batch_item item = {.failure = FAILURE_NONE};
    struct status_violation violations[READING_PROBLEMS_MAX];
    for (size_t i = 0; i < problems->count; i++)
        violations[i] = (struct status_violation){.name = problems->list[i].field,
                                                  .subject = "",
                                                  .sentence = problems->list[i].sentence,
                                                  .reason = fault_reason(problems->list[i].fault)};
    item.answer = answer_invalid(arena, violations, problems->count, &item.code);
    return item.answer.data != NULL &&
           bulk_fill_result(arena, LEDGER__V1__ORDER__KIND__NOT_SET, &item, result);
}

/* Reads one group, first to end - 1. When one of it cannot be read, none of it is settled. */
static bool read_group(struct bulk *bulk, struct arena *arena, size_t first, size_t end)
{
    size_t read_before = bulk->item_count;
    bool group_is_readable = true;
    for (size_t i = first; i < end; i++) {
        struct batch_item *item = &bulk->items[bulk->item_count];
        struct reading_problems problems = order_read(bulk->orders[i], &bulk->scope, item);
        item->order.origin = bulk->origin;
        item->is_streamed = bulk->is_streamed;
        if (problems.count == 0) {
            bulk->places[bulk->item_count++] = i;
            continue;
        }
        group_is_readable = false;
        if (!answer_unreadable(arena, &problems, bulk->results[i]))
            return false;
    }
    if (group_is_readable)
        return true;
    bulk->item_count = read_before;
    static const struct reading_problems of_group = {
        1,
        {{"orders", FAULT_OF_UNREADABLE_GROUP,
          "belongs to a group of which another order cannot be read"}}};
    for (size_t i = first; i < end; i++)
        if (bulk->results[i]->base.n_unknown_fields == 0 &&
            !answer_unreadable(arena, &of_group, bulk->results[i]))
            return false;
    return true;
}

static bool read_bulk(struct bulk *bulk, struct arena *arena)
{
    for (size_t first = 0, end; first < bulk->count; first = end) {
        for (end = first + 1; bulk->orders[end - 1]->linked; end++)
            ; /* the last is never linked: asked before */
        if (!read_group(bulk, arena, first, end))
            return false;
    }
    return true;
}

enum failure bulk_read(struct task *task, struct ledger *ledger, struct arena *arena,
                       struct bulk *bulk)
{
    assert(bulk_fits(bulk));
    if (!bulk_init(bulk, arena) || !read_bulk(bulk, arena))
        return FAILURE_EXHAUSTED;
    return placing_orders(task, ledger, bulk->items, bulk->item_count);
}

enum failure bulk_settle(struct task *task, struct ledger *ledger, struct arena *arena,
                         struct bulk *bulk)
{
    enum failure failure = FAILURE_NONE;
    if (bulk->item_count > 0)
        failure = batcher_submit(task, ledger->batcher, arena, bulk->items, bulk->item_count);
    if (failure != FAILURE_NONE)
        return failure;
    for (size_t i = 0; i < bulk->item_count; i++) {
        size_t place = bulk->places[i];
        if (bulk->items[i].failure != FAILURE_NONE)
            return bulk->items[i].failure; /* the same request ids tell what was done */
        if (!bulk_fill_result(arena, bulk->orders[place]->kind_case, &bulk->items[i],
                              bulk->results[place]))
            return FAILURE_EXHAUSTED;
    }
    return FAILURE_NONE;
}
