/* The removal of old events from the outbox, and how far each reader is behind. */
#include "tests/support/test_outbox.h"

#define HOUR_US INT64_C(3600000000)

static int64_t trim(struct task *task, struct database *database,
                    const struct outbox_consumers *consumers, int64_t before_us)
{
    int64_t removed;
    assert_none(outbox_trim(reader_of(task, database), consumers, before_us, &removed));
    return removed;
}

/* Ten events, each an hour older than the next. */
static const char *tell_ten(struct task *task, struct database *database, int64_t now_us)
{
    transact(task, database, (struct story){.from = 1, .to = 10});
    char sql[200];
    const char *cursor = "";
    int numbers[16];
    assert_int_equal(read_on(task, database, &cursor, 10, numbers), 10);
    snprintf(sql, sizeof sql,
             "UPDATE outbox SET recorded_time = to_timestamp(%lld) - interval '1 hour' * (10 - "
             "position)",
             (long long)(now_us / 1000000));
    done_elsewhere(sql);
    return cursor;
}

/* Neither before every consumer has gone past, nor before the time; the event of the slowest cursor
 * stays. */
static void only_what_all_have_read_is_removed(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    const int64_t now_us = INT64_C(1800000000000000);
    const struct outbox_consumers both = {.names = {"quick", "slow"}, .count = 2},
                                  none = {.count = 0};
    (void)tell_ten(task, database, now_us);
    struct outbox_page page = read_page(task, database, "", 10);
    (void)read_as(task, database, "quick", page.events[8].cursor, 1);
    assert_int_equal(trim(task, database, &both, now_us + HOUR_US),
                     0); /* the slow one never came */
    (void)read_as(task, database, "slow", "", 1);
    assert_int_equal(trim(task, database, &both, now_us + HOUR_US), 0);
    (void)read_as(task, database, "slow", page.events[6].cursor, 1);
    assert_int_equal(trim(task, database, &both, now_us - 8 * HOUR_US),
                     1); /* younger than eight hours: kept */
    assert_int_equal(trim(task, database, &both, now_us - 8 * HOUR_US), 0);
    assert_int_equal(trim(task, database, &both, now_us + HOUR_US),
                     5); /* 2 to 6: the seventh is the slow one's */
    struct outbox_page rest = read_as(task, database, "slow", page.events[6].cursor, 10);
    assert_false(rest.began_again);
    assert_int_equal(rest.count, 3);
    assert_int_equal(trim(task, database, &none, now_us + HOUR_US),
                     3); /* no consumer: all but the last */
    database_free(database);
}

/* A young event before old ones (a clock was turned back) holds them: what is removed leaves no
 * hole. */
static void nothing_is_removed_from_the_middle(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    const int64_t now_us = INT64_C(1800000000000000);
    const struct outbox_consumers none = {.count = 0};
    (void)tell_ten(task, database, now_us);
    done_elsewhere("UPDATE outbox SET recorded_time = to_timestamp(1800000000) WHERE position = 4");
    assert_int_equal(trim(task, database, &none, now_us), 3);
    assert_int_equal(asked_elsewhere("SELECT min(position) FROM outbox"), 4);
    database_free(database);
}

static void how_far_each_is_behind_is_measured(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    const int64_t now_us = INT64_C(1800000000000000);
    const struct outbox_consumers three = {.names = {"done", "never", "quick"}, .count = 3};
    const char *last = tell_ten(task, database, now_us);
    (void)read_as(task, database, "done", last, 1);
    (void)read_as(task, database, "quick", read_page(task, database, "", 10).events[7].cursor, 1);
    struct outbox_lag lags[OUTBOX_CONSUMERS_MAX];
    assert_none(outbox_measure(reader_of(task, database), &three, lags));
    assert_int_equal(lags[0].unread, 0);
    assert_int_equal(lags[0].oldest_unread_us, 0);
    assert_int_equal(lags[1].unread, 10);
    assert_int_equal(lags[1].oldest_unread_us, now_us - 9 * HOUR_US);
    assert_int_equal(lags[2].unread, 2);
    assert_int_equal(lags[2].oldest_unread_us, now_us - HOUR_US);
    database_free(database);
}

IN_TASK(only_what_all_have_read_is_removed)
IN_TASK(nothing_is_removed_from_the_middle)
IN_TASK(how_far_each_is_behind_is_measured)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_only_what_all_have_read_is_removed, empty_outbox),
        cmocka_unit_test_setup(test_nothing_is_removed_from_the_middle, empty_outbox),
        cmocka_unit_test_setup(test_how_far_each_is_behind_is_measured, empty_outbox),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
