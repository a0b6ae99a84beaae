/* PostgreSQL through libpq: a pool of connections in pipeline mode, driven by the loop. Queries are
 * prepared, embedded from the .sql files of a store (struct query, generated), with binary
 * parameters and results.
 *
 * Two ways to use it: database_query for one statement that is its own transaction (shares a
 * pipelined connection), and database_transact for a transaction of several (owns a connection
 * until it ends). */
#ifndef RUNTIME_DATABASE_DATABASE_H
#define RUNTIME_DATABASE_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/failure.h"
#include "runtime/base/id.h"
#include "runtime/base/secret.h"
#include "runtime/base/text.h"
#include "runtime/loop/loop.h"
#include "runtime/loop/task.h"

struct database;

struct database_settings {
    struct secret url; /* libpq connection string or URI */
    struct secret
        migration_url; /* the same database as the schema's owner, who migrates; "" or NULL: url */
    const char *grant_to;      /* the role that may do a service's work afterwards; "" or NULL: with
                                  migration_url the user of url, else nobody */
    const char *schema;        /* search_path is this schema alone */
    int connections_shared;    /* pipelined, for database_query; 2 is a good number */
    int connections_exclusive; /* for transactions */
    int64_t statement_timeout_ms; /* never applies to COMMIT */
    int64_t wait_max_ms;          /* longest wait for a free connection; then FAILURE_UNAVAILABLE */
    int64_t lock_wait_ms; /* a statement's longest wait for a lock that somebody holds; 0: as long
                             as it may run */
    /* A lock that is not given in time ends the transaction with FAILURE_LOCKED; else it is tried
     * again, as database_transact says. */
    bool hands_locks_back;
    bool has_to_migrate;       /* database_migrate: a role that may not migrate is a mistake */
    bool newer_schema_allowed; /* database_migrate succeeds although there are migrations that this
                                  process does not know */
};

/* Whether the URL leads to this machine only, or to a server that is verified
 * (sslmode=verify-full). An unreadable one passes: connecting to it says so. */
bool database_url_is_verified(struct secret url);

/* Starts connecting in the background and keeps reconnecting with jittered back-off, for ever.
 * The url is lent as long as the database: it is read for each connection, as it is then.
 * NULL: the url cannot be read; one line was logged. */
struct database *database_new(struct loop *loop, const struct database_settings *settings);
void database_free(struct database *database);           /* after every task that uses it ended */
bool database_is_ready(const struct database *database); /* at least one connection is up */
/* For operators: its pools as they stand, a line for each connection (link, hold, statements in
 * flight, the oldest and the newest of them with state and age, the task and request that hold it
 * and for how long) and for those who wait for one the longest. No parameters and no rows. NULL:
 * the arena is exhausted. */
const char *database_show(const struct database *database, struct arena *arena);
/* The time there, in microseconds since 1970; and so whether it answers at all. FAILURE_DEADLINE
 * after wait_ms. No fault of database_fail_nth meets it. */
enum failure database_ask_time(struct task *task, struct database *database, int64_t wait_ms,
                               int64_t *time_us) must_check;
int database_library_version(
    void); /* libpq's number of the version that runs, 150020 for 15.20; for the build page */

/* A task and the database it asks: all that a single statement needs. */
struct reader {
    struct task *task;
    struct database *database;
};

static inline struct reader reader_of(struct task *task, struct database *database)
{
    return (struct reader){task, database};
}

static inline struct arena *reader_arena(struct reader reader)
{
    return task_arena(reader.task);
}

/* ---- queries ---- */

/* Generated from queries/<name>.sql as <context>_query_<name>, with a struct of its parameters,
 * calls and the struct of a row (cmake/embed_sql.py). */
struct query {
    const char *name;
    const char *sql;
};

enum param_kind {
    PARAM_NULL,
    PARAM_INT64,
    PARAM_BOOL,
    PARAM_TEXT,
    PARAM_ID,
    PARAM_TIME,
    PARAM_BYTES,
    PARAM_INT64_ARRAY,
    PARAM_BOOL_ARRAY,
    PARAM_TEXT_ARRAY,
    PARAM_ID_ARRAY,
    PARAM_TIME_ARRAY,
    PARAM_BYTES_ARRAY,
};

/* Borrowed until the query's await returns (or, for transaction_send, until it returns: the bytes
 * are copied). PostgreSQL types: int64 → bigint, text → text, id → uuid, time → timestamptz
 * (microseconds since 1970), bytes → bytea, and their arrays. In the SQL write casts where the type
 * is not implied: $1::bigint, unnest($2::uuid[]). Integer columns are bigint. */
struct param {
    enum param_kind kind;
    bool flag;
    int64_t number;
    struct id id;
    const void *data;  /* text, bytes, or the first element of an array */
    size_t size;       /* bytes of PARAM_BYTES; elements of an array */
    const bool *nulls; /* arrays: which elements are NULL, or NULL for none */
};

static inline struct param param_array(enum param_kind kind, const void *values, size_t count)
{
    return (struct param){.kind = kind, .data = values, .size = count};
}

static inline struct param param_null(void)
{
    return (struct param){.kind = PARAM_NULL};
}
static inline struct param param_int64(int64_t value)
{
    return (struct param){.kind = PARAM_INT64, .number = value};
}
static inline struct param param_bool(bool value)
{
    return (struct param){.kind = PARAM_BOOL, .flag = value};
}
static inline struct param param_text(const char *value)
{
    return (struct param){.kind = value != NULL ? PARAM_TEXT : PARAM_NULL, .data = value};
}
static inline struct param param_id(struct id value)
{
    return (struct param){.kind = PARAM_ID, .id = value};
}
static inline struct param param_time(int64_t value_us)
{
    return (struct param){.kind = PARAM_TIME, .number = value_us};
}
static inline struct param param_bytes(const void *data, size_t size)
{
    return (struct param){.kind = PARAM_BYTES, .data = data, .size = size};
}

static inline struct param param_int64_array(const int64_t *values, size_t count)
{
    return param_array(PARAM_INT64_ARRAY, values, count);
}
static inline struct param param_bool_array(const bool *values, size_t count)
{
    return param_array(PARAM_BOOL_ARRAY, values, count);
}
/* A NULL element is NULL. */
static inline struct param param_text_array(const char *const *values, size_t count)
{
    return param_array(PARAM_TEXT_ARRAY, values, count);
}
static inline struct param param_id_array(const struct id *values, size_t count)
{
    return param_array(PARAM_ID_ARRAY, values, count);
}
static inline struct param param_time_array(const int64_t *values_us, size_t count)
{
    return param_array(PARAM_TIME_ARRAY, values_us, count);
}
static inline struct param param_bytes_array(const struct bytes *values, size_t count)
{
    return param_array(PARAM_BYTES_ARRAY, values, count);
}

/* PARAMS(param_id(a), param_int64(b)) gives the two arguments params, param_count. NO_PARAMS for
 * none. */
#define PARAMS(...)                      \
    (const struct param[]){__VA_ARGS__}, \
        sizeof((const struct param[]){__VA_ARGS__}) / sizeof(struct param)
#define NO_PARAMS NULL, 0

/* Arrays as the generated parameters of a query hold them; nulls as in struct param. */
struct id_array {
    const struct id *items;
    size_t count;
    const bool *nulls;
};
static inline struct id_array id_array(const struct id *items, size_t count)
{
    return (struct id_array){.items = items, .count = count};
}
struct int64_array {
    const int64_t *items;
    size_t count;
    const bool *nulls;
};
static inline struct int64_array int64_array(const int64_t *items, size_t count)
{
    return (struct int64_array){.items = items, .count = count};
}
struct bool_array {
    const bool *items;
    size_t count;
    const bool *nulls;
};
static inline struct bool_array bool_array(const bool *items, size_t count)
{
    return (struct bool_array){.items = items, .count = count};
}
struct text_array {
    const char *const *items;
    size_t count;
    const bool *nulls;
};
static inline struct text_array text_array(const char *const *items, size_t count)
{
    return (struct text_array){.items = items, .count = count};
}
struct time_array {
    const int64_t *items; /* microseconds since 1970 */
    size_t count;
    const bool *nulls;
};
static inline struct time_array time_array(const int64_t *items, size_t count)
{
    return (struct time_array){.items = items, .count = count};
}
struct bytes_array {
    const struct bytes *items;
    size_t count;
    const bool *nulls;
};
static inline struct bytes_array bytes_array(const struct bytes *items, size_t count)
{
    return (struct bytes_array){.items = items, .count = count};
}

/* ---- rows: lent by the task's arena, valid until the task ends ---- */

struct cell {
    const uint8_t *data; /* NULL: SQL NULL. Text cells are NUL-terminated. */
    size_t size;
};

struct rows {
    size_t count;
    size_t column_count;
    int64_t affected;   /* rows inserted, updated or deleted */
    struct cell *cells; /* row major */
};

bool row_is_null(const struct rows *rows, size_t row, size_t column);
/* Each asserts that the cell is of the width it reads; a NULL cell reads as 0, false, nil, NULL. */
int64_t row_int64(const struct rows *rows, size_t row, size_t column);
bool row_bool(const struct rows *rows, size_t row, size_t column);
const char *row_text(const struct rows *rows, size_t row, size_t column);
struct id row_id(const struct rows *rows, size_t row, size_t column);
int64_t row_time_us(const struct rows *rows, size_t row,
                    size_t column); /* microseconds since 1970 */
struct bytes row_bytes(const struct rows *rows, size_t row, size_t column);

/* One statement, its own transaction, for short work: others wait behind it. rows may be NULL.
 * FAILURE_INDEFINITE when the connection was lost after a statement that may write was sent;
 * FAILURE_UNAVAILABLE when it certainly was not. A statement that only reads is sent again by
 * itself on another connection. Nothing is sent, here and in transactions, once the task's arena
 * was exhausted. The task notes that something may have been done (task_note_act). After
 * FAILURE_DEADLINE or FAILURE_CANCELLED a write may or may not have been done. A lock not given
 * within lock_wait_ms is waited for like in database_transact, on a connection for transactions:
 * nobody stays behind it here. */
enum failure database_query(struct reader reader, const struct query *query,
                            const struct param *params, size_t param_count,
                            struct rows *rows) must_check;

/* One statement that writes, its own transaction, over the lane-th of the shared connections:
 * statements of one lane are done in the order in which they were sent. Once sent it is waited for
 * to the end, like a COMMIT. Failures as of database_query; FAILURE_UNAVAILABLE at once while the
 * lane's connection is down. */
enum failure database_query_in_lane(struct reader reader, size_t lane, const struct query *query,
                                    const struct param *params, size_t param_count) must_check;

/* ---- transactions ---- */

struct transaction;

/* The task that runs it. */
struct task *transaction_task(const struct transaction *transaction);
struct arena *transaction_arena(const struct transaction *transaction);

enum isolation { ISOLATION_READ_COMMITTED, ISOLATION_REPEATABLE_READ, ISOLATION_SERIALIZABLE };

/* Begins, runs body, commits. Body returns FAILURE_NONE to commit; any other failure rolls back and
 * is returned. After a serialization failure, a deadlock, or a connection that was lost before
 * COMMIT was sent, the whole body runs again, up to 10 times with jittered back-off: body must
 * leave nothing behind but what it wrote through the transaction. A failed statement that body
 * overlooks fails the transaction all the same. FAILURE_INDEFINITE when the answer to the COMMIT
 * was lost: look the request up by its id before answering. COMMIT is never cancelled nor timed
 * out; past its deadline or cancelled, a task's transaction rolls back.
 *
 * A lock that is not given within lock_wait_ms is waited for without a connection: the body runs
 * again, with back-off, until just before the task's deadline, for LOCK_PATIENCE_MS at most, and
 * then is FAILURE_LOCKED: nothing was done. Those who come back hold a quarter of the connections
 * at most, so that rows that somebody holds keep only those waiting who need them. */
#define LOCK_PATIENCE_MS 10000
enum failure
database_transact(struct task *task, struct database *database, enum isolation isolation,
                  enum failure (*body)(struct transaction *transaction, void *argument),
                  void *argument) must_check;

/* The same, for what the scope's rows are needed for (a company, an account): while somebody holds
 * them, further ones of the scope wait like those who come back, from the start. */
enum failure database_transact_in(struct task *task, struct database *database, struct id scope_id,
                                  enum failure (*body)(struct transaction *transaction,
                                                       void *argument),
                                  void *argument) must_check;

/* One statement inside; awaits the answer. */
enum failure transaction_query(struct transaction *transaction, const struct query *query,
                               const struct param *params, size_t param_count,
                               struct rows *rows) must_check;

/* Pipelining: transaction_send queues a statement without waiting; transaction_receive awaits the
 * answers in the order sent (rows may be NULL); what was sent goes off with the first receive. A
 * send that was not received is awaited with the COMMIT. */
enum failure transaction_send(struct transaction *transaction, const struct query *query,
                              const struct param *params, size_t param_count) must_check;
enum failure transaction_receive(struct transaction *transaction, struct rows *rows) must_check;

/* As transaction_send, for a statement whose answer nobody needs: its failure becomes the
 * transaction's, at the latest at COMMIT, with which it travels. Needs no receive. */
enum failure transaction_send_silently(struct transaction *transaction, const struct query *query,
                                       const struct param *params, size_t param_count) must_check;

/* Undo what was written since the savepoint; the transaction goes on. One level is enough for us.
 */
enum failure transaction_savepoint(struct transaction *transaction) must_check;
enum failure transaction_rollback_to_savepoint(struct transaction *transaction) must_check;

/* Nothing of it is to be kept though body returns FAILURE_NONE: the transaction ends by ROLLBACK,
 * and database_transact gives FAILURE_NONE. */
void transaction_discard(struct transaction *transaction);

/* After FAILURE_CONSTRAINT: the constraint's name, lent until the task ends; "" when unknown. */
const char *transaction_constraint(const struct transaction *transaction);

/* For faults: makes the n-th statement from now on fail (0: never) with the failure given, before
 * it is sent. Process wide. */
void database_fail_nth(unsigned long nth, enum failure failure);

#endif
