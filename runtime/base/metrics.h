/* Metrics in Prometheus text form, read on the admin port. A metric is a static object that
 * registers itself on first use; labels are few and their values come from code, never from input.
 */
#ifndef RUNTIME_BASE_METRICS_H
#define RUNTIME_BASE_METRICS_H

#include <stdint.h>

#include "runtime/base/arena.h"

enum metric_kind {
    METRIC_COUNTER,
    METRIC_GAUGE,
    METRIC_HISTOGRAM /* seconds; observed in µs; buckets 0.5 ms … 60 s */
};

struct metric {
    const char *name; /* "ledger_transfer_refused_total" */
    const char *help;
    enum metric_kind kind;
    const char *label;            /* one label's name, or NULL */
    struct metric_series *series; /* kept by metrics.c */
    struct metric *next;
};

/* label_value must live for ever (a literal or a table's text); NULL when the metric has no label.
 * At most 256 values a metric. */
void metric_add(struct metric *metric, const char *label_value, int64_t amount);
void metric_set(struct metric *metric, const char *label_value, int64_t value);
void metric_observe_us(struct metric *metric, const char *label_value, int64_t duration_us);
int64_t metric_read(const struct metric *metric,
                    const char *label_value); /* counters and gauges; 0 when never touched */

/* The whole exposition; NULL at the arena's maximum. */
char *metrics_text(struct arena *arena);

#endif
