/* Events: none is skipped, none is seen before its transaction ended, each page goes on after the last. */
#include "tests/runtime/database/fixture.h"

#include "runtime/database/outbox.h"

static const struct id scope = {{1}};

struct story {
    int from;
    int to;
    size_t payload_size;
    int64_t pause_ms;
    enum failure verdict;
};

static enum failure tell(struct task *task, struct transaction *transaction, void *argument)
{
    const struct story *story = argument;
    static uint8_t payload[100000];
    enum failure failure = FAILURE_NONE;
    for (int i = story->from; i <= story->to && failure == FAILURE_NONE; i++) {
        memcpy(payload, &i, sizeof i);
        size_t size = story->payload_size > 0 ? story->payload_size : sizeof i;
        failure = outbox_append(task, transaction, scope, "tried.Told", payload, size, clock_now_us());
    }
    if (failure == FAILURE_NONE && story->pause_ms > 0)
        failure = task_sleep_ms(task, story->pause_ms);
    return failure != FAILURE_NONE ? failure : story->verdict;
}

static void transact(struct task *task, struct database *database, struct story story)
{
    assert_failure(database_transact(task, database, ISOLATION_READ_COMMITTED, tell, &story), story.verdict);
}

static int number_of(const struct outbox_event *event)
{
    int number;
    memcpy(&number, event->payload.data, sizeof number);
    return number;
}

/* Other sessions of the cluster also hold readers back, for a moment: so it is asked again until it stands still. */
static size_t read_all(struct task *task, struct database *database, size_t page, int *numbers, size_t expected)
{
    size_t total = 0;
    const char *cursor = "";
    for (int quiet = 0; quiet < 500 && total < expected;) {
        struct outbox_event *events;
        size_t count;
        assert_none(outbox_read(task, database, cursor, page, &events, &count));
        assert_in_range(count, 0, page);
        for (size_t i = 0; i < count; i++) {
            numbers[total++] = number_of(&events[i]);
            cursor = events[i].cursor;
            assert_string_equal(events[i].type, "tried.Told");
            assert_true(id_equal(events[i].scope_id, scope));
        }
        if (count == 0) {
            quiet++;
            assert_none(task_sleep_ms(task, 10));
        }
    }
    return total;
}

static void events_come_in_the_order_told(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    transact(task, database, (struct story){.from = 1, .to = 7});
    transact(task, database, (struct story){.from = 100, .to = 120, .verdict = FAILURE_INVALID});
    transact(task, database, (struct story){.from = 8, .to = 8});
    transact(task, database, (struct story){.from = 9, .to = 20});
    for (size_t page = 1; page <= 25; page += 3) {
        int numbers[64];
        assert_int_equal(read_all(task, database, page, numbers, 20), 20);
        for (int i = 0; i < 20; i++)
            assert_int_equal(numbers[i], i + 1);
    }
    database_free(database);
}

/* As numbers: 100 comes after 99. */
static void transactions_are_ordered_by_number(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    done_elsewhere("INSERT INTO outbox (company_id, event_id, transaction_id, type, payload, recorded_time) "
                   "SELECT '01000000-0000-0000-0000-000000000000', gen_random_uuid(), n::text::xid8, 'tried.Told', "
                   "decode(lpad(to_hex(n), 2, '0') || '000000', 'hex'), now() FROM unnest(ARRAY[9, 99, 100, 101, 10]) AS n");
    for (size_t page = 1; page <= 5; page++) {
        int numbers[8];
        assert_int_equal(read_all(task, database, page, numbers, 5), 5);
        static const int expected[] = {9, 10, 99, 100, 101};
        for (int i = 0; i < 5; i++)
            assert_int_equal(numbers[i], expected[i]);
    }
    database_free(database);
}

static enum failure read_from(struct task *task, struct database *database, const char *cursor)
{
    struct outbox_event *events;
    size_t count;
    return outbox_read(task, database, cursor, 10, &events, &count);
}

static void an_unreadable_cursor_is_refused(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    static const char *const unreadable[] = {"x",
                                             "1",
                                             "1.",
                                             ".",
                                             "-1.00000000-0000-7000-8000-000000000000",
                                             "1.00000000-0000-7000-8000-00000000000g",
                                             "99999999999999999999999.00000000-0000-7000-8000-000000000000",
                                             " 1.00000000-0000-7000-8000-000000000000",
                                             "1.00000000-0000-7000-8000-000000000000 "};
    for (size_t i = 0; i < sizeof unreadable / sizeof unreadable[0]; i++)
        assert_failure(read_from(task, database, unreadable[i]), FAILURE_INVALID);
    assert_none(read_from(task, database, "0.00000000-0000-7000-8000-000000000000"));
    assert_none(read_from(task, database, "9999999999999999999.00000000-0000-7000-8000-000000000000"));
    database_free(database);
}

static void tell_slowly(struct task *task, struct child *child)
{
    struct story story = {.from = (int)child->number, .to = (int)child->number, .pause_ms = 300};
    child->failure = database_transact(task, child->database, ISOLATION_READ_COMMITTED, tell, &story);
}

/* The slow transaction begins first and commits last. A reader that had gone on past the quick one's event would never see it. */
static void a_late_commit_is_never_skipped(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    PGconn *slow = session_open();
    session_do(slow, "BEGIN");
    session_do(slow,
               "INSERT INTO outbox (company_id, event_id, type, payload, recorded_time) VALUES ('01000000-0000-0000-0000-000000000000', "
               "'01000000-0000-7000-8000-000000000001', 'tried.Told', '\\x01000000', now())");
    transact(task, database, (struct story){.from = 2, .to = 2});
    for (int i = 0; i < 5; i++) {
        struct outbox_event *events;
        size_t count;
        assert_none(outbox_read(task, database, "", 10, &events, &count));
        assert_int_equal(count, 0);
    }
    session_do(slow, "COMMIT");
    int numbers[8];
    assert_int_equal(read_all(task, database, 10, numbers, 2), 2);
    assert_int_equal(numbers[0], 1);
    assert_int_equal(numbers[1], 2);
    PQfinish(slow);
    database_free(database);
}

/* Writers overlap in every way while a reader follows: each event is read exactly once. */
static void a_follower_sees_each_event_once(struct task *task, void *argument)
{
    (void)argument;
    enum { WRITERS = 24 };
    static struct child writers[WRITERS];
    memset(writers, 0, sizeof writers);
    struct database *database = database_open(task);
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (struct child){.body = tell_slowly, .database = database, .number = i};
        child_start(task, &writers[i], 30000);
    }
    int numbers[WRITERS];
    int times_seen[WRITERS] = {0};
    assert_int_equal(read_all(task, database, 2, numbers, WRITERS), WRITERS);
    for (int i = 0; i < WRITERS; i++)
        times_seen[numbers[i]]++;
    for (int i = 0; i < WRITERS; i++) {
        assert_int_equal(times_seen[i], 1);
        child_join(task, &writers[i]);
        assert_none(writers[i].failure);
    }
    database_free(database);
}

/* A page is bounded in bytes, and the first event always fits. */
static void large_payloads_make_short_pages(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    transact(task, database, (struct story){.from = 1, .to = 8, .payload_size = 100000});
    await_elsewhere(task, "SELECT count(*) FROM outbox WHERE transaction_id < pg_snapshot_xmin(pg_current_snapshot())", 8);
    struct outbox_event *events;
    size_t count;
    assert_none(outbox_read(task, database, "", 100, &events, &count));
    assert_int_equal(count, 3);
    int numbers[16];
    assert_int_equal(read_all(task, database, 100, numbers, 8), 8);
    database_free(database);
}

static void migrate(struct task *task, void *argument)
{
    (void)argument;
    struct database_settings settings = settings_for(test_database_url("database"));
    assert_none(database_migrate(task, &settings, NULL));
}

static int set_up(void **state)
{
    (void)state;
    test_in_task(migrate, NULL);
    return 0;
}

static int empty_outbox(void **state)
{
    (void)state;
    done_elsewhere("TRUNCATE outbox");
    return 0;
}

IN_TASK(events_come_in_the_order_told)
IN_TASK(transactions_are_ordered_by_number)
IN_TASK(an_unreadable_cursor_is_refused)
IN_TASK(a_late_commit_is_never_skipped)
IN_TASK(a_follower_sees_each_event_once)
IN_TASK(large_payloads_make_short_pages)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_events_come_in_the_order_told, empty_outbox),
        cmocka_unit_test_setup(test_transactions_are_ordered_by_number, empty_outbox),
        cmocka_unit_test_setup(test_an_unreadable_cursor_is_refused, empty_outbox),
        cmocka_unit_test_setup(test_a_late_commit_is_never_skipped, empty_outbox),
        cmocka_unit_test_setup(test_a_follower_sees_each_event_once, empty_outbox),
        cmocka_unit_test_setup(test_large_payloads_make_short_pages, empty_outbox),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
