#include "gateway/service/start.h"

#include "gateway/jobs/event_consumer.h"
#include "gateway/jobs/account_sync.h"
#include "gateway/jobs/approval_job.h"
#include "gateway/jobs/ceiling_sweep.h"
#include "gateway/jobs/saga.h"
#include "gateway/jobs/upstream_watch.h"
#include "gateway/peers/identity_session.h"
#include "gateway/service/approval_execution.h"
#include "gateway/service/ceiling_cache.h"
#include "gateway/service/company_cache.h"
#include "gateway/peers/ledger_orders.h"
#include "gateway/service/form.h"
#include "gateway/service/limiter.h"
#include "gateway/service/mask.h"
#include "gateway/service/mounts.h"
#include "gateway/service/rate.h"
#include "gateway/service/router.h"
#include "gateway/service/session_cache.h"

const struct setting gateway_settings[GATEWAY_SETTING_COUNT] = {
    {"identity-target", SETTING_TEXT, "127.0.0.1:7401", "Where identity answers.", 0, 0},
    {"payments-target", SETTING_TEXT, "127.0.0.1:7402", "Where payments answers.", 0, 0},
    {"ledger-target", SETTING_TEXT, "127.0.0.1:7403", "Where the ledger answers.", 0, 0},
    {"sharing-target", SETTING_TEXT, "127.0.0.1:7404", "Where sharing answers.", 0, 0},
    {"reads-per-second", SETTING_INT64, "50",
     "Reads that one principal may make every second; 0: no limit.", 0, 1000000},
    {"reads-burst", SETTING_INT64, "100", "Reads at once.", 1, 1000000},
    {"writes-per-second", SETTING_INT64, "10",
     "Writes that one principal may make every second; 0: no limit.", 0, 1000000},
    {"writes-burst", SETTING_INT64, "20", "Writes at once.", 1, 1000000},
    {"orders-per-second", SETTING_INT64, "1000",
     "Orders that one principal may send in bulks every second; 0: no limit.", 0, 1000000},
    {"orders-burst", SETTING_INT64, "2000", "Orders at once.", 1000, 1000000},
    {"account-share", SETTING_INT64, "4",
     "How many principals' rates an account has, for all who act for it.", 1, 1000},
    {"source-per-second", SETTING_INT64, "1000",
     "Calls of one source every second, of whomever; 0: no limit.", 0, 1000000},
    {"source-burst", SETTING_INT64, "2000", "Calls of one source at once.", 1, 1000000},
    {"anonymous-per-second", SETTING_INT64, "100",
     "Calls without a session of one source to one rpc; 0: no limit.", 0, 1000000},
    {"anonymous-burst", SETTING_INT64, "200", "Calls without a session at once.", 1, 1000000},
    {"session-cache", SETTING_DURATION_MS, "1s",
     "How long a read may use a session resolved before; 0s: not at all.", 0, 1000},
    {"streams-per-principal", SETTING_INT64, "8", "Streams that one principal may have open.", 1,
     STREAM_LIMIT_MAX},
    {"stream-recheck", SETTING_DURATION_MS, "10s",
     "How often the session of an open stream is looked at again.", 10, 60000},
    {"follow-interval", SETTING_DURATION_MS, "500ms",
     "How often the other services are asked for events.", 10, 60000},
    {"upstream-interval", SETTING_DURATION_MS, "5s",
     "How often it is looked how 100 more partners stand in the ledger (B.3).", 10, 3600000},
    {"sagas-keep", SETTING_DURATION_MS, "2160h", "How long sagas that have ended are kept.", 0,
     INT64_C(3660) * 24 * 3600 * 1000},
    {"fault-statement", SETTING_INT64, "0",
     "For tests: the n-th statement from the start fails; 0: none.", 0, 1000000},
    {"fault-allocation", SETTING_INT64, "0",
     "For tests: the n-th allocation from the start fails; 0: none.", 0, 1000000},
};

static struct bucket_limit limit_read(const struct settings *settings, const char *rate,
                                      const char *burst)
{
    return (struct bucket_limit){settings_int64(settings, rate), settings_int64(settings, burst)};
}

#define STEPS_AT_A_PEER_MAX 8 /* of SAGA_WORKERS */
#define CALLS_AT_A_SILENT_PEER_MAX 64

/* A peer that stands still takes at most half of the places for calls, and few once that shows. */
static void init_gates(struct gateway *gateway, const struct settings *settings)
{
    int64_t half = (settings_int64(settings, "calls-max") + 1) / 2;
    for (size_t peer = 0; peer < PEER_COUNT; peer++) {
        gateway->calls[peer] = (struct gate){
            .places = half,
            .silent_places = half < CALLS_AT_A_SILENT_PEER_MAX ? half : CALLS_AT_A_SILENT_PEER_MAX};
        gateway->steps[peer] =
            (struct gate){.places = STEPS_AT_A_PEER_MAX, .silent_places = STEPS_AT_A_PEER_MAX};
    }
}

/* An account has the rates of some principals, whoever acts for it. */
static struct bucket_limit account_limit(const struct settings *settings,
                                         struct bucket_limit principal)
{
    int64_t share = settings_int64(settings, "account-share");
    struct bucket_limit limit = {principal.rate_per_s * share, principal.burst * share};
    return limit.rate_per_s > BUCKET_LIMIT_MAX || limit.burst > BUCKET_LIMIT_MAX
               ? (struct bucket_limit){0, 1}
               : limit;
}

static void limits_read(struct limiter_limits *limits, const struct settings *settings)
{
    limits->principal[LIMITER_READS] = limit_read(settings, "reads-per-second", "reads-burst");
    limits->principal[LIMITER_WRITES] = limit_read(settings, "writes-per-second", "writes-burst");
    limits->principal[LIMITER_ORDERS] = limit_read(settings, "orders-per-second", "orders-burst");
    for (int of = 0; of < LIMITER_KINDS; of++)
        limits->account[of] = account_limit(settings, limits->principal[of]);
    limits->source = limit_read(settings, "source-per-second", "source-burst");
    limits->anonymous = limit_read(settings, "anonymous-per-second", "anonymous-burst");
}

static void init(struct gateway *gateway, const struct settings *settings)
{
    static struct limiter limiter;
    static struct session_cache sessions;
    static struct company_cache companies;
    static struct ceiling_cache ceilings;
    static struct forms forms;
    static struct masks masks;
    init_gates(gateway, settings);
    forms_init(&forms);
    masks_init(&masks);
    limits_read(&limiter.limits, settings);
    random_bytes(limiter.secret, sizeof(limiter.secret));
    sessions.lifetime_us = settings_int64(settings, "session-cache") * 1000;
    gateway->limiter = &limiter;
    gateway->questions = identity_gather(gateway->identity);
    gateway->sessions = &sessions;
    gateway->companies = &companies;
    gateway->ceilings = &ceilings;
    gateway->forms = &forms;
    gateway->masks = &masks;
    gateway->stream_limit.per_principal_max = settings_int64(settings, "streams-per-principal");
    gateway->recheck_ms = settings_int64(settings, "stream-recheck");
    gateway->sagas_keep_us = settings_int64(settings, "sagas-keep") * 1000;
}

#define MOUNTED(context, service) \
    {&context##__v1__##service##__descriptor, offsetof(struct gateway, context)},

/* Every service that has a route, and the peer that answers it. */
static const struct {
    const ProtobufCServiceDescriptor *service;
    size_t peer;
} services[] = {MOUNTED_SERVICES(MOUNTED)};
#define SERVICE_COUNT (sizeof(services) / sizeof(services[0]))

static void mount(struct gateway *gateway, struct rpc_server *server)
{
    static struct mounted_service mounted[SERVICE_COUNT];
    for (size_t i = 0; i < SERVICE_COUNT; i++) {
        mounted[i].gateway = gateway;
        mounted[i].peer = *(struct rpc_client **)(void *)((char *)gateway + services[i].peer);
        router_mount(server, &mounted[i], services[i].service);
    }
#define MOUNT_OWN(service) service##_mount(server, gateway);
    OWN_SERVICES(MOUNT_OWN)
#undef MOUNT_OWN
    rpc_server_set_guard(server, rate_guard);
}

enum failure gateway_start(struct task *task, struct process *process)
{
    static struct gateway gateway;
    const struct settings *settings = process->settings;
    int64_t interval_ms = settings_int64(settings, "follow-interval");
    (void)task;
    gateway.database = process->database;
    gateway.identity = process_peer(process, "identity");
    gateway.payments = process_peer(process, "payments");
    gateway.ledger = process_peer(process, "ledger");
    gateway.sharing = process_peer(process, "sharing");
    gateway.orders = ledger_orders_new(gateway.ledger);
    gateway.server = process->server;
    gateway.carry_out = approval_carry_out;
    init(&gateway, settings);
    mount(&gateway, process->server);
    event_consumers_start(&gateway, process->loop, interval_ms);
    sagas_start(&gateway, process->loop, interval_ms);
    ceiling_sweep_start(&gateway, process->loop);
    approval_sweep_start(&gateway, process->loop);
    upstream_watch_start(&gateway, settings_int64(settings, "upstream-interval"), process->loop);
    database_fail_nth((unsigned long)settings_int64(settings, "fault-statement"),
                      FAILURE_UNAVAILABLE);
    arena_fail_nth((unsigned long)settings_int64(settings, "fault-allocation"));
    return FAILURE_NONE;
}

void gateway_stop(struct task *task, struct process *process)
{
    (void)task;
    (void)process;
    account_sync_stop();
}
