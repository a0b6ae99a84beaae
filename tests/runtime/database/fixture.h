/* Shared by the tests of the database: a database of their own, a second session that is spelled
 * step by step, tasks beside the test's own. */
#ifndef TESTS_RUNTIME_DATABASE_FIXTURE_H
#define TESTS_RUNTIME_DATABASE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/base/clock.h"
#include "runtime/database/database.h"
#include "runtime/database/migrate.h"
#include "tests/support/test_database.h"
#include "tests/support/test_loop.h"

#define assert_none(failure) assert_string_equal(failure_name(failure), "FAILURE_NONE")
#define assert_failure(failure, expected) \
    assert_string_equal(failure_name(failure), failure_name(expected))

#define SCHEMA "tried"

static inline struct database_settings settings_for(const char *url)
{
    return (struct database_settings){.url = secret_wrap(url),
                                      .schema = SCHEMA,
                                      .connections_shared = 2,
                                      .connections_exclusive = 3,
                                      .statement_timeout_ms = 10000,
                                      .wait_max_ms = 3000};
}

static inline struct database *database_open(struct task *task)
{
    struct database_settings settings = settings_for(test_database_url("database"));
    struct database *database = database_new(task_loop(task), &settings);
    assert_non_null(database);
    return database;
}

/* ---- a second session ---- */

static inline PGconn *session_open(void)
{
    PGconn *session = PQconnectdb(test_database_url("database"));
    assert_int_equal(PQstatus(session), CONNECTION_OK);
    PQclear(PQexec(session, "SET client_min_messages = error"));
    PQclear(PQexec(session, "SET search_path = " SCHEMA));
    return session;
}

static inline void session_do(PGconn *session, const char *sql)
{
    PGresult *result = PQexec(session, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(session));
    PQclear(result);
}

static inline int64_t session_ask(PGconn *session, const char *sql)
{
    PGresult *result = PQexec(session, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(session));
    int64_t value = PQntuples(result) > 0 ? strtoll(PQgetvalue(result, 0, 0), NULL, 10) : 0;
    PQclear(result);
    return value;
}

/* One statement or several, in a session that ends at once. */
static inline void done_elsewhere(const char *sql)
{
    PGconn *session = session_open();
    session_do(session, sql);
    PQfinish(session);
}

static inline int64_t asked_elsewhere(const char *sql)
{
    PGconn *session = session_open();
    int64_t value = session_ask(session, sql);
    PQfinish(session);
    return value;
}

/* Awaits, with the loop going on, that a question about the server is answered with at least this.
 */
static inline void await_elsewhere(struct task *task, const char *sql, int64_t at_least)
{
    PGconn *session = session_open();
    for (int i = 0; session_ask(session, sql) < at_least; i++) {
        assert_true(i < 500);
        assert_none(task_sleep_ms(task, 10));
    }
    PQfinish(session);
}

#define OURS                                                         \
    "FROM pg_stat_activity WHERE application_name = 'kontor-" SCHEMA \
    "' AND datname = current_database()"
#define END_OUR_BACKENDS "SELECT count(pg_terminate_backend(pid)) " OURS

/* ---- tasks beside the test's own ---- */

struct child {
    void (*body)(struct task *task, struct child *child);
    struct database *database;
    int64_t number;
    enum failure failure;
    struct task *task;
    bool has_ended;
    struct event ended;
};

static inline void child_main(struct task *task, void *argument)
{
    struct child *child = argument;
    child->task = task;
    child->body(task, child);
    child->task = NULL;
    child->has_ended = true;
    event_signal(&child->ended);
}

static inline void child_start(struct task *task, struct child *child, int64_t timeout_ms)
{
    struct task_options options = {.name = "child", .timeout_ms = timeout_ms};
    assert_none(loop_spawn(task_loop(task), &options, child_main, child));
}

static inline void child_join(struct task *task, struct child *child)
{
    while (!child->has_ended)
        assert_none(task_wait(task, &child->ended));
}

/* IN_TASK(name) makes test_name, which runs name in a task. */
#define IN_TASK(name)                     \
    static void test_##name(void **state) \
    {                                     \
        (void)state;                      \
        test_in_task(name, NULL);         \
    }

/* The tables of these tests. */
static inline int make_tables(void **state)
{
    (void)state;
    PGconn *session = PQconnectdb(test_database_url("database"));
    session_do(session, "CREATE SCHEMA IF NOT EXISTS " SCHEMA);
    session_do(session, "SET search_path = " SCHEMA);
    session_do(session, "CREATE TABLE counter (id bigint PRIMARY KEY, value bigint NOT NULL "
                        "CONSTRAINT value_is_not_negative CHECK (value >= 0))");
    session_do(session, "INSERT INTO counter VALUES (1, 0), (2, 0)");
    session_do(session, "CREATE TABLE note (id bigint PRIMARY KEY, counter_id bigint REFERENCES "
                        "counter DEFERRABLE INITIALLY DEFERRED)");
    PQfinish(session);
    return 0;
}

static inline int empty_tables(void **state)
{
    (void)state;
    done_elsewhere("TRUNCATE note, counter");
    done_elsewhere("INSERT INTO counter VALUES (1, 0), (2, 0)");
    return 0;
}

#endif
