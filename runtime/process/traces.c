#include "runtime/process/traces.h"

#include <assert.h>
#include <stdio.h>

#include "runtime/process/trace_export.h"

#define TRACE_TIMEOUT_MS 5000
#define TRACES_GRACE_MS 2000

static struct {
    struct trace_export_settings settings;
    struct trace_export *export; /* NULL: nothing is recorded */
} traces;

static bool read_settings(const struct process_plan *plan, const struct settings *settings,
                          struct trace_export_settings *trace)
{
    const char *ratio = settings_text(settings, "trace-sample-ratio");
    struct secret token = settings_secret(settings, "trace-token");
    *trace = (struct trace_export_settings){.endpoint = settings_text(settings, "trace-endpoint"),
                                            .timeout_ms = TRACE_TIMEOUT_MS,
                                            .service = plan->name,
                                            .version = KONTOR_VERSION};
    if (!text_is_empty(secret_reveal(token)))
        trace->bearer = token;
    if (!trace_ratio_read(ratio, &trace->billionths)) {
        fprintf(stderr, "%s: trace-sample-ratio must be a decimal from 0 to 1, not \"%s\"\n",
                plan->name, ratio);
        return false;
    }
    if (trace->endpoint[0] != '\0' && !trace_endpoint_is_valid(trace->endpoint)) {
        fprintf(stderr, "%s: trace-endpoint must be an http or https URL without a user or query\n",
                plan->name);
        return false;
    }
    return true;
}

bool traces_read_settings(const struct process_plan *plan, const struct settings *settings)
{
    assert(traces.export == NULL);
    return read_settings(plan, settings, &traces.settings);
}

enum failure traces_start(struct loop *loop)
{
    assert(traces.export == NULL && traces.settings.endpoint != NULL);
    if (traces.settings.endpoint[0] == '\0')
        return FAILURE_NONE;
    traces.export = trace_export_start(loop, &traces.settings);
    return traces.export == NULL ? FAILURE_EXHAUSTED : FAILURE_NONE;
}

void traces_end(struct task *task)
{
    trace_export_end(task, traces.export, TRACES_GRACE_MS);
    traces.export = NULL;
}
