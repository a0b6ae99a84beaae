/* Transactions whose body runs again: conflicts, deadlocks, lost connections. */
#include "tests/support/test_transaction.h"

/* ---- conflicts ---- */

struct runs {
    int count;
    PGconn *rival;
    enum failure last;
};

/* The rival commits between our read and our write, the first time. */
static enum failure add_after_rival(struct transaction *transaction, void *argument)
{
    struct runs *runs = argument;
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &read_counter, PARAMS(param_int64(1)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    if (runs->count++ < 2)
        session_do(runs->rival, "UPDATE counter SET value = value + 100 WHERE id = 1");
    runs->last =
        transaction_query(transaction, &set_counter,
                          PARAMS(param_int64(1), param_int64(row_int64(&rows, 0, 0) + 1)), NULL);
    return runs->last;
}

static void a_serialization_failure_runs_the_body_again(struct task *task, void *argument)
{
    (void)argument;
    for (enum isolation isolation = ISOLATION_REPEATABLE_READ; isolation <= ISOLATION_SERIALIZABLE;
         isolation++) {
        empty_tables(NULL);
        struct database *database = database_open(task);
        struct runs runs = {.rival = session_open()};
        assert_none(database_transact(task, database, isolation, add_after_rival, &runs));
        assert_int_equal(runs.count, 3);
        assert_int_equal(counter(1), 201);
        PQfinish(runs.rival);
        database_free(database);
    }
}

/* Two serializable transactions that each read what the other writes: one is refused at COMMIT and
 * runs again. */
static enum failure add_sum(struct transaction *transaction, void *argument)
{
    struct child *child = argument;
    struct rows rows;
    enum failure failure = transaction_query(transaction, &read_counter,
                                             PARAMS(param_int64(3 - child->number)), &rows);
    if (failure == FAILURE_NONE)
        failure = task_sleep_ms(transaction_task(transaction), 30);
    if (failure == FAILURE_NONE)
        failure = transaction_query(
            transaction, &set_counter,
            PARAMS(param_int64(child->number), param_int64(row_int64(&rows, 0, 0) + 1)), NULL);
    return failure;
}

static void add_sum_serializable(struct task *task, struct child *child)
{
    child->failure =
        database_transact(task, child->database, ISOLATION_SERIALIZABLE, add_sum, child);
}

/* Two children at once, numbers 1 and 2, in one database: both bodies commit in the end. */
static void assert_both_commit(struct task *task, void (*body)(struct task *, struct child *))
{
    struct database *database = database_open(task);
    struct child first = {.body = body, .database = database, .number = 1};
    struct child second = {.body = body, .database = database, .number = 2};
    child_start(task, &first, 20000);
    child_start(task, &second, 20000);
    child_join(task, &first);
    child_join(task, &second);
    assert_none(first.failure);
    assert_none(second.failure);
    database_free(database);
}

static void write_skew_is_refused_and_repeated(struct task *task, void *argument)
{
    (void)argument;
    assert_both_commit(task, add_sum_serializable);
    assert_int_equal(counter(1) + counter(2), 3);
}

/* Locks in opposite orders. */
static enum failure add_to_both(struct transaction *transaction, void *argument)
{
    struct child *child = argument;
    enum failure failure = transaction_query(
        transaction, &add_to_counter, PARAMS(param_int64(child->number), param_int64(1)), NULL);
    if (failure == FAILURE_NONE)
        failure = task_sleep_ms(transaction_task(transaction), 50);
    if (failure == FAILURE_NONE)
        failure = transaction_query(transaction, &add_to_counter,
                                    PARAMS(param_int64(3 - child->number), param_int64(1)), NULL);
    return failure;
}

static void add_to_both_counters(struct task *task, struct child *child)
{
    child->failure =
        database_transact(task, child->database, ISOLATION_READ_COMMITTED, add_to_both, child);
}

static void a_deadlock_runs_the_body_again(struct task *task, void *argument)
{
    (void)argument;
    assert_both_commit(task, add_to_both_counters);
    assert_int_equal(counter(1), 2);
    assert_int_equal(counter(2), 2);
}

static enum failure always_in_conflict(struct transaction *transaction, void *argument)
{
    (void)transaction;
    ++*(int *)argument;
    return FAILURE_CONFLICT;
}

static void conflicts_end_after_ten_runs(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    int runs = 0;
    assert_failure(
        database_transact(task, database, ISOLATION_READ_COMMITTED, always_in_conflict, &runs),
        FAILURE_CONFLICT);
    assert_int_equal(runs, 10);
    database_free(database);
}

/* ---- lost connections ---- */

static enum failure add_and_lose(struct transaction *transaction, void *argument)
{
    int *runs = argument;
    enum failure failure = transaction_query(transaction, &add_to_counter,
                                             PARAMS(param_int64(1), param_int64(1)), NULL);
    if (failure != FAILURE_NONE)
        return failure;
    if ((*runs)++ == 0)
        done_elsewhere(END_OUR_BACKENDS);
    return transaction_query(transaction, &add_to_counter, PARAMS(param_int64(2), param_int64(1)),
                             NULL);
}

/* Before COMMIT was sent, certainly nothing was done: the body runs again on another connection. */
static void a_connection_lost_before_commit_is_made_good(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    int runs = 0;
    assert_none(database_transact(task, database, ISOLATION_READ_COMMITTED, add_and_lose, &runs));
    assert_in_range(runs, 2, 5);
    assert_int_equal(counter(1), 1);
    assert_int_equal(counter(2), 1);
    database_free(database);
}

static void a_backend_ended_in_mid_statement_is_made_good(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    struct child child = {.body = transact_write_then_nap, .database = database, .number = 300};
    child_start(task, &child, 20000);
    await_elsewhere(task,
                    "SELECT count(*) " OURS " AND query LIKE '%pg_sleep%' AND state = 'active'", 1);
    done_elsewhere(END_OUR_BACKENDS);
    child_join(task, &child);
    assert_none(child.failure);
    assert_int_equal(counter(1), 1);
    database_free(database);
}

/* ---- faults ---- */

/* Each statement failing in turn, COMMIT included: all of it happened, or nothing. */
static void whichever_statement_fails_nothing_is_half_done(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    enum failure verdict = FAILURE_NONE;
    enum failure failure = FAILURE_INTERNAL;
    unsigned long nth = 0;
    while (failure != FAILURE_NONE) {
        database_fail_nth(++nth, FAILURE_UNAVAILABLE);
        failure = database_transact(task, database, ISOLATION_READ_COMMITTED, add_five, &verdict);
        assert_int_equal(counter(1), failure == FAILURE_NONE ? 5 : 0);
    }
    assert_int_equal(nth, 4);
    database_fail_nth(0, FAILURE_NONE);
    database_free(database);
}

static void an_injected_conflict_runs_the_body_again(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    enum failure verdict = FAILURE_NONE;
    database_fail_nth(3, FAILURE_CONFLICT);
    assert_none(database_transact(task, database, ISOLATION_READ_COMMITTED, add_five, &verdict));
    assert_int_equal(counter(1), 5);
    database_free(database);
}

IN_TASK(a_serialization_failure_runs_the_body_again)
IN_TASK(write_skew_is_refused_and_repeated)
IN_TASK(a_deadlock_runs_the_body_again)
IN_TASK(conflicts_end_after_ten_runs)

IN_TASK(a_connection_lost_before_commit_is_made_good)
IN_TASK(a_backend_ended_in_mid_statement_is_made_good)
IN_TASK(whichever_statement_fails_nothing_is_half_done)
IN_TASK(an_injected_conflict_runs_the_body_again)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_serialization_failure_runs_the_body_again, empty_tables),
        cmocka_unit_test_setup(test_write_skew_is_refused_and_repeated, empty_tables),
        cmocka_unit_test_setup(test_a_deadlock_runs_the_body_again, empty_tables),
        cmocka_unit_test_setup(test_conflicts_end_after_ten_runs, empty_tables),
        cmocka_unit_test_setup(test_a_connection_lost_before_commit_is_made_good, empty_tables),
        cmocka_unit_test_setup(test_a_backend_ended_in_mid_statement_is_made_good, empty_tables),
        cmocka_unit_test_setup(test_whichever_statement_fails_nothing_is_half_done, empty_tables),
        cmocka_unit_test_setup(test_an_injected_conflict_runs_the_body_again, empty_tables),
    };
    return cmocka_run_group_tests(tests, make_tables, NULL);
}
