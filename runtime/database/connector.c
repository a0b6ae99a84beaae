#include "runtime/database/connector.h"

#include <assert.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/database/handle.h"
#include "runtime/database/plan_options.h"

#define CONNECT_TIMEOUT_MS 5000
#define POLL_SLICE_MS 50 /* how soon an abandoned attempt is noticed */
#define PAUSE_MIN_MS 20
#define PAUSE_MAX_MS 2000
#define OPTIONS_MAX 80
#define SESSION_SIZE 1024
#define ROTATED_SIZE 4096

static struct metric connects = {.name = "database_connects_total",
                                 .help = "Connections made to PostgreSQL, reconnects included.",
                                 .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(connects);
static struct metric connect_failures = {.name = "database_connect_failures_total",
                                         .help = "Attempts to connect that failed.",
                                         .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(connect_failures);

/* ---- options ---- */

static const struct {
    const char *keyword;
    const char *value;
} defaults[] = {
    /* clang-format off */
    {"client_encoding", "UTF8"},
    {"keepalives_idle", "1"},
    {"keepalives_interval", "1"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "3000"},
    {"target_session_attrs", "read-write"},
    /* clang-format on */
};

#define SESSION_FORMAT                                                                          \
    "%s -c search_path=%s -c statement_timeout=%lld -c lock_timeout=%lld %s"                    \
    " -c idle_in_transaction_session_timeout=60000 -c client_connection_check_interval=250 -c " \
    "timezone=UTC"

static void options_set(struct connect_options *options, const char *keyword, const char *value)
{
    size_t i = 0;
    while (options->keywords[i] != NULL && strcmp(options->keywords[i], keyword) != 0)
        i++;
    assert(i < OPTIONS_MAX);
    if (options->keywords[i] == NULL)
        options->keywords[i] = strdup(keyword);
    free(options->values[i]);
    options->values[i] = strdup(value);
    assert(options->keywords[i] != NULL && options->values[i] != NULL);
}

static const char *options_get(const struct connect_options *options, const char *keyword)
{
    for (size_t i = 0; options->keywords[i] != NULL; i++)
        if (strcmp(options->keywords[i], keyword) == 0)
            return options->values[i];
    return "";
}

static void options_take(struct connect_options *options, const PQconninfoOption *given)
{
    for (; given->keyword != NULL; given++)
        if (given->val != NULL)
            options_set(options, given->keyword, given->val);
}

static bool options_complete(struct connect_options *options,
                             const struct database_settings *settings, enum session_kind kind)
{
    for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++)
        if (options_get(options, defaults[i].keyword)[0] == '\0')
            options_set(options, defaults[i].keyword, defaults[i].value);
    char session[SESSION_SIZE];
    char name[64];
    long long statement_timeout_ms =
        kind == SESSION_SERVES ? (long long)settings->statement_timeout_ms : 0;
    long long lock_wait_ms = kind == SESSION_SERVES ? (long long)settings->lock_wait_ms : 0;
    const char *plans = kind == SESSION_SERVES ? PLAN_OPTIONS : ""; /* a migration moves tables */
    if (!text_print(session, sizeof session, SESSION_FORMAT, options_get(options, "options"),
                    settings->schema, statement_timeout_ms, lock_wait_ms, plans) ||
        !text_print(name, sizeof name, "kontor-%s", settings->schema))
        return false;
    options_set(options, "options", session);
    if (options_get(options, "application_name")[0] == '\0')
        options_set(options, "application_name", name);
    int64_t timeout_s = strtoll(options_get(options, "connect_timeout"), NULL, 10);
    options->timeout_ms = timeout_s > 0 ? timeout_s * 1000 : CONNECT_TIMEOUT_MS;
    return true;
}

bool connect_options_init(struct connect_options *options, const struct database_settings *settings,
                          enum session_kind kind)
{
    *options = (struct connect_options){
        .keywords = calloc(OPTIONS_MAX + 1, sizeof *options->keywords),
        .values = calloc(OPTIONS_MAX + 1, sizeof *options->values),
    };
    PQconninfoOption *given = PQconninfoParse(secret_reveal(settings->url), NULL);
    bool is_read = given != NULL && options->keywords != NULL && options->values != NULL;
    if (is_read) {
        options_take(options, given);
        is_read = options_complete(options, settings, kind);
    }
    PQconninfoFree(given);
    if (!is_read) {
        log_write(LOG_ERROR, "database_url_unreadable", log_text("schema", settings->schema));
        connect_options_deinit(options);
    }
    return is_read;
}

void connect_options_deinit(struct connect_options *options)
{
    for (size_t i = 0; options->values != NULL && options->values[i] != NULL; i++) {
        secret_wipe(options->values[i], strlen(options->values[i]));
        free(options->values[i]);
        free(options->keywords[i]);
    }
    free(options->keywords);
    free(options->values);
    *options = (struct connect_options){0};
}

/* ---- one attempt, on the connector's thread ---- */

static void ignore_notice(void *argument, const PGresult *result)
{
    (void)argument;
    (void)result;
}

/* The socket is asked for anew at every step: libpq changes it when it tries another address or
 * gives up on TLS. */
static bool socket_is_ready(PGconn *pg, PostgresPollingStatusType wants)
{
    struct pollfd socket = {.fd = PQsocket(pg),
                            .events = wants == PGRES_POLLING_READING ? POLLIN : POLLOUT};
    return poll(&socket, 1, POLL_SLICE_MS) > 0;
}

PGconn *connect_and_wait(const struct connect_options *options, const atomic_bool *abandoned)
{
    int64_t until_us = clock_monotonic_us() + options->timeout_ms * 1000;
    PGconn *pg = PQconnectStartParams((const char *const *)options->keywords,
                                      (const char *const *)options->values, 0);
    if (pg == NULL || PQstatus(pg) == CONNECTION_BAD)
        return pg;
    PQsetNoticeReceiver(pg, ignore_notice, NULL);
    PostgresPollingStatusType wants = PGRES_POLLING_WRITING;
    while (wants == PGRES_POLLING_READING || wants == PGRES_POLLING_WRITING) {
        if (atomic_load(abandoned) || clock_monotonic_us() >= until_us) {
            PQfinish(pg);
            return NULL;
        }
        if (socket_is_ready(pg, wants))
            wants = PQconnectPoll(pg);
    }
    return pg;
}

static void attempt(void *argument)
{
    struct connector *connector = argument;
    connector->made = connect_and_wait(&connector->options, &connector->abandoned);
    uv_async_send(connector->finished);
}

/* ---- the queue, on the loop ---- */

static void rotate(struct connect_options *options, const char *keyword)
{
    const char *list = options_get(options, keyword), *comma = strchr(list, ',');
    char rotated[ROTATED_SIZE];
    if (comma != NULL &&
        text_print(rotated, sizeof rotated, "%s,%.*s", comma + 1, (int)(comma - list), list))
        options_set(options, keyword, rotated);
}

static unsigned count_hosts(const struct connect_options *options)
{
    unsigned commas = 0, address_commas = 0;
    for (const char *at = options_get(options, "host"); *at != '\0'; at++)
        commas += *at == ',';
    for (const char *at = options_get(options, "hostaddr"); *at != '\0'; at++)
        address_commas += *at == ',';
    return 1 + (commas > address_commas ? commas : address_commas);
}

/* Of several hosts each attempt after a failed one begins with another: one that answers nothing,
 * as behind a network that is cut, uses up the time of a whole attempt. */
static void begin_with_host(struct connect_options *options, unsigned number)
{
    for (unsigned i = number % count_hosts(options); i > 0; i--) {
        rotate(options, "host");
        rotate(options, "hostaddr");
        rotate(options, "port");
    }
}

/* The password may be another one since. */
static void renew_options(struct connector *connector)
{
    struct connect_options options;
    if (!connect_options_init(&options, &connector->settings, SESSION_SERVES))
        return;
    begin_with_host(&options, connector->passed_over);
    connect_options_deinit(&connector->options);
    connector->options = options;
}

static void connect_first(struct connector *connector)
{
    assert(connector->busy && connector->first != NULL && !connector->thread_runs);
    renew_options(connector);
    handle_check(uv_thread_create(&connector->thread, attempt, connector));
    connector->thread_runs = true;
}

static void pause_ended(uv_timer_t *timer)
{
    connect_first(timer->data);
}

/* 20 ms … 2 s, doubled after each failure, half of it by chance. */
static void pause_then_connect(struct connector *connector)
{
    assert(connector->failures >= 0 && !connector->thread_runs);
    int doublings = connector->failures < 8 ? connector->failures : 8;
    uint32_t pause_ms = (uint32_t)PAUSE_MIN_MS << doublings;
    if (pause_ms > PAUSE_MAX_MS)
        pause_ms = PAUSE_MAX_MS;
    uv_update_time(connector->pause->loop);
    uv_timer_start(connector->pause, pause_ended, pause_ms / 2 + random_below(pause_ms / 2 + 1), 0);
}

static struct to_connect *take_first(struct connector *connector)
{
    struct to_connect *next = connector->first;
    assert(next != NULL);
    connector->first = next->next;
    if (connector->first == NULL)
        connector->last = NULL;
    next->next = NULL;
    return next;
}

static void report_failure(struct connector *connector, PGconn *pg)
{
    connector->passed_over++;
    metric_add(&connect_failures, NULL, 1);
    if (connector->failures++ == 0)
        log_write(LOG_WARN, "database_unreachable",
                  log_text("reason", pg != NULL ? PQerrorMessage(pg) : "the attempt timed out"));
}

static void report_success(struct connector *connector)
{
    metric_add(&connects, NULL, 1);
    if (connector->failures > 0)
        log_write(LOG_INFO, "database_reachable", log_int64("failures", connector->failures));
    connector->failures = 0;
}

static void attempt_finished(uv_async_t *finished)
{
    struct connector *connector = finished->data;
    if (!connector->thread_runs)
        return;
    uv_thread_join(&connector->thread);
    connector->thread_runs = false;
    PGconn *pg = connector->made;
    connector->made = NULL;
    if (pg == NULL || PQstatus(pg) != CONNECTION_OK) {
        report_failure(connector, pg);
        PQfinish(pg);
        pause_then_connect(connector);
        return;
    }
    report_success(connector);
    struct to_connect *next = take_first(connector);
    next->made(next, pg);
    connector->busy = connector->first != NULL;
    if (connector->busy)
        connect_first(connector);
}

void connector_add(struct connector *connector, struct to_connect *added)
{
    assert(added->made != NULL && added->next == NULL && connector->last != added);
    if (connector->last != NULL)
        connector->last->next = added;
    else
        connector->first = added;
    connector->last = added;
    if (connector->busy)
        return;
    connector->busy = true;
    pause_then_connect(connector);
}

/* ---- life ---- */

bool connector_init(struct connector *connector, uv_loop_t *loop,
                    const struct database_settings *settings)
{
    assert(settings != NULL);
    *connector = (struct connector){.settings = *settings};
    if (!connect_options_init(&connector->options, settings, SESSION_SERVES))
        return false;
    connector->finished = handle_new(sizeof *connector->finished);
    connector->pause = handle_new(sizeof *connector->pause);
    handle_check(uv_async_init(loop, connector->finished, attempt_finished));
    handle_check(uv_timer_init(loop, connector->pause));
    connector->finished->data = connector->pause->data = connector;
    return true;
}

void connector_deinit(struct connector *connector)
{
    atomic_store(&connector->abandoned, true);
    if (connector->thread_runs) {
        uv_thread_join(&connector->thread);
        PQfinish(connector->made);
    }
    handle_close(connector->finished);
    handle_close(connector->pause);
    connect_options_deinit(&connector->options);
}
