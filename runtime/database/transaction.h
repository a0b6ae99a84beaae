/* Inside the database: one try of one transaction. Nothing outside this folder includes it. */
#ifndef RUNTIME_DATABASE_TRANSACTION_H
#define RUNTIME_DATABASE_TRANSACTION_H

#include "runtime/database/pool.h"

/* How far one try is. */
enum transaction_phase {
    TRANSACTION_IDLE,       /* nothing was sent */
    TRANSACTION_BEGUN,      /* BEGIN was sent */
    TRANSACTION_COMMITTING, /* COMMIT was sent: from here on its answer decides */
    TRANSACTION_ENDED,      /* its connection was given back */
};

struct transaction {
    enum transaction_phase phase;
    struct task *task;
    struct connection *connection;
    enum isolation isolation;
    bool has_savepoint;
    bool has_written;
    bool is_discarded;
    bool has_lost;        /* the server, before COMMIT was sent: certainly nothing was done */
    enum failure failure; /* the first one; only a savepoint undoes it */
    const char *constraint;
    struct statement *first; /* sent and not yet received, oldest first */
    struct statement *last;
};

/* Runs the body once and commits, unless it failed or was discarded; gives the connection back. */
enum failure transaction_run(struct transaction *transaction,
                             enum failure (*body)(struct transaction *transaction, void *argument),
                             void *argument) must_check;

/* As database_transact, for who was refused a lock already. */
enum failure transact_patiently(struct task *task, struct database *database,
                                enum failure (*body)(struct transaction *transaction,
                                                     void *argument),
                                void *argument) must_check;

#endif
