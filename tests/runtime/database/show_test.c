/* The pools as operators see them: who holds a connection, what is in flight, who waits. */
#include "tests/runtime/database/fixture.h"

static const struct query lock_counter = {"lock_counter",
                                          "SELECT value FROM counter WHERE id = 1 FOR UPDATE"};

static enum failure lock(struct transaction *transaction, void *argument)
{
    (void)argument;
    return transaction_query(transaction, &lock_counter, NO_PARAMS, NULL);
}

static void lock_in_child(struct task *task, struct child *child)
{
    child->failure = database_transact(task, child->database, ISOLATION_READ_COMMITTED, lock, NULL);
}

static const char *show(struct task *task, const struct database *database)
{
    const char *page = database_show(database, task_arena(task));
    assert_non_null(page);
    return page;
}

static const char *await_shown(struct task *task, const struct database *database,
                               const char *words)
{
    const char *page = show(task, database);
    for (int i = 0; strstr(page, words) == NULL; i++) {
        assert_true(i < 500);
        assert_none(task_sleep_ms(task, 10));
        page = show(task, database);
    }
    return page;
}

static void a_page_tells_who_holds_and_who_waits(struct task *task, void *argument)
{
    (void)argument;
    struct database_settings settings = settings_for(test_database_url("database"));
    settings.connections_shared = settings.connections_exclusive = 1;
    struct database *database = database_new(task_loop(task), &settings);
    assert_non_null(database);
    assert_non_null(strstr(show(task, database), "  awaited free in_flight 0\n"));
    PGconn *session = session_open();
    session_do(session, "BEGIN");
    session_do(session, "SELECT value FROM counter WHERE id = 1 FOR UPDATE");
    struct child holder = {.body = lock_in_child, .database = database};
    struct child waiter = holder;
    child_start(task, &holder, 0);
    await_shown(task, database, " ms | lock_counter ");
    child_start(task, &waiter, 0);
    const char *page = await_shown(task, database, "exclusive: 1 connections, 1 wait\n");
    assert_non_null(strstr(page, "shared: 1 connections, 0 wait\n"));
    assert_non_null(strstr(page, "  up lent in_flight 2 | begin_read_committed "));
    assert_non_null(strstr(page, " ms by child "));
    assert_non_null(strstr(page, "  waits "));
    session_do(session, "COMMIT");
    PQfinish(session);
    child_join(task, &holder);
    child_join(task, &waiter);
    assert_none(holder.failure);
    assert_none(waiter.failure);
    page = await_shown(task, database, "exclusive: 1 connections, 0 wait\n  up free in_flight 0\n");
    assert_null(strstr(page, "child"));
    assert_non_null(strstr(page, "patient for a lock: 0\n"));
    database_free(database);
}

IN_TASK(a_page_tells_who_holds_and_who_waits)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_page_tells_who_holds_and_who_waits),
    };
    return cmocka_run_group_tests(tests, make_tables, NULL);
}
