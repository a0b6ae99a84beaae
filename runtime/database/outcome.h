/* The meaning of PostgreSQL's answer to one statement, by SQLSTATE. */
#ifndef RUNTIME_DATABASE_OUTCOME_H
#define RUNTIME_DATABASE_OUTCOME_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "runtime/base/failure.h"
#include "runtime/database/database.h"

#define SQLSTATE_SIZE 6
#define CONSTRAINT_SIZE 64 /* NAMEDATALEN */
#define SENTENCE_SIZE 160

struct statement_outcome {
    enum failure failure;
    bool is_inherited;      /* from an earlier statement of the unit: the server skipped this one */
    bool connection_ends;   /* FATAL or PANIC: no other answer will come on this connection */
    bool server_is_standby; /* nothing was done, and this connection will never write: another
                               server took over */
    bool plan_is_stale; /* the prepared statement is gone or fits no longer: prepare again; nothing
                           was done */
    char sqlstate[SQLSTATE_SIZE];
    char constraint[CONSTRAINT_SIZE];
    char sentence[SENTENCE_SIZE]; /* of class 42 alone, which is about names and syntax; other texts
                                     may hold values */
};

struct statement_outcome outcome_of(const PGresult *result);

/* Logs what has no place in normal running; by the task that asked, so that the line carries its
 * ids. */
void outcome_log(const struct statement_outcome *outcome, const struct query *query);

#endif
