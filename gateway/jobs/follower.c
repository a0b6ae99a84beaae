#include "gateway/jobs/follower.h"

#include "gateway/peers/event_peer.h"
#include "gateway/jobs/peer_step.h"
#include "gateway/jobs/saga.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"

struct follower {
    struct gateway *gateway;
    const char *peer; /* "payments" */
    struct rpc_client *client;
    struct loop_job *job;
};

static struct metric follower_unread = {.name = "gateway_follower_unread",
                                        .help = "Events of a peer that were not read yet.",
                                        .kind = METRIC_GAUGE,
                                        .label = "peer"};
static struct metric follower_age = {.name = "gateway_follower_lag_seconds",
                                     .help = "How far behind a peer's events are read.",
                                     .kind = METRIC_GAUGE,
                                     .label = "peer"};
static struct metric follower_again = {
    .name = "gateway_follower_began_again_total",
    .help = "Times that a peer's events were read again from the oldest one kept.",
    .kind = METRIC_COUNTER,
    .label = "peer"};

static bool make_page(struct arena *arena, const struct peer_event *events, size_t count,
                      struct saga_page *page)
{
    struct id *saga_ids = arena_alloc_array(arena, count, sizeof(struct id));
    const char **event_types = arena_alloc_array(arena, count, sizeof(char *));
    struct bytes *payloads = arena_alloc_array(arena, count, sizeof(struct bytes));
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

/* How far behind this reader is, once it has kept the page. */
static void show_lag(const struct follower *follower, const struct peer_event_page *page)
{
    int64_t age_us = page->unread > 0 && page->count > 0
                         ? clock_work_us() - page->events[page->count - 1].recorded_us
                         : 0;
    metric_set(&follower_unread, follower->peer, page->unread);
    metric_set(&follower_age, follower->peer, age_us / 1000000);
    metric_add(&follower_again, follower->peer, page->began_again && page->count > 0 ? 1 : 0);
}

/* Sagas that were kept before are not kept again, and steps that were taken are the same steps:
 * what is read twice does no harm. */
static void tell_of_beginning_again(const struct follower *follower,
                                    const struct peer_event_page *page)
{
    if (page->began_again && page->count > 0)
        log_write(LOG_WARN, "events_read_again", log_text("peer", follower->peer),
                  log_text("from", page->events[0].cursor));
}

/* One page of events; asks for another turn when there was anything. */
static enum failure follow(struct task *task, void *argument)
{
    struct follower *follower = argument;
    struct saga_page kept = {.peer = follower->peer};
    struct peer_event_page page;
    struct rpc_status status;
    enum failure failure = saga_store_cursor(reader_of(task, follower->gateway->database),
                                             follower->peer, &kept.cursor_read);
    if (failure != FAILURE_NONE)
        return failure;
    failure = event_list(task, follower->client, kept.cursor_read, &page, &status);
    failure = peer_accepted(task, &(struct peer_step){"follow", "event.ListEvents", {{0}}}, failure,
                            &status);
    if (failure != FAILURE_NONE)
        return failure;
    if (page.count == 0) {
        show_lag(follower, &page);
        return FAILURE_NONE;
    }
    if (!make_page(task_arena(task), page.events, page.count, &kept))
        return FAILURE_EXHAUSTED;
    tell_of_beginning_again(follower, &page);
    failure = saga_store_keep(reader_of(task, follower->gateway->database), &kept, clock_work_us());
    if (failure == FAILURE_NONE) {
        show_lag(follower, &page);
        loop_job_wake(follower->job);
        loop_job_wake(follower->gateway->saga_job);
    }
    return failure;
}

static struct follower followers[PEER_COUNT];

void followers_start(struct gateway *gateway, struct loop *loop, int64_t interval_ms)
{
    followers[PEER_IDENTITY] = (struct follower){gateway, "identity", gateway->identity, NULL};
    followers[PEER_PAYMENTS] = (struct follower){gateway, "payments", gateway->payments, NULL};
    followers[PEER_LEDGER] = (struct follower){gateway, "ledger", gateway->ledger, NULL};
    followers[PEER_SHARING] = (struct follower){gateway, "sharing", gateway->sharing, NULL};
    for (size_t i = 0; i < PEER_COUNT; i++)
        followers[i].job = loop_every(loop, followers[i].peer, interval_ms, follow, &followers[i]);
}

void followers_wake(const struct gateway *gateway)
{
    for (size_t i = 0; i < PEER_COUNT; i++) {
        if (followers[i].gateway == gateway && followers[i].job != NULL)
            loop_job_wake(followers[i].job);
    }
}
