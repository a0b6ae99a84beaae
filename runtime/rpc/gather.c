#include "runtime/rpc/gather.h"

#include <assert.h>

#include "runtime/loop/loop.h"

/* The items of one message. */
struct gather_batch {
    struct task *task;
    struct gather_item **items;
    size_t count;
    size_t present; /* whose askers still wait */
};

/* ---- who waits ---- */

static void add(struct gather *gather, struct gather_item *item)
{
    assert((gather->first == NULL) == (gather->last == NULL));
    item->previous = gather->last;
    item->next = NULL;
    if (gather->last != NULL)
        gather->last->next = item;
    else
        gather->first = item;
    gather->last = item;
}

static void take_out(struct gather *gather, struct gather_item *item)
{
    assert(gather->first != NULL && gather->last != NULL && !item->taken);
    if (item->previous != NULL)
        item->previous->next = item->next;
    else
        gather->first = item->next;
    if (item->next != NULL)
        item->next->previous = item->previous;
    else
        gather->last = item->previous;
}

static void take_batch(struct gather *gather, struct gather_batch *batch)
{
    size_t weight = 0;
    batch->count = 0;
    while (gather->first != NULL && batch->count < gather->items_max &&
           (batch->count == 0 || weight + gather->first->weight <= gather->weight_max)) {
        struct gather_item *item = gather->first;
        take_out(gather, item);
        weight += item->weight;
        item->taken = true;
        item->batch = batch;
        item->place = batch->count;
        batch->items[batch->count++] = item;
    }
    assert(batch->count > 0 && batch->count <= gather->items_max);
    batch->present = batch->count;
    gather->taken++;
}

/* ---- a message ---- */

static void end_batch(struct gather_batch *batch, enum failure failure)
{
    for (size_t i = 0; i < batch->count; i++) {
        struct gather_item *item = batch->items[i];
        if (item == NULL)
            continue;
        assert(item->batch == batch && item->place == i);
        item->batch = NULL;
        item->failure = failure;
        event_signal(&item->ended);
    }
}

static void begin_messages(struct gather *gather, struct loop *loop);

/* A message after a message, as long as somebody waits. */
static void carry(struct task *task, void *argument)
{
    struct gather *gather = argument;
    struct arena_mark mark = arena_mark(task_arena(task));
    while (gather->first != NULL && task_state(task) == FAILURE_NONE) {
        struct gather_batch batch = {.task = task};
        batch.items =
            arena_alloc_array(task_arena(task), gather->items_max, sizeof(struct gather_item *));
        take_batch(gather, &batch);
        for (size_t i = 0; i < batch.count; i++)
            task_trace_for(task, batch.items[i]->span, gather->name);
        end_batch(&batch, gather->send(task, gather->context, batch.items, batch.count));
        task_trace_done(task);
        arena_rewind(task_arena(task), mark);
    }
    assert(gather->under_way > 0);
    gather->under_way--;
    begin_messages(gather, task_loop(task));
}

/* Without a task for a message those who wait lose their patience and ask alone. */
static void begin_messages(struct gather *gather, struct loop *loop)
{
    const struct task_options options = {.name = gather->name,
                                         .arena_bytes_max = gather->arena_bytes_max};
    if (gather->first == NULL || gather->under_way >= gather->under_way_max)
        return;
    gather->under_way++;
    if (loop_spawn(loop, &options, carry, gather) != FAILURE_NONE)
        gather->under_way--;
}

/* ---- an asker ---- */

static enum failure ask_alone(struct task *task, struct gather *gather, struct gather_item *item)
{
    assert(!item->taken && item->batch == NULL);
    item->taken = true;
    gather->under_way++;
    enum failure failure = gather->send(task, gather->context, &item, 1);
    gather->under_way--;
    begin_messages(gather, task_loop(task));
    return failure;
}

/* A message that nobody waits for any more is not waited for either. */
static void leave(struct gather *gather, struct gather_item *item)
{
    struct gather_batch *batch = item->batch;
    if (!item->taken)
        take_out(gather, item);
    else if (batch != NULL) {
        assert(batch->items[item->place] == item && batch->present > 0);
        batch->items[item->place] = NULL;
        if (--batch->present == 0)
            task_cancel(batch->task);
    }
}

/* FAILURE_DEADLINE with the task still wanted: its patience is over, and it was not taken. */
static enum failure wait_patiently(struct task *task, const struct gather *gather,
                                   struct gather_item *item)
{
    enum failure failure = FAILURE_DEADLINE;
    size_t taken = gather->taken - 1;
    while (failure == FAILURE_DEADLINE && gather->taken != taken && !item->taken &&
           task_state(task) == FAILURE_NONE) {
        taken = gather->taken;
        failure = task_wait_ms(task, &item->ended, GATHER_PATIENCE_MS);
    }
    return failure == FAILURE_DEADLINE && item->taken ? task_wait(task, &item->ended) : failure;
}

static enum failure ask_together(struct task *task, struct gather *gather, struct gather_item *item)
{
    assert(!item->taken && item->batch == NULL);
    add(gather, item);
    enum failure failure = wait_patiently(task, gather, item);
    if (failure == FAILURE_DEADLINE && !item->taken && task_state(task) == FAILURE_NONE) {
        take_out(gather, item);
        return ask_alone(task, gather, item);
    }
    if (failure == FAILURE_NONE)
        return item->failure;
    leave(gather, item);
    return failure;
}

enum failure gather_ask(struct task *task, struct gather *gather, struct gather_item *item)
{
    assert(gather->under_way_max > 0 && gather->items_max > 0);
    *item = (struct gather_item){.weight = item->weight};
    if (gather->first == NULL && gather->under_way < gather->under_way_max)
        return ask_alone(task, gather, item);
    item->span = task_span_begin(task, SPAN_INTERNAL, gather->name);
    enum failure failure = ask_together(task, gather, item);
    if (failure != FAILURE_NONE)
        span_fail(item->span, failure_name(failure));
    span_end(item->span);
    item->span = NULL;
    return failure;
}
