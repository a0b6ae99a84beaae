/* Each zone is read once by a process, whoever asks first; a name that is none is remembered by
 * nobody. */
#include "tests/support/test_tasks.h"

#include "runtime/process/time_zone.h"
#include "tests/support/test_loop.h"

struct asked {
    const char *name;
    const struct zone *zone;
    enum failure failure;
};

static void ask(struct task *task, void *argument)
{
    struct asked *asked = argument;
    asked->failure = time_zone_find(task, asked->name, &asked->zone);
}

static void those_who_ask_at_once_are_lent_the_same(void **state)
{
    (void)state;
    struct asked asked[] = {{.name = "Asia/Tokyo"}, {.name = "Asia/Tokyo"}, {.name = "UTC"}};
    struct loop *loop = loop_of_test(4);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        spawn(loop, &(struct task_options){.name = "ask"}, ask, &asked[i]);
    run_to_the_end(loop);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        assert_int_equal(asked[i].failure, FAILURE_NONE);
    assert_ptr_equal(asked[0].zone, asked[1].zone);
    assert_ptr_not_equal(asked[0].zone, asked[2].zone);
    assert_int_equal(zone_offset_s(asked[0].zone, 1800000000), 9 * 3600);
    assert_int_equal(zone_offset_s(asked[2].zone, 1800000000), 0);
    struct asked later = {.name = "Asia/Tokyo"};
    test_in_task(ask, &later);
    assert_ptr_equal(later.zone, asked[0].zone);
}

static void no_zone_is_found_by_another_name(void **state)
{
    (void)state;
    static const char *const none[] = {"", "Mars/Olympus", "+08:00",
                                       "A_name_that_is_longer_than_any_zone_has_ever_had_or_will"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        struct asked asked = {.name = none[i]};
        test_in_task(ask, &asked);
        assert_int_equal(asked.failure, FAILURE_INVALID);
        assert_null(asked.zone);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(those_who_ask_at_once_are_lent_the_same),
        cmocka_unit_test(no_zone_is_found_by_another_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
