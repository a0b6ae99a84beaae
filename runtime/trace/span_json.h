/* Spans in OTLP's JSON (ExportTraceServiceRequest): ids are hex, times decimal strings of
 * nanoseconds. */
#ifndef RUNTIME_TRACE_SPAN_JSON_H
#define RUNTIME_TRACE_SPAN_JSON_H

#include "runtime/base/text.h"
#include "runtime/trace/span.h"

/* The process that recorded them. */
struct span_resource {
    const char *service;  /* service.name */
    const char *version;  /* service.version */
    const char *instance; /* service.instance.id */
};

/* The whole request, on the heap, of *size bytes. May run on any thread. */
char *spans_to_json(const struct span_resource *resource, struct trace_span *const *spans,
                    size_t count, size_t *size);

/* How many spans of a batch a collector says that it did not take (partialSuccess); 0 when it says
 * nothing that can be read. */
int64_t spans_rejected(struct bytes answer);

#endif
