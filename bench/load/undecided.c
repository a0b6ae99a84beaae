/* Orders whose answer was lost: asked for under their ids until the ledger tells. They go through
 * SubmitOrders, for what the gateway refuses by itself is the no of the whole call there, and an
 * order's own no is always the ledger's, which looks for the id first. */
#include <assert.h>
#include <stdlib.h>

#include "bench/load/acknowledge.h"
#include "bench/load/gauges.h"
#include "bench/load/order.h"
#include "runtime/base/clock.h"

#define PAUSE_MS 100
#define ARENA_BYTES_MAX ((size_t)16 * 1024 * 1024)

void undecided_add(struct run *run, const struct piece *piece)
{
    struct undecided *undecided = &run->undecided;
    if (undecided->count == undecided->room) {
        undecided->room = 2 * undecided->room + 64;
        undecided->pieces = realloc(undecided->pieces, undecided->room * sizeof *undecided->pieces);
        assert(undecided->pieces != NULL);
    }
    undecided->pieces[undecided->count++] = *piece;
    run->result->money.repeated += (int64_t)piece->size;
    event_signal(&undecided->more);
}

static enum failure repeat(struct task *task, void *argument)
{
    struct run *run = argument;
    struct ask ask;
    const struct piece piece = run->undecided.pieces[0];
    struct rpc_client *client = door_ask(run->door, piece.token, &ask);
    struct rpc_status status;
    Ledger__V1__SubmitOrdersRequest *request = order_all(task, run, &piece);
    Ledger__V1__SubmitOrdersResponse *response = NULL;
    ask.options.in_doubt = true;
    enum failure failure = RPC_CALL_WITH(task, client, &ask.options, ledger__v1__order_service,
                                         submit_orders, request, &response, &status);
    if (failure != FAILURE_NONE)
        return failure;
    if (response == NULL || response->n_results != request->n_orders)
        return FAILURE_INDEFINITE;
    acknowledge_results(run, &piece, response);
    return FAILURE_NONE;
}

/* The first makes way for the last: one that cannot be decided does not hold up the others. */
static void settle_first(struct undecided *undecided, bool is_decided)
{
    struct piece first = undecided->pieces[0];
    undecided->pieces[0] = undecided->pieces[undecided->count - 1];
    undecided->pieces[undecided->count - 1] = first;
    undecided->count -= is_decided;
}

struct repetition {
    struct run *run;
    enum failure failure;
    struct event ended;
};

static void repeat_in_task(struct task *task, void *argument)
{
    struct repetition *repetition = argument;
    repetition->failure = repeat(task, repetition->run);
    event_signal(&repetition->ended);
}

/* In a task of its own, whose memory ends with it. */
static bool repeat_first(struct task *task, struct run *run)
{
    const struct task_options options = {
        .name = "load_repeat", .timeout_ms = run->timeout_ms, .arena_bytes_max = ARENA_BYTES_MAX};
    struct repetition repetition = {.run = run};
    if (loop_spawn(run->loop, &options, repeat_in_task, &repetition) != FAILURE_NONE)
        return false;
    task_wait_to_the_end(task, &repetition.ended);
    settle_first(&run->undecided, repetition.failure == FAILURE_NONE);
    gauges_set(run->under_way, run->undecided.count);
    return repetition.failure == FAILURE_NONE;
}

static void keep_repeating(struct task *task, void *argument)
{
    struct run *run = argument;
    struct undecided *undecided = &run->undecided;
    int64_t patience_ends_us = INT64_MAX;
    while (clock_monotonic_us() < patience_ends_us && (!run->is_paced || undecided->count > 0)) {
        bool decided = undecided->count > 0 && repeat_first(task, run);
        if (!decided)
            (void)task_wait_to_the_end_ms(task, &undecided->more, PAUSE_MS);
        if (run->is_paced && patience_ends_us == INT64_MAX)
            patience_ends_us = clock_monotonic_us() + run->patience_ms * 1000;
    }
    for (size_t i = 0; i < undecided->count; i++)
        run->result->money.undecided += (int64_t)undecided->pieces[i].size;
    event_signal(&undecided->decided);
}

bool undecided_begin(struct run *run)
{
    const struct task_options options = {.name = "load_undecided"};
    return loop_spawn(run->loop, &options, keep_repeating, run) == FAILURE_NONE;
}

void undecided_await(struct task *task, struct run *run)
{
    task_wait_to_the_end(task, &run->undecided.decided);
    free(run->undecided.pieces);
    run->undecided = (struct undecided){.pieces = NULL};
}
