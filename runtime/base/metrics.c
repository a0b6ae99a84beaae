#include "runtime/base/metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERIES_MAX 4096

struct bucket {
    int64_t bound_us;
    const char *bound; /* in seconds */
};

static const struct bucket buckets[] = {
    {500, "0.0005"},  {1000, "0.001"},  {2500, "0.0025"}, {5000, "0.005"},
    {10000, "0.01"},  {25000, "0.025"}, {50000, "0.05"},  {100000, "0.1"},
    {250000, "0.25"}, {500000, "0.5"},  {1000000, "1"},   {2500000, "2.5"},
    {5000000, "5"},   {10000000, "10"}, {30000000, "30"}, {60000000, "60"},
};
#define BUCKET_COUNT (sizeof buckets / sizeof buckets[0])

struct metric_series {
    const struct metric *metric;
    struct metric_series *next;
    const char *values[METRIC_LABELS_MAX];
    char *labels;  /* as they are shown: reason="OVERDUE" */
    int64_t value; /* of a histogram: the sum in microseconds */
    uint64_t
        counts[]; /* of a histogram, by bucket, not cumulative; the last is above every bound */
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

static size_t label_count(const struct metric *metric)
{
    size_t count = 0;
    while (count < METRIC_LABELS_MAX && metric->labels[count] != NULL)
        count++;
    return count;
}

/* ---- labels as they are shown ---- */

static char *print_escaped(char *at, const char *value)
{
    for (; *value != '\0'; value++) {
        if (*value == '"' || *value == '\\' || *value == '\n')
            *at++ = '\\';
        *at++ = *value == '\n' ? 'n' : *value;
    }
    return at;
}

static char *labels_text(const struct metric *metric, const char *const *values)
{
    size_t size = 1, count = label_count(metric);
    for (size_t i = 0; i < count; i++)
        size += strlen(metric->labels[i]) + 2 * strlen(values[i]) + sizeof ",=\"\"";
    char *text = malloc(size), *at = text;
    assert(text != NULL);
    for (size_t i = 0; i < count; i++) {
        at += sprintf(at, "%s%s=\"", i == 0 ? "" : ",", metric->labels[i]);
        at = print_escaped(at, values[i]);
        *at++ = '"';
    }
    *at = '\0';
    return text;
}

/* ---- series ---- */

static struct metric_series *series_new(const struct metric *metric, const char *const *values)
{
    size_t count = metric->kind == METRIC_HISTOGRAM ? BUCKET_COUNT + 1 : 0;
    struct metric_series *series = calloc(1, sizeof *series + count * sizeof series->counts[0]);
    assert(series != NULL);
    series->metric = metric;
    series->labels = labels_text(metric, values);
    for (size_t i = 0; i < label_count(metric); i++)
        series->values[i] = values[i];
    return series;
}

static bool series_is(const struct metric_series *series, const char *const *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (series->values[i] != values[i] && strcmp(series->values[i], values[i]) != 0)
            return false;
    return true;
}

static struct metric_series *series_find(const struct metric *metric, const char *const *values)
{
    assert(metric->name != NULL);
    size_t count = label_count(metric);
    struct metric_series *series = metric->series;
    while (series != NULL && !series_is(series, values, count))
        series = series->next;
    return series;
}

/* Label values come from code, so too many of them are a bug. */
static struct metric_series *series_of(struct metric *metric, const char *const *values)
{
    size_t series_count = 0, count = label_count(metric);
    struct metric_series **place = &metric->series;
    for (; *place != NULL; place = &(*place)->next, series_count++)
        if (series_is(*place, values, count))
            return *place;
    assert(series_count < SERIES_MAX);
    if (metric->series == NULL)
        metric_register(metric);
    return *place = series_new(metric, values);
}

static struct metric_series *series_of_one(struct metric *metric, const char *label_value)
{
    assert((metric->labels[0] == NULL) == (label_value == NULL) && metric->labels[1] == NULL);
    return series_of(metric, &label_value);
}

struct metric_series *metric_series_of(struct metric *metric,
                                       const char *const label_values[METRIC_LABELS_MAX])
{
    pthread_mutex_lock(&registry_lock);
    struct metric_series *series = series_of(metric, label_values);
    pthread_mutex_unlock(&registry_lock);
    return series;
}

void metric_start(struct metric *metric)
{
    static const char *const none[] = {NULL, NULL};
    const char *const *values = metric->values == NULL ? none : metric->values;
    assert((metric->labels[0] == NULL) == (values[0] == NULL));
    pthread_mutex_lock(&registry_lock);
    do
        (void)series_of_one(metric, *values);
    while (*values != NULL && *++values != NULL);
    pthread_mutex_unlock(&registry_lock);
}

/* ---- recording ---- */

void metric_add(struct metric *metric, const char *label_value, int64_t amount)
{
    assert(metric->kind != METRIC_HISTOGRAM && (amount >= 0 || metric->kind == METRIC_GAUGE));
    pthread_mutex_lock(&registry_lock);
    series_of_one(metric, label_value)->value += amount;
    pthread_mutex_unlock(&registry_lock);
}

void metric_set(struct metric *metric, const char *label_value, int64_t value)
{
    assert(metric->kind == METRIC_GAUGE);
    pthread_mutex_lock(&registry_lock);
    series_of_one(metric, label_value)->value = value;
    pthread_mutex_unlock(&registry_lock);
}

static void observe(struct metric_series *series, int64_t duration_us)
{
    assert(series->metric->kind == METRIC_HISTOGRAM);
    size_t bucket = 0;
    while (bucket < BUCKET_COUNT && duration_us > buckets[bucket].bound_us)
        bucket++;
    series->counts[bucket]++;
    series->value += duration_us;
}

void metric_observe_us(struct metric *metric, const char *label_value, int64_t duration_us)
{
    pthread_mutex_lock(&registry_lock);
    observe(series_of_one(metric, label_value), duration_us);
    pthread_mutex_unlock(&registry_lock);
}

void metric_series_add(struct metric_series *series, int64_t amount)
{
    assert(series->metric->kind != METRIC_HISTOGRAM && amount >= 0);
    pthread_mutex_lock(&registry_lock);
    series->value += amount;
    pthread_mutex_unlock(&registry_lock);
}

void metric_series_observe_us(struct metric_series *series, int64_t duration_us)
{
    pthread_mutex_lock(&registry_lock);
    observe(series, duration_us);
    pthread_mutex_unlock(&registry_lock);
}

int64_t metric_read(const struct metric *metric, const char *label_value)
{
    pthread_mutex_lock(&registry_lock);
    const struct metric_series *series = series_find(metric, &label_value);
    int64_t value = series == NULL ? 0 : series->value;
    pthread_mutex_unlock(&registry_lock);
    return value;
}

/* ---- the exposition: written twice, once to nowhere, to learn its length, and once into memory of
 * that length ---- */

struct exposition {
    char *text;
    size_t size;
    size_t length;
};

static void put(struct exposition *out, const char *text)
{
    size_t length = strlen(text);
    if (out->length + length < out->size)
        memcpy(out->text + out->length, text, length + 1);
    out->length += length;
}

static void put_number(struct exposition *out, int64_t number)
{
    char text[32];
    snprintf(text, sizeof text, " %" PRId64 "\n", number);
    put(out, text);
}

/* Seconds of a duration, exactly: "0.0005", "2.5", "60". */
static void put_seconds(struct exposition *out, int64_t duration_us)
{
    char text[40];
    uint64_t size_us = duration_us < 0 ? -(uint64_t)duration_us : (uint64_t)duration_us;
    int length = snprintf(text, sizeof text, " %s%" PRIu64 ".%06" PRIu64,
                          duration_us < 0 ? "-" : "", size_us / 1000000, size_us % 1000000);
    while (text[length - 1] == '0')
        length--;
    if (text[length - 1] == '.')
        length--;
    text[length] = '\0';
    put(out, text);
    put(out, "\n");
}

/* bound: of a bucket, else NULL. */
static void put_name(struct exposition *out, const struct metric_series *series, const char *suffix,
                     const char *bound)
{
    put(out, series->metric->name);
    put(out, suffix);
    if (series->labels[0] == '\0' && bound == NULL)
        return;
    put(out, "{");
    put(out, series->labels);
    if (bound != NULL) {
        put(out, series->labels[0] == '\0' ? "le=\"" : ",le=\"");
        put(out, bound);
        put(out, "\"");
    }
    put(out, "}");
}

static void put_bucket(struct exposition *out, const struct metric_series *series,
                       const char *bound, uint64_t count)
{
    put_name(out, series, "_bucket", bound);
    put_number(out, (int64_t)count);
}

/* Of what was never observed only the number and the sum are shown: there are many such series. */
static void put_histogram(struct exposition *out, const struct metric_series *series)
{
    uint64_t count = 0, total = 0;
    for (size_t i = 0; i <= BUCKET_COUNT; i++)
        total += series->counts[i];
    for (size_t i = 0; total > 0 && i < BUCKET_COUNT; i++) {
        count += series->counts[i];
        put_bucket(out, series, buckets[i].bound, count);
    }
    if (total > 0)
        put_bucket(out, series, "+Inf", total);
    put_name(out, series, "_sum", NULL);
    put_seconds(out, series->value);
    put_name(out, series, "_count", NULL);
    put_number(out, (int64_t)total);
}

static void put_value(struct exposition *out, const struct metric_series *series)
{
    put_name(out, series, "", NULL);
    if (series->metric->in_us)
        put_seconds(out, series->value);
    else
        put_number(out, series->value);
}

static void put_metric(struct exposition *out, const struct metric *metric)
{
    assert(metric->name != NULL && metric->help != NULL);
    static const char *const kinds[] = {" counter\n", " gauge\n", " histogram\n"};
    const char *const head[] = {"# HELP ",    metric->name,       " ", metric->help, "\n# TYPE ",
                                metric->name, kinds[metric->kind]};
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++)
        put(out, head[i]);
    for (const struct metric_series *series = metric->series; series != NULL; series = series->next)
        (metric->kind == METRIC_HISTOGRAM ? put_histogram : put_value)(out, series);
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
