/* The bare floor: the rows that the ledger writes for a batch, into tables of the same shape with
 * the same indexes, in arrays and one pipeline. No rules, no locks, no look-ups, no hashes, no rpc:
 * what PostgreSQL would take from a writer who thinks nothing. Each connection writes for a company
 * of its own. */
#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/contender/baseline.h"
#include "runtime/base/clock.h"
#include "runtime/base/text.h"
#include "runtime/database/plan_options.h"

#define FLOOR_SIZE_MAX 1000
#define COLUMN_BYTES_MAX ((size_t)2 * 1024 * 1024)
#define COLUMNS_MAX 12
#define SECONDS_TO_2000 INT64_C(946684800)

enum element { ELEMENT_BYTEA = 17, ELEMENT_INT64 = 20, ELEMENT_TIME = 1184, ELEMENT_UUID = 2950 };

/* Parameters of one statement in PostgreSQL's binary form. */
struct parameters {
    char bytes[COLUMNS_MAX][COLUMN_BYTES_MAX];
    int sizes[COLUMNS_MAX];
    int formats[COLUMNS_MAX];
    int count;
};

struct floor {
    int64_t sequence; /* of the company's last entry */
    struct parameters parameters;
    uint32_t touched[TRAFFIC_ACCOUNTS_MAX / 64]; /* in which batch an account was last written */
    uint32_t batch;
    struct {
        struct id request;
        size_t destination; /* as the traffic counts the accounts */
        bool first;         /* of its destination in the batch */
    } rows[FLOOR_SIZE_MAX];
    size_t size;
    size_t distinct;
    struct id company;
    int64_t chain; /* and accounts, by the numbers that the tables have for them */
    int64_t numbers[TRAFFIC_ACCOUNTS_MAX / 64];
    size_t source;
    int64_t now_us;
};

/* ---- binary parameters ---- */

static void put_bytes(struct parameters *parameters, int column, const void *bytes, size_t size)
{
    assert((size_t)parameters->sizes[column] + size <= COLUMN_BYTES_MAX);
    memcpy(parameters->bytes[column] + parameters->sizes[column], bytes, size);
    parameters->sizes[column] += (int)size;
}

static void put_int32(struct parameters *parameters, int column, uint32_t value)
{
    uint32_t swapped = htonl(value);
    put_bytes(parameters, column, &swapped, sizeof swapped);
}

static void put_int64_bare(struct parameters *parameters, int column, int64_t value)
{
    put_int32(parameters, column, (uint32_t)((uint64_t)value >> 32));
    put_int32(parameters, column, (uint32_t)value);
}

static void put_element(struct parameters *parameters, int column, const void *bytes, size_t size)
{
    put_int32(parameters, column, (uint32_t)size);
    put_bytes(parameters, column, bytes, size);
}

static void put_id(struct parameters *parameters, int column, struct id id)
{
    put_element(parameters, column, id.bytes, sizeof id.bytes);
}

static void put_int64(struct parameters *parameters, int column, int64_t value)
{
    put_int32(parameters, column, 8);
    put_int64_bare(parameters, column, value);
}

static void begin_parameters(struct parameters *parameters)
{
    parameters->count = 0;
    memset(parameters->sizes, 0, sizeof parameters->sizes);
}

static void begin_array(struct parameters *parameters, enum element element, size_t count)
{
    int column = parameters->count++;
    put_int32(parameters, column, 1); /* dimensions */
    put_int32(parameters, column, 0); /* no NULLs */
    put_int32(parameters, column, element);
    put_int32(parameters, column, (uint32_t)count);
    put_int32(parameters, column, 1); /* lower bound */
}

static void put_time(struct parameters *parameters, int64_t time_us)
{
    put_int64_bare(parameters, parameters->count++, time_us - SECONDS_TO_2000 * 1000000);
}

static void send_parameters(struct connection *connection, struct parameters *parameters,
                            const char *statement)
{
    const char *values[COLUMNS_MAX];
    for (int i = 0; i < COLUMNS_MAX; i++)
        values[i] = parameters->bytes[i];
    if (PQsendQueryPrepared(connection->core, statement, parameters->count, values,
                            parameters->sizes, parameters->formats, 0) != 1) {
        fprintf(stderr, "kontor-bench: %s: %s", statement, PQerrorMessage(connection->core));
        exit(1);
    }
}

/* ---- the rows of a batch ---- */

static void choose_batch(struct baseline *baseline, struct floor *floor)
{
    struct traffic *traffic = baseline->settings.traffic;
    size_t source = traffic_source(traffic);
    floor->source = source;
    floor->now_us = clock_now_us();
    floor->batch++;
    floor->distinct = 0;
    for (size_t i = 0; i < floor->size; i++) {
        size_t destination = traffic_destination(traffic, source);
        floor->rows[i].request = id_new(floor->now_us);
        floor->rows[i].destination = destination;
        floor->rows[i].first = floor->touched[destination] != floor->batch;
        floor->touched[destination] = floor->batch;
        floor->distinct += floor->rows[i].first;
    }
}

/* One side of each transfer stands beside the other; the keys are the request's, twice, and there
 * is somebody who asked. */
static void send_entries(struct baseline *baseline, struct connection *connection,
                         struct floor *floor)
{
    static const uint8_t outcome[4096];
    struct parameters *parameters = &floor->parameters;
    uint8_t hash[32] = {0};
    begin_parameters(parameters);
    for (int i = 0; i < 7; i++)
        begin_array(parameters, ELEMENT_INT64, floor->size);
    put_time(parameters, floor->now_us);
    begin_array(parameters, ELEMENT_UUID, floor->size);
    begin_array(parameters, ELEMENT_UUID, floor->size);
    begin_array(parameters, ELEMENT_BYTEA, floor->size);
    begin_array(parameters, ELEMENT_BYTEA, floor->size);
    for (size_t i = 0; i < floor->size; i++) {
        struct id key = floor->rows[i].request;
        memcpy(hash, key.bytes, sizeof key.bytes);
        sha256(key.bytes, sizeof key.bytes,
               hash); /* where it falls in the index, nobody can tell */
        memcpy(key.bytes, hash, sizeof key.bytes);
        put_int64(parameters, 0, floor->chain);
        put_int64(parameters, 1, floor->sequence + (int64_t)i + 1);
        put_int64(parameters, 2, floor->numbers[floor->source]);
        put_int64(parameters, 3, floor->numbers[floor->rows[i].destination]);
        put_int64(parameters, 4, BASELINE_AMOUNT_MICROS);
        put_int64(parameters, 5, INT64_C(1000000000000));
        put_int64(parameters, 6, INT64_C(1000000000000));
        put_id(parameters, 8, key);
        put_id(parameters, 9, floor->company);
        put_element(parameters, 10, hash, sizeof hash);
        put_element(parameters, 11, outcome, baseline->settings.answer_bytes);
    }
    send_parameters(connection, parameters, "floor_entries");
}

static void send_lots(struct connection *connection, struct floor *floor)
{
    struct parameters *parameters = &floor->parameters;
    begin_parameters(parameters);
    for (int i = 0; i < 4; i++)
        begin_array(parameters, ELEMENT_INT64, floor->distinct);
    for (size_t i = 0; i < floor->size; i++) {
        if (!floor->rows[i].first)
            continue;
        put_int64(parameters, 0, floor->numbers[floor->rows[i].destination]);
        put_int64(parameters, 1, floor->sequence + (int64_t)i + 1);
        put_int64(parameters, 2, floor->numbers[floor->source]);
        put_int64(parameters, 3, BASELINE_AMOUNT_MICROS);
    }
    send_parameters(connection, parameters, "floor_lots");
}

static void send_accounts(struct connection *connection, struct floor *floor)
{
    struct parameters *parameters = &floor->parameters;
    begin_parameters(parameters);
    begin_array(parameters, ELEMENT_INT64, floor->distinct + 1);
    begin_array(parameters, ELEMENT_INT64, floor->distinct + 1);
    put_int64(parameters, 0, floor->numbers[floor->source]);
    put_int64(parameters, 1, 0);
    for (size_t i = 0; i < floor->size; i++) {
        if (!floor->rows[i].first)
            continue;
        put_int64(parameters, 0, floor->numbers[floor->rows[i].destination]);
        put_int64(parameters, 1, BASELINE_AMOUNT_MICROS);
    }
    send_parameters(connection, parameters, "floor_accounts");
}

static void send_chain(struct connection *connection, struct floor *floor)
{
    struct parameters *parameters = &floor->parameters;
    begin_parameters(parameters);
    put_int64_bare(parameters, parameters->count++, floor->chain);
    put_int64_bare(parameters, parameters->count++, floor->sequence + (int64_t)floor->size);
    put_time(parameters, floor->now_us);
    send_parameters(connection, parameters, "floor_chain");
}

static bool send_floor(struct baseline *baseline, struct connection *connection)
{
    struct floor *floor = connection->own;
    if (connection->step > 0)
        return false;
    choose_batch(baseline, floor);
    connection->orders = (int64_t)floor->size;
    baseline_send_sql(connection, "BEGIN");
    send_entries(baseline, connection, floor);
    send_accounts(connection, floor);
    send_lots(connection, floor);
    send_chain(connection, floor);
    baseline_send_sql(connection, "COMMIT");
    baseline_sync(connection);
    floor->sequence += (int64_t)floor->size;
    return true;
}

static void open_floor(struct baseline *baseline, struct connection *connection)
{
    char sql[160], company[ID_TEXT_SIZE];
    struct floor *floor = calloc(1, sizeof *floor);
    assert(floor != NULL && baseline->settings.size <= FLOOR_SIZE_MAX);
    assert(baseline->settings.connections <= baseline->settings.traffic->companies);
    assert(baseline->settings.traffic->accounts <=
           sizeof floor->touched / sizeof floor->touched[0]);
    connection->own = floor;
    floor->size = baseline->settings.size;
    floor->company = traffic_company_id(baseline->settings.traffic, connection->number);
    for (int i = 0; i < COLUMNS_MAX; i++)
        floor->parameters.formats[i] = 1;
    bool fits =
        text_print(sql, sizeof sql, "SELECT number, length FROM chain WHERE company_id = '%s'",
                   id_format(floor->company, company));
    assert(fits);
    floor->chain = baseline_ask(connection->core, sql, 0);
    floor->sequence = baseline_ask(connection->core, sql, 1);
    for (size_t i = 0; i < baseline->settings.traffic->accounts; i++) {
        fits = text_print(
            sql, sizeof sql, "SELECT number FROM account WHERE account_id = '%s'",
            id_format(traffic_account_id(baseline->settings.traffic, connection->number, i),
                      company));
        assert(fits);
        floor->numbers[i] = baseline_ask(connection->core, sql, 0);
    }
    (void)fits;
}

static const char *const floor_statements[] = {"floor_entries", "floor_accounts", "floor_lots",
                                               "floor_chain", NULL};
const struct baseline_kind baseline_floor = {.name = "floor",
                                             .options = PLAN_OPTIONS " -c search_path=ledger",
                                             .statements = floor_statements,
                                             .open = open_floor,
                                             .send = send_floor};
