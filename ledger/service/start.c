#include "ledger/service/start.h"

#include "ledger/batch/batcher.h"
#include "ledger/batch/untold.h"
#include "ledger/jobs/anchor_watch.h"
#include "ledger/jobs/audit_watch.h"
#include "ledger/jobs/budget_watch.h"
#include "ledger/jobs/chain_watch.h"
#include "ledger/jobs/entry_teller.h"
#include "ledger/jobs/evaluation_sweep.h"
#include "ledger/jobs/hold_sweep.h"
#include "ledger/jobs/ladder_watch.h"
#include "ledger/jobs/spend_fold.h"
#include "ledger/jobs/usage_rating.h"
#include "ledger/batch/ward.h"
#include "ledger/store/account_cache.h"
#include "ledger/store/actor_cache.h"
#include "ledger/store/anchor_store.h"
#include "ledger/store/account_store.h"
#include "ledger/store/place_store.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/process/key_file.h"
#include "runtime/process/time_zone.h"

#define PREVIEW_CONNECTIONS 2 /* beside one for each lane */

const struct setting ledger_settings[] = {
    {"payment-term", SETTING_DURATION_MS, "720h",
     "When credit and postpaid bills fall due after they were booked (D.14)", 1000,
     INT64_C(366) * 24 * 3600 * 1000},
    {"unwarned-grace", SETTING_DURATION_MS, "15m",
     "How long services run on below the line of an account that no notice reached (c-2); 0s: not "
     "at all",
     0, INT64_C(24) * 3600 * 1000},
    {"credit-line", SETTING_INT64, "1000000",
     "What a company may allocate to credit limits, in whole units of the currency, until an "
     "operator sets it (D.3)",
     0, 1000000000},
    {"batch-orders-max", SETTING_INT64, "1000", "Orders settled in one transaction at most", 1,
     BATCH_ORDERS_MAX},
    {"batch-lanes", SETTING_INT64, "2",
     "Batches of different companies under way at once; each has a connection, and they share "
     "lanes + 2 more for what must be read",
     1, BATCH_LANES_MAX},
    {"queue-orders-max", SETTING_INT64, "16384",
     "Orders that may wait for a batch; above: RESOURCE_EXHAUSTED", 1, 1000000},
    {"audit-interval", SETTING_DURATION_MS, "24h",
     "How often the ledger audits all companies by itself, one replica at a time; 0s: never", 0,
     INT64_C(366) * 24 * 3600 * 1000},
    {"key-file", SETTING_TEXT, "",
     "The key that anchors are signed with, exactly 32 bytes, one for all processes. Empty: no "
     "anchors.",
     0, 0},
    {"key-create", SETTING_BOOL, "false",
     "Makes the key when its file is missing and no anchor was signed; for a process with a disk.",
     0, 0},
    {"anchor-interval", SETTING_DURATION_MS, "24h",
     "How long the periods are that anchors are of; 24h: days in UTC", 1000,
     INT64_C(366) * 24 * 3600 * 1000},
    {"fault-statement", SETTING_INT64, "0",
     "For tests: the n-th statement from the start fails (0: none)", 0, 1000000},
    {"fault-allocation", SETTING_INT64, "0",
     "For tests: the n-th allocation from the start fails (0: none)", 0, 1000000},
};
const size_t ledger_setting_count = sizeof ledger_settings / sizeof *ledger_settings;

static void (*const mounts[])(struct rpc_server *server, struct ledger *ledger) = {
    account_service_mount,      closing_service_mount,
    transfer_service_mount,     credit_service_mount,
    purchase_service_mount,     usage_service_mount,
    top_up_service_mount,       hold_service_mount,
    order_service_mount,        posting_service_mount,
    audit_service_mount,        change_service_mount,
    quota_service_mount,        gathering_service_mount,
    act_service_mount,          proof_service_mount,
    override_service_mount,     freeze_service_mount,
    transit_service_mount,      relation_service_mount,
    allocation_service_mount,   billing_time_zone_service_mount,
    catalogue_service_mount,    runway_service_mount,
    usage_record_service_mount, suspension_service_mount,
    price_service_mount,        cap_service_mount,
    resource_service_mount,     group_discount_service_mount,
    repricing_service_mount,    budget_service_mount,
    cost_service_mount,
};

static const struct {
    const char *name;
    int64_t interval_ms;
    enum failure (*work)(struct task *task, void *ledger);
} jobs[] = {
    {"hold_sweep", HOLD_SWEEP_INTERVAL_MS, hold_sweep},
    {"evaluation_sweep", EVALUATION_SWEEP_INTERVAL_MS, evaluation_sweep},
    {"entry_teller", ENTRY_TELLER_INTERVAL_MS, entry_teller},
    {"spend_fold", SPEND_FOLD_INTERVAL_MS, spend_fold},
    {"usage_rating", USAGE_RATING_INTERVAL_MS, usage_rating},
    {"ladder_watch", LADDER_WATCH_INTERVAL_MS, ladder_watch},
    {"budget_watch", BUDGET_WATCH_INTERVAL_MS, budget_watch},
};

/* Anchors are made by whoever has the key (c-14). */
static enum failure start_anchors(struct task *task, struct ledger *ledger,
                                  const struct settings *settings)
{
    static struct anchoring anchoring;
    struct key_file file = {.name = "ledger",
                            .path = settings_text(settings, "key-file"),
                            .may_be_made = settings_bool(settings, "key-create")};
    if (text_is_empty(file.path))
        return FAILURE_NONE;
    anchoring = (struct anchoring){
        .ledger = ledger, .interval_us = settings_int64(settings, "anchor-interval") * 1000};
    enum failure failure = anchor_store_has_any(reader_of(task, ledger->database), &file.has_data);
    if (failure == FAILURE_NONE)
        failure = key_file_load(task, ledger->database, &file, anchoring.secret);
    if (failure == FAILURE_NONE)
        anchor_watch_start(&anchoring);
    return failure;
}

enum failure ledger_start(struct task *task, struct process *process)
{
    static struct ledger ledger;
    const struct settings *settings = process->settings;
    ledger = (struct ledger){.loop = process->loop,
                             .database = process->database,
                             .payment_term_us = settings_int64(settings, "payment-term") * 1000,
                             .grace_us = settings_int64(settings, "unwarned-grace") * 1000,
                             .credit_line_default_micros =
                                 settings_int64(settings, "credit-line") * MICROS_PER_UNIT};
    ledger.cache = account_cache_new();
    ledger.actors = actor_cache_new();
    ledger.places = place_memory_new();
    ledger.untold = untold_new();
    ledger.watch = chain_watch_new(&ledger);
    ledger.fence_offset = id_new(clock_work_us()).bytes[15];
    int lanes = (int)settings_int64(settings, "batch-lanes");
    ledger.batches =
        process_open_second_database(process, lanes, lanes + PREVIEW_CONNECTIONS + WARD_PLACES);
    ledger.batcher = batcher_new(
        &ledger,
        &(struct batcher_limits){.queue_orders_max = settings_int64(settings, "queue-orders-max"),
                                 .batch_orders_max = settings_int64(settings, "batch-orders-max"),
                                 .lanes = lanes});
    process->context = &ledger;
    time_zone_tell_version();
    call_once_look_elsewhere(account_store_find_order);
    for (size_t i = 0; i < sizeof mounts / sizeof *mounts; i++)
        mounts[i](process->server, &ledger);
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++)
        (void)loop_every(process->loop, jobs[i].name, jobs[i].interval_ms, jobs[i].work, &ledger);
    audit_watch_start(&ledger, settings_int64(settings, "audit-interval"));
    if (settings_int64(settings, "fault-statement") > 0)
        database_fail_nth((unsigned long)settings_int64(settings, "fault-statement"),
                          FAILURE_UNAVAILABLE);
    if (settings_int64(settings, "fault-allocation") > 0)
        arena_fail_nth((unsigned long)settings_int64(settings, "fault-allocation"));
    return start_anchors(task, &ledger, settings);
}
