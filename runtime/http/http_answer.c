#include "runtime/http/http_exchange.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/metrics.h"

#define PAGE_BYTES_MAX ((size_t)8 * 1024 * 1024)
#define STREAM_BLOCK_BYTES ((size_t)16 * 1024)
#define TYPE_USUAL "text/plain; charset=utf-8"

static struct metric requests_refused = {
    .name = "runtime_http_requests_refused_total",
    .help = "Requests that were refused before a handler saw them, by reason.",
    .kind = METRIC_COUNTER,
    .labels = {"reason"}};

void http_exchange_release(struct http_exchange *exchange)
{
    assert(exchange->holders > 0);
    if (--exchange->holders > 0)
        return;
    if (exchange->response != NULL)
        MHD_destroy_response(exchange->response);
    free(exchange->target);
    free(exchange->fields);
    free(exchange->body);
    free(exchange);
}

/* ---- rest: libmicrohttpd leaves the connection alone ---- */

static void rest(struct http_exchange *exchange)
{
    assert(!exchange->is_suspended);
    exchange->is_suspended = true;
    MHD_suspend_connection(exchange->native);
}

/* Not at once: a connection that rests from within its call is read from when it goes on, and is
 * closed without an answer when its caller has ended its side. */
static void rest_after_turn(struct http_exchange *exchange)
{
    assert(exchange->next_to_rest == NULL);
    exchange->next_to_rest = exchange->server->to_rest;
    exchange->server->to_rest = exchange;
}

void http_exchange_rest_all(struct http_server *server)
{
    while (server->to_rest != NULL) {
        struct http_exchange *exchange = server->to_rest;
        server->to_rest = exchange->next_to_rest;
        if (exchange->step == STEP_HANDLED)
            rest(exchange);
    }
}

void http_exchange_resume(struct http_exchange *exchange)
{
    if (!exchange->is_suspended)
        return;
    exchange->is_suspended = false;
    MHD_resume_connection(exchange->native);
    http_server_turn_soon(exchange->server);
}

/* ---- the answer ---- */

static void add_field(struct MHD_Response *response, const char *name, const char *value)
{
    enum MHD_Result added = MHD_add_response_header(response, name, value);
    assert(added == MHD_YES); /* a line end in it would be a second answer */
    (void)added;
}

static void add_fields(struct MHD_Response *response, const struct http_reply *reply)
{
    add_field(response, "Content-Type", reply->type == NULL ? TYPE_USUAL : reply->type);
    for (size_t i = 0; i < reply->field_count; i++)
        add_field(response, reply->fields[i].name, reply->fields[i].value);
}

static void reply_keep(struct http_exchange *exchange, const struct http_reply *reply)
{
    const char *words = MHD_get_reason_phrase_for((unsigned)reply->status);
    const void *data = reply->body.data == NULL ? words : (const void *)reply->body.data;
    size_t size = reply->body.data == NULL ? strlen(words) : reply->body.size;
    assert(exchange->response == NULL);
    exchange->step = STEP_ANSWERED;
    exchange->status = reply->status;
    exchange->response =
        MHD_create_response_from_buffer(size, (void *)(uintptr_t)data, MHD_RESPMEM_MUST_COPY);
    assert(exchange->response != NULL);
    add_fields(exchange->response, reply);
}

enum MHD_Result http_exchange_answer(struct http_exchange *exchange)
{
    assert(exchange->step == STEP_ANSWERED && exchange->response != NULL);
    http_clock_start(exchange->connection);
    return MHD_queue_response(exchange->native, (unsigned)exchange->status, exchange->response);
}

/* The connection ends with it: nobody knows for sure where the next request would begin. */
enum MHD_Result http_exchange_refuse(struct http_exchange *exchange, int status)
{
    assert(status >= 400);
    metric_add(&requests_refused, MHD_get_reason_phrase_for((unsigned)status), 1);
    reply_keep(exchange, &(struct http_reply){.status = status});
    add_field(exchange->response, "Connection", "close");
    return http_exchange_answer(exchange);
}

enum MHD_Result http_exchange_answer_page(struct http_exchange *exchange)
{
    assert(exchange->step == STEP_HANDLED);
    const struct http_server_settings *settings = &exchange->server->settings;
    struct arena arena;
    arena_init(&arena, PAGE_BYTES_MAX);
    struct http_reply reply = settings->page(settings->context, &exchange->received, &arena);
    reply_keep(exchange, &reply);
    arena_deinit(&arena);
    return http_exchange_answer(exchange);
}

/* ---- a handler in its task ---- */

static void handler_ended(struct http_exchange *exchange, const struct http_reply *reply)
{
    assert(exchange->task == NULL);
    if (exchange->native == NULL)
        return;
    if (exchange->is_stream) {
        exchange->is_stream_ended = true;
        exchange->is_broken = exchange->is_broken || reply->status >= 500;
    } else {
        reply_keep(exchange, reply);
    }
    http_exchange_resume(exchange);
}

static const char *method_name(const char *method)
{
    static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], method) == 0)
            return names[i];
    return "_OTHER";
}

/* In OpenTelemetry's words; what is asked for stays out of it, for a stranger wrote it. */
static void tell_span(struct trace_span *span, const struct http_exchange *exchange,
                      const struct http_reply *reply)
{
    if (span == NULL)
        return;
    span->name = method_name(exchange->received.method);
    span_set_text(span, "http.request.method", span->name);
    span_set_number(span, "http.response.status_code", reply->status);
    if (reply->status >= 500)
        span_fail(span, "5xx");
}

static void handle_in_task(struct task *task, void *argument)
{
    struct http_exchange *exchange = argument;
    struct http_server *server = exchange->server;
    struct http_reply reply = {.status = 503};
    exchange->task = task;
    if (exchange->native != NULL)
        reply = server->settings.handler(task, server->settings.context, &exchange->received);
    exchange->task = NULL;
    tell_span(task_span(task), exchange, &reply);
    handler_ended(exchange, &reply);
    http_exchange_release(exchange);
    http_server_release(server);
}

enum MHD_Result http_exchange_answer_later(struct http_exchange *exchange)
{
    assert(exchange->step == STEP_HANDLED && exchange->server->settings.handler != NULL);
    const struct task_options options = {.name = "http",
                                         .timeout_ms = exchange->server->settings.handler_ms,
                                         .span_kind = SPAN_SERVER};
    if (loop_spawn(exchange->server->loop, &options, handle_in_task, exchange) != FAILURE_NONE) {
        reply_keep(exchange, &(struct http_reply){.status = 503});
        return http_exchange_answer(exchange);
    }
    rest_after_turn(exchange);
    exchange->holders++;
    exchange->server->holders++;
    return MHD_YES;
}

/* ---- an answer in parts ---- */

/* Called when the socket takes more. While there is nothing to send, the connection rests. */
static ssize_t part_take(void *argument, uint64_t position, char *buffer, size_t room)
{
    struct http_exchange *exchange = argument;
    assert(exchange->is_stream);
    (void)position;
    if (exchange->part.size > 0) {
        size_t size = exchange->part.size < room ? exchange->part.size : room;
        memcpy(buffer, exchange->part.data, size);
        exchange->part = (struct bytes){exchange->part.data + size, exchange->part.size - size};
        if (exchange->part.size == 0)
            event_signal(&exchange->part_taken);
        http_clock_start(exchange->connection);
        return (ssize_t)size;
    }
    if (exchange->is_stream_ended)
        return exchange->is_broken ? MHD_CONTENT_READER_END_WITH_ERROR
                                   : MHD_CONTENT_READER_END_OF_STREAM;
    http_clock_stop(exchange->connection);
    rest(exchange);
    return 0;
}

void http_answer_begin(const struct http_received *received, const struct http_reply *reply)
{
    struct http_exchange *exchange = received->exchange;
    assert(exchange->step == STEP_HANDLED && exchange->task != NULL);
    if (exchange->native == NULL)
        return;
    exchange->is_stream = true;
    exchange->step = STEP_ANSWERED;
    exchange->status = reply->status;
    exchange->response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK_BYTES,
                                                           part_take, exchange, NULL);
    assert(exchange->response != NULL);
    add_fields(exchange->response, reply);
    http_exchange_resume(exchange);
}

enum failure http_answer_write(struct task *task, const struct http_received *received,
                               struct bytes part)
{
    struct http_exchange *exchange = received->exchange;
    if (exchange->native == NULL)
        return FAILURE_CANCELLED;
    if (part.size == 0)
        return FAILURE_NONE;
    assert(exchange->is_stream && exchange->part.size == 0);
    exchange->part = part;
    http_exchange_resume(exchange);
    enum failure failure = task_wait(task, &exchange->part_taken);
    exchange->part = (struct bytes){NULL, 0};
    exchange->is_broken = exchange->is_broken || failure != FAILURE_NONE;
    return exchange->native == NULL ? FAILURE_CANCELLED : failure;
}
