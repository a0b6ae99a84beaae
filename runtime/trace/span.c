#include "runtime/trace/span.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"
#include "runtime/base/text.h"

static struct metric dropped = {.name = "trace_spans_dropped_total",
                                .help = "Spans that found the buffer full, or that nobody came for "
                                        "before the process ended.",
                                .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(dropped);

/* The ended spans, a ring; oldest first. */
static struct {
    struct span_recording recording;
    struct trace_span **spans; /* NULL: nothing is recorded */
    size_t first;
    size_t count;
    bool crowd_is_told;
} waiting;

/* ---- recording ---- */

void spans_record(const struct span_recording *recording)
{
    assert(waiting.spans == NULL && recording->spans_max > 0);
    waiting.recording = *recording;
    waiting.spans = calloc(recording->spans_max, sizeof(struct trace_span *));
    assert(waiting.spans != NULL);
}

void spans_stop(void)
{
    struct trace_span *span;
    while (spans_take(&span, 1) == 1) {
        metric_add(&dropped, NULL, 1);
        span_free(span);
    }
    free(waiting.spans);
    memset(&waiting, 0, sizeof waiting);
}

bool spans_are_recorded(void)
{
    return waiting.spans != NULL;
}

bool spans_choose(const struct trace_context *context)
{
    return waiting.spans != NULL && trace_is_of_share(context, waiting.recording.billionths);
}

size_t spans_waiting(void)
{
    return waiting.count;
}

size_t spans_take(struct trace_span **spans, size_t max)
{
    size_t taken = 0;
    assert(max > 0 && waiting.count <= waiting.recording.spans_max);
    for (; taken < max && waiting.count > 0; taken++) {
        spans[taken] = waiting.spans[waiting.first];
        waiting.first = (waiting.first + 1) % waiting.recording.spans_max;
        waiting.count--;
    }
    waiting.crowd_is_told = false;
    return taken;
}

static void tell_of_crowd(void)
{
    const struct span_recording *recording = &waiting.recording;
    assert(waiting.count > 0);
    if (recording->on_crowd == NULL || waiting.crowd_is_told || waiting.count < recording->crowd)
        return;
    waiting.crowd_is_told = true;
    recording->on_crowd(recording->context);
}

static void put(struct trace_span *span)
{
    size_t spans_max = waiting.recording.spans_max;
    assert(span->ended_us > 0 && waiting.count <= spans_max);
    if (waiting.spans == NULL || waiting.count == spans_max) {
        metric_add(&dropped, NULL, 1);
        span_free(span);
        return;
    }
    waiting.spans[(waiting.first + waiting.count++) % spans_max] = span;
    tell_of_crowd();
}

/* ---- one span ---- */

struct trace_span *span_begin(const struct trace_context *context, const char *parent_id,
                              enum span_kind kind, const char *name)
{
    if (waiting.spans == NULL)
        return NULL;
    assert(kind != SPAN_NONE && name != NULL);
    struct trace_span *span = malloc(sizeof *span);
    assert(span != NULL);
    memset(span, 0, offsetof(struct trace_span, attributes)); /* the rest as far as it is counted */
    span->links = NULL;
    span->link_count = span->links_dropped = span->kept_size = 0;
    span->context = *context;
    if (parent_id != NULL)
        memcpy(span->parent_id, parent_id, SPAN_ID_SIZE);
    span->kind = kind;
    span->name = name;
    span->started_us = clock_monotonic_us();
    return span;
}

static struct span_attribute *attribute_new(struct trace_span *span, const char *key)
{
    assert(span->attribute_count < SPAN_ATTRIBUTES_MAX);
    struct span_attribute *attribute = &span->attributes[span->attribute_count++];
    *attribute = (struct span_attribute){.key = key};
    return attribute;
}

void span_set_text(struct trace_span *span, const char *key, const char *text)
{
    assert(key != NULL);
    if (span != NULL && text != NULL)
        attribute_new(span, key)->text = text;
}

void span_set_number(struct trace_span *span, const char *key, int64_t number)
{
    assert(key != NULL);
    if (span != NULL)
        attribute_new(span, key)->number = number;
}

const char *span_keep(struct trace_span *span, const char *text)
{
    if (span == NULL || span->kept_size == SPAN_KEPT_BYTES)
        return "";
    char *copy = span->kept + span->kept_size;
    assert(span->kept_size < SPAN_KEPT_BYTES);
    size_t length = strnlen(text, SPAN_KEPT_BYTES - span->kept_size - 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    span->kept_size += length + 1;
    return copy;
}

void span_fail(struct trace_span *span, const char *type)
{
    if (span == NULL || span->has_failed)
        return;
    assert(type != NULL);
    span->has_failed = true;
    span_set_text(span, "error.type", type);
}

void span_link(struct trace_span *span, const struct trace_context *other)
{
    if (span == NULL)
        return;
    if (span->link_count == SPAN_LINKS_MAX) {
        span->links_dropped++;
        return;
    }
    if (span->links == NULL)
        span->links = calloc(SPAN_LINKS_MAX, sizeof(struct span_link));
    assert(span->links != NULL);
    struct span_link *link = &span->links[span->link_count++];
    memcpy(link->trace_id, other->trace_id, TRACE_ID_SIZE);
    memcpy(link->span_id, other->span_id, SPAN_ID_SIZE);
}

/* The machine's own, whichever way tests turn ours: the collector's others live by it. */
static int64_t machine_now_us(void)
{
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void span_end(struct trace_span *span)
{
    if (span == NULL)
        return;
    assert(span->ended_us == 0);
    span->ended_us = machine_now_us();
    span->duration_us = clock_monotonic_us() - span->started_us;
    put(span);
}

void span_free(struct trace_span *span)
{
    if (span == NULL)
        return;
    assert(span->link_count == 0 || span->links != NULL);
    free(span->links);
    free(span);
}
