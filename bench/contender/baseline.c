#include "bench/contender/baseline.h"

#include <assert.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/text.h"

#define STATEMENT_BYTES_MAX 8192

static void complain(const char *what, PGconn *core)
{
    fprintf(stderr, "kontor-bench: %s: %s", what, PQerrorMessage(core));
    exit(1);
}

PGconn *baseline_connect(const char *url, const char *options)
{
    const char *const names[] = {"dbname", "options", NULL};
    const char *const values[] = {url, options != NULL ? options : "", NULL};
    PGconn *core = PQconnectdbParams(names, values, 1);
    if (PQstatus(core) != CONNECTION_OK)
        complain("no connection", core);
    return core;
}

int64_t baseline_ask(PGconn *core, const char *sql, int column)
{
    PGresult *rows = PQexec(core, sql);
    if (PQresultStatus(rows) != PGRES_TUPLES_OK || PQntuples(rows) != 1)
        complain(sql, core);
    int64_t value = strtoll(PQgetvalue(rows, 0, column), NULL, 10);
    PQclear(rows);
    return value;
}

static void prepare(PGconn *core, const char *folder, const char *name)
{
    char path[512], sql[STATEMENT_BYTES_MAX];
    bool fits = text_print(path, sizeof path, "%s/%s.sql", folder, name);
    FILE *file = fits ? fopen(path, "r") : NULL;
    if (file == NULL) {
        fprintf(stderr, "kontor-bench: cannot read %s\n", path);
        exit(1);
    }
    size_t size = fread(sql, 1, sizeof sql - 1, file);
    fclose(file);
    sql[size] = '\0';
    PGresult *result = PQprepare(core, name, sql, 0, NULL);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        complain(name, core);
    PQclear(result);
}

static void open_one(struct baseline *baseline, struct connection *connection)
{
    const struct baseline_kind *kind = baseline->kind;
    connection->core = baseline_connect(baseline->settings.database_url, kind->options);
    for (const char *const *name = kind->statements; *name != NULL; name++)
        prepare(connection->core, baseline->settings.queries_folder, *name);
    if (kind->open != NULL)
        kind->open(baseline, connection);
    if (PQenterPipelineMode(connection->core) != 1)
        complain("no pipeline", connection->core);
}

struct baseline *baseline_open(const struct baseline_kind *kind,
                               const struct baseline_settings *settings)
{
    static struct baseline baseline; /* one per program */
    assert(settings->connections >= 1 && settings->connections <= BASELINE_CONNECTIONS_MAX);
    baseline = (struct baseline){.kind = kind, .settings = *settings};
    for (size_t i = 0; i < settings->connections; i++) {
        baseline.connections[i].number = i;
        open_one(&baseline, &baseline.connections[i]);
    }
    return &baseline;
}

void baseline_close(struct baseline *baseline)
{
    for (size_t i = 0; i < baseline->settings.connections; i++) {
        PQfinish(baseline->connections[i].core);
        free(baseline->connections[i].own);
    }
}

void baseline_send(struct connection *connection, const char *statement, const char *const *texts,
                   int count)
{
    if (PQsendQueryPrepared(connection->core, statement, count, texts, NULL, NULL, 0) != 1)
        complain(statement, connection->core);
}

void baseline_send_sql(struct connection *connection, const char *sql)
{
    if (PQsendQueryParams(connection->core, sql, 0, NULL, NULL, NULL, NULL, 0) != 1)
        complain(sql, connection->core);
}

void baseline_sync(struct connection *connection)
{
    if (PQpipelineSync(connection->core) != 1)
        complain("sync", connection->core);
}

/* ---- as a contender ---- */

static void begin(void *state, size_t lane)
{
    struct baseline *baseline = state;
    struct connection *connection = &baseline->connections[lane];
    connection->busy = true;
    connection->failed = false;
    connection->step = 0;
    connection->orders = 1;
    bool sent = baseline->kind->send(baseline, connection);
    assert(sent);
    (void)sent;
}

/* A step ended: the next one follows, or the piece is done. A failed piece is rolled back first
 * when it had begun a transaction. */
static void step_on(struct baseline *baseline, struct connection *connection, struct load *load)
{
    connection->step++;
    if (connection->failed && connection->transacting) {
        connection->transacting = false;
        baseline_send_sql(connection, "ROLLBACK");
        baseline_sync(connection);
        return;
    }
    if (!connection->failed && baseline->kind->send(baseline, connection))
        return;
    connection->busy = false;
    load_ended(load, connection->number, connection->failed ? 0 : connection->orders,
               connection->failed ? connection->orders : 0);
}

static void take(struct baseline *baseline, struct connection *connection, const PGresult *result)
{
    static bool complained;
    switch (PQresultStatus(result)) {
    case PGRES_TUPLES_OK:
        if (baseline->kind->read != NULL)
            baseline->kind->read(connection, result);
        return;
    case PGRES_COMMAND_OK:
    case PGRES_PIPELINE_ABORTED:
        return;
    default:
        connection->failed = true;
        if (!complained)
            fprintf(stderr, "kontor-bench: %s: %s", baseline->kind->name,
                    PQresultErrorMessage(result));
        complained = true;
    }
}

static void receive(struct baseline *baseline, struct connection *connection, struct load *load)
{
    if (PQconsumeInput(connection->core) != 1)
        complain("connection lost", connection->core);
    while (connection->busy && PQisBusy(connection->core) == 0) {
        PGresult *result = PQgetResult(connection->core);
        if (result == NULL)
            continue; /* the end of one statement */
        if (PQresultStatus(result) == PGRES_PIPELINE_SYNC)
            step_on(baseline, connection, load);
        else
            take(baseline, connection, result);
        PQclear(result);
    }
}

static void wait_for_any(void *state, struct load *load, int64_t timeout_ns)
{
    struct baseline *baseline = state;
    struct pollfd polled[BASELINE_CONNECTIONS_MAX];
    size_t count = baseline->settings.connections;
    for (size_t i = 0; i < count; i++) {
        const struct connection *connection = &baseline->connections[i];
        polled[i] = (struct pollfd){.fd = connection->busy ? PQsocket(connection->core) : -1,
                                    .events = POLLIN};
    }
    const struct timespec timeout = {.tv_sec = timeout_ns / 1000000000,
                                     .tv_nsec = timeout_ns % 1000000000};
    if (ppoll(polled, (nfds_t)count, &timeout, NULL) <= 0)
        return;
    for (size_t i = 0; i < count; i++)
        if (polled[i].revents != 0)
            receive(baseline, &baseline->connections[i], load);
}

struct contender baseline_contender(struct baseline *baseline)
{
    return (struct contender){.begin = begin, .wait = wait_for_any, .state = baseline};
}
