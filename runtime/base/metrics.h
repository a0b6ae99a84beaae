/* Metrics in Prometheus text form, read on the admin port. A metric is a static object that
 * registers itself on first use; labels are few and their values come from code, never from input.
 * An alert sees no increase in a series that begins at 1: the metrics that alerts look at are there
 * at 0 from the start (METRIC_FROM_THE_START).
 */
#ifndef RUNTIME_BASE_METRICS_H
#define RUNTIME_BASE_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/arena.h"

#define METRIC_LABELS_MAX 4

enum metric_kind {
    METRIC_COUNTER,
    METRIC_GAUGE,
    METRIC_HISTOGRAM /* seconds; observed in µs; buckets 0.5 ms … 60 s, shown from the first
                        observation on */
};

struct metric {
    const char *name; /* "ledger_transfer_refused_total" */
    const char *help;
    enum metric_kind kind;
    bool in_us; /* a counter or gauge of microseconds, which are shown as seconds */
    const char *labels[METRIC_LABELS_MAX]; /* the labels' names, as many as there are */
    const char *const *values; /* all that its one label can say, then NULL; NULL: not known here */
    struct metric_series *series; /* kept by metrics.c */
    struct metric *next;
};

/* Of a list of states, X(member, text), the texts for .values: {TOP_UP_STATES(METRIC_VALUE) NULL}.
 */
#define METRIC_VALUE(member, text) text,

/* Behind a metric's definition: it is shown at 0 from the start, of its one label with each of
 * .values. */
#define METRIC_FROM_THE_START(it)                              \
    __attribute__((constructor)) static void it##_starts(void) \
    {                                                          \
        metric_start(&(it));                                   \
    }                                                          \
    struct metric

void metric_start(struct metric *metric);

/* Of a metric with one label or none. label_value must live for ever (a literal or a table's text);
 * NULL when the metric has no label. At most 4096 values. */
void metric_add(struct metric *metric, const char *label_value, int64_t amount);
void metric_set(struct metric *metric, const char *label_value, int64_t value);
void metric_observe_us(struct metric *metric, const char *label_value, int64_t duration_us);
int64_t metric_read(const struct metric *metric,
                    const char *label_value); /* counters and gauges; 0 when never touched */

/* Of several labels, or recorded so often that the values are looked up once: one combination of
 * values, at 0 when it is new, kept for ever. At most 4096 a metric. */
struct metric_series *metric_series_of(struct metric *metric,
                                       const char *const label_values[METRIC_LABELS_MAX]);
void metric_series_add(struct metric_series *series, int64_t amount);
void metric_series_observe_us(struct metric_series *series, int64_t duration_us);

/* The whole exposition; NULL at the arena's maximum. */
char *metrics_text(struct arena *arena);

#endif
