/* A server that stopped taking writes, as one that became a standby does, is left for one that takes them. */
#include "tests/runtime/database/fixture.h"

static const struct query forbid_writing = {"forbid_writing", "SET TRANSACTION READ ONLY"};
static const struct query add_one = {"add_one", "UPDATE counter SET value = value + 1 WHERE id = 1"};
static const struct query backend = {"backend", "SELECT pg_backend_pid()::bigint"};

struct runs {
    int count;
    int64_t backends[4];
};

static enum failure add_where_possible(struct task *task, struct transaction *transaction, void *argument)
{
    struct runs *runs = argument;
    struct rows rows;
    assert_in_range(runs->count, 0, 3);
    if (runs->count == 0)
        assert_none(transaction_query(task, transaction, &forbid_writing, NO_PARAMS, NULL));
    assert_none(transaction_query(task, transaction, &backend, NO_PARAMS, &rows));
    runs->backends[runs->count++] = row_int64(&rows, 0, 0);
    return transaction_query(task, transaction, &add_one, NO_PARAMS, NULL);
}

static void a_server_that_takes_no_writes_is_left(struct task *task, void *argument)
{
    (void)argument;
    struct database_settings settings = settings_for(test_database_url("database"));
    settings.connections_exclusive = 1;
    struct database *database = database_new(task_loop(task), &settings);
    struct runs runs = {0};
    assert_none(database_transact(task, database, ISOLATION_READ_COMMITTED, add_where_possible, &runs));
    assert_int_equal(runs.count, 2);
    assert_int_not_equal(runs.backends[0], runs.backends[1]);
    assert_int_equal(asked_elsewhere("SELECT value FROM counter WHERE id = 1"), 1);
    database_free(database);
}

/* libpq asks each server of the list; one that only reads is not connected to at all. */
static void a_standby_is_not_connected_to(struct task *task, void *argument)
{
    (void)argument;
    done_elsewhere("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$");
    struct database_settings settings = settings_for(test_database_url("database"));
    settings.wait_max_ms = 300;
    struct database *database = database_new(task_loop(task), &settings);
    struct rows rows;
    assert_failure(database_query(task, database, &backend, NO_PARAMS, &rows), FAILURE_UNAVAILABLE);
    PGconn *session = session_open();
    session_do(session, "SET default_transaction_read_only = off");
    session_do(session, "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET default_transaction_read_only', current_database()); END $$");
    PQfinish(session);
    for (int i = 0; !database_is_ready(database); i++) {
        assert_true(i < 500);
        assert_none(task_sleep_ms(task, 10));
    }
    assert_none(database_query(task, database, &backend, NO_PARAMS, &rows));
    database_free(database);
}

IN_TASK(a_server_that_takes_no_writes_is_left)
IN_TASK(a_standby_is_not_connected_to)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_server_that_takes_no_writes_is_left, empty_tables),
        cmocka_unit_test(test_a_standby_is_not_connected_to),
    };
    return cmocka_run_group_tests(tests, make_tables, NULL);
}
