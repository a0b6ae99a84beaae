/* Carries spans to an OpenTelemetry collector: OTLP over HTTP in JSON, in batches, by a task of the
 * loop of its own. A collector that is slow, dead or refuses costs spans, never a call: what waits
 * is bounded (SPANS_WAITING_MAX), what does not fit is dropped, and all of it is counted. */
#ifndef RUNTIME_PROCESS_TRACE_EXPORT_H
#define RUNTIME_PROCESS_TRACE_EXPORT_H

#include "runtime/base/secret.h"
#include "runtime/loop/loop.h"

#define SPANS_WAITING_MAX 8192
#define SPANS_AT_ONCE 512

struct trace_export_settings {
    const char *endpoint; /* "http://collector:4318": /v1/traces is added where it has no path */
    struct secret bearer; /* Authorization: Bearer …; {NULL} for none */
    uint32_t billionths;  /* the share of the traces that begin here and are recorded */
    int64_t timeout_ms;   /* of a request */
    const char *service;  /* service.name */
    const char *version;  /* service.version */
};

struct trace_export; /* opaque */

/* From here on spans are recorded. NULL: there is no task for it. */
struct trace_export *trace_export_start(struct loop *loop,
                                        const struct trace_export_settings *settings);

/* Carries away what waits, as far as that takes no longer than grace_ms; then nothing is recorded
 * any more. NULL: nothing. */
void trace_export_end(struct task *task, struct trace_export *export, int64_t grace_ms);

/* Whether it is an http or https URL that can be exported to. */
bool trace_endpoint_is_valid(const char *endpoint);

#endif
