/* Single statements on shared pipelined connections. */
#include "tests/runtime/database/fixture.h"

#include "runtime/base/metrics.h"

static const struct query one = {"one", "SELECT 1::bigint"};
static const struct query echo = {"echo", "SELECT $1::bigint"};
static const struct query root = {
    "root", "SELECT sqrt($1::bigint - 1)::bigint"}; /* of less than nothing: an error */
static const struct query add_note = {"add_note", "INSERT INTO note (id) VALUES ($1)"};
static const struct query pause_for = {"pause_for",
                                       "SELECT 1::bigint FROM pg_sleep($1::bigint / 1000.0)"};
static const struct query write_slowly = {"write_slowly",
                                          "INSERT INTO note (id) SELECT $1 FROM pg_sleep(5)"};

static void echo_number(struct task *task, struct child *child)
{
    struct rows rows;
    child->failure = database_query(reader_of(task, child->database), &echo,
                                    PARAMS(param_int64(child->number)), &rows);
    if (child->failure == FAILURE_NONE)
        assert_int_equal(row_int64(&rows, 0, 0), child->number);
}

static void take_root(struct task *task, struct child *child)
{
    struct rows rows;
    child->failure = database_query(reader_of(task, child->database), &root,
                                    PARAMS(param_int64(child->number)), &rows);
    if (child->failure == FAILURE_NONE)
        assert_int_equal(row_int64(&rows, 0, 0), child->number - 1);
}

static void insert_note(struct task *task, struct child *child)
{
    child->failure = database_query(reader_of(task, child->database), &add_note,
                                    PARAMS(param_int64(child->number)), NULL);
}

static void insert_note_slowly(struct task *task, struct child *child)
{
    child->failure = database_query(reader_of(task, child->database), &write_slowly,
                                    PARAMS(param_int64(child->number)), NULL);
}

static void wait_a_second(struct task *task, struct child *child)
{
    struct rows rows;
    child->failure = database_query(reader_of(task, child->database), &pause_for,
                                    PARAMS(param_int64(child->number)), &rows);
}

/* Everybody gets the answer to their own question. */
static void many_share_two_connections(struct task *task, void *argument)
{
    (void)argument;
    enum { MANY = 500 };
    static struct child children[MANY];
    memset(children, 0, sizeof children);
    struct database *database = database_open(task);
    for (int i = 0; i < MANY; i++) {
        children[i] = (struct child){.body = echo_number, .database = database, .number = i};
        child_start(task, &children[i], 20000);
    }
    for (int i = 0; i < MANY; i++) {
        child_join(task, &children[i]);
        assert_none(children[i].failure);
    }
    database_free(database);
}

/* One sync per statement: an error ends its own unit and no other. */
static void an_error_leaves_its_neighbours_alone(struct task *task, void *argument)
{
    (void)argument;
    enum { MANY = 60 };
    struct child children[MANY] = {{0}};
    struct database *database = database_open(task);
    for (int i = 0; i < MANY; i++) {
        children[i] = (struct child){.body = i % 3 == 2 ? insert_note : take_root,
                                     .database = database,
                                     .number = i % 3 == 2 ? i % 2 : i % 3};
        child_start(task, &children[i], 20000);
    }
    int written = 0;
    for (int i = 0; i < MANY; i++) {
        child_join(task, &children[i]);
        if (i % 3 == 0)
            assert_failure(children[i].failure, FAILURE_INTERNAL);
        else if (i % 3 == 1)
            assert_none(children[i].failure);
        else if (children[i].failure == FAILURE_NONE)
            written++;
        else
            assert_failure(children[i].failure, FAILURE_CONSTRAINT);
    }
    assert_int_equal(written, 2);
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM note"), 2);
    database_free(database);
}

static void a_deferred_constraint_fails_the_statement_that_broke_it(struct task *task,
                                                                    void *argument)
{
    (void)argument;
    static const struct query add_orphan = {"add_orphan",
                                            "INSERT INTO note (id, counter_id) VALUES (1, 999)"};
    struct database *database = database_open(task);
    struct rows rows;
    assert_failure(database_query(reader_of(task, database), &add_orphan, NO_PARAMS, NULL),
                   FAILURE_CONSTRAINT);
    assert_none(database_query(reader_of(task, database), &one, NO_PARAMS, &rows));
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM note"), 0);
    database_free(database);
}

static void affected_rows_are_counted(struct task *task, void *argument)
{
    (void)argument;
    static const struct query update = {"update_all", "UPDATE counter SET value = value + 1"};
    struct database *database = database_open(task);
    struct rows rows;
    assert_none(database_query(reader_of(task, database), &update, NO_PARAMS, &rows));
    assert_int_equal(rows.affected, 2);
    assert_int_equal(rows.count, 0);
    database_free(database);
}

/* "cached plan must not change result type" */
static void a_stale_plan_is_prepared_again(struct task *task, void *argument)
{
    (void)argument;
    static const struct query all = {"all", "SELECT * FROM shape"};
    done_elsewhere(
        "DROP TABLE IF EXISTS shape; CREATE TABLE shape (a bigint); INSERT INTO shape VALUES (1)");
    struct database *database = database_open(task);
    struct rows rows;
    for (int i = 0; i < 4; i++)
        assert_none(database_query(reader_of(task, database), &all, NO_PARAMS, &rows));
    assert_int_equal(rows.column_count, 1);
    done_elsewhere("ALTER TABLE shape ADD COLUMN b text DEFAULT 'x'");
    for (int i = 0; i < 4; i++)
        assert_none(database_query(reader_of(task, database), &all, NO_PARAMS, &rows));
    assert_int_equal(rows.column_count, 2);
    database_free(database);
}

static void a_statement_that_cannot_be_prepared_fails_each_time(struct task *task, void *argument)
{
    (void)argument;
    static const struct query wrong = {"wrong", "SELECT nothing FROM nowhere"};
    struct database *database = database_open(task);
    struct rows rows;
    for (int i = 0; i < 3; i++)
        assert_failure(database_query(reader_of(task, database), &wrong, NO_PARAMS, &rows),
                       FAILURE_INTERNAL);
    done_elsewhere("CREATE TABLE nowhere (nothing bigint)");
    assert_none(database_query(reader_of(task, database), &wrong, NO_PARAMS, &rows));
    done_elsewhere("DROP TABLE nowhere");
    database_free(database);
}

static void a_lost_read_is_asked_again(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    struct child child = {.body = wait_a_second, .database = database, .number = 300};
    child_start(task, &child, 20000);
    await_elsewhere(
        task, "SELECT count(*) " OURS " AND query LIKE '%pg_sleep($1%' AND state = 'active'", 1);
    done_elsewhere(END_OUR_BACKENDS);
    child_join(task, &child);
    assert_none(child.failure);
    database_free(database);
}

static void a_lost_write_is_indefinite(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    struct child child = {.body = insert_note_slowly, .database = database, .number = 7};
    child_start(task, &child, 20000);
    await_elsewhere(
        task, "SELECT count(*) " OURS " AND query LIKE '%pg_sleep(5)%' AND state = 'active'", 1);
    done_elsewhere(END_OUR_BACKENDS);
    child_join(task, &child);
    assert_failure(child.failure, FAILURE_INDEFINITE);
    struct rows rows;
    assert_none(database_query(reader_of(task, database), &one, NO_PARAMS, &rows));
    database_free(database);
}

/* The caller may leave; the answer that comes later is nobody's. */
static void a_cancelled_query_does_not_confuse_the_next(struct task *task, void *argument)
{
    (void)argument;
    struct database_settings settings = settings_for(test_database_url("database"));
    settings.connections_shared = 1;
    struct database *database = database_new(task_loop(task), &settings);
    struct child slow = {.body = wait_a_second, .database = database, .number = 400};
    child_start(task, &slow, 20000);
    await_elsewhere(task, "SELECT count(*) " OURS " AND state = 'active'", 1);
    task_cancel(slow.task);
    child_join(task, &slow);
    assert_failure(slow.failure, FAILURE_CANCELLED);
    for (int64_t i = 0; i < 20; i++) {
        struct child next = {.body = echo_number, .database = database, .number = i};
        child_start(task, &next, 20000);
        child_join(task, &next);
        assert_none(next.failure);
    }
    database_free(database);
}

static void a_deadline_ends_the_wait(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    struct child slow = {.body = wait_a_second, .database = database, .number = 1000};
    child_start(task, &slow, 100);
    child_join(task, &slow);
    assert_failure(slow.failure, FAILURE_DEADLINE);
    database_free(database);
}

static void the_statement_timeout_ends_a_statement(struct task *task, void *argument)
{
    (void)argument;
    struct database_settings settings = settings_for(test_database_url("database"));
    settings.statement_timeout_ms = 50;
    struct database *database = database_new(task_loop(task), &settings);
    struct rows rows;
    assert_failure(
        database_query(reader_of(task, database), &pause_for, PARAMS(param_int64(5000)), &rows),
        FAILURE_DEADLINE);
    assert_none(database_query(reader_of(task, database), &one, NO_PARAMS, &rows));
    database_free(database);
}

static void without_a_server_it_is_unavailable(struct task *task, void *argument)
{
    (void)argument;
    struct database_settings settings = settings_for("host=/nonexistent dbname=x user=x");
    settings.wait_max_ms = 100;
    struct database *database = database_new(task_loop(task), &settings);
    struct rows rows;
    int64_t since_us = clock_monotonic_us();
    assert_failure(database_query(reader_of(task, database), &one, NO_PARAMS, &rows),
                   FAILURE_UNAVAILABLE);
    assert_in_range(clock_monotonic_us() - since_us, 90000, 3000000);
    assert_false(database_is_ready(database));
    database_free(database);
}

static void an_unreadable_url_is_refused(struct task *task, void *argument)
{
    (void)argument;
    struct database_settings settings = settings_for("postgresql://[oops");
    assert_null(database_new(task_loop(task), &settings));
}

static void the_session_is_set_up(struct task *task, void *argument)
{
    (void)argument;
    static const struct query session = {
        "session", "SELECT current_setting('search_path'), current_setting('plan_cache_mode'), "
                   "current_setting('statement_timeout'), current_setting('application_name')"};
    struct database *database = database_open(task);
    struct rows rows;
    assert_none(database_query(reader_of(task, database), &session, NO_PARAMS, &rows));
    assert_string_equal(row_text(&rows, 0, 0), SCHEMA);
    assert_string_equal(row_text(&rows, 0, 1), "force_generic_plan");
    assert_string_equal(row_text(&rows, 0, 2), "10s");
    assert_string_equal(row_text(&rows, 0, 3), "kontor-" SCHEMA);
    database_free(database);
}

static void the_nth_statement_fails(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    struct rows rows;
    database_fail_nth(2, FAILURE_UNAVAILABLE);
    assert_none(database_query(reader_of(task, database), &one, NO_PARAMS, &rows));
    assert_failure(database_query(reader_of(task, database), &one, NO_PARAMS, &rows),
                   FAILURE_UNAVAILABLE);
    assert_none(database_query(reader_of(task, database), &one, NO_PARAMS, &rows));
    database_free(database);
}

/* More than the socket takes at once: writing goes on while answers are read. */
static void large_parameters_and_answers_pass(struct task *task, void *argument)
{
    (void)argument;
    static const struct query mirror = {"mirror", "SELECT $1::bytea"};
    enum { SIZE = 3 * 1024 * 1024 };
    static uint8_t bytes[SIZE];
    memset(bytes, 0xA5, SIZE);
    struct database *database = database_open(task);
    for (int i = 0; i < 3; i++) {
        struct rows rows;
        assert_none(database_query(reader_of(task, database), &mirror,
                                   PARAMS(param_bytes(bytes, SIZE)), &rows));
        assert_int_equal(row_bytes(&rows, 0, 0).size, SIZE);
        assert_memory_equal(row_bytes(&rows, 0, 0).data, bytes, SIZE);
    }
    database_free(database);
}

IN_TASK(many_share_two_connections)
IN_TASK(an_error_leaves_its_neighbours_alone)
IN_TASK(a_deferred_constraint_fails_the_statement_that_broke_it)
IN_TASK(affected_rows_are_counted)
IN_TASK(a_stale_plan_is_prepared_again)
IN_TASK(a_statement_that_cannot_be_prepared_fails_each_time)
IN_TASK(a_lost_read_is_asked_again)
IN_TASK(a_lost_write_is_indefinite)
IN_TASK(a_cancelled_query_does_not_confuse_the_next)
IN_TASK(a_deadline_ends_the_wait)
IN_TASK(the_statement_timeout_ends_a_statement)
IN_TASK(without_a_server_it_is_unavailable)
IN_TASK(an_unreadable_url_is_refused)
IN_TASK(the_session_is_set_up)
IN_TASK(the_nth_statement_fails)
IN_TASK(large_parameters_and_answers_pass)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_many_share_two_connections, empty_tables),
        cmocka_unit_test_setup(test_an_error_leaves_its_neighbours_alone, empty_tables),
        cmocka_unit_test_setup(test_a_deferred_constraint_fails_the_statement_that_broke_it,
                               empty_tables),
        cmocka_unit_test_setup(test_affected_rows_are_counted, empty_tables),
        cmocka_unit_test(test_a_stale_plan_is_prepared_again),
        cmocka_unit_test(test_a_statement_that_cannot_be_prepared_fails_each_time),
        cmocka_unit_test(test_a_lost_read_is_asked_again),
        cmocka_unit_test_setup(test_a_lost_write_is_indefinite, empty_tables),
        cmocka_unit_test(test_a_cancelled_query_does_not_confuse_the_next),
        cmocka_unit_test(test_a_deadline_ends_the_wait),
        cmocka_unit_test(test_the_statement_timeout_ends_a_statement),
        cmocka_unit_test(test_without_a_server_it_is_unavailable),
        cmocka_unit_test(test_an_unreadable_url_is_refused),
        cmocka_unit_test(test_the_session_is_set_up),
        cmocka_unit_test(test_the_nth_statement_fails),
        cmocka_unit_test(test_large_parameters_and_answers_pass),
    };
    return cmocka_run_group_tests(tests, make_tables, NULL);
}
