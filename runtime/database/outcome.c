#include "runtime/database/outcome.h"

#include <string.h>

#include "runtime/base/log.h"

static const struct {
    const char *prefix; /* of the SQLSTATE; the first that fits decides */
    enum failure failure;
} classes[] = {
    {"40003", FAILURE_INDEFINITE}, /* statement_completion_unknown */
    {"08007", FAILURE_INDEFINITE}, /* transaction_resolution_unknown */
    {"40001", FAILURE_CONFLICT},   /* serialization_failure */
    {"40P01", FAILURE_CONFLICT},   /* deadlock_detected */
    {"22012", FAILURE_CONFLICT}, /* division_by_zero: of rows changed where they were found, one was
                                    moved meanwhile */
    {"55P03", FAILURE_LOCKED},   /* lock_not_available: lock_timeout */
    {"57014", FAILURE_DEADLINE}, /* query_canceled: statement_timeout */
    {"23", FAILURE_CONSTRAINT},  /* integrity constraint violation */
    {"57P", FAILURE_UNAVAILABLE},   /* shutting down or starting up */
    {"08", FAILURE_UNAVAILABLE},    /* connection exception */
    {"53", FAILURE_UNAVAILABLE},    /* connections, memory or disk used up */
    {"25006", FAILURE_UNAVAILABLE}, /* read_only_sql_transaction: a standby */
    {"25P03", FAILURE_UNAVAILABLE}, /* idle_in_transaction_session_timeout */
    {"", FAILURE_INTERNAL},
};

static enum failure failure_of(const char *sqlstate)
{
    size_t i = 0;
    while (strncmp(sqlstate, classes[i].prefix, strlen(classes[i].prefix)) != 0)
        i++;
    return classes[i].failure;
}

static const char *field(const PGresult *result, int code)
{
    const char *text = PQresultErrorField(result, code);
    return text != NULL ? text : "";
}

/* 26000: the name is unknown, as after DISCARD ALL by a proxy. 0A000 stands for many things; this
 * one is raised in one place. */
static bool plan_is_stale(const PGresult *result, const char *sqlstate)
{
    if (strcmp(sqlstate, "26000") == 0)
        return true;
    return strcmp(sqlstate, "0A000") == 0 &&
           strcmp(field(result, PG_DIAG_SOURCE_FUNCTION), "RevalidateCachedQuery") == 0;
}

struct statement_outcome outcome_of(const PGresult *result)
{
    struct statement_outcome outcome = {0};
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        return outcome;
    const char *sqlstate = field(result, PG_DIAG_SQLSTATE);
    const char *severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    outcome.failure = failure_of(sqlstate);
    outcome.connection_ends = strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0;
    outcome.server_is_standby = strcmp(sqlstate, "25006") == 0;
    outcome.plan_is_stale = plan_is_stale(result, sqlstate);
    strncpy(outcome.sqlstate, sqlstate, SQLSTATE_SIZE - 1);
    strncpy(outcome.constraint, field(result, PG_DIAG_CONSTRAINT_NAME), CONSTRAINT_SIZE - 1);
    if (strncmp(sqlstate, "42", 2) == 0)
        strncpy(outcome.sentence, field(result, PG_DIAG_MESSAGE_PRIMARY), SENTENCE_SIZE - 1);
    return outcome;
}

void outcome_log(const struct statement_outcome *outcome, const struct query *query)
{
    if (outcome->failure != FAILURE_INTERNAL || outcome->plan_is_stale || outcome->is_inherited)
        return;
    log_write(LOG_ERROR, "database_statement_failed", log_text("query", query->name),
              log_text("sqlstate", outcome->sqlstate), log_text("sentence", outcome->sentence));
}
