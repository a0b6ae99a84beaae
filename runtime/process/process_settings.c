#include "runtime/process/process_settings.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "runtime/base/log.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)
#define MEBIBYTE INT64_C(1048576)
#define CLIENT_ATTEMPTS_MAX 3

static const struct setting common_rows[] = {
    {"log-level", SETTING_TEXT, "info",
     "The least level that is logged: debug, info, warn or error. Read again with the settings "
     "file.",
     0, 0},
    {"metrics-grpc-names", SETTING_BOOL, "false",
     "/metrics shows calls also as grpc_server_handled_total and grpc_server_handling_seconds, for "
     "dashboards that are there.",
     0, 0},
    {"access-log", SETTING_BOOL, "false",
     "A line for every call, at level info. Else for those that failed, and at the gateway for "
     "those "
     "that change something.",
     0, 0},
    {"clock-file", SETTING_TEXT, "",
     "Tests: a file with the offset in microseconds that turns the clock. Empty: the clock is "
     "real.",
     0, 0},
    {"clock-file-compared", SETTING_BOOL, "false",
     "Tests: what clock-file turns counts when clocks are compared.", 0, 0},
    {"fault-allocation-file", SETTING_TEXT, "",
     "Tests: a file with a number that allocations count down to the one that fails.", 0, 0},
    {"tls-certificate-file", SETTING_TEXT, "",
     "The certificate chain (PEM). Empty: plaintext, on loopback only.", 0, 0},
    {"tls-key-file", SETTING_TEXT, "", "The certificate's private key (PEM).", 0, 0},
    {"tls-authority-file", SETTING_TEXT, "",
     "The certificate authority (PEM) that peers must chain to.", 0, 0},
    {"tls-peer-certificate-required", SETTING_BOOL, "true",
     "Callers must show a certificate of that authority (mutual TLS).", 0, 0},
    {"tls-peer-identities", SETTING_TEXT, "",
     "Who may call, separated by commas: the URI of the certificate. With TLS only the gateway, "
     "the door, may leave it empty.",
     0, 0},
    {"insecure-allowed", SETTING_BOOL, "false",
     "Allows plaintext on addresses that others can reach.", 0, 0},
    {"deadline-default", SETTING_DURATION_MS, "10s",
     "The deadline of a call that came without one.", 1, HOUR_MS},
    {"deadline-max", SETTING_DURATION_MS, "60s",
     "The longest deadline that a caller gets; streams are not held to it.", 1, HOUR_MS},
    {"message-bytes-max", SETTING_INT64, "1048576", "The largest message that is received.", 1024,
     64 * MEBIBYTE},
    {"call-arena-bytes-max", SETTING_INT64, "16777216", "The memory that one call may take.", 65536,
     1024 * MEBIBYTE},
    {"calls-max", SETTING_INT64, "1000",
     "Calls served at once; further ones are told to come back.", 1, 100000},
    {"stack-bytes", SETTING_INT64, "262144", "The stack of a call.", 65536, 16 * MEBIBYTE},
    {"core-memory-max", SETTING_INT64, "268435456",
     "The memory that gRPC may take for all connections.", 16 * MEBIBYTE, 65536 * MEBIBYTE},
    {"connection-idle-max", SETTING_DURATION_MS, "5m",
     "Connections without a call for so long are closed.", 1000, DAY_MS},
    {"connection-age-grace", SETTING_DURATION_MS, "1h",
     "How long calls on such a connection may go on; then they are cut off.", 0, DAY_MS},
    {"keepalive", SETTING_DURATION_MS, "60s", "How often an idle connection is probed.", 10000,
     HOUR_MS},
    {"drain-delay", SETTING_DURATION_MS, "0s",
     "How long calls are served after SIGTERM while readiness says no, so that balancers notice "
     "first; a second SIGTERM skips it.",
     0, 10 * MINUTE_MS},
    {"trace-endpoint", SETTING_TEXT, "",
     "The OpenTelemetry collector that gets traces, by OTLP over HTTP: http://collector:4318. "
     "Empty: nothing is recorded.",
     0, 0},
    {"trace-sample-ratio", SETTING_TEXT, "0.01",
     "The share of the traces that begin here and are recorded, from 0 to 1. Of the others the "
     "caller decides.",
     0, 0},
    {"trace-token", SETTING_SECRET, "", "The collector's bearer token. Empty: none.", 0, 0},
    {"drain-grace", SETTING_DURATION_MS, "30s",
     "How long calls may go on after SIGTERM before they are cancelled.", 0, 10 * MINUTE_MS},
};

static const struct setting database_rows[] = {
    {"database-url", SETTING_SECRET, NULL,
     "The PostgreSQL database, as libpq reads it: postgresql://… or key=value words.", 0, 0},
    {"migration-url", SETTING_SECRET, "",
     "Used at the start: the same database as the role that owns the schema: it migrates, and "
     "grants the role of "
     "database-url what a service needs. Empty: "
     "database-url migrates if it owns the schema, and else waits until somebody did.",
     0, 0},
    {"grant-to", SETTING_TEXT, "",
     "Who gets what a service needs from the role that migrates. Empty: with migration-url the "
     "user "
     "of database-url.",
     0, 0},
    {"migrate-only", SETTING_BOOL, "false",
     "Migrates, grants and ends; needs no other setting than migration-url or database-url.", 0, 0},
    {"database-connections-shared", SETTING_INT64, "2", "Connections that single statements share.",
     1, 64},
    {"database-connections-exclusive", SETTING_INT64, "8", "Connections for transactions.", 1, 256},
    {"database-statement-timeout", SETTING_DURATION_MS, "10s",
     "The longest a statement may run; a COMMIT is never cut.", 100, HOUR_MS},
    {"database-lock-wait", SETTING_DURATION_MS, "100ms",
     "How long a statement waits for a lock that somebody holds; then it lets its connection go "
     "and comes back.",
     10, 10000},
    {"database-wait-max", SETTING_DURATION_MS, "5s", "The longest wait for a free connection.", 1,
     HOUR_MS},
    {"newer-schema-allowed", SETTING_BOOL, "false",
     "Starts although a newer version has migrated the schema further than this one knows.", 0, 0},
};

static const struct setting event_rows[] = {
    {"event-consumers", SETTING_TEXT, "gateway",
     "Who reads this service's events by name, separated by commas: nothing is removed before each "
     "of them has read it.",
     0, 0},
    {"events-keep", SETTING_DURATION_MS, "720h",
     "How long events that were read are kept: as far back as a consumer's database may be put "
     "back from a backup.",
     0, 3660 * DAY_MS},
};

size_t process_settings_rows(const struct process_plan *plan,
                             struct setting rows[PROCESS_SETTINGS_MAX])
{
    size_t count = 0;
    rows[count++] =
        (struct setting){"listen-address",
                         SETTING_TEXT,
                         plan->default_listen_address,
                         "Where gRPC is served: address:port, [address]:port or unix:/path.",
                         0,
                         0};
    rows[count++] = (struct setting){"admin-address",
                                     SETTING_TEXT,
                                     plan->default_admin_address,
                                     "Where /metrics, /health/live, /health/ready and /build are "
                                     "served over HTTP. Empty: nowhere.",
                                     0,
                                     0};
    rows[count++] = (struct setting){"calls-per-source",
                                     SETTING_INT64,
                                     plan->is_door ? "250" : "0",
                                     "Calls served at once for one source address, half of them "
                                     "streams; 0: as many as there may be.",
                                     0,
                                     100000};
    rows[count++] =
        (struct setting){"streams-per-connection",
                         SETTING_INT64,
                         plan->is_door ? "100" : "1000",
                         "Calls at once on one connection; further ones wait at the caller.",
                         1,
                         100000};
    rows[count++] = (struct setting){
        "reflection",
        SETTING_BOOL,
        plan->is_door ? "true" : "false",
        "Reflection tells callers which services there are; the gateway of its public rpcs alone.",
        0,
        0};
    rows[count++] = (struct setting){
        "connection-age-max",
        SETTING_DURATION_MS,
        plan->is_door ? "5m" : "24h",
        "At this age connections are closed. Our own clients change theirs by themselves, sooner.",
        1000,
        DAY_MS};
    for (size_t i = 0; plan->schema != NULL && i < sizeof database_rows / sizeof database_rows[0];
         i++)
        rows[count++] = database_rows[i];
    for (size_t i = 0; plan->tells_events && i < sizeof event_rows / sizeof event_rows[0]; i++)
        rows[count++] = event_rows[i];
    for (size_t i = 0; i < sizeof common_rows / sizeof common_rows[0]; i++)
        rows[count++] = common_rows[i];
    assert(count <= PROCESS_SETTINGS_MAX);
    return count;
}

int process_settings_log_level(const struct settings *settings)
{
    static const char *const levels[] = {"debug", "info", "warn", "error"};
    const char *wanted = settings_text(settings, "log-level");
    for (int level = LOG_DEBUG; level <= LOG_ERROR; level++) {
        if (strcmp(levels[level], wanted) == 0)
            return level;
    }
    log_write(LOG_ERROR, "setting_mistaken",
              log_text("why", "log-level must be debug, info, warn or error"));
    return -1;
}

bool process_settings_apply_log_level(const struct settings *settings)
{
    int level = process_settings_log_level(settings);
    if (level >= 0)
        log_set_level((enum log_level)level);
    return level >= 0;
}

bool process_settings_credentials(const struct settings *settings, struct credentials **credentials)
{
    struct credentials_settings files = {
        .certificate_file = settings_text(settings, "tls-certificate-file"),
        .private_key_file = settings_text(settings, "tls-key-file"),
        .authority_file = settings_text(settings, "tls-authority-file"),
        .name_override = "",
    };
    files.peer_certificate_required = settings_bool(settings, "tls-peer-certificate-required");
    bool none = files.certificate_file[0] == '\0' && files.private_key_file[0] == '\0' &&
                files.authority_file[0] == '\0';
    *credentials = none ? NULL : credentials_new(&files);
    return none || *credentials != NULL;
}

struct rpc_server_settings process_settings_server(const struct settings *settings,
                                                   const struct credentials *credentials)
{
    return (struct rpc_server_settings){
        .address = settings_text(settings, "listen-address"),
        .credentials = credentials,
        .insecure_allowed = settings_bool(settings, "insecure-allowed"),
        .deadline_default_ms = settings_int64(settings, "deadline-default"),
        .deadline_max_ms = settings_int64(settings, "deadline-max"),
        .message_bytes_max = (size_t)settings_int64(settings, "message-bytes-max"),
        .call_arena_bytes_max = (size_t)settings_int64(settings, "call-arena-bytes-max"),
        .calls_max = (size_t)settings_int64(settings, "calls-max"),
        .calls_per_source_max = (size_t)settings_int64(settings, "calls-per-source"),
        .streams_per_connection_max = (size_t)settings_int64(settings, "streams-per-connection"),
        .connection_idle_max_ms = settings_int64(settings, "connection-idle-max"),
        .core_bytes_max = (size_t)settings_int64(settings, "core-memory-max"),
        .grpc_metric_names = settings_bool(settings, "metrics-grpc-names"),
        .tells_every_call = settings_bool(settings, "access-log"),
        .reflection_is_hidden = !settings_bool(settings, "reflection"),
        .connection_age_max_ms = settings_int64(settings, "connection-age-max"),
        .connection_age_grace_ms = settings_int64(settings, "connection-age-grace"),
        .keepalive_ms = settings_int64(settings, "keepalive"),
    };
}

struct rpc_client_settings process_settings_client(const struct settings *settings,
                                                   const struct credentials *credentials,
                                                   const char *peer)
{
    char name[64];
    bool fits = text_print(name, sizeof name, "%s-target", peer);
    assert(fits);
    (void)fits;
    return (struct rpc_client_settings){
        .target = settings_text(settings, name),
        .credentials = credentials,
        .timeout_ms = settings_int64(settings, "deadline-default"),
        .attempts_max = CLIENT_ATTEMPTS_MAX,
        .message_bytes_max = (size_t)settings_int64(settings, "message-bytes-max"),
    };
}

struct database_settings process_settings_database(const struct settings *settings,
                                                   const char *schema)
{
    return (struct database_settings){
        .url = settings_secret(settings, "database-url"),
        .migration_url = settings_secret(settings, "migration-url"),
        .grant_to = settings_text(settings, "grant-to"),
        .schema = schema,
        .connections_shared = (int)settings_int64(settings, "database-connections-shared"),
        .connections_exclusive = (int)settings_int64(settings, "database-connections-exclusive"),
        .statement_timeout_ms = settings_int64(settings, "database-statement-timeout"),
        .wait_max_ms = settings_int64(settings, "database-wait-max"),
        .lock_wait_ms = settings_int64(settings, "database-lock-wait"),
        .newer_schema_allowed = settings_bool(settings, "newer-schema-allowed"),
    };
}
