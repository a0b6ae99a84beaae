/* What PostgreSQL's answer to one statement means, by SQLSTATE. */
#ifndef RUNTIME_DATABASE_OUTCOME_H
#define RUNTIME_DATABASE_OUTCOME_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "runtime/base/failure.h"
#include "runtime/database/database.h"

#define CONSTRAINT_SIZE 64 /* NAMEDATALEN */

struct outcome {
    enum failure failure;
    bool connection_ends;   /* FATAL or PANIC: no other answer will come on this connection */
    bool server_is_standby; /* nothing was done, and this connection will never write: another server took over */
    bool plan_is_stale;     /* the prepared statement is gone or fits no longer: prepare again; nothing was done */
    char constraint[CONSTRAINT_SIZE];
};

/* Classifies any result; logs what has no place in normal running. Never logs a value: only class 42 (names and syntax) keeps its text. */
struct outcome outcome_of(const PGresult *result, const struct query *query);

#endif
