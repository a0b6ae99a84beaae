/* Spans: what a process does for a trace that is recorded, from its beginning to its end. Ended
 * ones wait in a buffer of a fixed number for whoever carries them away; when it is full they are
 * dropped and counted, and nobody ever waits for it. One thread, the loop's, uses all of this.
 *
 * Names, keys and texts are literals or live as long as the process; what does not is kept in the
 * span (span_keep). Never what a user wrote: no amounts, no tokens, no parameters of statements, no
 * URLs. */
#ifndef RUNTIME_TRACE_SPAN_H
#define RUNTIME_TRACE_SPAN_H

#include "runtime/trace/trace_context.h"

#define SPAN_ATTRIBUTES_MAX 8
#define SPAN_LINKS_MAX 32 /* further ones are counted */
#define SPAN_KEPT_BYTES 224

/* As OpenTelemetry numbers them. */
enum span_kind {
    SPAN_NONE = 0, /* of a task: it begins no trace of its own */
    SPAN_INTERNAL = 1,
    SPAN_SERVER = 2,
    SPAN_CLIENT = 3
};

struct span_attribute {
    const char *key;
    const char *text; /* NULL: the number */
    int64_t number;
};

struct span_link {
    char trace_id[TRACE_ID_SIZE];
    char span_id[SPAN_ID_SIZE];
};

struct trace_span {
    struct trace_context context;
    char parent_id[SPAN_ID_SIZE]; /* "": it begins the trace */
    enum span_kind kind;
    const char *name;
    int64_t started_us; /* monotonic */
    int64_t ended_us;   /* since 1970, by the machine's clock */
    int64_t duration_us;
    bool has_failed;
    size_t attribute_count;
    struct span_attribute attributes[SPAN_ATTRIBUTES_MAX];
    struct span_link *links;
    size_t link_count;
    size_t links_dropped;
    size_t kept_size;
    char kept[SPAN_KEPT_BYTES];
};

/* ---- recording ---- */

struct span_recording {
    size_t spans_max;                /* that wait to be carried away */
    uint32_t billionths;             /* the share of the traces that begin here and are recorded */
    size_t crowd;                    /* so many wait: … */
    void (*on_crowd)(void *context); /* … told once, until some are taken; may be NULL */
    void *context;
};

/* From here on spans are recorded; spans_stop frees what still waits and counts it as dropped.
 * Until then, and afterwards, no span begins. */
void spans_record(const struct span_recording *recording);
void spans_stop(void);
bool spans_are_recorded(void);

/* Whether a trace that begins here is to be recorded. */
bool spans_choose(const struct trace_context *context);

size_t spans_waiting(void);
/* The oldest that wait, to be freed by who takes them. */
size_t spans_take(struct trace_span **spans, size_t max);

/* ---- one span ---- */

/* Of the span with that context; its parent's id is given, or NULL. NULL when nothing is recorded,
 * and every function below takes a NULL for one. */
struct trace_span *span_begin(const struct trace_context *context, const char *parent_id,
                              enum span_kind kind, const char *name);
void span_set_text(struct trace_span *span, const char *key,
                   const char *text); /* NULL text: nothing */
void span_set_number(struct trace_span *span, const char *key, int64_t number);
/* A copy that lives as long as the span, cut to what it has room for; "" without a span. */
const char *span_keep(struct trace_span *span, const char *text);
/* It failed, of that type (error.type). */
void span_fail(struct trace_span *span, const char *type);
void span_link(struct trace_span *span, const struct trace_context *other);
void span_end(struct trace_span *span); /* now; it is not the caller's any more */
void span_free(struct trace_span *span);

#endif
