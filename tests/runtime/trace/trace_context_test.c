/* traceparent and tracestate as strangers write them, against the standard's own words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/base/text.h"
#include "runtime/trace/trace_context.h"

#define TRACE "0af7651916cd43dd8448eb211c80319c"
#define SPAN "b7ad6b7169203331"

static void a_traceparent_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int flags;
    } rows[] = {
        {"00-" TRACE "-" SPAN "-00", 0},
        {"00-" TRACE "-" SPAN "-01", 1},
        {"00-" TRACE "-" SPAN "-02", 2},
        {"00-" TRACE "-" SPAN "-03", 3},
        {"00-" TRACE "-" SPAN "-fd", 1}, /* flags that are not known are not passed on */
        {"01-" TRACE "-" SPAN "-01", 1},
        {"cc-" TRACE "-" SPAN "-01-what-the-future-will-be-like", 1},
        {"fe-" TRACE "-" SPAN "-00-", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct trace_context context;
        char text[TRACE_PARENT_SIZE];
        assert_true(trace_context_read(rows[i].text, &context));
        assert_string_equal(context.trace_id, TRACE);
        assert_string_equal(context.span_id, SPAN);
        assert_int_equal(context.flags, rows[i].flags);
        trace_context_write(&context, text);
        assert_int_equal(strlen(text), 55);
        assert_memory_equal(text, "00-" TRACE "-" SPAN "-0", 54);
        assert_int_equal(text[54], '0' + rows[i].flags);
    }
}

static void what_is_no_traceparent_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {
        NULL,
        "",
        "00",
        "00-" TRACE "-" SPAN "-0",
        "00-" TRACE "-" SPAN "-011",
        "00-" TRACE "-" SPAN "-01-",
        "00-" TRACE "-" SPAN "-01-more",
        "00-" TRACE "-" SPAN "-01 ",
        " 00-" TRACE "-" SPAN "-01",
        "ff-" TRACE "-" SPAN "-01",
        "FE-" TRACE "-" SPAN "-01",
        "0x-" TRACE "-" SPAN "-01",
        "01-" TRACE "-" SPAN "-01.more",
        "00_" TRACE "-" SPAN "-01",
        "00-" TRACE "_" SPAN "-01",
        "00-" TRACE "-" SPAN "_01",
        "00-00000000000000000000000000000000-" SPAN "-01",
        "00-" TRACE "-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-" SPAN "-01",
        "00-" TRACE "-B7AD6B7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319-b7ad6b71692033310-01",
        "00-0af7651916cd43dd8448eb211c80319g-" SPAN "-01",
        "00-" TRACE "-b7ad6b716920333\xc3-01",
        "00-" TRACE "-" SPAN "-0G",
        "00-" TRACE "-" SPAN "-\n1",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct trace_context context;
        assert_false(trace_context_read(rows[i], &context));
    }
}

static void any_bytes_are_read_without_harm(void **state)
{
    (void)state;
    static const char alphabet[] = "0123456789abcdef-fF \xff";
    for (int round = 0; round < 200000; round++) {
        char text[64] = "00-" TRACE "-" SPAN "-01";
        struct trace_context context;
        for (uint32_t i = random_below(4) + 1; i > 0; i--)
            text[random_below(sizeof text - 1)] = alphabet[random_below(sizeof alphabet)];
        if (!trace_context_read(text, &context))
            continue;
        assert_memory_equal(context.trace_id, text + 3, 32);
        assert_memory_equal(context.span_id, text + 36, 16);
        assert_int_equal(strspn(context.trace_id, "0123456789abcdef"), 32);
        assert_int_equal(strspn(context.span_id, "0123456789abcdef"), 16);
    }
}

static void new_ids_are_new(void **state)
{
    (void)state;
    struct trace_context first, second;
    for (int i = 0; i < 100; i++) {
        char text[TRACE_PARENT_SIZE];
        struct trace_context read;
        trace_context_begin(&first);
        second = first;
        trace_context_renew_span(&second);
        assert_string_equal(first.trace_id, second.trace_id);
        assert_string_not_equal(first.span_id, second.span_id);
        trace_context_write(&first, text);
        assert_true(trace_context_read(text, &read));
        assert_int_equal(read.flags, TRACE_RANDOM);
        trace_context_begin(&second);
        assert_string_not_equal(first.trace_id, second.trace_id);
    }
}

static char *members(size_t count, char *text)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++)
        length += (size_t)sprintf(text + length, "%sk%zu=v", i == 0 ? "" : ",", i);
    return text;
}

static void a_tracestate_is_a_list_or_nothing(void **state)
{
    (void)state;
    char many[1024], full[TRACE_STATE_BYTES_MAX + 2] = "a=", *long_key = calloc(1, 400);
    static const char *const valid[] = {
        "",
        "a=1",
        "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
        "a=1, b=2 ,\tc=3",
        "a=1,,b=2",
        "tenant@vendor=x",
        "0vendor/a-b_c*d=!~",
        "a= b",
    };
    static const char *const invalid[] = {
        "a", "=1", "a=", "A=1", "a=1=2", "a=1,b", "_a=1", "a b=1", "a=\x01", "a=\xc3\xa4", "a=1\n",
    };
    for (size_t i = 0; i < sizeof valid / sizeof valid[0]; i++)
        assert_true(trace_state_is_valid(valid[i]));
    for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++)
        assert_false(trace_state_is_valid(invalid[i]));
    assert_false(trace_state_is_valid(NULL));
    assert_true(trace_state_is_valid(members(TRACE_STATE_MEMBERS_MAX, many)));
    assert_false(trace_state_is_valid(members(TRACE_STATE_MEMBERS_MAX + 1, many)));
    memset(full + 2, 'x', 256);
    memcpy(full + 258, ",b=", 3);
    memset(full + 261, 'y', TRACE_STATE_BYTES_MAX - 261);
    assert_true(trace_state_is_valid(full));
    full[TRACE_STATE_BYTES_MAX] = 'y';
    assert_false(trace_state_is_valid(full));
    memset(long_key, 'k', 256);
    memcpy(long_key + 256, "=v", 2);
    assert_true(trace_state_is_valid(long_key));
    memcpy(long_key + 256, "k=v", 3);
    assert_false(trace_state_is_valid(long_key));
    free(long_key);
}

static void a_ratio_is_a_decimal_from_0_to_1(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t billionths;
    } rows[] = {
        {"0", 0},           {"1", 1000000000},  {"1.0", 1000000000},       {"0.01", 10000000},
        {"0.5", 500000000}, {"0.000000001", 1}, {"0.999999999", 999999999}};
    static const char *const invalid[] = {
        NULL,  "",     ".5",           "0.",   "1.1", "2",     "-0",         "0.5 ",
        "0,5", "1e-3", "0.0000000001", "00.1", "nan", "0x0.1", "1.000000001"};
    uint32_t billionths;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(trace_ratio_read(rows[i].text, &billionths));
        assert_int_equal(billionths, rows[i].billionths);
    }
    for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++)
        assert_false(trace_ratio_read(invalid[i], &billionths));
}

static void a_share_is_of_the_id_alone(void **state)
{
    (void)state;
    struct trace_context least = {"00000000000000010000000000000000", SPAN, 0};
    struct trace_context most = {"0000000000000001ffffffffffffffff", SPAN, 0};
    struct trace_context middle = {"0000000000000001ffffffff80000000", SPAN, 0};
    assert_false(trace_is_of_share(&least, 0));
    assert_true(trace_is_of_share(&least, 1));
    assert_false(trace_is_of_share(&most, 999999999));
    assert_true(trace_is_of_share(&most, 1000000000));
    assert_false(trace_is_of_share(&middle, 500000000));
    assert_true(trace_is_of_share(&middle, 500000001));
    size_t chosen = 0, all = 100000; /* of one in a hundred: within six deviations */
    for (size_t i = 0; i < all; i++) {
        struct trace_context context;
        trace_context_begin(&context);
        chosen += trace_is_of_share(&context, 10000000);
    }
    assert_in_range(chosen, 1000 - 190, 1000 + 190);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_traceparent_is_read),
        cmocka_unit_test(what_is_no_traceparent_is_refused),
        cmocka_unit_test(any_bytes_are_read_without_harm),
        cmocka_unit_test(new_ids_are_new),
        cmocka_unit_test(a_tracestate_is_a_list_or_nothing),
        cmocka_unit_test(a_ratio_is_a_decimal_from_0_to_1),
        cmocka_unit_test(a_share_is_of_the_id_alone),
    };
    return cmocka_run_group_tests_name("trace_context", tests, NULL, NULL);
}
