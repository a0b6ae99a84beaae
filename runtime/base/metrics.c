#include "runtime/base/metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERIES_MAX 256

static const int64_t bucket_bounds_us[] = {500,     1000,     2500,     5000,    10000,   25000,
                                           50000,   100000,   250000,   500000,  1000000, 2500000,
                                           5000000, 10000000, 30000000, 60000000};
#define BUCKET_COUNT (sizeof bucket_bounds_us / sizeof bucket_bounds_us[0])

struct metric_series {
    const char *label_value;
    struct metric_series *next;
    int64_t value;                      /* of a histogram: the sum in microseconds */
    uint64_t buckets[BUCKET_COUNT + 1]; /* not cumulative; the last is above every bound */
};

static pthread_mutex_t registry_lock = PTHREAD_MUTEX_INITIALIZER;
static struct metric *first_metric;

/* A metric stands in the list from its first series on. */
static void metric_register(struct metric *metric)
{
    struct metric **place = &first_metric;
    while (*place != NULL && strcmp((*place)->name, metric->name) < 0)
        place = &(*place)->next;
    assert(*place == NULL || strcmp((*place)->name, metric->name) != 0);
    metric->next = *place;
    *place = metric;
}

static struct metric_series *series_new(const char *label_value)
{
    struct metric_series *series = calloc(1, sizeof *series);
    assert(series != NULL);
    series->label_value = label_value;
    return series;
}

static bool labels_equal(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static struct metric_series *series_find(const struct metric *metric, const char *label_value)
{
    assert(metric->name != NULL);
    struct metric_series *series = metric->series;
    while (series != NULL && !labels_equal(series->label_value, label_value))
        series = series->next;
    return series;
}

static struct metric_series *series_of(struct metric *metric, const char *label_value)
{
    assert((metric->label == NULL) == (label_value == NULL));
    struct metric_series **place = &metric->series;
    int count = 0;
    for (; *place != NULL; place = &(*place)->next, count++) {
        if (labels_equal((*place)->label_value, label_value))
            return *place;
    }
    assert(count < SERIES_MAX); /* label values come from code, so this is a bug */
    if (metric->series == NULL)
        metric_register(metric);
    return *place = series_new(label_value);
}

void metric_add(struct metric *metric, const char *label_value, int64_t amount)
{
    assert(metric->kind != METRIC_HISTOGRAM && (amount >= 0 || metric->kind == METRIC_GAUGE));
    pthread_mutex_lock(&registry_lock);
    series_of(metric, label_value)->value += amount;
    pthread_mutex_unlock(&registry_lock);
}

void metric_set(struct metric *metric, const char *label_value, int64_t value)
{
    assert(metric->kind == METRIC_GAUGE);
    pthread_mutex_lock(&registry_lock);
    series_of(metric, label_value)->value = value;
    pthread_mutex_unlock(&registry_lock);
}

void metric_observe_us(struct metric *metric, const char *label_value, int64_t duration_us)
{
    assert(metric->kind == METRIC_HISTOGRAM);
    size_t bucket = 0;
    while (bucket < BUCKET_COUNT && duration_us > bucket_bounds_us[bucket])
        bucket++;
    pthread_mutex_lock(&registry_lock);
    struct metric_series *series = series_of(metric, label_value);
    series->buckets[bucket]++;
    series->value += duration_us;
    pthread_mutex_unlock(&registry_lock);
}

int64_t metric_read(const struct metric *metric, const char *label_value)
{
    pthread_mutex_lock(&registry_lock);
    const struct metric_series *series = series_find(metric, label_value);
    int64_t value = series == NULL ? 0 : series->value;
    pthread_mutex_unlock(&registry_lock);
    return value;
}

/* The exposition is written twice: once to nowhere, to learn its length, and once into memory of
 * that length. */
struct exposition {
    char *text;
    size_t size;
    size_t length;
};

static void put(struct exposition *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void put(struct exposition *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t room = out->length < out->size ? out->size - out->length : 0;
    int length = vsnprintf(room > 0 ? out->text + out->length : NULL, room, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    out->length += (size_t)length;
}

static void put_label_value(struct exposition *out, const char *value)
{
    assert(value != NULL);
    for (; *value != '\0'; value++) {
        if (*value == '"' || *value == '\\')
            put(out, "\\%c", *value);
        else if (*value == '\n')
            put(out, "\\n");
        else
            put(out, "%c", *value);
    }
}

/* Seconds of a duration, exactly: "0.0005", "2.5", "60". */
static void put_seconds(struct exposition *out, int64_t duration_us)
{
    char text[32];
    int length = snprintf(text, sizeof text, "%" PRId64 ".%06" PRId64, duration_us / 1000000,
                          duration_us % 1000000);
    while (text[length - 1] == '0')
        length--;
    if (text[length - 1] == '.')
        length--;
    put(out, "%.*s", length, text);
}

static void put_name(struct exposition *out, const struct metric *metric,
                     const struct metric_series *series, const char *suffix)
{
    put(out, "%s%s", metric->name, suffix);
    if (metric->label == NULL)
        return;
    put(out, "{%s=\"", metric->label);
    put_label_value(out, series->label_value);
    put(out, "\"}");
}

static void put_bucket_name(struct exposition *out, const struct metric *metric,
                            const struct metric_series *series)
{
    put(out, "%s_bucket{", metric->name);
    if (metric->label != NULL) {
        put(out, "%s=\"", metric->label);
        put_label_value(out, series->label_value);
        put(out, "\",");
    }
    put(out, "le=\"");
}

static void put_histogram(struct exposition *out, const struct metric *metric,
                          const struct metric_series *series)
{
    uint64_t count = 0;
    for (size_t i = 0; i < BUCKET_COUNT; i++) {
        count += series->buckets[i];
        put_bucket_name(out, metric, series);
        put_seconds(out, bucket_bounds_us[i]);
        put(out, "\"} %" PRIu64 "\n", count);
    }
    count += series->buckets[BUCKET_COUNT];
    put_bucket_name(out, metric, series);
    put(out, "+Inf\"} %" PRIu64 "\n", count);
    put_name(out, metric, series, "_sum");
    put(out, " ");
    put_seconds(out, series->value);
    put(out, "\n");
    put_name(out, metric, series, "_count");
    put(out, " %" PRIu64 "\n", count);
}

static void put_metric(struct exposition *out, const struct metric *metric)
{
    assert(metric->name != NULL && metric->help != NULL);
    static const char *const kinds[] = {"counter", "gauge", "histogram"};
    put(out, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help, metric->name,
        kinds[metric->kind]);
    for (const struct metric_series *series = metric->series; series != NULL;
         series = series->next) {
        if (metric->kind == METRIC_HISTOGRAM) {
            put_histogram(out, metric, series);
        } else {
            put_name(out, metric, series, "");
            put(out, " %" PRId64 "\n", series->value);
        }
    }
}

static void put_metrics(struct exposition *out)
{
    for (const struct metric *metric = first_metric; metric != NULL; metric = metric->next)
        put_metric(out, metric);
}

char *metrics_text(struct arena *arena)
{
    pthread_mutex_lock(&registry_lock);
    struct exposition out = {0};
    put_metrics(&out);
    out.size = out.length + 1;
    out.text = arena_try_alloc(arena, out.size);
    out.length = 0;
    if (out.text != NULL)
        put_metrics(&out);
    pthread_mutex_unlock(&registry_lock);
    return out.text;
}
