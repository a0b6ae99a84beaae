/* An alarm: wakes a task at a moment, to the microsecond; the loop's own timers count in
 * milliseconds. */
#ifndef BENCH_LOAD_ALARM_H
#define BENCH_LOAD_ALARM_H

#include "runtime/loop/loop.h"

struct alarm;

/* Signals the event when it goes off. */
struct alarm *alarm_new(struct loop *loop, struct event *event);

/* Goes off in that many ns, in place of what was set before. */
void alarm_set(struct alarm *alarm, int64_t in_ns);

/* The memory is gone once the loop has turned. */
void alarm_free(struct alarm *alarm);

#endif
