/* Transactions that wait: for a connection, past a deadline, after a cancel. */
#include "tests/support/test_transaction.h"

/* ---- the pool ---- */

static enum failure hold_for(struct transaction *transaction, void *argument)
{
    struct child *child = argument;
    enum failure failure = transaction_query(transaction, &one, NO_PARAMS, NULL);
    return failure == FAILURE_NONE ? task_sleep_ms(transaction_task(transaction), child->number)
                                   : failure;
}

static void hold_connection(struct task *task, struct child *child)
{
    child->failure =
        database_transact(task, child->database, ISOLATION_READ_COMMITTED, hold_for, child);
}

static void who_waits_too_long_is_told(struct task *task, void *argument)
{
    (void)argument;
    struct database_settings settings = settings_for(test_database_url("database"));
    settings.connections_exclusive = 1;
    settings.wait_max_ms = 300;
    struct database *database = database_new(task_loop(task), &settings);
    struct child holder = {.body = hold_connection, .database = database, .number = 900};
    struct child waiter = {.body = hold_connection, .database = database, .number = 1};
    struct child later = {.body = hold_connection, .database = database, .number = 1};
    child_start(task, &holder, 20000);
    await_elsewhere(task, "SELECT count(*) " OURS " AND state = 'idle in transaction'", 1);
    child_start(task, &waiter, 20000);
    int64_t since_us = clock_monotonic_us();
    child_join(task, &waiter);
    assert_failure(waiter.failure, FAILURE_UNAVAILABLE);
    assert_in_range(clock_monotonic_us() - since_us, 290000, 800000);
    child_join(task, &holder);
    assert_none(holder.failure);
    child_start(task, &later, 20000);
    child_join(task, &later);
    assert_none(later.failure);
    database_free(database);
}

static int64_t served[8];
static int served_count;

static void note_turn(struct task *task, struct child *child)
{
    hold_connection(task, child);
    served[served_count++] = child->number;
}

static void first_come_first_served(struct task *task, void *argument)
{
    (void)argument;
    struct database_settings settings = settings_for(test_database_url("database"));
    settings.connections_exclusive = 1;
    struct database *database = database_new(task_loop(task), &settings);
    struct child children[8] = {{0}};
    served_count = 0;
    for (int i = 0; i < 8; i++) {
        children[i] = (struct child){.body = note_turn, .database = database, .number = 8 - i};
        child_start(task, &children[i], 20000);
    }
    for (int i = 0; i < 8; i++)
        child_join(task, &children[i]);
    for (int i = 0; i < 8; i++) {
        assert_none(children[i].failure);
        assert_int_equal(served[i], 8 - i);
    }
    database_free(database);
}

/* ---- cancelled ---- */

static void
a_cancelled_transaction_rolls_back_and_gives_its_connection_back_clean(struct task *task,
                                                                       void *argument)
{
    (void)argument;
    struct database_settings settings = settings_for(test_database_url("database"));
    settings.connections_exclusive = 1;
    struct database *database = database_new(task_loop(task), &settings);
    struct child child = {.body = transact_write_then_nap, .database = database, .number = 500};
    child_start(task, &child, 20000);
    await_elsewhere(task,
                    "SELECT count(*) " OURS " AND query LIKE '%pg_sleep%' AND state = 'active'", 1);
    int64_t since_us = clock_monotonic_us();
    task_cancel(child.task);
    child_join(task, &child);
    assert_failure(child.failure, FAILURE_CANCELLED);
    assert_in_range(clock_monotonic_us() - since_us, 0, 300000);

    /* The next one waits until the statement nobody wants any more has ended, and sees nothing of
     * it. */
    enum failure verdict = FAILURE_NONE;
    assert_none(database_transact(task, database, ISOLATION_READ_COMMITTED, add_five, &verdict));
    assert_int_equal(counter(1), 5);
    assert_in_range(clock_monotonic_us() - since_us, 300000, 2000000);
    database_free(database);
}

static enum failure write_then_sleep(struct transaction *transaction, void *argument)
{
    (void)argument;
    enum failure failure = transaction_query(transaction, &add_to_counter,
                                             PARAMS(param_int64(1), param_int64(1)), NULL);
    if (failure == FAILURE_NONE &&
        task_sleep_ms(transaction_task(transaction), 5000) != FAILURE_NONE)
        return FAILURE_NONE;
    return failure;
}

static void transact_write_then_sleep(struct task *task, struct child *child)
{
    child->failure =
        database_transact(task, child->database, ISOLATION_READ_COMMITTED, write_then_sleep, child);
}

/* The caller was told that the time is up; nothing may happen afterwards. */
static void past_its_deadline_nothing_commits(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    struct child child = {.body = transact_write_then_sleep, .database = database};
    child_start(task, &child, 200);
    child_join(task, &child);
    assert_failure(child.failure, FAILURE_DEADLINE);
    await_elsewhere(task, "SELECT 1 - count(*) " OURS " AND state LIKE 'idle in transaction%'", 1);
    assert_int_equal(counter(1), 0);
    database_free(database);
}

static void a_cancelled_waiter_leaves_the_queue(struct task *task, void *argument)
{
    (void)argument;
    struct database_settings settings = settings_for(test_database_url("database"));
    settings.connections_exclusive = 1;
    struct database *database = database_new(task_loop(task), &settings);
    struct child holder = {.body = hold_connection, .database = database, .number = 300};
    struct child leaver = {.body = hold_connection, .database = database, .number = 1};
    struct child stayer = {.body = hold_connection, .database = database, .number = 1};
    child_start(task, &holder, 20000);
    await_elsewhere(task, "SELECT count(*) " OURS " AND state = 'idle in transaction'", 1);
    child_start(task, &leaver, 20000);
    child_start(task, &stayer, 20000);
    assert_none(task_sleep_ms(task, 20));
    task_cancel(leaver.task);
    child_join(task, &leaver);
    assert_failure(leaver.failure, FAILURE_CANCELLED);
    child_join(task, &holder);
    child_join(task, &stayer);
    assert_none(stayer.failure);
    database_free(database);
}

/* ---- faults ---- */

IN_TASK(who_waits_too_long_is_told)
IN_TASK(first_come_first_served)
IN_TASK(a_cancelled_transaction_rolls_back_and_gives_its_connection_back_clean)
IN_TASK(past_its_deadline_nothing_commits)
IN_TASK(a_cancelled_waiter_leaves_the_queue)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_who_waits_too_long_is_told, empty_tables),
        cmocka_unit_test_setup(test_first_come_first_served, empty_tables),
        cmocka_unit_test_setup(
            test_a_cancelled_transaction_rolls_back_and_gives_its_connection_back_clean,
            empty_tables),
        cmocka_unit_test_setup(test_past_its_deadline_nothing_commits, empty_tables),
        cmocka_unit_test_setup(test_a_cancelled_waiter_leaves_the_queue, empty_tables),
    };
    return cmocka_run_group_tests(tests, make_tables, NULL);
}
