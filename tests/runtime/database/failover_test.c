/* Servers that are of no use: one that stopped taking writes, as a new standby does, and one that
 * never answers. */
#include "tests/runtime/database/fixture.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

static const struct query forbid_writing = {"forbid_writing", "SET TRANSACTION READ ONLY"};
static const struct query add_one = {"add_one",
                                     "UPDATE counter SET value = value + 1 WHERE id = 1"};
static const struct query backend = {"backend", "SELECT pg_backend_pid()::bigint"};

struct runs {
    int count;
    int64_t backends[4];
};

static enum failure add_where_possible(struct transaction *transaction, void *argument)
{
    struct runs *runs = argument;
    struct rows rows;
    assert_in_range(runs->count, 0, 3);
    if (runs->count == 0)
        assert_none(transaction_query(transaction, &forbid_writing, NO_PARAMS, NULL));
    assert_none(transaction_query(transaction, &backend, NO_PARAMS, &rows));
    runs->backends[runs->count++] = row_int64(&rows, 0, 0);
    return transaction_query(transaction, &add_one, NO_PARAMS, NULL);
}

static void a_server_that_takes_no_writes_is_left(struct task *task, void *argument)
{
    (void)argument;
    struct database_settings settings = settings_for(test_database_url("database"));
    settings.connections_exclusive = 1;
    struct database *database = database_new(task_loop(task), &settings);
    struct runs runs = {0};
    assert_none(
        database_transact(task, database, ISOLATION_READ_COMMITTED, add_where_possible, &runs));
    assert_int_equal(runs.count, 2);
    assert_int_not_equal(runs.backends[0], runs.backends[1]);
    assert_int_equal(asked_elsewhere("SELECT value FROM counter WHERE id = 1"), 1);
    database_free(database);
}

/* Of the connections made from now on. */
static void forbid_writes(void)
{
    done_elsewhere("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET "
                   "default_transaction_read_only = on', current_database()); END $$");
}

static void allow_writes(void)
{
    PGconn *session = session_open();
    session_do(session, "SET default_transaction_read_only = off");
    session_do(session, "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET "
                        "default_transaction_read_only', current_database()); END $$");
    PQfinish(session);
}

static void assert_serves_again(struct task *task, struct database *database)
{
    struct rows rows;
    for (int i = 0; !database_is_ready(database); i++) {
        assert_true(i < 1000);
        assert_none(task_sleep_ms(task, 10));
    }
    assert_none(database_query(reader_of(task, database), &backend, NO_PARAMS, &rows));
}

/* libpq asks each server of the list; one that only reads is not connected to at all. */
static void a_standby_is_not_connected_to(struct task *task, void *argument)
{
    (void)argument;
    forbid_writes();
    struct database_settings settings = settings_for(test_database_url("database"));
    settings.wait_max_ms = 300;
    struct database *database = database_new(task_loop(task), &settings);
    struct rows rows;
    assert_failure(database_query(reader_of(task, database), &backend, NO_PARAMS, &rows),
                   FAILURE_UNAVAILABLE);
    allow_writes();
    assert_serves_again(task, database);
    database_free(database);
}

/* A server that takes the connection and never says a word. */
struct silent {
    char folder[32];
    struct sockaddr_un at;
    int listener;
};

static void silent_begin(struct silent *silent)
{
    *silent = (struct silent){.folder = "/tmp/kontor-silent-XXXXXX", .at = {.sun_family = AF_UNIX}};
    assert_non_null(mkdtemp(silent->folder));
    snprintf(silent->at.sun_path, sizeof silent->at.sun_path, "%s/.s.PGSQL.5432", silent->folder);
    silent->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(silent->listener, (struct sockaddr *)&silent->at, sizeof silent->at), 0);
    assert_int_equal(listen(silent->listener, SOMAXCONN), 0);
}

static void silent_end(struct silent *silent)
{
    close(silent->listener);
    unlink(silent->at.sun_path);
    rmdir(silent->folder);
}

/* The attempt ends in time, or at once when nobody wants it any more. */
static void a_silent_server_holds_nobody_up(struct task *task, void *argument)
{
    (void)argument;
    struct silent silent;
    silent_begin(&silent);
    char url[128];
    snprintf(url, sizeof url, "host=%s dbname=x user=x connect_timeout=1", silent.folder);
    struct database_settings settings = settings_for(url);
    settings.wait_max_ms = 1500;
    struct database *database = database_new(task_loop(task), &settings);
    struct rows rows;
    assert_failure(database_query(reader_of(task, database), &backend, NO_PARAMS, &rows),
                   FAILURE_UNAVAILABLE);
    int64_t since_us = clock_monotonic_us();
    database_free(database);
    assert_in_range(clock_monotonic_us() - since_us, 0, 500000);
    silent_end(&silent);
}

/* Behind a network that is cut nothing answers: libpq would wait for the first host for ever. */
static void a_silent_host_is_passed_over_for_the_next(struct task *task, void *argument)
{
    (void)argument;
    struct silent silent;
    silent_begin(&silent);
    char url[512];
    snprintf(url, sizeof url, "%s host=%s,%s connect_timeout=1", test_database_url("database"),
             silent.folder, getenv("KONTOR_TEST_POSTGRES"));
    struct database_settings settings = settings_for(url);
    settings.wait_max_ms = 60000;
    struct database *database = database_new(task_loop(task), &settings);
    struct rows rows;
    assert_none(database_query(reader_of(task, database), &backend, NO_PARAMS, &rows));
    database_free(database);
    silent_end(&silent);
}

/* As while nobody is the leader: there is a server, but none that takes writes. */
static void a_database_that_went_away_is_told_of_soon(struct task *task, void *argument)
{
    (void)argument;
    struct database_settings settings = settings_for(test_database_url("database"));
    settings.wait_max_ms = INT64_C(3600000); /* whoever waited for it would hear nothing */
    struct database *database = database_new(task_loop(task), &settings);
    struct rows rows;
    assert_none(database_query(reader_of(task, database), &backend, NO_PARAMS, &rows));
    forbid_writes();
    done_elsewhere("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                   "current_database() AND pid <> pg_backend_pid()");
    enum failure failure;
    do
        failure = database_query(reader_of(task, database), &backend, NO_PARAMS, &rows);
    while (failure == FAILURE_NONE); /* until the end of its connections is heard of */
    assert_failure(failure, FAILURE_UNAVAILABLE);
    struct runs runs = {0};
    assert_failure(
        database_transact(task, database, ISOLATION_READ_COMMITTED, add_where_possible, &runs),
        FAILURE_UNAVAILABLE);
    assert_int_equal(runs.count, 0);
    allow_writes();
    assert_serves_again(task, database);
    database_free(database);
}

/* The URL's own options are kept beside ours. */
static void the_urls_own_options_are_kept(struct task *task, void *argument)
{
    (void)argument;
    static const struct query shown = {
        "shown", "SELECT current_setting('work_mem'), current_setting('search_path'), "
                 "current_setting('application_name')"};
    char url[256];
    snprintf(url, sizeof url, "%s options='-c work_mem=7MB' application_name=mine",
             test_database_url("database"));
    struct database_settings settings = settings_for(url);
    struct database *database = database_new(task_loop(task), &settings);
    struct rows rows;
    assert_none(database_query(reader_of(task, database), &shown, NO_PARAMS, &rows));
    assert_string_equal(row_text(&rows, 0, 0), "7MB");
    assert_string_equal(row_text(&rows, 0, 1), SCHEMA);
    assert_string_equal(row_text(&rows, 0, 2), "mine");
    database_free(database);
}

IN_TASK(a_server_that_takes_no_writes_is_left)
IN_TASK(a_silent_server_holds_nobody_up)
IN_TASK(a_silent_host_is_passed_over_for_the_next)
IN_TASK(a_database_that_went_away_is_told_of_soon)
IN_TASK(the_urls_own_options_are_kept)
IN_TASK(a_standby_is_not_connected_to)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_server_that_takes_no_writes_is_left, empty_tables),
        cmocka_unit_test(test_a_standby_is_not_connected_to),
        cmocka_unit_test(test_a_silent_server_holds_nobody_up),
        cmocka_unit_test(test_a_silent_host_is_passed_over_for_the_next),
        cmocka_unit_test(test_a_database_that_went_away_is_told_of_soon),
        cmocka_unit_test(test_the_urls_own_options_are_kept),
    };
    return cmocka_run_group_tests(tests, make_tables, NULL);
}
