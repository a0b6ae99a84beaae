/* The contenders that anyone can check: plain PostgreSQL through libpq, no rpc, no ledger. One lane
 * is one connection; a piece of work is one or more steps, each sent as a pipeline that ends with a
 * sync. Their SQL stands in bench/queries. */
#ifndef BENCH_CONTENDER_BASELINE_H
#define BENCH_CONTENDER_BASELINE_H

#include <libpq-fe.h>

#include "bench/measure/load.h"
#include "bench/measure/traffic.h"

#define BASELINE_CONNECTIONS_MAX 128
#define BASELINE_AMOUNT_MICROS 10000

struct baseline_settings {
    const char *database_url;
    const char *queries_folder;
    size_t connections;
    size_t size;         /* floor: transfers in one batch */
    size_t answer_bytes; /* floor: of the stored answer, as the ledger keeps it */
    struct traffic *traffic;
};

struct connection {
    PGconn *core;
    size_t number;
    bool busy;
    bool failed;      /* this piece */
    bool transacting; /* a BEGIN is open */
    int step;
    int64_t orders; /* in this piece */
    struct id source, destination;
    char balances[2][24]; /* as read by the row lock transaction, in the order of the ids */
    void *own;            /* of the kind */
};

struct baseline;

/* One way of keeping transfers. */
struct baseline_kind {
    const char *name;
    const char *options; /* of each connection; NULL: none */
    const char *const
        *statements; /* names of files in queries/, ended by NULL; prepared under their names */
    void (*open)(struct baseline *baseline, struct connection *connection); /* may be NULL */
    bool (*send)(struct baseline *baseline,
                 struct connection *connection); /* the step; false: there is none left */
    void (*read)(struct connection *connection,
                 const PGresult *rows); /* the rows of a step; may be NULL */
};

struct baseline {
    const struct baseline_kind *kind;
    struct baseline_settings settings;
    struct connection connections[BASELINE_CONNECTIONS_MAX];
};

extern const struct baseline_kind baseline_procedure; /* one stored procedure per transfer */
extern const struct baseline_kind
    baseline_locks; /* one transaction per transfer: lock two rows, decide here, write */
extern const struct baseline_kind baseline_commit; /* one row, one commit */
extern const struct baseline_kind
    baseline_floor; /* the ledger's own rows in arrays, nothing decided */

/* Connects and prepares, or says why not and exits. */
struct baseline *baseline_open(const struct baseline_kind *kind,
                               const struct baseline_settings *settings);
void baseline_close(struct baseline *baseline);
struct contender baseline_contender(struct baseline *baseline);

/* Sends one prepared statement with text parameters; a NULL text is SQL's NULL. */
void baseline_send(struct connection *connection, const char *statement, const char *const *texts,
                   int count);
void baseline_send_sql(struct connection *connection, const char *sql);
void baseline_sync(struct connection *connection);

/* A connection for questions of one row; exits when it cannot be made. */
PGconn *baseline_connect(const char *url, const char *options);
int64_t baseline_ask(PGconn *core, const char *sql, int column);

#endif
