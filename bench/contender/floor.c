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
#define COLUMNS_MAX 7
#define EVENT_BYTES 62 /* a packed EntriesRecorded with numbers of usual size */
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
        struct id request, destination;
        bool first; /* of its destination in the batch */
    } rows[FLOOR_SIZE_MAX];
    size_t size;
    size_t distinct;
    struct id company, source;
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

static void choose_batch(struct baseline *baseline, const struct connection *connection,
                         struct floor *floor)
{
    struct traffic *traffic = baseline->settings.traffic;
    size_t company = connection->number, source = traffic_source(traffic);
    floor->source = traffic_account_id(traffic, company, source);
    floor->now_us = clock_now_us();
    floor->batch++;
    floor->distinct = 0;
    for (size_t i = 0; i < floor->size; i++) {
        size_t destination = traffic_destination(traffic, source);
        floor->rows[i].request = id_new(floor->now_us);
        floor->rows[i].destination = traffic_account_id(traffic, company, destination);
        floor->rows[i].first = floor->touched[destination] != floor->batch;
        floor->touched[destination] = floor->batch;
        floor->distinct += floor->rows[i].first;
    }
}

static void send_requests(struct baseline *baseline, struct connection *connection,
                          struct floor *floor)
{
    static const uint8_t answer[4096];
    struct parameters *parameters = &floor->parameters;
    uint8_t hash[32];
    begin_parameters(parameters);
    begin_array(parameters, ELEMENT_UUID, floor->size);
    begin_array(parameters, ELEMENT_UUID, floor->size);
    begin_array(parameters, ELEMENT_BYTEA, floor->size);
    begin_array(parameters, ELEMENT_BYTEA, floor->size);
    for (size_t i = 0; i < floor->size; i++) {
        memcpy(hash, floor->rows[i].request.bytes, 16);
        memcpy(hash + 16, floor->rows[i].request.bytes, 16);
        put_id(parameters, 0, floor->company);
        put_id(parameters, 1, floor->rows[i].request);
        put_element(parameters, 2, hash, sizeof hash);
        put_element(parameters, 3, answer, baseline->settings.answer_bytes);
    }
    put_time(parameters, floor->now_us);
    send_parameters(connection, parameters, "floor_requests");
}

static void send_entries(struct connection *connection, struct floor *floor)
{
    struct parameters *parameters = &floor->parameters;
    uint8_t hash[32] = {0};
    begin_parameters(parameters);
    begin_array(parameters, ELEMENT_UUID, floor->size);
    begin_array(parameters, ELEMENT_INT64, floor->size);
    begin_array(parameters, ELEMENT_UUID, floor->size);
    begin_array(parameters, ELEMENT_UUID, floor->size);
    begin_array(parameters, ELEMENT_INT64, floor->size);
    put_time(parameters, floor->now_us);
    begin_array(parameters, ELEMENT_BYTEA, floor->size);
    for (size_t i = 0; i < floor->size; i++) {
        memcpy(hash, floor->rows[i].request.bytes, 16);
        put_id(parameters, 0, floor->company);
        put_int64(parameters, 1, floor->sequence + (int64_t)i + 1);
        put_id(parameters, 2, floor->source);
        put_id(parameters, 3, floor->rows[i].destination);
        put_int64(parameters, 4, BASELINE_AMOUNT_MICROS);
        put_element(parameters, 6, hash, sizeof hash);
    }
    send_parameters(connection, parameters, "floor_entries");
}

static void put_posting(struct floor *floor, struct id account, int book, size_t row,
                        int64_t amount_micros)
{
    struct parameters *parameters = &floor->parameters;
    put_id(parameters, 0, floor->company);
    put_id(parameters, 1, account);
    put_int64(parameters, 2, book);
    put_int64(parameters, 3, floor->sequence + (int64_t)row + 1);
    put_int64(parameters, 4, amount_micros);
    put_int64(parameters, 5, INT64_C(1000000000000));
}

static void send_postings(struct connection *connection, struct floor *floor)
{
    struct parameters *parameters = &floor->parameters;
    begin_parameters(parameters);
    begin_array(parameters, ELEMENT_UUID, 2 * floor->size);
    begin_array(parameters, ELEMENT_UUID, 2 * floor->size);
    for (int i = 0; i < 4; i++)
        begin_array(parameters, ELEMENT_INT64, 2 * floor->size);
    for (size_t i = 0; i < floor->size; i++) {
        put_posting(floor, floor->source, 1, i, -BASELINE_AMOUNT_MICROS);
        put_posting(floor, floor->rows[i].destination, 2, i, BASELINE_AMOUNT_MICROS);
    }
    send_parameters(connection, parameters, "floor_postings");
}

static void send_lots(struct connection *connection, struct floor *floor)
{
    struct parameters *parameters = &floor->parameters;
    begin_parameters(parameters);
    begin_array(parameters, ELEMENT_UUID, floor->distinct);
    begin_array(parameters, ELEMENT_UUID, floor->distinct);
    begin_array(parameters, ELEMENT_INT64, floor->distinct);
    begin_array(parameters, ELEMENT_UUID, floor->distinct);
    begin_array(parameters, ELEMENT_INT64, floor->distinct);
    put_time(parameters, floor->now_us);
    for (size_t i = 0; i < floor->size; i++) {
        if (!floor->rows[i].first)
            continue;
        put_id(parameters, 0, floor->company);
        put_id(parameters, 1, floor->rows[i].destination);
        put_int64(parameters, 2, floor->sequence + (int64_t)i + 1);
        put_id(parameters, 3, floor->source);
        put_int64(parameters, 4, BASELINE_AMOUNT_MICROS);
    }
    send_parameters(connection, parameters, "floor_lots");
}

static void send_accounts(struct connection *connection, struct floor *floor)
{
    struct parameters *parameters = &floor->parameters;
    begin_parameters(parameters);
    begin_array(parameters, ELEMENT_UUID, floor->distinct + 1);
    begin_array(parameters, ELEMENT_UUID, floor->distinct + 1);
    begin_array(parameters, ELEMENT_INT64, floor->distinct + 1);
    put_id(parameters, 0, floor->company);
    put_id(parameters, 1, floor->source);
    put_int64(parameters, 2, 0);
    for (size_t i = 0; i < floor->size; i++) {
        if (!floor->rows[i].first)
            continue;
        put_id(parameters, 0, floor->company);
        put_id(parameters, 1, floor->rows[i].destination);
        put_int64(parameters, 2, BASELINE_AMOUNT_MICROS);
    }
    send_parameters(connection, parameters, "floor_accounts");
}

static void send_chain_and_event(struct connection *connection, struct floor *floor)
{
    static const uint8_t payload[EVENT_BYTES];
    struct parameters *parameters = &floor->parameters;
    struct id event = id_new(floor->now_us);
    begin_parameters(parameters);
    put_bytes(parameters, parameters->count++, floor->company.bytes, 16);
    put_int64_bare(parameters, parameters->count++, floor->sequence + (int64_t)floor->size);
    put_time(parameters, floor->now_us);
    send_parameters(connection, parameters, "floor_chain");
    begin_parameters(parameters);
    put_bytes(parameters, parameters->count++, floor->company.bytes, 16);
    put_bytes(parameters, parameters->count++, event.bytes, 16);
    put_bytes(parameters, parameters->count++, payload, sizeof payload);
    put_time(parameters, floor->now_us);
    send_parameters(connection, parameters, "floor_event");
}

static bool send_floor(struct baseline *baseline, struct connection *connection)
{
    struct floor *floor = connection->own;
    if (connection->step > 0)
        return false;
    choose_batch(baseline, connection, floor);
    connection->orders = (int64_t)floor->size;
    baseline_send_sql(connection, "BEGIN");
    send_requests(baseline, connection, floor);
    send_entries(connection, floor);
    send_postings(connection, floor);
    send_accounts(connection, floor);
    send_lots(connection, floor);
    send_chain_and_event(connection, floor);
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
    bool fits = text_print(sql, sizeof sql, "SELECT length FROM chain WHERE company_id = '%s'",
                           id_format(floor->company, company));
    assert(fits);
    (void)fits;
    floor->sequence = baseline_ask(connection->core, sql, 0);
}

static const char *const floor_statements[] = {
    "floor_requests", "floor_entries", "floor_postings", "floor_accounts",
    "floor_lots",     "floor_chain",   "floor_event",    NULL};
const struct baseline_kind baseline_floor = {.name = "floor",
                                             .options = PLAN_OPTIONS " -c search_path=ledger",
                                             .statements = floor_statements,
                                             .open = open_floor,
                                             .send = send_floor};
