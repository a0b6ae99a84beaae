/* Ids: the bits of UUID version 7 (RFC 9562), their order, their text, and ids that follow from
 * others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "runtime/base/id.h"

#define NOW_US INT64_C(1795262400000000)

static int64_t id_ms(struct id id)
{
    int64_t ms = 0;
    for (int i = 0; i < 6; i++)
        ms = ms << 8 | id.bytes[i];
    return ms;
}

static void assert_marks(struct id id, int version)
{
    assert_int_equal(id.bytes[6] >> 4, version);
    assert_int_equal(id.bytes[8] >> 6, 2);
}

static void an_id_carries_its_time_version_and_variant(void **state)
{
    (void)state;
    struct id id = id_new(NOW_US);
    assert_int_equal(id_ms(id), NOW_US / 1000);
    assert_marks(id, 7);
}

static void ids_of_one_millisecond_grow(void **state)
{
    (void)state;
    struct id last = id_new(NOW_US);
    for (int i = 0; i < 100000; i++) {
        struct id next = id_new(NOW_US + i % 1000);
        assert_true(id_compare(last, next) < 0);
        assert_marks(next, 7);
        last = next;
    }
    assert_int_equal(id_ms(last), NOW_US / 1000);
}

static void ids_of_later_milliseconds_are_greater(void **state)
{
    (void)state;
    struct id last = id_new(NOW_US);
    for (int64_t ms = 1; ms <= 1000; ms++) {
        struct id next = id_new(NOW_US + ms * 1000);
        assert_true(id_compare(last, next) < 0);
        assert_int_equal(id_ms(next), NOW_US / 1000 + ms);
        last = next;
    }
}

static void a_small_step_back_of_the_clock_keeps_the_order(void **state)
{
    (void)state;
    int64_t later_us = NOW_US + 10000000;
    struct id last = id_new(later_us);
    assert_true(id_compare(last, id_new(later_us - 1000000)) < 0);
    assert_int_equal(id_ms(id_new(later_us - 1001000)), (later_us - 1001000) / 1000);
}

static void text_is_canonical(void **state)
{
    (void)state;
    static const char text[] = "0190163d-8694-739b-aea5-966c26f8ad91";
    struct id id;
    char back[ID_TEXT_SIZE];
    assert_true(id_parse(text, &id));
    assert_string_equal(id_format(id, back), text);
    struct id upper;
    assert_true(id_parse("0190163D-8694-739B-AEA5-966C26F8AD91", &upper));
    assert_true(id_equal(id, upper));
    assert_true(id_parse("936da01f-9abd-4d9d-80c7-02af85c822a8", &id));
    assert_true(id_parse("00000000-0000-0000-0000-000000000000", &id));
    assert_true(id_is_nil(id));
}

static void what_is_no_id_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        NULL,
        "",
        "0190163d-8694-739b-aea5-966c26f8ad9",
        "0190163d-8694-739b-aea5-966c26f8ad911",
        "0190163d-8694-739b-aea5-966c26f8ad9g",
        "0190163d86-94-739b-aea5-966c26f8ad91",
        "0190163d-8694-739b-aea5_966c26f8ad91",
        "{190163d-8694-739b-aea5-966c26f8ad9}",
        "0190163d8694739baea5966c26f8ad91",
        "------------------------------------",
    };
    struct id untouched = id_new(NOW_US);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct id id = untouched;
        assert_false(id_parse(texts[i], &id));
        assert_true(id_equal(id, untouched));
    }
}

static void a_derived_id_follows_from_its_inputs_alone(void **state)
{
    (void)state;
    struct id from;
    assert_true(id_parse("0190163d-8694-739b-aea5-966c26f8ad91", &from));
    struct id credit = id_derive(from, "credit");
    assert_true(id_equal(credit, id_derive(from, "credit")));
    assert_false(id_equal(credit, id_derive(from, "debit")));
    assert_false(id_equal(credit, id_derive(credit, "credit")));
    assert_marks(credit, 8);
    char text[ID_TEXT_SIZE];
    assert_string_equal(id_format(credit, text), "292edc31-8fbb-8b5c-81f6-da65b5ca6756");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_carries_its_time_version_and_variant),
        cmocka_unit_test(ids_of_one_millisecond_grow),
        cmocka_unit_test(ids_of_later_milliseconds_are_greater),
        cmocka_unit_test(a_small_step_back_of_the_clock_keeps_the_order),
        cmocka_unit_test(text_is_canonical),
        cmocka_unit_test(what_is_no_id_is_refused),
        cmocka_unit_test(a_derived_id_follows_from_its_inputs_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
