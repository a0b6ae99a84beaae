/* Transactions of several statements, each on a connection of its own. */
#include "tests/support/test_transaction.h"

static const struct query add_note = {"add_note",
                                      "INSERT INTO note (id, counter_id) VALUES ($1, $2)"};

/* ---- commit and rollback ---- */

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

/* ---- faults ---- */

IN_TASK(what_the_body_returns_decides)
IN_TASK(an_empty_transaction_is_fine)
IN_TASK(answers_come_in_the_order_sent)
IN_TASK(a_failure_cannot_be_overlooked)
IN_TASK(silent_statements_travel_with_the_commit)
IN_TASK(a_deferred_constraint_fails_the_commit)
IN_TASK(a_savepoint_undoes_a_failure)
IN_TASK(a_savepoint_undoes_what_was_only_sent)

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
    };
    return cmocka_run_group_tests(tests, make_tables, NULL);
}
