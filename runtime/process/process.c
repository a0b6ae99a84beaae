#include "runtime/process/process.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/text.h"
#include "runtime/process/allowed_peers.h"
#include "runtime/process/process_migrate.h"
#include "runtime/process/process_pages.h"
#include "runtime/process/process_settings.h"
#include "runtime/process/process_tell.h"
#include "runtime/process/protect.h"
#include "runtime/process/pulse.h"
#include "runtime/process/reload.h"
#include "runtime/process/safe_start.h"
#include "runtime/process/signals.h"
#include "runtime/process/traces.h"
#include "runtime/rpc/completion.h"

#define PEERS_MAX 16
#define TASKS_BESIDE_CALLS_MAX 512 /* jobs, event consumers, batches */
#define TASKS_END_MS_MAX 10000
#define TASKS_LOOKED_AT_EVERY_MS 5
#define EXIT_FAILED 1
#define EXIT_MISTAKE 2

struct peer {
    const char *name;
    struct rpc_client *client;
};

/* The life of the process: one task that starts it, waits for the end and drains it, and what that
 * task holds. */
struct life {
    struct process process; /* first: what start is given */
    const struct process_plan *plan;
    struct settings *settings; /* the process's, for who reads them again */
    struct process_facts facts;
    struct credentials *credentials;
    struct admin *admin;
    struct peer peers[PEERS_MAX];
    size_t peer_count;
    struct event changed; /* a signal came, or starting ended */
    bool end_asked;
    bool is_delayed; /* the end was asked for, and calls are served for the delay */
    struct event delay_skipped;
    struct task *starting; /* NULL once it ended */
    enum failure start_failure;
    bool is_started; /* the plan's start was called, so that stop has something to stop */
    int exit_code;
};

/* Static, so that what start made is still reachable when the leak checker looks. */
static struct life life;

/* ---- signals ---- */

/* The first begins the drain, the second skips its delay, one more ends the process. */
static void end_asked(int number)
{
    if (life.is_delayed) {
        life.is_delayed = false;
        event_signal(&life.delay_skipped);
        return;
    }
    if (life.end_asked) {
        log_write(LOG_WARN, "ended_at_once", log_int64("signal", number));
        _Exit(EXIT_FAILED);
    }
    log_write(LOG_INFO, "end_asked", log_int64("signal", number));
    life.end_asked = true;
    if (life.starting != NULL)
        task_cancel(life.starting);
    event_signal(&life.changed);
}

/* ---- starting ---- */

static bool migrates_only(void)
{
    return life.plan->schema != NULL && settings_bool(life.process.settings, "migrate-only");
}

static enum failure start_database(struct task *task)
{
    if (life.plan->schema == NULL)
        return FAILURE_NONE;
    struct database_settings settings =
        process_settings_database(life.process.settings, life.plan->schema);
    settings.has_to_migrate = migrates_only();
    if (!settings.has_to_migrate)
        life.process.database = database_new(
            life.process.loop, &settings); /* connecting first, it says why it cannot */
    return process_migrate(task, &settings, life.plan->migrations);
}

static enum failure after_migration(struct task *task)
{
    struct database_settings settings =
        process_settings_database(life.process.settings, life.plan->schema);
    log_write(LOG_INFO, "migrated", log_text("schema", life.plan->schema));
    if (life.plan->after_migration == NULL)
        return FAILURE_NONE;
    if (!text_is_empty(secret_reveal(settings.migration_url)))
        settings.url = settings.migration_url;
    life.process.database = database_new(life.process.loop, &settings);
    return life.plan->after_migration(task, &life.process);
}

struct database *process_open_second_database(struct process *process, int connections_shared,
                                              int connections_exclusive)
{
    assert(life.process.second_database == NULL && life.plan->schema != NULL);
    struct database_settings settings =
        process_settings_database(process->settings, life.plan->schema);
    settings.connections_shared = connections_shared;
    settings.connections_exclusive = connections_exclusive;
    settings.hands_locks_back = true;
    life.process.second_database = database_new(process->loop, &settings);
    return life.process.second_database;
}

static enum failure start_serving(void)
{
    if (!rpc_server_start(life.process.server))
        return FAILURE_UNAVAILABLE;
    rpc_server_set_serving(life.process.server, true);
    life.facts.serving = true;
    pulse_start(&life.process);
    log_write(LOG_INFO, "serving",
              log_text("address", settings_text(life.process.settings, "listen-address")),
              log_int64("port", rpc_server_port(life.process.server)),
              log_int64("admin_port", life.admin == NULL ? 0 : admin_port(life.admin)),
              log_text("version", KONTOR_VERSION));
    return FAILURE_NONE;
}

static enum failure start(struct task *task)
{
    enum failure failure = traces_start(life.process.loop);
    if (!migrates_only())
        reload_start(life.process.loop, life.settings, life.plan);
    if (failure == FAILURE_NONE)
        failure = start_database(task);
    if (failure != FAILURE_NONE)
        return failure;
    if (migrates_only()) {
        failure = after_migration(task);
        life.exit_code = failure == FAILURE_NONE ? 0 : EXIT_FAILED;
        life.end_asked = failure == FAILURE_NONE;
        return failure;
    }
    struct rpc_server_settings settings =
        process_settings_server(life.process.settings, life.credentials);
    settings.is_door = life.plan->is_door;
    settings.shows = life.plan->shows;
    life.process.server = rpc_server_new(life.process.loop, &settings);
    allowed_peers_guard(life.process.server,
                        settings_text(life.process.settings, "tls-peer-identities"));
    failure = process_tell(&life.process, life.plan);
    life.is_started = failure == FAILURE_NONE;
    if (failure == FAILURE_NONE)
        failure = life.plan->start(task, &life.process);
    return failure == FAILURE_NONE ? start_serving() : failure;
}

static void start_task(struct task *task, void *argument)
{
    (void)argument;
    life.starting = task;
    life.start_failure = life.end_asked ? FAILURE_CANCELLED : start(task);
    life.starting = NULL;
    if (life.start_failure != FAILURE_NONE && !life.end_asked) {
        log_write(LOG_ERROR, "start_failed", log_failure(life.start_failure),
                  log_text("sentence", failure_sentence(life.start_failure)));
        life.exit_code = EXIT_FAILED;
        life.end_asked = true;
    }
    event_signal(&life.changed);
}

/* ---- draining ---- */

/* All tasks but this one. They were cancelled or told to stop; one that stays is a bug, and the
 * database may not be freed under it. */
static void wait_for_other_tasks(struct task *task)
{
    for (int64_t waited_ms = 0; loop_task_count(life.process.loop) > 1;
         waited_ms += TASKS_LOOKED_AT_EVERY_MS) {
        if (waited_ms > TASKS_END_MS_MAX ||
            task_sleep_ms(task, TASKS_LOOKED_AT_EVERY_MS) != FAILURE_NONE) {
            log_write(LOG_ERROR, "tasks_did_not_end",
                      log_int64("count", (int64_t)loop_task_count(life.process.loop) - 1));
            _Exit(EXIT_FAILED);
        }
    }
}

static void free_peers(void)
{
    while (life.peer_count > 0)
        rpc_client_free(life.peers[--life.peer_count].client);
}

/* Balancers are told before callers are: meanwhile every call is served. */
static void tell_balancers(struct task *task)
{
    assert(life.end_asked && !life.is_delayed);
    int64_t delay_ms = settings_int64(life.process.settings, "drain-delay");
    bool was_serving = life.facts.serving;
    life.facts.serving = false;
    pulse_stop();
    if (life.process.server != NULL)
        rpc_server_set_serving(life.process.server, false);
    if (!was_serving || delay_ms == 0)
        return;
    life.is_delayed = true;
    if (task_wait_to_the_end_ms(task, &life.delay_skipped, delay_ms))
        log_write(LOG_INFO, "drain_delay_skipped");
    life.is_delayed = false;
}

/* Not ready → not serving → running calls end → jobs end → database closes. */
static void drain(struct task *task)
{
    tell_balancers(task);
    if (life.process.server != NULL)
        rpc_server_drain(task, life.process.server,
                         settings_int64(life.process.settings, "drain-grace"));
    life.process.server = NULL;
    traces_end(task);
    loop_stop(life.process.loop);
    if (life.plan->stop != NULL && life.is_started)
        life.plan->stop(task, &life.process);
    wait_for_other_tasks(task);
    free_peers();
    database_free(life.process.second_database);
    life.process.second_database = NULL;
    if (life.process.database != NULL)
        database_free(life.process.database);
    life.process.database = NULL;
}

static void live(struct task *task, void *argument)
{
    (void)argument;
    struct task_options options = {.name = "start"};
    life.start_failure = loop_spawn(life.process.loop, &options, start_task, NULL);
    assert(life.start_failure == FAILURE_NONE);
    do
        task_wait_to_the_end(task, &life.changed);
    while (!life.end_asked || life.starting != NULL);
    drain(task);
    admin_free(life.admin);
    signals_close();
}

/* ---- main ---- */

static bool open_admin(void)
{
    const char *address = settings_text(life.process.settings, "admin-address");
    if (address[0] == '\0' || migrates_only())
        return true;
    life.admin = admin_new(life.process.loop, address, process_pages, &life.facts);
    return life.admin != NULL;
}

static bool follow_clock(void)
{
    const char *path = settings_text(life.process.settings, "clock-file");
    clock_compare_turned(settings_bool(life.process.settings, "clock-file-compared"));
    if (path[0] == '\0' || clock_follow_file(path) == FAILURE_NONE)
        return true;
    log_write(LOG_ERROR, "clock_file_not_readable", log_text("path", path));
    return false;
}

static bool follow_faults(void)
{
    const char *path = settings_text(life.process.settings, "fault-allocation-file");
    if (path[0] == '\0' || arena_fail_by_file(path))
        return true;
    log_write(LOG_ERROR, "fault_file_not_readable", log_text("path", path));
    return false;
}

static int run(void)
{
    const struct settings *settings = life.process.settings;
    if (!follow_clock() || !follow_faults() ||
        !process_settings_credentials(settings, &life.credentials))
        return EXIT_FAILED;
    if (!traces_read_settings(life.plan, settings))
        return EXIT_MISTAKE;
    if (!safe_start_is_safe(life.plan, settings, life.credentials))
        return EXIT_MISTAKE;
    if (migrates_only())
        life.exit_code = EXIT_FAILED; /* until it is done */
    process_raise_descriptors();
    size_t tasks_max =
        (size_t)settings_int64(settings, "calls-max") + RPC_PROBES_MAX + TASKS_BESIDE_CALLS_MAX;
    life.process.loop = loop_new((size_t)settings_int64(settings, "stack-bytes"), tasks_max);
    struct completion_queue *queue = completion_queue_acquire(life.process.loop);
    if (open_admin()) {
        signals_open(life.process.loop, end_asked, reload_now);
        struct task_options options = {.name = "life"};
        enum failure failure = loop_spawn(life.process.loop, &options, live, NULL);
        assert(failure == FAILURE_NONE);
        (void)failure;
        loop_run(life.process.loop);
    } else {
        life.exit_code = EXIT_FAILED;
    }
    completion_queue_release(queue);
    loop_free(life.process.loop);
    credentials_free(life.credentials);
    return life.exit_code;
}

int process_main(int argc, char **argv, const struct process_plan *plan)
{
    assert(plan->name != NULL && plan->start != NULL && life.plan == NULL);
    life.plan = plan;
    life.facts = (struct process_facts){
        .process = &life.process, .name = plan->name, .started_time_us = clock_now_us()};
    struct setting rows[PROCESS_SETTINGS_MAX];
    const char *unless = plan->schema == NULL ? NULL : "migrate-only";
    const struct setting_table tables[] = {{rows, process_settings_rows(plan, rows), unless},
                                           {plan->settings, plan->setting_count, unless},
                                           {NULL, 0, NULL}};
    int exit_code;
    struct settings *settings = settings_read(plan->name, argc, argv, tables, &exit_code);
    if (settings == NULL)
        return exit_code;
    log_set_service(plan->name);
    process_protect_memory();
    life.process.settings = life.settings = settings;
    exit_code = process_settings_apply_log_level(settings) ? run() : EXIT_MISTAKE;
    log_write(LOG_INFO, "ended", log_int64("exit_code", exit_code));
    settings_free(settings);
    return exit_code;
}

struct rpc_client *process_peer(struct process *process, const char *peer)
{
    assert(process == &life.process);
    for (size_t i = 0; i < life.peer_count; i++) {
        if (strcmp(life.peers[i].name, peer) == 0)
            return life.peers[i].client;
    }
    assert(life.peer_count < PEERS_MAX);
    struct rpc_client_settings settings =
        process_settings_client(process->settings, life.credentials, peer);
    struct rpc_client *client = rpc_client_new(process->loop, &settings);
    life.peers[life.peer_count++] = (struct peer){peer, client};
    return client;
}
