#include "gateway/service/follower.h"

#include "gateway/peers/event_peer.h"
#include "gateway/service/peer_answer.h"
#include "gateway/service/saga.h"
#include "runtime/base/clock.h"

static bool make_page(struct arena *arena, const struct peer_event *events, size_t count, struct saga_page *page)
{
    struct id *saga_ids = arena_alloc_array(arena, count, sizeof(struct id));
    const char **event_types = arena_alloc_array(arena, count, sizeof(char *));
    struct bytes *payloads = arena_alloc_array(arena, count, sizeof(struct bytes));
    if (saga_ids == NULL || event_types == NULL || payloads == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (saga_kind_find(events[i].type) == NULL)
            continue;
        saga_ids[page->count] = events[i].event_id;
        event_types[page->count] = events[i].type;
        payloads[page->count++] = events[i].payload;
    }
    page->saga_ids = saga_ids;
    page->event_types = event_types;
    page->payloads = payloads;
    page->cursor_advanced = events[count - 1].cursor;
    return true;
}

enum failure follower_job(struct task *task, void *argument)
{
    struct follower *follower = argument;
    struct saga_page page = {.peer = follower->peer};
    struct peer_event *events;
    size_t count = 0;
    struct rpc_status status;
    enum failure failure = saga_store_cursor(task, follower->gateway->database, follower->peer, &page.cursor_read);
    if (failure != FAILURE_NONE)
        return failure;
    failure = event_list(task, follower->client, page.cursor_read, &events, &count, &status);
    failure = peer_accepted("event.ListEvents", failure, &status);
    if (failure != FAILURE_NONE || count == 0)
        return failure;
    if (!make_page(task_arena(task), events, count, &page))
        return FAILURE_EXHAUSTED;
    failure = saga_store_keep(task, follower->gateway->database, &page, clock_now_us());
    if (failure == FAILURE_NONE) {
        loop_job_wake(follower->job);
        loop_job_wake(follower->gateway->saga_job);
    }
    return failure;
}
