/* The order of events in the outbox while several write at once (docs/decisions/0007). */
#include "tests/support/test_outbox.h"

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

IN_TASK(a_late_commit_is_never_skipped)
IN_TASK(transactions_of_others_hold_nobody_back)
IN_TASK(who_cannot_number_reads_what_is_numbered)
IN_TASK(a_scopes_order_is_that_of_its_lock)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_late_commit_is_never_skipped, empty_outbox),
        cmocka_unit_test_setup(test_transactions_of_others_hold_nobody_back, empty_outbox),
        cmocka_unit_test_setup(test_who_cannot_number_reads_what_is_numbered, empty_outbox),
        cmocka_unit_test_setup(test_a_scopes_order_is_that_of_its_lock, empty_outbox),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
