#include "runtime/process/trace_export.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/http/http_client.h"
#include "runtime/trace/span_json.h"

#define INTERVAL_MS 1000
#define TRIES_MAX 4
#define PAUSE_FIRST_MS 500
#define PAUSE_MAX_MS 30000
#define URL_SIZE 1024
#define ANSWER_BYTES_MAX ((size_t)65536)
#define ARENA_BYTES_MAX ((size_t)1024 * 1024)
#define TRACES_PATH "/v1/traces"

static struct metric exported = {.name = "trace_spans_exported_total",
                                 .help = "Spans that the collector took.",
                                 .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(exported);
static struct metric failed = {.name = "trace_spans_failed_total",
                               .help =
                                   "Spans that the collector refused, or that did not reach it.",
                               .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(failed);

struct trace_export {
    struct loop *loop;
    struct http_client *client;
    struct trace_export_settings settings;
    char url[URL_SIZE];
    char instance[ID_TEXT_SIZE];
    struct task *task; /* NULL: it has not begun, or ended */
    struct event wake;
    struct event ended;
    bool is_ending;
    int failures; /* in a row */
};

/* ---- a batch ---- */

struct batch {
    const struct trace_export *export;
    struct trace_span *spans[SPANS_AT_ONCE];
    size_t count;
    char *json;
    size_t size;
};

/* On a thread of libuv's pool: it may take over a millisecond. */
static void encode(void *argument)
{
    struct batch *batch = argument;
    assert(batch->count > 0 && batch->count <= SPANS_AT_ONCE);
    const struct trace_export_settings *settings = &batch->export->settings;
    const struct span_resource resource = {settings->service, settings->version,
                                           batch->export->instance};
    batch->json = spans_to_json(&resource, batch->spans, batch->count, &batch->size);
    for (size_t i = 0; i < batch->count; i++)
        span_free(batch->spans[i]);
}

enum end { END_TAKEN, END_REFUSED, END_AGAIN };

/* As OTLP says which answers may be tried again. */
static enum end judge(const struct http_answer *answer)
{
    assert(answer->outcome <= HTTP_UNKNOWN);
    if (answer->outcome != HTTP_ANSWERED || answer->status == 429 || answer->status == 502 ||
        answer->status == 503 || answer->status == 504)
        return END_AGAIN;
    return answer->status >= 200 && answer->status < 300 ? END_TAKEN : END_REFUSED;
}

static enum end send_once(struct task *task, const struct trace_export *export,
                          const struct batch *batch, struct http_answer *answer)
{
    static const char *const headers[] = {"Content-Type: application/json", NULL};
    const struct http_request request = {.method = "POST",
                                         .url = export->url,
                                         .headers = headers,
                                         .bearer = export->settings.bearer,
                                         .body = {(const uint8_t *)batch->json, batch->size},
                                         .is_repeatable = true, /* spans have ids */
                                         .timeout_ms = export->settings.timeout_ms,
                                         .answer_bytes_max = ANSWER_BYTES_MAX};
    enum failure failure = http_client_send(task, export->client, &request, answer);
    return failure == FAILURE_NONE || failure == FAILURE_EXHAUSTED ? judge(answer) : END_REFUSED;
}

/* ---- a collector that does not take them ---- */

static void note_failure(struct trace_export *export, const struct http_answer *answer)
{
    if (export->failures++ == 0)
        log_write(LOG_WARN, "trace_export_failed", log_text("endpoint", export->url),
                  log_int64("status", answer->status));
}

static void note_success(struct trace_export *export)
{
    if (export->failures > 0)
        log_write(LOG_INFO, "trace_export_goes_on", log_int64("failures", export->failures));
    export->failures = 0;
}

/* Doubles; the jitter keeps processes from coming back in step. */
static enum failure pause_after(struct task *task, struct trace_export *export)
{
    assert(export->failures > 0);
    int doublings = export->failures < 7 ? export->failures - 1 : 6;
    int64_t pause_ms = (int64_t)PAUSE_FIRST_MS << doublings;
    pause_ms = pause_ms < PAUSE_MAX_MS ? pause_ms : PAUSE_MAX_MS;
    pause_ms = pause_ms / 2 + random_below((uint32_t)(pause_ms / 2 + 1));
    int64_t until_us = clock_monotonic_us() + pause_ms * 1000;
    enum failure failure = FAILURE_NONE;
    for (int64_t left_ms = pause_ms; left_ms > 0 && !export->is_ending;
         left_ms = (until_us - clock_monotonic_us()) / 1000) {
        failure = task_wait_ms(task, &export->wake, left_ms);
        if (task_state(task) != FAILURE_NONE)
            return failure;
    }
    return FAILURE_NONE;
}

/* A batch is tried TRIES_MAX times, or once where those before it were not taken either. */
static void carry(struct task *task, struct trace_export *export, const struct batch *batch)
{
    struct http_answer answer = {0};
    enum end end = END_AGAIN;
    int tries = export->failures > 0 || export->is_ending ? 1 : TRIES_MAX;
    for (int made = 0; made < tries && end == END_AGAIN; made++) {
        if (made > 0 && pause_after(task, export) != FAILURE_NONE)
            break;
        end = send_once(task, export, batch, &answer);
        if (end == END_TAKEN)
            note_success(export);
        else
            note_failure(export, &answer);
    }
    int64_t count = (int64_t)batch->count;
    assert(count > 0);
    int64_t rejected = end == END_TAKEN ? spans_rejected(answer.body) : count;
    rejected = rejected < count ? rejected : count;
    metric_add(&exported, NULL, count - rejected);
    metric_add(&failed, NULL, rejected);
}

/* ---- the task ---- */

static void carry_waiting(struct task *task, struct trace_export *export)
{
    struct arena_mark mark = arena_mark(task_arena(task));
    while (spans_waiting() > 0 && task_state(task) == FAILURE_NONE) {
        struct batch *batch = arena_alloc(task_arena(task), sizeof *batch);
        batch->export = export;
        batch->count = spans_take(batch->spans, SPANS_AT_ONCE);
        if (task_offload(task, encode, batch) != FAILURE_NONE)
            encode(batch);
        carry(task, export, batch);
        free(batch->json);
        arena_rewind(task_arena(task), mark);
        if (export->failures > 0 && pause_after(task, export) != FAILURE_NONE)
            return;
    }
}

static void run(struct task *task, void *argument)
{
    struct trace_export *export = argument;
    assert(export->task == NULL);
    export->task = task;
    while (!export->is_ending && task_state(task) == FAILURE_NONE) {
        carry_waiting(task, export);
        if (!export->is_ending &&
            task_wait_ms(task, &export->wake, INTERVAL_MS) == FAILURE_CANCELLED)
            break;
    }
    carry_waiting(task, export);
    export->task = NULL;
    event_signal(&export->ended);
}

static void wake(void *context)
{
    struct trace_export *export = context;
    event_signal(&export->wake);
}

/* ---- life ---- */

static const char *host_of(const char *endpoint)
{
    return strstr(endpoint, "://") + 3;
}

bool trace_endpoint_is_valid(const char *endpoint)
{
    bool is_http = strncmp(endpoint, "http://", 7) == 0 || strncmp(endpoint, "https://", 8) == 0;
    return is_http && text_is_clean(endpoint, URL_SIZE - sizeof TRACES_PATH) &&
           strpbrk(endpoint, " @?#") == NULL && strchr("/:", *host_of(endpoint)) == NULL;
}

static void write_url(struct trace_export *export)
{
    const char *endpoint = export->settings.endpoint;
    assert(trace_endpoint_is_valid(endpoint));
    const char *path = strchr(host_of(endpoint), '/');
    bool has_path = path != NULL && path[1] != '\0';
    size_t length = has_path || path == NULL ? strlen(endpoint) : (size_t)(path - endpoint);
    bool fits = text_print(export->url, sizeof export->url, "%.*s%s", (int)length, endpoint,
                           has_path ? "" : TRACES_PATH);
    assert(fits);
    (void)fits;
}

struct trace_export *trace_export_start(struct loop *loop,
                                        const struct trace_export_settings *settings)
{
    struct trace_export *export = calloc(1, sizeof *export);
    assert(export != NULL && trace_endpoint_is_valid(settings->endpoint));
    export->loop = loop;
    export->settings = *settings;
    write_url(export);
    id_format(id_new(clock_now_us()), export->instance);
    const struct task_options options = {.name = "trace_export",
                                         .arena_bytes_max = ARENA_BYTES_MAX};
    if (loop_spawn(loop, &options, run, export) != FAILURE_NONE) {
        free(export);
        return NULL;
    }
    export->client = http_client_new(loop, 1);
    spans_record(&(struct span_recording){.spans_max = SPANS_WAITING_MAX,
                                          .billionths = settings->billionths,
                                          .crowd = SPANS_AT_ONCE,
                                          .on_crowd = wake,
                                          .context = export});
    return export;
}

void trace_export_end(struct task *task, struct trace_export *export, int64_t grace_ms)
{
    if (export == NULL)
        return;
    assert(!export->is_ending);
    export->is_ending = true;
    event_signal(&export->wake);
    if (!task_wait_to_the_end_ms(task, &export->ended, grace_ms)) {
        if (export->task != NULL)
            task_cancel(export->task);
        task_wait_to_the_end(task, &export->ended);
    }
    spans_stop();
    http_client_free(export->client);
    free(export);
}
