#include "runtime/database/migrate.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/database/connector.h"
#include "runtime/database/grant.h"
#include "runtime/database/queries.h"

#define ATTEMPTS_MAX 5 /* to make schema and table, when another process makes them too */
#define HASH_TEXT_SIZE 65
#define STATEMENT_SIZE 512
#define ROLE_SIZE 64
#define AGAIN_MS 100

/* A run of all migrations, straight down and blocking: it has a thread of libuv's pool to itself.
 */
struct migration_run {
    const struct database_settings *settings;
    const struct migration *migrations;
    PGconn *pg;
    const char *migration; /* under way or missing, for the log */
    enum failure failure;
};

/* ---- one statement ---- */

static enum failure failure_seen(const struct migration_run *run, const PGresult *result)
{
    if (PQstatus(run->pg) == CONNECTION_BAD)
        return FAILURE_UNAVAILABLE;
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    bool is_conflict =
        sqlstate != NULL && (strcmp(sqlstate, "40001") == 0 || strcmp(sqlstate, "40P01") == 0);
    return is_conflict ? FAILURE_CONFLICT : FAILURE_INVALID;
}

static enum failure execute(const struct migration_run *run, const char *sql)
{
    PGresult *result = PQexec(run->pg, sql);
    ExecStatusType status = PQresultStatus(result);
    enum failure failure = FAILURE_NONE;
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        failure = failure_seen(run, result);
        log_write(LOG_ERROR, "migration_failed", log_text("migration", run->migration),
                  log_text("message", PQresultErrorMessage(result)), log_failure(failure));
    }
    PQclear(result);
    return failure;
}

/* value is the first column of the first row, "" when there is none. */
static enum failure ask(const struct migration_run *run, const char *sql, const char *argument,
                        char *value, size_t value_size)
{
    PGresult *result = PQexecParams(run->pg, sql, 1, NULL, &argument, NULL, NULL, 0);
    bool is_answered = PQresultStatus(result) == PGRES_TUPLES_OK;
    enum failure failure = is_answered ? FAILURE_NONE : failure_seen(run, result);
    bool fits = text_print(value, value_size, "%s",
                           is_answered && PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
    return failure == FAILURE_NONE && !fits ? FAILURE_INVALID : failure;
}

/* ---- where migrations are recorded ---- */

static bool exists(const struct migration_run *run, const char *sql, const char *name)
{
    char found[8];
    return ask(run, sql, name, found, sizeof found) == FAILURE_NONE && strcmp(found, "t") == 0;
}

static const char create_table[] =
    "CREATE TABLE IF NOT EXISTS migration ("
    "name text PRIMARY KEY, sha256 text NOT NULL, applied_time timestamptz NOT NULL DEFAULT now())";

/* IF NOT EXISTS does not help against another process that makes the same thing at the same moment;
 * looking again does. */
static enum failure make_ready(const struct migration_run *run)
{
    char create_schema[STATEMENT_SIZE];
    if (!text_print(create_schema, sizeof create_schema, "CREATE SCHEMA %s", run->settings->schema))
        return FAILURE_INVALID;
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        if (!exists(run, "SELECT to_regnamespace($1) IS NOT NULL", run->settings->schema))
            PQclear(PQexec(run->pg, create_schema));
        if (!exists(run, "SELECT to_regclass($1) IS NOT NULL", "migration"))
            PQclear(PQexec(run->pg, create_table));
        if (exists(run, "SELECT to_regclass($1) IS NOT NULL", "migration"))
            return FAILURE_NONE;
    }
    log_write(LOG_ERROR, "migration_table_missing", log_text("schema", run->settings->schema),
              log_text("message", PQerrorMessage(run->pg)));
    return PQstatus(run->pg) == CONNECTION_BAD ? FAILURE_UNAVAILABLE : FAILURE_INVALID;
}

/* ---- what the service's role gets ---- */

static bool has_owner(const struct database_settings *settings)
{
    return !text_is_empty(secret_reveal(settings->migration_url));
}

static bool grants(const struct database_settings *settings)
{
    return has_owner(settings) || !text_is_empty(settings->grant_to);
}

/* The service's role gets what it needs of what there is now. */
static enum failure grant(const struct migration_run *run)
{
    char of_url[ROLE_SIZE];
    assert(grants(run->settings));
    const char *role = run->settings->grant_to;
    if (text_is_empty(role) && grant_role_of(run->settings->url, of_url, sizeof of_url))
        role = of_url;
    if (text_is_empty(role)) {
        log_write(LOG_ERROR, "grant_failed",
                  log_text("why", "neither grant-to nor database-url names a role"));
        return FAILURE_INVALID;
    }
    return grant_privileges(run->pg, run->settings->schema, role) ? FAILURE_NONE : FAILURE_INVALID;
}

/* ---- one migration ---- */

static void hash_of(const struct migration *migration, char text[HASH_TEXT_SIZE])
{
    uint8_t hash[32];
    sha256(migration->sql, strlen(migration->sql), hash);
    bytes_to_hex(hash, sizeof hash, text);
}

static enum failure record(const struct migration_run *run, const struct migration *migration,
                           const char *hash)
{
    const char *values[] = {migration->name, hash};
    PGresult *result = PQexecParams(run->pg, "INSERT INTO migration (name, sha256) VALUES ($1, $2)",
                                    2, NULL, values, NULL, NULL, 0);
    enum failure failure =
        PQresultStatus(result) == PGRES_COMMAND_OK ? FAILURE_NONE : failure_seen(run, result);
    PQclear(result);
    return failure;
}

/* recorded: whether it was applied; with another text it was another migration. */
static enum failure look_up(const struct migration_run *run, const struct migration *migration,
                            const char *hash, bool *is_recorded)
{
    char recorded[HASH_TEXT_SIZE];
    enum failure failure = ask(run, "SELECT sha256 FROM migration WHERE name = $1", migration->name,
                               recorded, sizeof recorded);
    *is_recorded = failure == FAILURE_NONE && recorded[0] != '\0';
    if (!*is_recorded || strcmp(recorded, hash) == 0)
        return failure;
    log_write(LOG_ERROR, "migration_changed", log_text("migration", migration->name),
              log_text("recorded", recorded), log_text("found", hash));
    return FAILURE_INVALID;
}

/* Inside a transaction that holds the table: what another process applied is seen here, what it
 * applies now is waited for. The grants belong to it: as soon as it is seen it can be used. */
static enum failure apply(const struct migration_run *run, const struct migration *migration,
                          bool *is_new)
{
    char hash[HASH_TEXT_SIZE];
    bool is_recorded;
    hash_of(migration, hash);
    enum failure failure = look_up(run, migration, hash, &is_recorded);
    if (failure != FAILURE_NONE || is_recorded)
        return failure;
    *is_new = true;
    failure = execute(run, migration->sql);
    if (failure == FAILURE_NONE && grants(run->settings))
        failure = grant(run);
    return failure == FAILURE_NONE ? record(run, migration, hash) : failure;
}

static enum failure finish(const struct migration_run *run, enum failure failure)
{
    assert(run->pg != NULL);
    if (failure == FAILURE_NONE)
        return execute(run, "COMMIT");
    PQclear(PQexec(run->pg, "ROLLBACK"));
    return failure;
}

static enum failure begin(const struct migration_run *run)
{
    assert(run->pg != NULL);
    enum failure failure = execute(run, "BEGIN ISOLATION LEVEL READ COMMITTED");
    return failure == FAILURE_NONE
               ? execute(run, "LOCK TABLE migration IN SHARE ROW EXCLUSIVE MODE")
               : failure;
}

static enum failure apply_in_transaction(struct migration_run *run,
                                         const struct migration *migration)
{
    bool is_new = false;
    run->migration = migration->name;
    enum failure failure = begin(run);
    if (failure == FAILURE_NONE)
        failure = apply(run, migration, &is_new);
    failure = finish(run, failure);
    if (failure == FAILURE_NONE && is_new)
        log_write(LOG_INFO, "migration_applied", log_text("schema", run->settings->schema),
                  log_text("migration", migration->name));
    return failure;
}

static enum failure apply_all(struct migration_run *run, const struct migration *migrations)
{
    enum failure failure = FAILURE_NONE;
    for (; migrations != NULL && migrations->name != NULL && failure == FAILURE_NONE; migrations++)
        failure = apply_in_transaction(run, migrations);
    return failure;
}

/* ---- a schema of a newer version ---- */

static size_t count_of(const struct migration *migrations)
{
    size_t count = 0;
    while (migrations != NULL && migrations[count].name != NULL)
        count++;
    return count;
}

static bool knows(const struct migration *migrations, const char *name)
{
    for (size_t i = 0; i < count_of(migrations); i++)
        if (strcmp(migrations[i].name, name) == 0)
            return true;
    return false;
}

/* Before anything is applied, so that nothing older is added to a newer schema. */
static enum failure refuse_unknown(const struct migration_run *run)
{
    PGresult *recorded = PQexec(run->pg, "SELECT name FROM migration ORDER BY name");
    enum failure failure =
        PQresultStatus(recorded) == PGRES_TUPLES_OK ? FAILURE_NONE : failure_seen(run, recorded);
    for (int row = 0; failure == FAILURE_NONE && row < PQntuples(recorded); row++) {
        const char *name = PQgetvalue(recorded, row, 0);
        if (knows(runtime_migrations, name) || knows(run->migrations, name))
            continue;
        log_write(run->settings->newer_schema_allowed ? LOG_WARN : LOG_ERROR, "schema_is_newer",
                  log_text("schema", run->settings->schema), log_text("migration", name),
                  log_text("allow_by", "newer-schema-allowed"));
        failure = run->settings->newer_schema_allowed ? FAILURE_NONE : FAILURE_INVALID;
    }
    PQclear(recorded);
    return failure;
}

/* ---- a role that may not migrate ---- */

static const char may_migrate[] =
    "SELECT CASE"
    " WHEN pg_catalog.to_regclass('migration') IS NOT NULL THEN (SELECT"
    " pg_catalog.pg_has_role(relowner, 'USAGE') FROM pg_catalog.pg_class"
    " WHERE oid = pg_catalog.to_regclass('migration'))"
    " WHEN pg_catalog.to_regnamespace($1) IS NOT NULL THEN"
    " pg_catalog.has_schema_privilege($1, 'CREATE')"
    " ELSE pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') END";
static const char may_look[] =
    "SELECT pg_catalog.has_table_privilege(pg_catalog.to_regclass($1), 'SELECT')";

static enum failure find_missing(struct migration_run *run, const struct migration *migrations)
{
    bool is_recorded = true;
    enum failure failure = FAILURE_NONE;
    for (; migrations != NULL && migrations->name != NULL && failure == FAILURE_NONE;
         migrations++) {
        char hash[HASH_TEXT_SIZE];
        hash_of(migrations, hash);
        run->migration = migrations->name;
        failure = look_up(run, migrations, hash, &is_recorded);
        if (failure == FAILURE_NONE && !is_recorded)
            failure = FAILURE_LOCKED;
    }
    return failure;
}

static enum failure look(struct migration_run *run)
{
    assert(!run->settings->has_to_migrate && runtime_migrations[0].name != NULL);
    run->migration = runtime_migrations[0].name;
    if (!exists(run, may_look, "migration"))
        return PQstatus(run->pg) == CONNECTION_BAD ? FAILURE_UNAVAILABLE : FAILURE_LOCKED;
    enum failure failure = refuse_unknown(run);
    if (failure == FAILURE_NONE)
        failure = find_missing(run, runtime_migrations);
    return failure == FAILURE_NONE ? find_missing(run, run->migrations) : failure;
}

/* ---- the run ---- */

/* Again at the end, for a role that is new. */
static enum failure grant_all(const struct migration_run *run)
{
    enum failure failure = begin(run);
    return finish(run, failure == FAILURE_NONE ? grant(run) : failure);
}

static enum failure migrate(struct migration_run *run)
{
    enum failure failure = make_ready(run);
    if (failure == FAILURE_NONE)
        failure = refuse_unknown(run);
    if (failure == FAILURE_NONE)
        failure = apply_all(run, runtime_migrations);
    if (failure == FAILURE_NONE)
        failure = apply_all(run, run->migrations);
    return failure == FAILURE_NONE && grants(run->settings) ? grant_all(run) : failure;
}

static enum failure run_on_connection(struct migration_run *run)
{
    if (exists(run, may_migrate, run->settings->schema))
        return migrate(run);
    if (PQstatus(run->pg) == CONNECTION_BAD)
        return FAILURE_UNAVAILABLE;
    if (!run->settings->has_to_migrate)
        return look(run);
    log_write(LOG_ERROR, "migration_refused", log_text("schema", run->settings->schema),
              log_text("why", "this role neither owns the schema nor may make it"));
    return FAILURE_INVALID;
}

static void run_migrations(void *argument)
{
    struct migration_run *run = argument;
    static const atomic_bool never = false;
    struct connect_options options;
    struct database_settings settings = *run->settings;
    if (has_owner(&settings))
        settings.url = settings.migration_url;
    if (!connect_options_init(&options, &settings, SESSION_MIGRATES)) {
        run->failure = FAILURE_INVALID;
        return;
    }
    run->pg = connect_and_wait(&options, &never);
    if (PQstatus(run->pg) == CONNECTION_OK)
        run->failure = run_on_connection(run);
    else {
        run->failure = FAILURE_UNAVAILABLE;
        log_write(LOG_WARN, "database_unreachable",
                  log_text("reason",
                           run->pg != NULL ? PQerrorMessage(run->pg) : "the attempt timed out"));
    }
    PQfinish(run->pg);
    connect_options_deinit(&options);
}

/* A PostgreSQL that is still starting is waited for, as a transaction waits for a connection, and
 * so is whoever migrates. */
enum failure database_migrate(struct task *task, const struct database_settings *settings,
                              const struct migration *migrations)
{
    assert(settings->schema != NULL);
    bool is_told = false;
    int64_t until_us = clock_monotonic_us() + settings->wait_max_ms * 1000;
    for (;;) {
        struct migration_run run = {
            .settings = settings, .migrations = migrations, .migration = ""};
        enum failure failure = task_offload(task, run_migrations, &run);
        if (failure != FAILURE_NONE)
            return failure;
        if (run.failure == FAILURE_LOCKED && !is_told)
            log_write(
                LOG_WARN, "migration_awaited", log_text("schema", settings->schema),
                log_text("migration", run.migration),
                log_text("why", "this role may not migrate; --migrate-only as the owner does"));
        is_told |= run.failure == FAILURE_LOCKED;
        bool again = run.failure == FAILURE_UNAVAILABLE || run.failure == FAILURE_CONFLICT ||
                     run.failure == FAILURE_LOCKED;
        if (!again || clock_monotonic_us() >= until_us)
            return run.failure;
        failure = task_sleep_ms(task, AGAIN_MS);
        if (failure != FAILURE_NONE)
            return failure;
    }
}
