#include "bench/load/alarm.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <uv.h>

#include "bench/load/rules/schedule.h"

struct alarm {
    uv_poll_t poll; /* first: closing gives it back */
    int timer;
    struct event *event;
};

static void went_off(uv_poll_t *poll, int status, int events)
{
    struct alarm *alarm = (struct alarm *)(void *)poll;
    uint64_t times;
    (void)status;
    (void)events;
    if (read(alarm->timer, &times, sizeof times) == sizeof times)
        event_signal(alarm->event);
}

struct alarm *alarm_new(struct loop *loop, struct event *event)
{
    struct alarm *alarm = calloc(1, sizeof *alarm);
    assert(alarm != NULL);
    alarm->event = event;
    alarm->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    int failed = uv_poll_init(loop_uv(loop), &alarm->poll, alarm->timer);
    if (failed == 0)
        failed = uv_poll_start(&alarm->poll, UV_READABLE, went_off);
    assert(alarm->timer >= 0 && failed == 0);
    (void)failed;
    return alarm;
}

void alarm_set(struct alarm *alarm, int64_t in_ns)
{
    int64_t ns = in_ns > 0 ? in_ns : 1; /* 0 would stop it */
    const struct itimerspec moment = {
        .it_value = {.tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S}};
    int failed = timerfd_settime(alarm->timer, 0, &moment, NULL);
    assert(failed == 0);
    (void)failed;
}

static void closed(uv_handle_t *handle)
{
    free(handle);
}

void alarm_free(struct alarm *alarm)
{
    uv_poll_stop(&alarm->poll);
    close(alarm->timer);
    uv_close((uv_handle_t *)&alarm->poll, closed);
}
