/* Events: none is skipped, none is held up by others, each page goes on after the last, and what
 * was put back is read again. */
#include "tests/support/test_outbox.h"

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

static enum failure read_from(struct task *task, struct database *database, const char *cursor)
{
    struct outbox_reading reading = {.cursor = cursor, .consumer = "", .limit = 10};
    struct outbox_page page;
    return outbox_read(reader_of(task, database), &reading, &page);
}

static void an_unreadable_cursor_is_refused(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    static const char *const unreadable[] = {
        "x",
        "1",
        "1.",
        ".",
        "-1.00000000-0000-7000-8000-000000000000",
        "1.00000000-0000-7000-8000-00000000000g",
        "99999999999999999999999.00000000-0000-7000-8000-000000000000",
        " 1.00000000-0000-7000-8000-000000000000",
        "1.00000000-0000-7000-8000-000000000000 ",
        "0.00000000-0000-7000-8000-00000000000g",
        "p.00000000-0000-7000-8000-000000000000",
        "p0.00000000-0000-7000-8000-000000000000",
        "p-1.00000000-0000-7000-8000-000000000000",
        "p1",
        "p9999999999999999999.00000000-0000-7000-8000-000000000000",
        "pp1.00000000-0000-7000-8000-000000000000"};
    for (size_t i = 0; i < sizeof unreadable / sizeof unreadable[0]; i++)
        assert_failure(read_from(task, database, unreadable[i]), FAILURE_INVALID);
    assert_none(read_from(task, database, "0.00000000-0000-7000-8000-000000000000"));
    assert_none(
        read_from(task, database, "9999999999999999999.00000000-0000-7000-8000-000000000000"));
    assert_none(
        read_from(task, database, "p999999999999999999.00000000-0000-7000-8000-000000000000"));
    database_free(database);
}

static void tell_slowly(struct task *task, struct child *child)
{
    struct story story = {.from = (int)child->number, .to = (int)child->number, .pause_ms = 300};
    child->failure =
        database_transact(task, child->database, ISOLATION_READ_COMMITTED, tell, &story);
}

/* F2b: the database is put back to what it was when some of its events had been written, numbered
 * or read, and goes on from there. A reader that was further hears of every event that is there
 * now, whatever the new ones are numbered. */
static void what_was_put_back_is_read_again(struct task *task, void *argument)
{
    (void)argument;
    enum { BEFORE = 3, LOST = 3, AFTER = 5 };
    struct database *database = database_open(task);
    for (int numbered_before = 0; numbered_before <= 1; numbered_before++) {
        for (int after = 0; after <= AFTER; after++) {
            int numbers[64];
            const char *cursor = "";
            done_elsewhere("TRUNCATE outbox; UPDATE outbox_head SET position = 0; DROP TABLE IF "
                           "EXISTS kept, kept_head");
            transact(task, database, (struct story){.from = 1, .to = BEFORE});
            if (numbered_before)
                assert_int_equal(read_on(task, database, &cursor, 10, numbers), BEFORE);
            done_elsewhere("CREATE TABLE kept AS SELECT * FROM outbox; CREATE TABLE kept_head AS "
                           "SELECT * FROM outbox_head");
            transact(task, database, (struct story){.from = 10, .to = 9 + LOST});
            assert_int_equal(read_on(task, database, &cursor, 10, numbers),
                             numbered_before ? LOST : BEFORE + LOST);
            done_elsewhere("TRUNCATE outbox, outbox_head; INSERT INTO outbox OVERRIDING USER VALUE "
                           "SELECT * FROM kept ORDER BY told; "
                           "INSERT INTO outbox_head SELECT * FROM kept_head");
            if (after > 0)
                transact(task, database, (struct story){.from = 20, .to = 19 + after});
            assert_true(read_page(task, database, cursor, 10).began_again);
            size_t count = read_on(task, database, &cursor, 2, numbers);
            assert_int_equal(count, BEFORE + after);
            for (int i = 0; i < BEFORE + after; i++)
                assert_int_equal(numbers[i], i < BEFORE ? i + 1 : 20 + i - BEFORE);
            assert_false(read_page(task, database, cursor, 10).began_again);
        }
    }
    /* Put back to a moment after what was read: the cursor goes on. */
    const char *cursor = "";
    int numbers[64];
    done_elsewhere("TRUNCATE outbox; UPDATE outbox_head SET position = 0; DROP TABLE IF EXISTS "
                   "kept, kept_head");
    transact(task, database, (struct story){.from = 1, .to = BEFORE});
    assert_int_equal(read_on(task, database, &cursor, 10, numbers), BEFORE);
    transact(task, database, (struct story){.from = 4, .to = 4});
    assert_int_equal(read_on(task, database, &cursor, 10, numbers), 1);
    assert_false(read_page(task, database, cursor, 10).began_again);
    database_free(database);
}

/* A cursor from before events had positions, and one of an event that is removed: from the oldest
 * that is kept. */
static void an_old_cursor_begins_with_the_oldest_kept(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    transact(task, database, (struct story){.from = 1, .to = 5});
    const char *cursor = "";
    int numbers[8];
    assert_int_equal(read_on(task, database, &cursor, 10, numbers), 5);
    struct outbox_page second = read_page(task, database, "", 2);
    done_elsewhere("DELETE FROM outbox WHERE position <= 3");
    const char *const old[] = {"784.01998d7e-0000-7000-8000-000000000000", second.events[1].cursor};
    for (size_t i = 0; i < 2; i++) {
        struct outbox_page page = read_page(task, database, old[i], 10);
        assert_true(page.began_again);
        assert_int_equal(page.count, 2);
        assert_int_equal(number_of(&page.events[0]), 4);
    }
    assert_int_equal(read_page(task, database, cursor, 10).count, 0);
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
    assert_int_equal(read_page(task, database, "", 100).count, 3);
    assert_int_equal(read_page(task, database, "", 100).unread, 5);
    int numbers[16];
    assert_int_equal(read_all(task, database, 100, numbers, 8), 8);
    database_free(database);
}

/* A database of the version before events had positions, with events that nobody has read and a
 * cursor from then: each event is read. */
static void events_of_an_older_version_are_read(struct task *task, void *argument)
{
    (void)argument;
    PGconn *old = session_open();
    session_do(old, "CREATE SCHEMA older; SET search_path = older");
    session_do(old, "CREATE TABLE migration (name text PRIMARY KEY, sha256 text NOT NULL, "
                    "applied_time timestamptz NOT NULL DEFAULT now())");
    for (size_t i = 0;
         runtime_migrations[i].name != NULL && strncmp(runtime_migrations[i].name, "0000_", 5) == 0;
         i++) {
        session_do(old, runtime_migrations[i].sql);
        const char *values[] = {runtime_migrations[i].name, runtime_migrations[i].sql};
        PQclear(PQexecParams(old,
                             "INSERT INTO migration (name, sha256) SELECT $1, "
                             "encode(sha256(convert_to($2, 'UTF8')), 'hex')",
                             2, NULL, values, NULL, NULL, 0));
    }
    session_do(
        old,
        "INSERT INTO outbox (company_id, event_id, transaction_id, type, payload, recorded_time) "
        "SELECT '01000000-0000-0000-0000-000000000000', gen_random_uuid(), (1000 - n)::text::xid8, "
        "'tried.Told', "
        "decode(lpad(to_hex(8 - n), 2, '0') || '000000', 'hex'), now() FROM generate_series(1, 7) "
        "AS n");
    PQfinish(old);
    struct database_settings settings = settings_for(test_database_url("database"));
    settings.schema = "older";
    assert_none(database_migrate(task, &settings, NULL));
    struct database *database = database_new(task_loop(task), &settings);
    const char *cursor = "996.00000000-0000-7000-8000-000000000000";
    transact(task, database, (struct story){.from = 8, .to = 9});
    int numbers[16];
    assert_int_equal(read_on(task, database, &cursor, 4, numbers), 9);
    for (int i = 0; i < 9; i++)
        assert_int_equal(numbers[i], i + 1);
    database_free(database);
}

IN_TASK(events_come_in_the_order_told)
IN_TASK(an_unreadable_cursor_is_refused)

IN_TASK(what_was_put_back_is_read_again)
IN_TASK(an_old_cursor_begins_with_the_oldest_kept)
IN_TASK(a_follower_sees_each_event_once)
IN_TASK(large_payloads_make_short_pages)
IN_TASK(events_of_an_older_version_are_read)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_events_come_in_the_order_told, empty_outbox),
        cmocka_unit_test_setup(test_an_unreadable_cursor_is_refused, empty_outbox),
        cmocka_unit_test_setup(test_what_was_put_back_is_read_again, empty_outbox),
        cmocka_unit_test_setup(test_an_old_cursor_begins_with_the_oldest_kept, empty_outbox),
        cmocka_unit_test_setup(test_a_follower_sees_each_event_once, empty_outbox),
        cmocka_unit_test_setup(test_large_payloads_make_short_pages, empty_outbox),
        cmocka_unit_test_setup(test_events_of_an_older_version_are_read, empty_outbox),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
