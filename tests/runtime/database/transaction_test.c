/* Transactions of several statements, each on a connection of its own. */
#include "tests/runtime/database/fixture.h"

#include "runtime/base/metrics.h"

static const struct query read_counter = {"read_counter",
                                          "SELECT value FROM counter WHERE id = $1"};
static const struct query lock_counter = {"lock_counter",
                                          "SELECT value FROM counter WHERE id = $1 FOR UPDATE"};
static const struct query set_counter = {"set_counter",
                                         "UPDATE counter SET value = $2 WHERE id = $1"};
static const struct query add_to_counter = {"add_to_counter",
                                            "UPDATE counter SET value = value + $2 WHERE id = $1"};
static const struct query add_note = {"add_note",
                                      "INSERT INTO note (id, counter_id) VALUES ($1, $2)"};
static const struct query nap = {"nap", "SELECT 1::bigint FROM pg_sleep($1::bigint / 1000.0)"};
static const struct query one = {"one", "SELECT 1::bigint"};

static int64_t counter(int64_t id)
{
    return asked_elsewhere(id == 1 ? "SELECT value FROM counter WHERE id = 1"
                                   : "SELECT value FROM counter WHERE id = 2");
}

/* ---- commit and rollback ---- */

static enum failure add_five(struct transaction *transaction, void *argument)
{
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &lock_counter, PARAMS(param_int64(1)), &rows);
    if (failure == FAILURE_NONE)
        failure = transaction_query(transaction, &set_counter,
                                    PARAMS(param_int64(1), param_int64(row_int64(&rows, 0, 0) + 5)),
                                    &rows);
    return failure != FAILURE_NONE ? failure : *(enum failure *)argument;
}

static void what_the_body_returns_decides(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    enum failure verdict = FAILURE_NONE;
    assert_none(database_transact(task, database, ISOLATION_READ_COMMITTED, add_five, &verdict));
    assert_int_equal(counter(1), 5);
    verdict = FAILURE_INVALID;
    assert_failure(database_transact(task, database, ISOLATION_READ_COMMITTED, add_five, &verdict),
                   FAILURE_INVALID);
    assert_int_equal(counter(1), 5);
    database_free(database);
}

static enum failure do_nothing(struct transaction *transaction, void *argument)
{
    (void)transaction;
    (void)argument;
    return FAILURE_NONE;
}

static void an_empty_transaction_is_fine(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    for (int i = 0; i < 10; i++)
        assert_none(database_transact(task, database, ISOLATION_SERIALIZABLE, do_nothing, NULL));
    database_free(database);
}

/* ---- pipelining ---- */

static enum failure send_three(struct transaction *transaction, void *argument)
{
    (void)argument;
    for (int64_t i = 1; i <= 3; i++)
        assert_none(
            transaction_send(transaction, &add_to_counter, PARAMS(param_int64(1), param_int64(i))));
    assert_none(transaction_send(transaction, &read_counter, PARAMS(param_int64(1))));
    struct rows rows;
    for (int i = 0; i < 3; i++) {
        assert_none(transaction_receive(transaction, &rows));
        assert_int_equal(rows.affected, 1);
    }
    assert_none(transaction_receive(transaction, &rows));
    assert_int_equal(row_int64(&rows, 0, 0), 6);
    return FAILURE_NONE;
}

static void answers_come_in_the_order_sent(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    assert_none(database_transact(task, database, ISOLATION_READ_COMMITTED, send_three, NULL));
    assert_int_equal(counter(1), 6);
    database_free(database);
}

static enum failure send_a_broken_one(struct transaction *transaction, void *argument)
{
    (void)argument;
    assert_none(
        transaction_send(transaction, &add_to_counter, PARAMS(param_int64(1), param_int64(1))));
    assert_none(
        transaction_send(transaction, &add_to_counter, PARAMS(param_int64(2), param_int64(-1))));
    assert_none(
        transaction_send(transaction, &add_to_counter, PARAMS(param_int64(1), param_int64(1))));
    assert_none(transaction_receive(transaction, NULL));
    assert_failure(transaction_receive(transaction, NULL), FAILURE_CONSTRAINT);
    assert_string_equal(transaction_constraint(transaction), "value_is_not_negative");
    assert_failure(transaction_receive(transaction, NULL), FAILURE_CONSTRAINT);
    assert_failure(transaction_query(transaction, &one, NO_PARAMS, NULL), FAILURE_CONSTRAINT);
    return FAILURE_NONE;
}

/* A body that overlooks a failure does not commit half of its work. */
static void a_failure_cannot_be_overlooked(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    assert_failure(
        database_transact(task, database, ISOLATION_READ_COMMITTED, send_a_broken_one, NULL),
        FAILURE_CONSTRAINT);
    assert_int_equal(counter(1), 0);
    database_free(database);
}

static enum failure send_silently(struct transaction *transaction, void *argument)
{
    int64_t change = *(int64_t *)argument;
    assert_none(transaction_send_silently(transaction, &add_to_counter,
                                          PARAMS(param_int64(2), param_int64(7))));
    return transaction_send_silently(transaction, &add_to_counter,
                                     PARAMS(param_int64(1), param_int64(change)));
}

static void silent_statements_travel_with_the_commit(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    int64_t change = 3;
    assert_none(
        database_transact(task, database, ISOLATION_READ_COMMITTED, send_silently, &change));
    assert_int_equal(counter(1), 3);
    change = -4;
    assert_failure(
        database_transact(task, database, ISOLATION_READ_COMMITTED, send_silently, &change),
        FAILURE_CONSTRAINT);
    assert_int_equal(counter(1), 3);
    assert_int_equal(counter(2), 7);
    database_free(database);
}

static enum failure add_orphan(struct transaction *transaction, void *argument)
{
    (void)argument;
    return transaction_query(transaction, &add_note, PARAMS(param_int64(1), param_int64(999)),
                             NULL);
}

static void a_deferred_constraint_fails_the_commit(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    assert_failure(database_transact(task, database, ISOLATION_READ_COMMITTED, add_orphan, NULL),
                   FAILURE_CONSTRAINT);
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM note"), 0);
    enum failure verdict = FAILURE_NONE;
    assert_none(database_transact(task, database, ISOLATION_READ_COMMITTED, add_five, &verdict));
    database_free(database);
}

/* ---- savepoints ---- */

static enum failure undo_the_second_half(struct transaction *transaction, void *argument)
{
    (void)argument;
    assert_none(transaction_query(transaction, &add_to_counter,
                                  PARAMS(param_int64(1), param_int64(1)), NULL));
    for (int i = 0; i < 3; i++) {
        assert_none(transaction_savepoint(transaction));
        assert_none(transaction_query(transaction, &add_to_counter,
                                      PARAMS(param_int64(1), param_int64(10)), NULL));
        assert_failure(transaction_query(transaction, &add_to_counter,
                                         PARAMS(param_int64(2), param_int64(-1)), NULL),
                       FAILURE_CONSTRAINT);
        assert_none(transaction_rollback_to_savepoint(transaction));
    }
    return transaction_query(transaction, &add_to_counter, PARAMS(param_int64(2), param_int64(1)),
                             NULL);
}

static void a_savepoint_undoes_a_failure(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    assert_none(
        database_transact(task, database, ISOLATION_READ_COMMITTED, undo_the_second_half, NULL));
    assert_int_equal(counter(1), 1);
    assert_int_equal(counter(2), 1);
    database_free(database);
}

static enum failure undo_what_was_only_sent(struct transaction *transaction, void *argument)
{
    (void)argument;
    assert_none(transaction_savepoint(transaction));
    assert_none(
        transaction_send(transaction, &add_to_counter, PARAMS(param_int64(1), param_int64(10))));
    assert_none(
        transaction_send(transaction, &add_to_counter, PARAMS(param_int64(2), param_int64(-1))));
    assert_none(transaction_send_silently(transaction, &add_to_counter,
                                          PARAMS(param_int64(1), param_int64(10))));
    assert_none(transaction_rollback_to_savepoint(transaction));
    return transaction_query(transaction, &add_to_counter, PARAMS(param_int64(2), param_int64(1)),
                             NULL);
}

static void a_savepoint_undoes_what_was_only_sent(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    assert_none(
        database_transact(task, database, ISOLATION_READ_COMMITTED, undo_what_was_only_sent, NULL));
    assert_int_equal(counter(1), 0);
    assert_int_equal(counter(2), 1);
    database_free(database);
}

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

static void write_skew_is_refused_and_repeated(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = database_open(task);
    struct child first = {.body = add_sum_serializable, .database = database, .number = 1};
    struct child second = {.body = add_sum_serializable, .database = database, .number = 2};
    child_start(task, &first, 20000);
    child_start(task, &second, 20000);
    child_join(task, &first);
    child_join(task, &second);
    assert_none(first.failure);
    assert_none(second.failure);
    assert_int_equal(counter(1) + counter(2), 3);
    database_free(database);
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
    struct database *database = database_open(task);
    struct child first = {.body = add_to_both_counters, .database = database, .number = 1};
    struct child second = {.body = add_to_both_counters, .database = database, .number = 2};
    child_start(task, &first, 20000);
    child_start(task, &second, 20000);
    child_join(task, &first);
    child_join(task, &second);
    assert_none(first.failure);
    assert_none(second.failure);
    assert_int_equal(counter(1), 2);
    assert_int_equal(counter(2), 2);
    database_free(database);
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

static enum failure write_then_nap(struct transaction *transaction, void *argument)
{
    struct child *child = argument;
    enum failure failure = transaction_query(transaction, &add_to_counter,
                                             PARAMS(param_int64(1), param_int64(1)), NULL);
    return failure == FAILURE_NONE
               ? transaction_query(transaction, &nap, PARAMS(param_int64(child->number)), NULL)
               : failure;
}

static void transact_write_then_nap(struct task *task, struct child *child)
{
    child->failure =
        database_transact(task, child->database, ISOLATION_READ_COMMITTED, write_then_nap, child);
}

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

IN_TASK(what_the_body_returns_decides)
IN_TASK(an_empty_transaction_is_fine)
IN_TASK(answers_come_in_the_order_sent)
IN_TASK(a_failure_cannot_be_overlooked)
IN_TASK(silent_statements_travel_with_the_commit)
IN_TASK(a_deferred_constraint_fails_the_commit)
IN_TASK(a_savepoint_undoes_a_failure)
IN_TASK(a_savepoint_undoes_what_was_only_sent)
IN_TASK(a_serialization_failure_runs_the_body_again)
IN_TASK(write_skew_is_refused_and_repeated)
IN_TASK(a_deadlock_runs_the_body_again)
IN_TASK(conflicts_end_after_ten_runs)
IN_TASK(who_waits_too_long_is_told)
IN_TASK(first_come_first_served)
IN_TASK(a_cancelled_transaction_rolls_back_and_gives_its_connection_back_clean)
IN_TASK(past_its_deadline_nothing_commits)
IN_TASK(a_cancelled_waiter_leaves_the_queue)
IN_TASK(a_connection_lost_before_commit_is_made_good)
IN_TASK(a_backend_ended_in_mid_statement_is_made_good)
IN_TASK(whichever_statement_fails_nothing_is_half_done)
IN_TASK(an_injected_conflict_runs_the_body_again)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_what_the_body_returns_decides, empty_tables),
        cmocka_unit_test_setup(test_an_empty_transaction_is_fine, empty_tables),
        cmocka_unit_test_setup(test_answers_come_in_the_order_sent, empty_tables),
        cmocka_unit_test_setup(test_a_failure_cannot_be_overlooked, empty_tables),
        cmocka_unit_test_setup(test_silent_statements_travel_with_the_commit, empty_tables),
        cmocka_unit_test_setup(test_a_deferred_constraint_fails_the_commit, empty_tables),
        cmocka_unit_test_setup(test_a_savepoint_undoes_a_failure, empty_tables),
        cmocka_unit_test_setup(test_a_savepoint_undoes_what_was_only_sent, empty_tables),
        cmocka_unit_test_setup(test_a_serialization_failure_runs_the_body_again, empty_tables),
        cmocka_unit_test_setup(test_write_skew_is_refused_and_repeated, empty_tables),
        cmocka_unit_test_setup(test_a_deadlock_runs_the_body_again, empty_tables),
        cmocka_unit_test_setup(test_conflicts_end_after_ten_runs, empty_tables),
        cmocka_unit_test_setup(test_who_waits_too_long_is_told, empty_tables),
        cmocka_unit_test_setup(test_first_come_first_served, empty_tables),
        cmocka_unit_test_setup(
            test_a_cancelled_transaction_rolls_back_and_gives_its_connection_back_clean,
            empty_tables),
        cmocka_unit_test_setup(test_past_its_deadline_nothing_commits, empty_tables),
        cmocka_unit_test_setup(test_a_cancelled_waiter_leaves_the_queue, empty_tables),
        cmocka_unit_test_setup(test_a_connection_lost_before_commit_is_made_good, empty_tables),
        cmocka_unit_test_setup(test_a_backend_ended_in_mid_statement_is_made_good, empty_tables),
        cmocka_unit_test_setup(test_whichever_statement_fails_nothing_is_half_done, empty_tables),
        cmocka_unit_test_setup(test_an_injected_conflict_runs_the_body_again, empty_tables),
    };
    return cmocka_run_group_tests(tests, make_tables, NULL);
}
