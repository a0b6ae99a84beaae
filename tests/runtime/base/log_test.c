/* Logs: every line is one JSON object (RFC 8259), whatever bytes it is given; lines of several
 * threads do not mix. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/base/log.h"

static char captured[16 * 1024 * 1024];

/* Runs body with stderr going to a file and parses every line; returns the objects in an array. */
static json_t *capture(void (*body)(void))
{
    FILE *file = tmpfile();
    int kept = dup(2);
    dup2(fileno(file), 2);
    body();
    dup2(kept, 2);
    close(kept);
    rewind(file);
    size_t size = fread(captured, 1, sizeof captured - 1, file);
    captured[size] = '\0';
    fclose(file);
    json_t *lines = json_array();
    for (char *line = captured; *line != '\0'; line = strchr(line, '\n') + 1) {
        assert_non_null(strchr(line, '\n'));
        size_t length = (size_t)(strchr(line, '\n') - line);
        assert_true(length < 8192);
        json_error_t error;
        json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);
        if (object == NULL)
            fail_msg("%s in %.*s", error.text, (int)length, line);
        json_array_append_new(lines, object);
    }
    return lines;
}

static const char *text_of(json_t *lines, size_t line, const char *key)
{
    return json_string_value(json_object_get(json_array_get(lines, line), key));
}

static void write_each_kind(void)
{
    struct id id;
    (void)!id_parse("0190163d-8694-739b-aea5-966c26f8ad91", &id);
    log_set_context("request-1", "trace-1");
    log_write(LOG_INFO, "transfer_created", log_text("code", "CNY"),
              log_int64("amount_micros", INT64_MIN), log_id("transfer_id", id),
              log_failure(FAILURE_DEADLINE), log_text("nothing", NULL));
    log_set_context(NULL, NULL);
    log_write(LOG_WARN, "bare");
}

static void each_kind_of_field_is_json(void **state)
{
    (void)state;
    log_set_service("test");
    json_t *lines = capture(write_each_kind);
    assert_int_equal(json_array_size(lines), 2);
    assert_string_equal(text_of(lines, 0, "level"), "INFO");
    assert_string_equal(text_of(lines, 0, "event"), "transfer_created");
    assert_string_equal(text_of(lines, 0, "service"), "test");
    assert_string_equal(text_of(lines, 0, "request_id"), "request-1");
    assert_string_equal(text_of(lines, 0, "trace_id"), "trace-1");
    assert_string_equal(text_of(lines, 0, "code"), "CNY");
    assert_string_equal(text_of(lines, 0, "transfer_id"), "0190163d-8694-739b-aea5-966c26f8ad91");
    assert_string_equal(text_of(lines, 0, "failure"), "FAILURE_DEADLINE");
    assert_int_equal(json_integer_value(json_object_get(json_array_get(lines, 0), "amount_micros")),
                     INT64_MIN);
    assert_true(json_is_null(json_object_get(json_array_get(lines, 0), "nothing")));
    assert_int_equal(strlen(text_of(lines, 0, "time")), strlen("2026-11-21T12:00:00.000000Z"));
    assert_null(text_of(lines, 1, "request_id"));
    json_decref(lines);
}

static const char hostile[] =
    "a\"b\\c\n\r\t\x01\x7f\xc2\x85 \xff\xc3(\xed\xa0\x80 \xe6\xb1\xaa {\"x\":1}";

static void write_hostile(void)
{
    log_write(LOG_ERROR, "hostile", log_text("text", hostile));
    char byte[2] = {0, 0};
    for (int value = 1; value < 256; value++) {
        byte[0] = (char)value;
        log_write(LOG_ERROR, "byte", log_text("text", byte));
    }
}

static void hostile_bytes_stay_inside_their_string(void **state)
{
    (void)state;
    json_t *lines = capture(write_hostile);
    assert_int_equal(json_array_size(lines), 256);
    assert_string_equal(text_of(lines, 0, "text"),
                        "a\"b\\c\n\r\t\x01\x7f\xc2\x85 \xef\xbf\xbd\xef\xbf\xbd("
                        "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd \xe6\xb1\xaa {\"x\":1}");
    json_decref(lines);
}

static char filler[9000];

static void write_long(void)
{
    for (size_t length = 7600; length < 8300; length++) {
        memset(filler, length % 2 == 0 ? 'x' : '"', sizeof filler);
        filler[length] = '\0';
        log_write(LOG_ERROR, "long", log_text("text", filler), log_int64("after", 1),
                  log_text("last", "y"));
    }
}

static void long_lines_are_cut_and_stay_json(void **state)
{
    (void)state;
    json_t *lines = capture(write_long);
    assert_int_equal(json_array_size(lines), 700);
    assert_null(json_object_get(json_array_get(lines, 0), "cut"));
    assert_string_equal(text_of(lines, 0, "last"), "y");
    assert_true(json_is_true(json_object_get(json_array_get(lines, 699), "cut")));
    assert_int_equal(text_of(lines, 699, "text")[0], '"');
    json_decref(lines);
}

static void *write_many(void *argument)
{
    for (int i = 0; i < 1000; i++)
        log_write(LOG_ERROR, "thread", log_text("name", argument),
                  log_text("filler", "0123456789012345678901234567890123456789"));
    return NULL;
}

static void write_from_threads(void)
{
    pthread_t threads[4];
    char names[4][2] = {"a", "b", "c", "d"};
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, write_many, names[i]);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}

static void lines_of_threads_do_not_mix(void **state)
{
    (void)state;
    json_t *lines = capture(write_from_threads);
    assert_int_equal(json_array_size(lines), 4000);
    json_decref(lines);
}

static void write_below_and_at_the_level(void)
{
    log_set_level(LOG_WARN);
    log_write(LOG_INFO, "left_out");
    log_write(LOG_WARN, "kept");
    log_set_level(LOG_INFO);
    log_write(LOG_DEBUG, "left_out");
}

static void the_level_is_a_threshold(void **state)
{
    (void)state;
    json_t *lines = capture(write_below_and_at_the_level);
    assert_int_equal(json_array_size(lines), 1);
    assert_string_equal(text_of(lines, 0, "event"), "kept");
    json_decref(lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_field_is_json),
        cmocka_unit_test(hostile_bytes_stay_inside_their_string),
        cmocka_unit_test(long_lines_are_cut_and_stay_json),
        cmocka_unit_test(lines_of_threads_do_not_mix),
        cmocka_unit_test(the_level_is_a_threshold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
