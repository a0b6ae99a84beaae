/* The baselines that commit transfer by transfer: a stored procedure, a transaction with row locks,
 * and a bare commit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/contender/baseline.h"
#include "runtime/base/clock.h"

static void choose(struct baseline *baseline, struct connection *connection)
{
    struct traffic *traffic = baseline->settings.traffic;
    size_t company = traffic_company(traffic), source = traffic_source(traffic);
    connection->source = traffic_account_id(traffic, company, source);
    connection->destination =
        traffic_account_id(traffic, company, traffic_destination(traffic, source));
}

/* ---- a stored procedure ---- */

static bool send_procedure(struct baseline *baseline, struct connection *connection)
{
    char request[ID_TEXT_SIZE], source[ID_TEXT_SIZE], destination[ID_TEXT_SIZE], amount[24];
    if (connection->step > 0)
        return false;
    choose(baseline, connection);
    snprintf(amount, sizeof amount, "%d", BASELINE_AMOUNT_MICROS);
    const char *texts[] = {id_format(id_new(clock_now_us()), request),
                           id_format(connection->source, source),
                           id_format(connection->destination, destination), amount};
    baseline_send(connection, "call_procedure", texts, 4);
    baseline_sync(connection);
    return true;
}

static void read_verdict(struct connection *connection, const PGresult *rows)
{
    connection->failed = connection->failed || PQntuples(rows) != 1 ||
                         strcmp(PQgetvalue(rows, 0, 0), "ACCEPTED") != 0;
}

static const char *const procedure_statements[] = {"call_procedure", NULL};
const struct baseline_kind baseline_procedure = {.name = "procedure",
                                                 .statements = procedure_statements,
                                                 .send = send_procedure,
                                                 .read = read_verdict};

/* ---- a transaction with row locks ---- */

static void send_lock(struct baseline *baseline, struct connection *connection)
{
    char source[ID_TEXT_SIZE], destination[ID_TEXT_SIZE];
    choose(baseline, connection);
    const char *texts[] = {id_format(connection->source, source),
                           id_format(connection->destination, destination)};
    connection->transacting = true;
    baseline_send_sql(connection, "BEGIN");
    baseline_send(connection, "lock_two_accounts", texts, 2);
    baseline_sync(connection);
}

static void read_balances(struct connection *connection, const PGresult *rows)
{
    if (connection->step != 0)
        return;
    connection->failed = connection->failed || PQntuples(rows) != 2;
    for (int row = 0; row < PQntuples(rows) && row < 2; row++)
        snprintf(connection->balances[row], sizeof connection->balances[row], "%s",
                 PQgetvalue(rows, row, 1));
}

static void send_transfer(struct connection *connection)
{
    char request[ID_TEXT_SIZE], source[ID_TEXT_SIZE], destination[ID_TEXT_SIZE], amount[24],
        minus[24];
    id_format(id_new(clock_now_us()), request);
    id_format(connection->source, source);
    id_format(connection->destination, destination);
    snprintf(amount, sizeof amount, "%d", BASELINE_AMOUNT_MICROS);
    snprintf(minus, sizeof minus, "-%d", BASELINE_AMOUNT_MICROS);
    baseline_send(connection, "insert_transfer",
                  (const char *const[]){request, source, destination, amount}, 4);
    baseline_send(connection, "move_balance", (const char *const[]){request, source, minus}, 3);
    baseline_send(connection, "move_balance", (const char *const[]){request, destination, amount},
                  3);
    baseline_send_sql(connection, "COMMIT");
    baseline_sync(connection);
    connection->transacting = false;
}

static bool send_locks(struct baseline *baseline, struct connection *connection)
{
    bool source_first = id_compare(connection->source, connection->destination) < 0;
    switch (connection->step) {
    case 0:
        send_lock(baseline, connection);
        return true;
    case 1:
        if (strtoll(connection->balances[source_first ? 0 : 1], NULL, 10) <
            BASELINE_AMOUNT_MICROS) {
            fprintf(stderr, "kontor-bench: an account ran dry\n");
            exit(1);
        }
        send_transfer(connection);
        return true;
    default:
        return false;
    }
}

static const char *const locks_statements[] = {"lock_two_accounts", "insert_transfer",
                                               "move_balance", NULL};
const struct baseline_kind baseline_locks = {
    .name = "locks", .statements = locks_statements, .send = send_locks, .read = read_balances};

/* ---- a bare commit ---- */

static bool send_commit(struct baseline *baseline, struct connection *connection)
{
    char request[ID_TEXT_SIZE];
    (void)baseline;
    if (connection->step > 0)
        return false;
    baseline_send(connection, "insert_bare",
                  (const char *const[]){id_format(id_new(clock_now_us()), request)}, 1);
    baseline_sync(connection);
    return true;
}

static const char *const commit_statements[] = {"insert_bare", NULL};
const struct baseline_kind baseline_commit = {
    .name = "commit", .statements = commit_statements, .send = send_commit};
