#include "gateway/jobs/event_consumer.h"

#include "gateway/peers/event_peer.h"
#include "gateway/jobs/peer_step.h"
#include "gateway/jobs/saga.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"

struct event_consumer {
    struct gateway *gateway;
    const char *peer; /* "payments" */
    struct rpc_client *client;
    struct loop_job *job;
};

static struct metric consumer_unread = {.name = "gateway_event_consumer_unread",
                                        .help = "Events of a peer that were not read yet.",
                                        .kind = METRIC_GAUGE,
                                        .labels = {"peer"}};
static struct metric consumer_age = {.name = "gateway_event_consumer_lag_seconds",
                                     .help = "How far behind a peer's events are read.",
                                     .kind = METRIC_GAUGE,
                                     .labels = {"peer"}};
static struct metric consumer_again = {
    .name = "gateway_event_consumer_began_again_total",
    .help = "Times that a peer's events were read again from the oldest one kept.",
    .kind = METRIC_COUNTER,
    .labels = {"peer"}};

static void make_page(struct arena *arena, const struct peer_event *events, size_t count,
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
}

/* How far behind this reader is, once it has kept the page. */
static void show_lag(const struct event_consumer *consumer, const struct peer_event_page *page)
{
    int64_t age_us = page->unread > 0 && page->count > 0
                         ? clock_work_us() - page->events[page->count - 1].recorded_us
                         : 0;
    metric_set(&consumer_unread, consumer->peer, page->unread);
    metric_set(&consumer_age, consumer->peer, age_us / 1000000);
    metric_add(&consumer_again, consumer->peer, page->began_again && page->count > 0 ? 1 : 0);
}

/* Sagas that were kept before are not kept again, and steps that were taken are the same steps:
 * what is read twice does no harm. */
static void warn_of_beginning_again(const struct event_consumer *consumer,
                                    const struct peer_event_page *page)
{
    if (page->began_again && page->count > 0)
        log_write(LOG_WARN, "events_read_again", log_text("peer", consumer->peer),
                  log_text("from", page->events[0].cursor));
}

/* One page of events; asks for another turn when there was anything. */
static enum failure follow(struct task *task, void *argument)
{
    struct event_consumer *consumer = argument;
    struct saga_page kept = {.peer = consumer->peer};
    struct peer_event_page page;
    struct rpc_status status;
    enum failure failure = saga_store_cursor(reader_of(task, consumer->gateway->database),
                                             consumer->peer, &kept.cursor_read);
    if (failure != FAILURE_NONE)
        return failure;
    failure =
        event_list((struct peer_call){task, consumer->client, &status}, kept.cursor_read, &page);
    failure = peer_accepted(task, &(struct peer_step){"follow", STEP_EVENT_LIST_EVENTS, {{0}}},
                            failure, &status);
    if (failure != FAILURE_NONE)
        return failure;
    if (page.count == 0) {
        show_lag(consumer, &page);
        return FAILURE_NONE;
    }
    make_page(task_arena(task), page.events, page.count, &kept);
    warn_of_beginning_again(consumer, &page);
    failure = saga_store_keep(reader_of(task, consumer->gateway->database), &kept, clock_work_us());
    if (failure == FAILURE_NONE) {
        show_lag(consumer, &page);
        loop_job_wake(consumer->job);
        loop_job_wake(consumer->gateway->saga_job);
    }
    return failure;
}

static struct event_consumer consumers[PEER_COUNT];

void event_consumers_start(struct gateway *gateway, struct loop *loop, int64_t interval_ms)
{
    consumers[PEER_IDENTITY] =
        (struct event_consumer){gateway, "identity", gateway->identity, NULL};
    consumers[PEER_PAYMENTS] =
        (struct event_consumer){gateway, "payments", gateway->payments, NULL};
    consumers[PEER_LEDGER] = (struct event_consumer){gateway, "ledger", gateway->ledger, NULL};
    consumers[PEER_SHARING] = (struct event_consumer){gateway, "sharing", gateway->sharing, NULL};
    for (size_t i = 0; i < PEER_COUNT; i++)
        consumers[i].job = loop_every(loop, consumers[i].peer, interval_ms, follow, &consumers[i]);
}

void event_consumers_wake(const struct gateway *gateway)
{
    for (size_t i = 0; i < PEER_COUNT; i++) {
        if (consumers[i].gateway == gateway && consumers[i].job != NULL)
            loop_job_wake(consumers[i].job);
    }
}
