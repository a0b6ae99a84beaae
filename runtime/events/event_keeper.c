#include "runtime/events/event_keeper.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"

#define ROUNDS_MAX 20 /* a turn's, so that it ends */
#define NAME_SIZE_MAX 64

static struct metric unread = {.name = "events_unread",
                               .help = "Events that a consumer has not read.",
                               .kind = METRIC_GAUGE,
                               .labels = {"consumer"}};
static struct metric oldest_unread = {.name = "events_oldest_unread_seconds",
                                      .help =
                                          "Age of the oldest event that a consumer has not read.",
                                      .kind = METRIC_GAUGE,
                                      .labels = {"consumer"}};
static struct metric removed_total = {.name = "events_removed_total",
                                      .help = "Events removed after all consumers had read them.",
                                      .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(removed_total);

bool event_keeper_read_consumers(struct outbox_consumers *consumers, const char *names)
{
    static const char separators[] = ", ";
    *consumers = (struct outbox_consumers){.count = 0};
    for (names += strspn(names, separators); names[0] != '\0'; names += strspn(names, separators)) {
        size_t size = strcspn(names, separators);
        if (consumers->count == OUTBOX_CONSUMERS_MAX || size > NAME_SIZE_MAX)
            return false;
        consumers->names[consumers->count] = strndup(names, size);
        if (consumers->names[consumers->count++] == NULL)
            return false;
        names += size;
    }
    return true;
}

static enum failure number_all(struct task *task, const struct event_keeper *keeper)
{
    enum failure failure = FAILURE_NONE;
    int64_t numbered = OUTBOX_NUMBERED_AT_ONCE;
    for (int round = 0;
         failure == FAILURE_NONE && round < ROUNDS_MAX && numbered == OUTBOX_NUMBERED_AT_ONCE;
         round++)
        failure = outbox_number(reader_of(task, keeper->database), &numbered);
    return failure;
}

static enum failure trim(struct task *task, const struct event_keeper *keeper)
{
    enum failure failure = FAILURE_NONE;
    int64_t removed = OUTBOX_TRIMMED_AT_ONCE;
    for (int round = 0;
         failure == FAILURE_NONE && round < ROUNDS_MAX && removed == OUTBOX_TRIMMED_AT_ONCE;
         round++) {
        failure = outbox_trim(reader_of(task, keeper->database), &keeper->consumers,
                              clock_now_us() - keeper->keep_us, &removed);
        metric_add(&removed_total, NULL, removed);
    }
    return failure;
}

static enum failure show(struct task *task, const struct event_keeper *keeper)
{
    struct outbox_lag lags[OUTBOX_CONSUMERS_MAX] = {{0}};
    enum failure failure =
        outbox_measure(reader_of(task, keeper->database), &keeper->consumers, lags);
    for (size_t i = 0; failure == FAILURE_NONE && i < keeper->consumers.count; i++) {
        int64_t age_us =
            lags[i].oldest_unread_us == 0 ? 0 : clock_now_us() - lags[i].oldest_unread_us;
        metric_set(&unread, keeper->consumers.names[i], lags[i].unread);
        metric_set(&oldest_unread, keeper->consumers.names[i], age_us / 1000000);
    }
    return failure;
}

enum failure event_keeper_turn(struct task *task, void *argument)
{
    const struct event_keeper *keeper = argument;
    enum failure failure = number_all(task, keeper);
    if (failure == FAILURE_NONE)
        failure = trim(task, keeper);
    return failure == FAILURE_NONE ? show(task, keeper) : failure;
}
