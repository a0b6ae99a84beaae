#include <assert.h>
#include <grpc/support/time.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/base/id.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/rpc/serving.h"

#define HEAR_OUT_MS 1000 /* a caller who waits for us first is not held up for longer */
#define REQUEST_ID_SIZE_MAX 128
#define RETRY_AFTER_MS 200

static struct metric calls_live = {
    .name = "rpc_server_calls_live", .help = "Calls being served.", .kind = METRIC_GAUGE};
METRIC_FROM_THE_START(calls_live);
static const char *const limits[] = {LIMIT_CALLS,  LIMIT_STREAMS, LIMIT_PROBES,
                                     LIMIT_SOURCE, LIMIT_TASKS,   NULL};
static struct metric limited = {.name = "rpc_server_limited_total",
                                .help = "Calls told to come back, by the maximum that is reached.",
                                .kind = METRIC_COUNTER,
                                .labels = {"limit"},
                                .values = limits};
METRIC_FROM_THE_START(limited);

/* ---- keeping account ---- */

static enum log_level level_of(enum code code)
{
    switch (code) {
    case CODE_UNKNOWN:
    case CODE_INTERNAL:
    case CODE_DATA_LOSS:
        return LOG_ERROR;
    case CODE_DEADLINE_EXCEEDED:
    case CODE_UNAVAILABLE:
    case CODE_RESOURCE_EXHAUSTED:
        return LOG_WARN;
    default:
        return LOG_INFO;
    }
}

/* Of what was done, one line at the door; of what was refused, one in each service (S15); of every
 * call where the operator asks for it. */
static bool is_told(const struct call *call)
{
    if (call->status.code != CODE_OK)
        return true;
    if (!call->method->guarded)
        return false;
    const struct rpc_server_settings *settings = &call->server->settings;
    return settings->tells_every_call || (settings->is_door && !call->method->only_reads);
}

/* Never a field of the request, nor the sentence: it may speak of one. */
static void call_log(struct call *call, int64_t duration_us)
{
    enum code code = call->status.code;
    if (!call->server->settings.is_door) /* strangers' headers name nobody */
        call_note_actor(call, call_header(call, "kontor-principal-id"),
                        call_header(call, "kontor-account-id"),
                        call_header(call, "kontor-credential-id"));
    log_write(level_of(code), code == CODE_OK ? "call_done" : "call_failed",
              log_text("method", call->method->path), log_text("principal_id", call->principal_id),
              log_text("account_id", call->account_id),
              log_text("credential_id", call->credential_id),
              log_text("code", status_code_name(code)), log_text("reason", call->status.reason),
              log_failure(call->failure), log_int64("duration_us", duration_us));
}

static void call_count(struct call *call)
{
    int64_t duration_us = clock_monotonic_us() - call->started_us;
    call_measure_served(call->method->measure, call->status.code, duration_us);
    call_trace_end(call);
    if (is_told(call))
        call_log(call, duration_us);
}

/* ---- serving ---- */

/* For a router with a response at hand: it gives it here and then calls call_finish. */
static void call_respond(const ProtobufCMessage *message, void *data)
{
    struct call *call = data;
    call->response = message;
}

static void call_invoke(struct call *call, const ProtobufCMessage *request)
{
    ProtobufCService *service = call->method->service;
    service->invoke(service, call->method->index, request, call_respond, call);
    assert(call->phase == CALL_FINISHED);
}

/* The guards come before the message, so that a refusal tells a stranger nothing. */
static void call_run(struct call *call)
{
    const ProtobufCMessage *request = NULL;
    int no = task_state(call->task);
    for (size_t i = 0; no == 0 && call->method->guarded && i < call->server->guard_count; i++)
        no = call->server->guards[i](call);
    if (no == 0)
        no = call_read_request(call, &request);
    if (call_is_at_door(call) && call->receiving == RECEIVING_NOTHING)
        call_start_receiving(call); /* the end of the caller's side comes meanwhile */
    if (no != 0)
        call_finish(call, no);
    else
        call_invoke(call, request);
}

static void count_live(const struct call *call, int change)
{
    struct rpc_server *server = call->server;
    assert(change == 1 || (call->method->guarded ? server->calls_live : server->probes_live) > 0);
    if (!call->method->guarded) {
        server->probes_live += (size_t)change;
        return;
    }
    server->calls_live += (size_t)change;
    if (call_is_stream(call))
        server->streams_live += (size_t)change;
    metric_set(&calls_live, NULL, (int64_t)server->calls_live);
}

static void serve(struct task *task, void *argument)
{
    struct call *call = argument;
    assert(call->phase == CALL_RUNNING);
    call->task = task;
    call->arena = task_arena(task);
    arena_init(&call->receive_arena, call->server->settings.call_arena_bytes_max);
    if (call->method->sensitive) {
        arena_wipe_when_freed(call->arena);
        arena_wipe_when_freed(&call->receive_arena);
    }
    if (call->was_cancelled)
        task_cancel(task);
    call_run(call);
    if (call->sending != SENDING_CLOSED) {
        if (call_is_at_door(call))
            call_hear_out(call, HEAR_OUT_MS);
        call_answer(call);
    }
    call_move(call, CALL_ANSWERED);
    call_count(call);
    arena_deinit(&call->receive_arena);
    call->task = NULL;
    call->arena = NULL;
    count_live(call, -1);
    call_release(call);
}

/* ---- arrival ---- */

/* Copies a header that is printable and fits; else text is "". */
static void copy_header(const struct call *call, const char *name, char *text, size_t size)
{
    struct bytes value = call_header_value(call, name);
    text[0] = '\0';
    if (value.size >= size)
        return;
    for (size_t index = 0; index < value.size; index++) {
        if (value.data[index] <= ' ' || value.data[index] > '~')
            return;
    }
    if (value.size > 0)
        memcpy(text, value.data, value.size);
    text[value.size] = '\0';
}

static const struct refusal no_such_method = {"UNIMPLEMENTED", NEVER, CODE_UNIMPLEMENTED,
                                              "This server has no such method."};
static const struct refusal too_late = {"DEADLINE", NEVER, CODE_DEADLINE_EXCEEDED,
                                        "The deadline had passed when the call arrived."};
static const struct refusal overloaded = {STATUS_REASON_OVERLOADED, NEVER, CODE_RESOURCE_EXHAUSTED,
                                          "The server serves as many calls as it may; try again."};

static const struct refusal no_message = {"DEADLINE", NEVER, CODE_DEADLINE_EXCEEDED,
                                          "The message did not come in time; nothing was done."};
static const struct refusal clock_differs = {
    "CLOCK_DIFFERS", NEVER, CODE_UNAVAILABLE,
    "This server's clock differs from its database's; nothing was done. Try again."};
static const struct refusal stopping = {"UNAVAILABLE", NEVER, CODE_UNAVAILABLE,
                                        "The server is stopping; nothing was done. Try again."};

/* Says no to a call that gets no task. */
static void call_turn_away(struct call *call, const struct refusal *refusal, int64_t retry_after_ms)
{
    assert(refusal->code != CODE_OK && call->task == NULL);
    call->status = (struct status){.code = refusal->code,
                                   .reason = refusal->reason,
                                   .sentence = refusal->sentence,
                                   .domain = "kontor"};
    call->status.retry_after_ms = retry_after_ms;
    call_answer(call);
    call_move(call, CALL_TURNED_AWAY);
    call_measure_served(call->method == NULL ? call->server->other : call->method->measure,
                        refusal->code, clock_monotonic_us() - call->started_us);
    call_release(call);
}

static int64_t remaining_ms(gpr_timespec deadline)
{
    if (gpr_time_cmp(deadline, gpr_inf_future(deadline.clock_type)) == 0)
        return INT64_MAX;
    gpr_timespec rest = gpr_time_sub(deadline, gpr_now(deadline.clock_type));
    return gpr_time_to_millis(rest);
}

/* Streams live as long as their caller asks; 0 is without end. */
static int64_t timeout_ms_for(const struct call *call, int64_t asked_ms)
{
    const struct rpc_server_settings *settings = &call->server->settings;
    if (call_is_stream(call))
        return asked_ms == INT64_MAX ? 0 : asked_ms;
    if (asked_ms == INT64_MAX)
        return settings->deadline_default_ms;
    return asked_ms < settings->deadline_max_ms ? asked_ms : settings->deadline_max_ms;
}

static enum failure call_spawn(struct call *call, int64_t timeout_ms)
{
    char request_id[REQUEST_ID_SIZE_MAX + 1];
    struct caller_trace trace;
    copy_header(call, REQUEST_ID_HEADER, request_id, sizeof request_id);
    call_trace_read(call, &trace);
    if (request_id[0] == '\0')
        id_format(id_new(clock_now_us()), request_id);
    struct task_options options = {.name = call->method->path,
                                   .request_id = request_id,
                                   .trace_parent = trace.parent,
                                   .trace_state = trace.state};
    options.span_kind = call->method->guarded ? SPAN_SERVER : SPAN_NONE;
    options.timeout_ms = timeout_ms;
    options.arena_bytes_max = call->server->settings.call_arena_bytes_max;
    return loop_spawn(call->server->loop, &options, serve, call);
}

/* NULL: it may be served. Asked when it arrives and again when its message is there. */
static const struct refusal *why_not(const struct call *call)
{
    int64_t waited_ms = (clock_monotonic_us() - call->started_us) / 1000;
    if (call->method->guarded && !clock_is_right())
        return &clock_differs;
    return call->timeout_ms != 0 && call->timeout_ms <= waited_ms ? &too_late : NULL;
}

static void call_take_place(struct call *call)
{
    int64_t waited_ms = (clock_monotonic_us() - call->started_us) / 1000;
    const char *limit = places_limit(call);
    if (limit == NULL &&
        call_spawn(call, call->timeout_ms == 0 ? 0 : call->timeout_ms - waited_ms) != FAILURE_NONE)
        limit = LIMIT_TASKS;
    if (limit != NULL) {
        metric_add(&limited, limit, 1);
        call_turn_away(call, &overloaded, RETRY_AFTER_MS);
    } else {
        call_move(call, CALL_RUNNING);
        count_live(call, 1);
        server_take_call(call->server, call);
    }
}

static void call_turn_away_why(struct call *call, const struct refusal *why)
{
    call_turn_away(call, why, why == &clock_differs ? RETRY_AFTER_MS : 0);
}

/* Also while the server drains: who arrived before is waited for. It leaves those who wait after it
 * has its place, so that a drain sees it at one of the two. */
static void message_came(struct call *call)
{
    const struct refusal *why = why_not(call);
    if (why == NULL && call->message == NULL)
        why = &call_malformed;
    if (why != NULL)
        call_turn_away_why(call, why);
    else
        call_take_place(call);
    places_leave_waiting(call);
}

static void no_message_came(struct call *call)
{
    call_turn_away(call, &no_message, 0);
}

/* A caller of one message takes a place when it is there: headers alone hold none. A stream may
 * wait for our answer first. */
static void call_admit(struct call *call, int64_t asked_ms)
{
    const struct refusal *why = call->method == NULL ? &no_such_method
                                : asked_ms <= 0      ? &too_late
                                                     : NULL;
    if (why == NULL) {
        call->timeout_ms = timeout_ms_for(call, asked_ms);
        why = call->server->draining && call->method->guarded ? &stopping : why_not(call);
    }
    if (why != NULL) {
        call_turn_away_why(call, why);
        return;
    }
    call_start_receiving(call);
    if (call->method->client_streams || call->receiving != RECEIVING_ASKED)
        call_take_place(call);
    else
        places_wait(call, message_came, no_message_came);
}

void serve_arrived(struct rpc_server *server, grpc_call *core, grpc_metadata_array *headers,
                   const grpc_call_details *details)
{
    struct call *call = malloc(sizeof *call);
    assert(call != NULL);
    memset(call, 0, offsetof(struct call, field_violations));
    call->server = server;
    call->core = core;
    call->headers = *headers;
    grpc_metadata_array_init(headers);
    call->method =
        methods_find(&server->methods, (const char *)GRPC_SLICE_START_PTR(details->method),
                     GRPC_SLICE_LENGTH(details->method));
    arena_init(&call->refusal_arena, REFUSAL_BYTES_MAX);
    call->started_us = clock_monotonic_us();
    origin_read(call);
    server->calls_open++;
    call_hold(call);
    call_watch_close(call);
    call_admit(call, remaining_ms(details->deadline));
}
