#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/http/http_transfer.h"

#define HEAD_BYTES_MAX ((size_t)65536)
#define URL_BYTES_MAX ((size_t)8192)
#define HEADER_BYTES_MAX ((size_t)8192)
#define HEADERS_MAX 64
#define BODY_ROOM_FIRST ((size_t)4096)

static const char *const outcome_names[] = {"answered", "not_sent", "unknown", NULL};
static struct metric request_seconds = {.name = "runtime_http_request_seconds",
                                        .help = "Outgoing HTTP requests by outcome.",
                                        .kind = METRIC_HISTOGRAM,
                                        .labels = {"outcome"},
                                        .values = outcome_names};
METRIC_FROM_THE_START(request_seconds);

/* The answer as it arrives. The body grows on the heap, because an arena cannot give back the
 * smaller pieces, and moves to the arena at the end. */
struct arriving {
    size_t head_size;
    char *body;
    size_t body_size;
    size_t body_room;
    size_t body_size_max;
    bool is_too_large;
};

static size_t take_head(char *bytes, size_t one, size_t size, void *context)
{
    (void)bytes;
    (void)one;
    struct arriving *arriving = context;
    arriving->head_size += size;
    arriving->is_too_large = arriving->is_too_large || arriving->head_size > HEAD_BYTES_MAX;
    return arriving->is_too_large ? 0 : size;
}

static bool make_room(struct arriving *arriving, size_t size)
{
    if (size > arriving->body_size_max - arriving->body_size)
        return false;
    size_t needed = arriving->body_size + size;
    if (needed <= arriving->body_room)
        return true;
    size_t room = arriving->body_room == 0 ? BODY_ROOM_FIRST : arriving->body_room;
    while (room < needed)
        room *= 2;
    char *body = realloc(arriving->body, room);
    if (body == NULL)
        return false;
    arriving->body = body;
    arriving->body_room = room;
    return true;
}

static size_t take_body(char *bytes, size_t one, size_t size, void *context)
{
    (void)one;
    struct arriving *arriving = context;
    if (!make_room(arriving, size)) {
        arriving->is_too_large = true;
        return 0;
    }
    memcpy(arriving->body + arriving->body_size, bytes, size);
    arriving->body_size += size;
    return size;
}

/* ---- the request ---- */

static bool has_header(const struct http_request *request, const char *name)
{
    size_t length = strlen(name);
    for (const char *const *header = request->headers; header != NULL && *header != NULL;
         header++) {
        if (strncasecmp(*header, name, length) == 0 && (*header)[length] == ':')
            return true;
    }
    return false;
}

static bool headers_are_valid(const struct http_request *request)
{
    size_t count = 0;
    for (const char *const *header = request->headers; header != NULL && *header != NULL;
         header++) {
        if (++count > HEADERS_MAX || !text_is_clean(*header, HEADER_BYTES_MAX) ||
            strchr(*header, ':') == NULL)
            return false;
    }
    const char *bearer = secret_reveal(request->bearer);
    return bearer == NULL || text_is_clean(bearer, HEADER_BYTES_MAX);
}

static bool request_is_valid(const struct http_request *request)
{
    bool is_get = strcmp(request->method, "GET") == 0;
    bool url_is_valid =
        text_is_clean(request->url, URL_BYTES_MAX) && strchr(request->url, ' ') == NULL;
    return url_is_valid && headers_are_valid(request) && !(is_get && request->body.size > 0);
}

/* tracestate stays with us: whom we ask here is another party. */
static struct curl_slist *header_list(const struct http_request *request,
                                      const struct trace_span *span)
{
    struct curl_slist *list = curl_slist_append(NULL, "Expect:"); /* no waiting for 100-continue */
    for (const char *const *header = request->headers; header != NULL && *header != NULL; header++)
        list = curl_slist_append(list, *header);
    if (span != NULL) {
        char header[sizeof "traceparent: " + TRACE_PARENT_SIZE] = "traceparent: ";
        trace_context_write(&span->context, header + strlen(header));
        list = curl_slist_append(list, header);
    }
    return list;
}

static void set_method(CURL *easy, const struct http_request *request)
{
    bool is_post = strcmp(request->method, "POST") == 0;
    if (is_post || request->body.size > 0) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.size);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
                         request->body.size > 0 ? (const char *)request->body.data : "");
    }
    if (!is_post && strcmp(request->method, "GET") != 0)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
    bool is_repeatable = request->is_repeatable || has_header(request, "Idempotency-Key");
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, (long)(is_post && !is_repeatable));
}

static void set_request(CURL *easy, const struct http_request *request, struct curl_slist *headers,
                        struct arriving *arriving)
{
    curl_easy_setopt(easy, CURLOPT_URL, request->url);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_head);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, arriving);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, arriving);
    if (secret_reveal(request->bearer) != NULL) {
        curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
        curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, secret_reveal(request->bearer));
    }
    set_method(easy, request);
}

/* ---- the answer ---- */

/* Not one byte of the request left: certainly not done. */
static enum http_outcome outcome_without_answer(CURL *easy)
{
    long request_bytes = 0;
    curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request_bytes);
    return request_bytes == 0 ? HTTP_NOT_SENT : HTTP_UNKNOWN;
}

static enum failure take_answer(struct task *task, const struct transfer *transfer,
                                const struct arriving *arriving, struct http_answer *answer)
{
    if (transfer->result != CURLE_OK && !arriving->is_too_large) {
        answer->outcome = outcome_without_answer(transfer->easy);
        log_write(LOG_WARN, "http_no_answer", log_text("outcome", outcome_names[answer->outcome]),
                  log_text("why", curl_easy_strerror(transfer->result)));
        return FAILURE_NONE;
    }
    long status = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    answer->outcome = HTTP_ANSWERED;
    answer->status = status;
    curl_off_t retry_after_s = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &retry_after_s);
    answer->retry_after_s = (int64_t)retry_after_s;
    char *body =
        arriving->is_too_large ? NULL : arena_try_alloc(task_arena(task), arriving->body_size + 1);
    if (body == NULL)
        return FAILURE_EXHAUSTED;
    if (arriving->body_size > 0)
        memcpy(body, arriving->body, arriving->body_size);
    answer->body = (struct bytes){(const uint8_t *)body, arriving->body_size};
    return FAILURE_NONE;
}

static enum failure exchange(struct task *task, struct http_client *client,
                             const struct http_request *request, const struct trace_span *span,
                             struct http_answer *answer)
{
    assert(request->timeout_ms > 0 && request->method != NULL);
    struct arriving arriving = {.body_size_max = request->answer_bytes_max};
    struct transfer transfer;
    if (!transfer_init(&transfer, "http,https", request->timeout_ms))
        return FAILURE_EXHAUSTED;
    struct curl_slist *headers = header_list(request, span);
    set_request(transfer.easy, request, headers, &arriving);
    enum failure failure = transfer_run(task, client, &transfer);
    if (failure == FAILURE_NONE)
        failure = take_answer(task, &transfer, &arriving, answer);
    else
        answer->outcome = outcome_without_answer(transfer.easy);
    transfer_deinit(&transfer);
    curl_slist_free_all(headers);
    free(arriving.body);
    return failure;
}

/* ---- its span, in OpenTelemetry's words; a URL may hold what is not to be told ---- */

static struct trace_span *request_span_begin(const struct task *task,
                                             const struct http_request *request)
{
    struct trace_span *span = task_span_begin(task, SPAN_CLIENT, request->method);
    if (span == NULL)
        return NULL;
    CURLU *url = curl_url();
    char *host = NULL, *port = NULL;
    span->name = span_keep(span, request->method);
    span_set_text(span, "http.request.method", span->name);
    if (curl_url_set(url, CURLUPART_URL, request->url, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK) {
        span_set_text(span, "server.address", span_keep(span, host));
        span_set_number(span, "server.port", strtol(port, NULL, 10));
    }
    curl_free(host);
    curl_free(port);
    curl_url_cleanup(url);
    return span;
}

static void request_span_end(struct trace_span *span, enum failure failure,
                             const struct http_answer *answer)
{
    char status[16];
    if (span == NULL)
        return;
    assert(answer->outcome <= HTTP_UNKNOWN);
    if (answer->status != 0)
        span_set_number(span, "http.response.status_code", answer->status);
    if (answer->status >= 400 && text_print(status, sizeof status, "%d", (int)answer->status))
        span_fail(span, span_keep(span, status));
    else if (failure != FAILURE_NONE)
        span_fail(span, failure_name(failure));
    else if (answer->outcome != HTTP_ANSWERED)
        span_fail(span, outcome_names[answer->outcome]);
    span_end(span);
}

enum failure http_client_send(struct task *task, struct http_client *client,
                              const struct http_request *request, struct http_answer *answer)
{
    assert(request->timeout_ms > 0);
    *answer = (struct http_answer){.outcome = HTTP_NOT_SENT};
    if (!request_is_valid(request))
        return FAILURE_INVALID;
    if (arena_exhausted(task_arena(task)))
        return FAILURE_EXHAUSTED;
    int64_t started_us = clock_monotonic_us();
    struct trace_span *span = request_span_begin(task, request);
    enum failure failure = exchange(task, client, request, span, answer);
    request_span_end(span, failure, answer);
    if (answer->outcome != HTTP_NOT_SENT && strcmp(request->method, "GET") != 0)
        task_note_act(task);
    metric_observe_us(&request_seconds, outcome_names[answer->outcome],
                      clock_monotonic_us() - started_us);
    return failure;
}
