#include "runtime/base/log.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

#include "runtime/base/clock.h"

#define LINE_SIZE 8192
#define LINE_END_SIZE 16 /* ,"cut":true}\n */

static const char *const level_names[] = {"DEBUG", "INFO", "WARN", "ERROR"};

static const char *_Atomic log_service = "";
static _Atomic int log_level_least = LOG_INFO;
static _Thread_local const char *context_request_id;
static _Thread_local const char *context_trace_id;
static pthread_mutex_t output_lock = PTHREAD_MUTEX_INITIALIZER;

void log_set_service(const char *service)
{
    assert(service != NULL);
    atomic_store(&log_service, service);
}

void log_set_level(enum log_level level)
{
    atomic_store(&log_level_least, (int)level);
}

void log_set_context(const char *request_id, const char *trace_id)
{
    context_request_id = request_id;
    context_trace_id = trace_id;
}

/* A line being written. Nothing is ever half written: what does not fit is left out and marks the
 * line as cut. */
struct line {
    char *at;
    char *end;
    bool cut;
};

static bool line_put(struct line *line, const char *text, size_t length)
{
    assert(text != NULL);
    if (line->cut || (size_t)(line->end - line->at) < length) {
        line->cut = true;
        return false;
    }
    memcpy(line->at, text, length);
    line->at += length;
    return true;
}

static bool line_print(struct line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static bool line_print(struct line *line, const char *format, ...)
{
    char text[64];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return length >= 0 && (size_t)length < sizeof text && line_put(line, text, (size_t)length);
}

static bool line_put_codepoint(struct line *line, const char *bytes, size_t width,
                               utf8proc_int32_t codepoint)
{
    if (codepoint == '"' || codepoint == '\\')
        return line_print(line, "\\%c", (char)codepoint);
    if (codepoint == '\n')
        return line_print(line, "\\n");
    if (codepoint < 0x20 || (codepoint >= 0x7f && codepoint < 0xa0))
        return line_print(line, "\\u%04x", (unsigned)codepoint);
    return line_put(line, bytes, width);
}

/* Bytes that are no UTF-8 become U+FFFD, one each. The closing quote always has room. */
static bool line_put_quoted(struct line *line, const char *text)
{
    assert(text != NULL);
    if (line->end - line->at < 2 || !line_put(line, "\"", 1)) {
        line->cut = true;
        return false;
    }
    line->end--;
    size_t size = strnlen(text, LINE_SIZE);
    while (size > 0 && !line->cut) {
        utf8proc_int32_t codepoint;
        utf8proc_ssize_t width =
            utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, &codepoint);
        if (width > 0) {
            line_put_codepoint(line, text, (size_t)width, codepoint);
        } else {
            width = 1;
            line_print(line, "\\ufffd");
        }
        text += width;
        size -= (size_t)width;
    }
    line->end++;
    *line->at++ = '"';
    return true;
}

static bool line_put_text(struct line *line, const char *text)
{
    return text == NULL ? line_put(line, "null", 4) : line_put_quoted(line, text);
}

static bool line_put_id(struct line *line, struct id id)
{
    char text[ID_TEXT_SIZE];
    return line_print(line, "\"%s\"", id_format(id, text));
}

static bool line_put_value(struct line *line, const struct log_field *field)
{
    switch (field->kind) {
    case LOG_FIELD_TEXT:
        return line_put_text(line, field->text);
    case LOG_FIELD_INT64:
        return line_print(line, "%" PRId64, field->number);
    case LOG_FIELD_ID:
        return line_put_id(line, field->id);
    case LOG_FIELD_FAILURE:
        return line_put_text(line, failure_name((enum failure)field->number));
    }
    return line_put(line, "null", 4);
}

/* A field stands in the line whole (a text perhaps shortened) or not at all. */
static void line_put_field(struct line *line, const struct log_field *field)
{
    if (line->cut)
        return;
    char *start = line->at;
    bool stands = line_put(line, start[-1] == '{' ? "" : ",", start[-1] != '{');
    stands = stands && line_put_quoted(line, field->key) && line_put(line, ":", 1) &&
             line_put_value(line, field);
    if (!stands)
        line->at = start;
}

static void line_put_head(struct line *line, enum log_level level, const char *event)
{
    char now[CLOCK_TEXT_SIZE];
    line_put(line, "{", 1);
    line_put_field(line,
                   &(struct log_field){.key = "time", .text = clock_format(clock_now_us(), now)});
    line_put_field(line, &(struct log_field){.key = "level", .text = level_names[level]});
    line_put_field(line, &(struct log_field){.key = "event", .text = event});
    line_put_field(line, &(struct log_field){.key = "service", .text = atomic_load(&log_service)});
    if (context_request_id != NULL && context_request_id[0] != '\0')
        line_put_field(line, &(struct log_field){.key = "request_id", .text = context_request_id});
    if (context_trace_id != NULL && context_trace_id[0] != '\0')
        line_put_field(line, &(struct log_field){.key = "trace_id", .text = context_trace_id});
}

static void output_write(const char *at, const char *end)
{
    while (at < end) {
        ssize_t written = write(STDERR_FILENO, at, (size_t)(end - at));
        if (written < 0 && errno != EINTR)
            return; /* there is nowhere to say it */
        if (written > 0)
            at += written;
    }
}

void log_write_fields(enum log_level level, const char *event, const struct log_field *fields,
                      size_t field_count)
{
    assert(event != NULL && (field_count == 0 || fields != NULL));
    if ((int)level < atomic_load_explicit(&log_level_least, memory_order_relaxed))
        return;
    char text[LINE_SIZE];
    struct line line = {.at = text, .end = text + LINE_SIZE - LINE_END_SIZE};
    line_put_head(&line, level, event);
    for (size_t i = 0; i < field_count; i++)
        line_put_field(&line, &fields[i]);
    line.end = text + LINE_SIZE;
    bool cut = line.cut;
    line.cut = false;
    line_print(&line, "%s}\n", cut ? ",\"cut\":true" : "");
    pthread_mutex_lock(&output_lock);
    output_write(text, line.at);
    pthread_mutex_unlock(&output_lock);
}
