/* For the tests of transactions: counters, and bodies that change them. */
#ifndef TESTS_SUPPORT_TEST_TRANSACTION_H
#define TESTS_SUPPORT_TEST_TRANSACTION_H

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

static const struct query nap = {"nap", "SELECT 1::bigint FROM pg_sleep($1::bigint / 1000.0)"};
static const struct query one = {"one", "SELECT 1::bigint"};

static inline int64_t counter(int64_t id)
{
    return asked_elsewhere(id == 1 ? "SELECT value FROM counter WHERE id = 1"
                                   : "SELECT value FROM counter WHERE id = 2");
}

/* ---- commit and rollback ---- */

static inline enum failure add_five(struct transaction *transaction, void *argument)
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

/* ---- cancelled ---- */

static inline enum failure write_then_nap(struct transaction *transaction, void *argument)
{
    struct child *child = argument;
    enum failure failure = transaction_query(transaction, &add_to_counter,
                                             PARAMS(param_int64(1), param_int64(1)), NULL);
    return failure == FAILURE_NONE
               ? transaction_query(transaction, &nap, PARAMS(param_int64(child->number)), NULL)
               : failure;
}

static inline void transact_write_then_nap(struct task *task, struct child *child)
{
    child->failure =
        database_transact(task, child->database, ISOLATION_READ_COMMITTED, write_then_nap, child);
}

#endif
