/* The buffer of spans, and their JSON: a whole request against the text that OTLP asks for, and
 * parsed by a library that shares no code with ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "runtime/base/metrics.h"
#include "runtime/trace/span_json.h"

static const struct span_resource resource = {"kontor-test", "1.2", "an-instance"};
static const struct trace_context own = {"0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331",
                                         TRACE_SAMPLED};
static int crowds;

static void count_crowd(void *context)
{
    assert_ptr_equal(context, &crowds);
    crowds++;
}

static void record(size_t spans_max)
{
    crowds = 0;
    spans_record(&(struct span_recording){.spans_max = spans_max,
                                          .billionths = 1000000000,
                                          .crowd = 3,
                                          .on_crowd = count_crowd,
                                          .context = &crowds});
}

static int64_t dropped(void)
{
    struct arena arena;
    arena_init(&arena, (size_t)1024 * 1024);
    const char *line = strstr(metrics_text(&arena), "\ntrace_spans_dropped_total ");
    assert_non_null(line);
    int64_t value = strtoll(line + strlen("\ntrace_spans_dropped_total "), NULL, 10);
    arena_deinit(&arena);
    return value;
}

static void nothing_is_made_while_nothing_is_recorded(void **state)
{
    (void)state;
    assert_false(spans_are_recorded());
    assert_false(spans_choose(&own));
    assert_null(span_begin(&own, NULL, SPAN_SERVER, "x"));
    span_set_text(NULL, "a", "b");
    span_set_number(NULL, "a", 1);
    span_fail(NULL, "x");
    span_link(NULL, &own);
    span_end(NULL);
    span_free(NULL);
    assert_string_equal(span_keep(NULL, "x"), "");
    assert_int_equal(spans_waiting(), 0);
}

static void a_full_buffer_drops_and_counts(void **state)
{
    (void)state;
    static const char *const names[] = {"0", "1", "2", "3", "4", "5", "6"};
    struct trace_span *taken[8];
    int64_t before = dropped();
    record(4);
    for (size_t i = 0; i < 6; i++)
        span_end(span_begin(&own, NULL, SPAN_CLIENT, names[i]));
    assert_int_equal(spans_waiting(), 4);
    assert_int_equal(dropped(), before + 2);
    assert_int_equal(crowds, 1);
    assert_int_equal(spans_take(taken, 3), 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(taken[i]->name, names[i]);
        span_free(taken[i]);
    }
    span_end(span_begin(&own, NULL, SPAN_CLIENT, names[6]));
    assert_int_equal(crowds, 1); /* of 3 */
    assert_int_equal(spans_take(taken, 8), 2);
    assert_string_equal(taken[0]->name, "3");
    assert_string_equal(taken[1]->name, "6");
    span_free(taken[0]);
    span_free(taken[1]);
    struct trace_span *late = span_begin(&own, NULL, SPAN_CLIENT, "late");
    span_end(span_begin(&own, NULL, SPAN_CLIENT, "nobody comes for it"));
    spans_stop();
    assert_int_equal(dropped(), before + 3);
    span_end(late);
    assert_int_equal(dropped(), before + 4);
    assert_int_equal(spans_waiting(), 0);
}

static void links_and_kept_texts_have_their_room(void **state)
{
    (void)state;
    char text[SPAN_KEPT_BYTES + 8];
    record(4);
    struct trace_span *span = span_begin(&own, NULL, SPAN_CLIENT, "x");
    for (int i = 0; i < SPAN_LINKS_MAX + 5; i++)
        span_link(span, &own);
    assert_int_equal(span->link_count, SPAN_LINKS_MAX);
    assert_int_equal(span->links_dropped, 5);
    memset(text, 'k', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_string_equal(span_keep(span, "short"), "short");
    assert_int_equal(strlen(span_keep(span, text)), SPAN_KEPT_BYTES - 7);
    assert_string_equal(span_keep(span, "none"), "");
    span_end(span);
    spans_stop();
}

static void a_request_is_written_as_otlp_has_it(void **state)
{
    (void)state;
    const struct trace_context other = {"11111111111111111111111111111111", "2222222222222222", 0};
    record(4);
    struct trace_span *spans[2] = {
        span_begin(&own, "00f067aa0ba902b7", SPAN_SERVER, "a.B/C"),
        span_begin(&own, NULL, SPAN_INTERNAL, "quote\" back\\ \x01\xc3\xa4")};
    span_set_text(spans[0], "rpc.method", "a.B/C");
    span_set_text(spans[0], "nothing", NULL);
    span_set_number(spans[0], "server.port", 7403);
    span_fail(spans[0], "UNAVAILABLE");
    span_fail(spans[0], "told once");
    span_link(spans[0], &other);
    for (int i = 0; i < 2; i++) {
        spans[i]->ended_us = INT64_C(1700000000123456);
        spans[i]->duration_us = 3456;
    }
    size_t size;
    char *text = spans_to_json(&resource, spans, 2, &size);
    assert_int_equal(strlen(text), size);
    assert_string_equal(
        text,
        "{\"resourceSpans\":[{\"resource\":{\"attributes\":["
        "{\"key\":\"service.namespace\",\"value\":{\"stringValue\":\"kontor\"}},"
        "{\"key\":\"service.name\",\"value\":{\"stringValue\":\"kontor-test\"}},"
        "{\"key\":\"service.version\",\"value\":{\"stringValue\":\"1.2\"}},"
        "{\"key\":\"service.instance.id\",\"value\":{\"stringValue\":\"an-instance\"}}]},"
        "\"scopeSpans\":[{\"scope\":{\"name\":\"kontor\",\"version\":\"1.2\"},\"spans\":[\n"
        "{\"traceId\":\"0af7651916cd43dd8448eb211c80319c\",\"spanId\":\"b7ad6b7169203331\","
        "\"parentSpanId\":\"00f067aa0ba902b7\",\"flags\":1,\"name\":\"a.B/C\",\"kind\":2,"
        "\"startTimeUnixNano\":\"1700000000120000000\",\"endTimeUnixNano\":\"1700000000123456000\","
        "\"attributes\":[{\"key\":\"rpc.method\",\"value\":{\"stringValue\":\"a.B/C\"}},"
        "{\"key\":\"server.port\",\"value\":{\"intValue\":\"7403\"}},"
        "{\"key\":\"error.type\",\"value\":{\"stringValue\":\"UNAVAILABLE\"}}],"
        "\"links\":[{\"traceId\":\"11111111111111111111111111111111\","
        "\"spanId\":\"2222222222222222\"}],\"droppedLinksCount\":0,\"status\":{\"code\":2}},\n"
        "{\"traceId\":\"0af7651916cd43dd8448eb211c80319c\",\"spanId\":\"b7ad6b7169203331\","
        "\"flags\":1,\"name\":\"quote\\\" back\\\\ ???\",\"kind\":1,"
        "\"startTimeUnixNano\":\"1700000000120000000\",\"endTimeUnixNano\":\"1700000000123456000\","
        "\"attributes\":[]}]}]}]}\n");
    json_t *parsed = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(parsed);
    json_decref(parsed);
    free(text);
    span_free(spans[0]);
    span_free(spans[1]);
    spans_stop();
}

static void many_spans_are_one_document(void **state)
{
    (void)state;
    struct trace_span *spans[500];
    size_t size;
    record(1);
    for (size_t i = 0; i < 500; i++)
        spans[i] = span_begin(&own, NULL, SPAN_CLIENT, "select_something");
    char *text = spans_to_json(&resource, spans, 500, &size);
    json_t *parsed = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    const json_t *first = json_array_get(json_object_get(parsed, "resourceSpans"), 0);
    const json_t *scope = json_array_get(json_object_get(first, "scopeSpans"), 0);
    assert_int_equal(json_array_size(json_object_get(scope, "spans")), 500);
    json_decref(parsed);
    free(text);
    for (size_t i = 0; i < 500; i++)
        span_free(spans[i]);
    spans_stop();
}

static int64_t rejected(const char *answer)
{
    return spans_rejected((struct bytes){(const uint8_t *)answer, strlen(answer)});
}

static void a_partial_success_is_read_without_trust(void **state)
{
    (void)state;
    assert_int_equal(rejected("{\"partialSuccess\":{}}"), 0);
    assert_int_equal(rejected("{\"partialSuccess\":{\"rejectedSpans\":\"7\"}}"), 7);
    assert_int_equal(rejected("{\"partialSuccess\": {\"rejectedSpans\" : 12, \"x\":1}}"), 12);
    assert_int_equal(rejected("{\"rejectedSpans\":\"-3\"}"), 0);
    assert_int_equal(rejected("{\"rejectedSpans\":\"99999999999999999999\"}"), 999999999);
    assert_int_equal(rejected("{\"rejectedSpans\""), 0);
    assert_int_equal(rejected("<html>"), 0);
    assert_int_equal(spans_rejected((struct bytes){NULL, 0}), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_made_while_nothing_is_recorded),
        cmocka_unit_test(a_full_buffer_drops_and_counts),
        cmocka_unit_test(links_and_kept_texts_have_their_room),
        cmocka_unit_test(a_request_is_written_as_otlp_has_it),
        cmocka_unit_test(many_spans_are_one_document),
        cmocka_unit_test(a_partial_success_is_read_without_trust),
    };
    return cmocka_run_group_tests_name("span", tests, NULL, NULL);
}
