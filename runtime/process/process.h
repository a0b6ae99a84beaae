/* A process: what every main.c hands over to. Reads settings, blocks signals, starts gRPC and the
 * loop, migrates, calls start, serves, and on SIGTERM or SIGINT drains in order: not serving →
 * running calls end → jobs end → database closes → exit 0. */
#ifndef RUNTIME_PROCESS_PROCESS_H
#define RUNTIME_PROCESS_PROCESS_H

#include "runtime/base/settings.h"
#include "runtime/database/database.h"
#include "runtime/database/migrate.h"
#include "runtime/loop/loop.h"
#include "runtime/rpc/client.h"
#include "runtime/rpc/server.h"

struct process {
    struct loop *loop;
    const struct settings *settings;
    struct database *database;        /* NULL when the plan has no schema */
    struct database *second_database; /* NULL when start did not ask for it */
    struct rpc_server *server;
    void *context; /* start's own */
};

struct process_plan {
    const char *name;   /* "kontor-ledger": program, log service, metrics build_info */
    const char *schema; /* "ledger"; NULL: no database */
    const struct migration *migrations;
    /* The service's own, beside the process's (listen-address, admin-address, database-url, tls-…,
     * log-level, clock-file, deadlines, limits, drain-grace: process_settings.c). */
    const struct setting *settings;
    size_t setting_count;
    /* Of settings that were read again, what start would refuse; one line was logged. NULL: all. */
    bool (*accepts)(const struct settings *anew);
    bool tells_acts;                /* serves its acts (act.v1.ActService) */
    bool tells_events;              /* serves its outbox (event.v1.EventService) and keeps it */
    bool (*shows)(const char *rpc); /* what reflection tells of (server.h); NULL: everything */
    bool is_door; /* strangers call it (server.h); the others believe what their callers say of the
                     caller */
    const char *default_listen_address;
    const char *default_admin_address;
    /* In a task, after migration and before serving: mount services, start jobs. A failure ends the
     * process with one line. */
    enum failure (*start)(struct task *task, struct process *process);
    /* In a task, with migrate-only: what is done once for an installation, as the role that
     * migrated. May be NULL. */
    enum failure (*after_migration)(struct task *task, struct process *process);
    /* In a task, once the calls ended and the jobs were asked to end: ends the tasks that start
     * spawned. A job may still run, so what it uses stays (memory may live as long as the process).
     * May be NULL. */
    void (*stop)(struct task *task, struct process *process);
};

/* Returns the exit code: 0 after a drain, 1 when start failed, 2 for a mistake in the settings.
 * Once per process. While the database cannot be reached it waits, saying so every 5 s. A second
 * signal skips the drain's delay; during the drain it ends the process at once. */
int process_main(int argc, char **argv, const struct process_plan *plan);

/* Another pool on the process's database, with so many connections for single statements and for
 * transactions, of which nobody else takes one. Once per process; lent until stop returned. */
struct database *process_open_second_database(struct process *process, int connections_shared,
                                              int connections_exclusive);

/* A client for a peer, from the setting "<peer>-target" (which the plan must list) and the
 * process's TLS settings. The same peer gives the same client. Lent until stop returned. */
struct rpc_client *process_peer(struct process *process, const char *peer);

#endif
