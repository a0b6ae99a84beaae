#include "runtime/trace/span_json.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST ((size_t)16384)

struct json {
    char *text;
    size_t length;
    size_t room;
};

static void make_room(struct json *json, size_t size)
{
    while (json->room - json->length < size) {
        json->room = json->room == 0 ? ROOM_FIRST : json->room * 2;
        json->text = realloc(json->text, json->room);
        assert(json->text != NULL);
    }
}

static void put(struct json *json, const char *literal)
{
    size_t length = strlen(literal);
    assert(json->length <= json->room);
    make_room(json, length + 1);
    memcpy(json->text + json->length, literal, length + 1);
    json->length += length;
}

/* Names are ours; a byte that is not printable ASCII stands for a mistake of an operator. */
static void put_text(struct json *json, const char *text)
{
    assert(text != NULL);
    make_room(json, 2 * strlen(text) + 3);
    char *at = json->text + json->length;
    *at++ = '"';
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            *at++ = '\\';
        *at++ = (char)(*text < ' ' || *text > '~' ? '?' : *text);
    }
    *at++ = '"';
    *at = '\0';
    json->length = (size_t)(at - json->text);
}

static void put_number(struct json *json, int64_t number)
{
    char text[24];
    int length = snprintf(text, sizeof text, "%" PRId64, number);
    assert(length > 0 && (size_t)length < sizeof text);
    (void)length;
    put(json, text);
}

/* ---- attributes ---- */

static void put_attribute(struct json *json, const struct span_attribute *attribute, bool is_first)
{
    put(json, is_first ? "{\"key\":" : ",{\"key\":");
    put_text(json, attribute->key);
    if (attribute->text != NULL) {
        put(json, ",\"value\":{\"stringValue\":");
        put_text(json, attribute->text);
    } else {
        put(json, ",\"value\":{\"intValue\":\""); /* a string, as protobuf has 64 bits in JSON */
        put_number(json, attribute->number);
        put(json, "\"");
    }
    put(json, "}}");
}

static void put_attributes(struct json *json, const struct span_attribute *attributes, size_t count)
{
    put(json, "\"attributes\":[");
    for (size_t i = 0; i < count; i++)
        put_attribute(json, &attributes[i], i == 0);
    put(json, "]");
}

/* ---- a span ---- */

static void put_links(struct json *json, const struct trace_span *span)
{
    if (span->link_count == 0)
        return;
    assert(span->link_count <= SPAN_LINKS_MAX);
    put(json, ",\"links\":[");
    for (size_t i = 0; i < span->link_count; i++) {
        put(json, i == 0 ? "{\"traceId\":" : ",{\"traceId\":");
        put_text(json, span->links[i].trace_id);
        put(json, ",\"spanId\":");
        put_text(json, span->links[i].span_id);
        put(json, "}");
    }
    put(json, "],\"droppedLinksCount\":");
    put_number(json, (int64_t)span->links_dropped);
}

static void put_time(struct json *json, const char *key, int64_t time_us)
{
    put(json, key);
    put_number(json, time_us);
    put(json, "000\",");
}

static void put_span(struct json *json, const struct trace_span *span)
{
    assert(span->duration_us >= 0 && span->attribute_count <= SPAN_ATTRIBUTES_MAX);
    put(json, "{\"traceId\":");
    put_text(json, span->context.trace_id);
    put(json, ",\"spanId\":");
    put_text(json, span->context.span_id);
    if (span->parent_id[0] != '\0') {
        put(json, ",\"parentSpanId\":");
        put_text(json, span->parent_id);
    }
    put(json, ",\"flags\":");
    put_number(json, span->context.flags);
    put(json, ",\"name\":");
    put_text(json, span->name);
    put(json, ",\"kind\":");
    put_number(json, span->kind);
    put(json, ",");
    put_time(json, "\"startTimeUnixNano\":\"", span->ended_us - span->duration_us);
    put_time(json, "\"endTimeUnixNano\":\"", span->ended_us);
    put_attributes(json, span->attributes, span->attribute_count);
    put_links(json, span);
    put(json, span->has_failed ? ",\"status\":{\"code\":2}}" : "}");
}

char *spans_to_json(const struct span_resource *resource, struct trace_span *const *spans,
                    size_t count, size_t *size)
{
    const struct span_attribute attributes[] = {
        {.key = "service.namespace", .text = "kontor"},
        {.key = "service.name", .text = resource->service},
        {.key = "service.version", .text = resource->version},
        {.key = "service.instance.id", .text = resource->instance},
    };
    struct json json = {0};
    assert(count > 0 && resource->service != NULL && resource->instance != NULL);
    put(&json, "{\"resourceSpans\":[{\"resource\":{");
    put_attributes(&json, attributes, sizeof attributes / sizeof attributes[0]);
    put(&json, "},\"scopeSpans\":[{\"scope\":{\"name\":\"kontor\",\"version\":");
    put_text(&json, resource->version);
    put(&json, "},\"spans\":[");
    for (size_t i = 0; i < count; i++) {
        put(&json, i == 0 ? "\n" : ",\n");
        put_span(&json, spans[i]);
    }
    put(&json, "]}]}]}\n");
    *size = json.length;
    return json.text;
}

/* ---- what a collector answers ---- */

static const uint8_t *skip(const uint8_t *at, const uint8_t *end, const char *bytes)
{
    while (at < end && *at != '\0' && strchr(bytes, *at) != NULL)
        at++;
    return at;
}

int64_t spans_rejected(struct bytes answer)
{
    static const char key[] = "\"rejectedSpans\"";
    const uint8_t *end = answer.data + answer.size;
    const uint8_t *at =
        answer.size == 0 ? NULL : memmem(answer.data, answer.size, key, sizeof key - 1);
    int64_t rejected = 0;
    if (at == NULL)
        return 0;
    at = skip(at + sizeof key - 1, end, " \t\r\n:\"");
    for (int digits = 0; at < end && *at >= '0' && *at <= '9' && digits < 9; at++, digits++)
        rejected = rejected * 10 + (*at - '0');
    return rejected;
}
