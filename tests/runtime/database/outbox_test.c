/* Events: none is skipped, none is held up by others, each page goes on after the last, and what
 * was put back is read again. */
#include "tests/runtime/database/fixture.h"

#include "runtime/database/outbox.h"
#include "runtime/database/queries.h"

static const struct id scope = {{1}};

struct story {
    int from;
    int to;
    size_t payload_size;
    int64_t pause_ms;
    enum failure verdict;
};

static enum failure tell(struct transaction *transaction, void *argument)
{
    const struct story *story = argument;
    static uint8_t payload[100000];
    enum failure failure = FAILURE_NONE;
    for (int i = story->from; i <= story->to && failure == FAILURE_NONE; i++) {
        memcpy(payload, &i, sizeof i);
        size_t size = story->payload_size > 0 ? story->payload_size : sizeof i;
        failure = outbox_append(transaction, scope, "tried.Told", payload, size, clock_now_us());
    }
    if (failure == FAILURE_NONE && story->pause_ms > 0)
        failure = task_sleep_ms(transaction_task(transaction), story->pause_ms);
    return failure != FAILURE_NONE ? failure : story->verdict;
}

static void transact(struct task *task, struct database *database, struct story story)
{
    assert_failure(database_transact(task, database, ISOLATION_READ_COMMITTED, tell, &story),
                   story.verdict);
}

static int number_of(const struct outbox_event *event)
{
    int number;
    memcpy(&number, event->payload.data, sizeof number);
    return number;
}

static struct outbox_page read_as(struct task *task, struct database *database,
                                  const char *consumer, const char *cursor, size_t limit)
{
    struct outbox_reading reading = {.cursor = cursor, .consumer = consumer, .limit = limit};
    struct outbox_page page;
    assert_none(outbox_read(reader_of(task, database), &reading, &page));
    assert_in_range(page.count, 0, limit);
    return page;
}

static struct outbox_page read_page(struct task *task, struct database *database,
                                    const char *cursor, size_t limit)
{
    return read_as(task, database, "", cursor, limit);
}

/* Reads on behind the cursor, which moves, until nothing more comes. */
static size_t read_on(struct task *task, struct database *database, const char **cursor,
                      size_t limit, int *numbers)
{
    size_t total = 0;
    for (struct outbox_page page; (page = read_page(task, database, *cursor, limit)).count > 0;) {
        for (size_t i = 0; i < page.count; i++) {
            numbers[total++] = number_of(&page.events[i]);
            *cursor = page.events[i].cursor;
            assert_string_equal(page.events[i].type, "tried.Told");
            assert_true(id_equal(page.events[i].scope_id, scope));
        }
    }
    return total;
}

static size_t read_all(struct task *task, struct database *database, size_t limit, int *numbers,
                       size_t expected)
{
    const char *cursor = "";
    size_t total = 0;
    for (int i = 0; i < 500 && total < expected; i++) {
        total += read_on(task, database, &cursor, limit, numbers + total);
        if (total < expected)
            assert_none(task_sleep_ms(task, 10));
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

#define INSERT_ONE                                                                    \
    "INSERT INTO outbox (company_id, event_id, type, payload, recorded_time) VALUES " \
    "('01000000-0000-0000-0000-000000000000', "                                       \
    "gen_random_uuid(), 'tried.Told', '\\x01000000', now())"

/* The slow transaction begins first and commits last. It neither holds up the reader, nor is it
 * skipped. */
static void a_late_commit_is_never_skipped(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    PGconn *slow = session_open();
    session_do(slow, "BEGIN");
    session_do(slow, INSERT_ONE);
    transact(task, database, (struct story){.from = 2, .to = 2});
    int numbers[8];
    const char *cursor = "";
    assert_int_equal(read_on(task, database, &cursor, 10, numbers), 1);
    assert_int_equal(numbers[0], 2);
    session_do(slow, "COMMIT");
    assert_int_equal(read_on(task, database, &cursor, 10, numbers), 1);
    assert_int_equal(numbers[0], 1);
    PQfinish(slow);
    database_free(database);
}

/* F2: a transaction that was left open, in this database or in another one of the server, that
 * wrote or only looks. */
static void transactions_of_others_hold_nobody_back(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    char elsewhere[512];
    snprintf(elsewhere, sizeof elsewhere, "%s dbname=postgres", test_database_url("database"));
    PGconn *others[] = {session_open(), session_open(), PQconnectdb(elsewhere)};
    session_do(others[0], "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM outbox");
    session_do(others[1], "BEGIN; SELECT pg_current_xact_id()");
    session_do(others[2], "BEGIN; SELECT pg_current_xact_id()");
    assert_int_equal(session_ask(others[2], "SELECT (current_database() = 'postgres')::int"), 1);
    transact(task, database, (struct story){.from = 1, .to = 3});
    int numbers[8];
    const char *cursor = "";
    assert_int_equal(read_on(task, database, &cursor, 2, numbers), 3);
    for (size_t i = 0; i < 3; i++)
        PQfinish(others[i]);
    database_free(database);
}

/* While another numbers, or holds the head by mistake, what has a position can be read, and nobody
 * waits. */
static void who_cannot_number_reads_what_is_numbered(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    transact(task, database, (struct story){.from = 1, .to = 3});
    int numbers[8];
    const char *cursor = "";
    assert_int_equal(read_on(task, database, &cursor, 10, numbers), 3);
    PGconn *other = session_open();
    session_do(other, "BEGIN; SELECT position FROM outbox_head FOR UPDATE");
    transact(task, database, (struct story){.from = 4, .to = 4});
    assert_int_equal(read_on(task, database, &cursor, 10, numbers), 0);
    cursor = "";
    assert_int_equal(read_on(task, database, &cursor, 10, numbers), 3);
    PQfinish(other);
    assert_int_equal(read_all(task, database, 10, numbers, 4), 4);
    database_free(database);
}

/* A scope's events come in the order of its lock, though the one who is second began first and both
 * are numbered together. */
static void a_scopes_order_is_that_of_its_lock(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    PGconn *second = session_open(), *first = session_open();
    session_do(second, "BEGIN; SELECT pg_current_xact_id()");
    session_do(first, "BEGIN; SELECT id FROM lock WHERE id = 1 FOR UPDATE");
    session_do(first, INSERT_ONE);
    session_do(first, "COMMIT");
    session_do(second, "SELECT id FROM lock WHERE id = 1 FOR UPDATE");
    session_do(second,
               "INSERT INTO outbox (company_id, event_id, type, payload, recorded_time) VALUES "
               "('01000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000001', "
               "'tried.Told', '\\x02000000', "
               "now() - interval '1 day')");
    session_do(second, "COMMIT");
    int numbers[8];
    assert_int_equal(read_all(task, database, 10, numbers, 2), 2);
    assert_int_equal(numbers[0], 1);
    assert_int_equal(numbers[1], 2);
    PQfinish(first);
    PQfinish(second);
    database_free(database);
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
    done_elsewhere("TRUNCATE outbox, outbox_consumer; UPDATE outbox_head SET position = 0");
    done_elsewhere("DROP TABLE IF EXISTS lock; CREATE TABLE lock (id bigint PRIMARY KEY); INSERT "
                   "INTO lock VALUES (1)");
    return 0;
}

IN_TASK(events_come_in_the_order_told)
IN_TASK(an_unreadable_cursor_is_refused)
IN_TASK(a_late_commit_is_never_skipped)
IN_TASK(transactions_of_others_hold_nobody_back)
IN_TASK(who_cannot_number_reads_what_is_numbered)
IN_TASK(a_scopes_order_is_that_of_its_lock)
IN_TASK(what_was_put_back_is_read_again)
IN_TASK(an_old_cursor_begins_with_the_oldest_kept)
IN_TASK(a_follower_sees_each_event_once)
IN_TASK(large_payloads_make_short_pages)
IN_TASK(events_of_an_older_version_are_read)
IN_TASK(only_what_all_have_read_is_removed)
IN_TASK(nothing_is_removed_from_the_middle)
IN_TASK(how_far_each_is_behind_is_measured)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_events_come_in_the_order_told, empty_outbox),
        cmocka_unit_test_setup(test_an_unreadable_cursor_is_refused, empty_outbox),
        cmocka_unit_test_setup(test_a_late_commit_is_never_skipped, empty_outbox),
        cmocka_unit_test_setup(test_transactions_of_others_hold_nobody_back, empty_outbox),
        cmocka_unit_test_setup(test_who_cannot_number_reads_what_is_numbered, empty_outbox),
        cmocka_unit_test_setup(test_a_scopes_order_is_that_of_its_lock, empty_outbox),
        cmocka_unit_test_setup(test_what_was_put_back_is_read_again, empty_outbox),
        cmocka_unit_test_setup(test_an_old_cursor_begins_with_the_oldest_kept, empty_outbox),
        cmocka_unit_test_setup(test_a_follower_sees_each_event_once, empty_outbox),
        cmocka_unit_test_setup(test_large_payloads_make_short_pages, empty_outbox),
        cmocka_unit_test_setup(test_events_of_an_older_version_are_read, empty_outbox),
        cmocka_unit_test_setup(test_only_what_all_have_read_is_removed, empty_outbox),
        cmocka_unit_test_setup(test_nothing_is_removed_from_the_middle, empty_outbox),
        cmocka_unit_test_setup(test_how_far_each_is_behind_is_measured, empty_outbox),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
