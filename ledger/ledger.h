/* What every service of the ledger shares. */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "runtime/database/database.h"
#include "runtime/process/process.h"

struct batcher;
struct memory;

#define AUDITS_MAX 8

struct ledger {
    struct loop *loop;
    struct database *database; /* for reads, and for what changes outside of batches */
    struct database *batches;  /* for batches and previews */
    struct batcher *batcher;
    struct memory *memory;
    int64_t payment_term_us;
    int64_t credit_line_default_micros;
    struct id audits[AUDITS_MAX]; /* companies under audit; nil stands for an audit of all */
    size_t audit_count;
};

extern const struct setting ledger_settings[];
extern const size_t ledger_setting_count;

/* Mounts every service and starts the sweep of holds; the start of a process_plan. */
enum failure ledger_start(struct task *task, struct process *process) must_check;

void account_service_mount(struct rpc_server *server, struct ledger *ledger);
void closing_service_mount(struct rpc_server *server, struct ledger *ledger);
void transfer_service_mount(struct rpc_server *server, struct ledger *ledger);
void credit_service_mount(struct rpc_server *server, struct ledger *ledger);
void purchase_service_mount(struct rpc_server *server, struct ledger *ledger);
void usage_service_mount(struct rpc_server *server, struct ledger *ledger);
void top_up_service_mount(struct rpc_server *server, struct ledger *ledger);
void quota_service_mount(struct rpc_server *server, struct ledger *ledger);
void hold_service_mount(struct rpc_server *server, struct ledger *ledger);
void order_service_mount(struct rpc_server *server, struct ledger *ledger);
void posting_service_mount(struct rpc_server *server, struct ledger *ledger);
void audit_service_mount(struct rpc_server *server, struct ledger *ledger);
void change_service_mount(struct rpc_server *server, struct ledger *ledger);

#endif
