#include "runtime/database/grant.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/log.h"
#include "runtime/base/text.h"
#include "runtime/database/queries.h"

/* The subjects of grant_privileges.sql's statements, for the log. */
static bool execute(PGconn *pg, const char *statement)
{
    PGresult *result = PQexec(pg, statement);
    bool done = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!done)
        log_write(LOG_ERROR, "grant_failed", log_text("statement", statement),
                  log_text("message", PQresultErrorMessage(result)));
    PQclear(result);
    return done;
}

bool grant_privileges(PGconn *pg, const char *schema, const char *role)
{
    assert(pg != NULL && schema != NULL && role != NULL);
    const char *values[] = {schema, role};
    PGresult *statements =
        PQexecParams(pg, runtime_query_grant_privileges.sql, 2, NULL, values, NULL, NULL, 0);
    bool done = PQresultStatus(statements) == PGRES_TUPLES_OK;
    if (!done)
        log_write(LOG_ERROR, "grant_failed", log_text("schema", schema),
                  log_text("message", PQresultErrorMessage(statements)));
    for (int i = 0; done && i < PQntuples(statements); i++)
        done = execute(pg, PQgetvalue(statements, i, 0));
    PQclear(statements);
    return done;
}

bool grant_role_of(struct secret url, char *role, size_t role_size)
{
    if (text_is_empty(secret_reveal(url)))
        return false;
    PQconninfoOption *words = PQconninfoParse(secret_reveal(url), NULL);
    bool found = false;
    for (const PQconninfoOption *word = words; word != NULL && word->keyword != NULL; word++) {
        if (strcmp(word->keyword, "user") == 0 && word->val != NULL)
            found = text_print(role, role_size, "%s", word->val);
    }
    PQconninfoFree(words);
    return found;
}
