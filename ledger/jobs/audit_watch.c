#include "ledger/jobs/audit_watch.h"

#include "ledger/jobs/audit.h"
#include "ledger/store/audit_run_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/loop/aside.h"

#define LOOK_INTERVAL_MS 60000
#define MEMORY_MAX ((size_t)32 * 1024 * 1024) /* as the rpc's (service/audit_service.c) */

static struct metric findings = {
    .name = "ledger_audit_findings",
    .help = "Differences that the ledger's own audit found: of its last run, or so far.",
    .kind = METRIC_GAUGE};
METRIC_FROM_THE_START(findings);
static struct metric last_run = {.name = "ledger_audit_last_run_timestamp_seconds",
                                 .help = "When the last audit of all companies ended; 0: never.",
                                 .kind = METRIC_GAUGE,
                                 .in_us = true};
METRIC_FROM_THE_START(last_run);
static struct metric duration = {.name = "ledger_audit_duration_seconds",
                                 .help = "How long that audit took.",
                                 .kind = METRIC_GAUGE,
                                 .in_us = true};
METRIC_FROM_THE_START(duration);
static struct metric companies = {
    .name = "ledger_audit_companies", .help = "Companies that it audited.", .kind = METRIC_GAUGE};
METRIC_FROM_THE_START(companies);

struct watch {
    struct ledger *ledger;
    int64_t interval_us;
};

static void tell(const struct audit *audit)
{
    for (size_t i = 0; i < audit->finding_count; i++)
        log_write(LOG_ERROR, "audit_finding", log_id("company_id", audit->company_id),
                  log_text("kind", audit->findings[i]->kind),
                  log_text("account_id", audit->findings[i]->account_id),
                  log_int64("sequence", audit->findings[i]->sequence));
}

static enum failure audit_next(struct task *task, struct audit *audit, struct audit_run *run)
{
    struct aside aside = {.work = audit_company, .argument = audit};
    enum failure failure = aside_do(task, &aside, "ledger_audit", MEMORY_MAX);
    if (failure == FAILURE_NONE && audit->found) {
        tell(audit);
        run->companies++;
        run->findings += (int64_t)audit->finding_count;
    }
    aside_end(task, &aside);
    return failure;
}

static enum failure audit_all(struct task *task, const struct watch *watch, struct audit_run *run)
{
    struct reader reader = reader_of(task, watch->ledger->database);
    struct audit *audit = arena_alloc(task_arena(task), sizeof *audit);
    bool is_ours = true;
    enum failure failure = FAILURE_NONE;
    *audit = (struct audit){.found = true};
    while (failure == FAILURE_NONE && audit->found && is_ours) {
        *audit = (struct audit){.database = watch->ledger->database, .after = audit->company_id};
        struct arena_mark mark = arena_mark(task_arena(task));
        failure = audit_next(task, audit, run);
        if (run->findings > metric_read(&findings, NULL))
            metric_set(&findings, NULL, run->findings);
        if (failure == FAILURE_NONE && audit->found)
            failure = audit_run_store_keep(reader, run, clock_work_us(), &is_ours);
        arena_rewind(task_arena(task), mark);
    }
    run->ended_us = clock_work_us();
    return failure == FAILURE_NONE && is_ours ? audit_run_store_end(reader, run) : failure;
}

static enum failure show(struct task *task, const struct watch *watch)
{
    struct audit_run run;
    enum failure failure = audit_run_store_read(reader_of(task, watch->ledger->database), &run);
    if (failure != FAILURE_NONE)
        return failure;
    metric_set(&findings, NULL, run.findings);
    metric_set(&companies, NULL, run.companies);
    metric_set(&last_run, NULL, run.ended_us);
    if (run.begun_us <= run.ended_us) /* else another is under way */
        metric_set(&duration, NULL, run.ended_us - run.begun_us);
    return FAILURE_NONE;
}

static enum failure look(struct task *task, void *argument)
{
    const struct watch *watch = argument;
    struct audit_run run = {.begun_us = clock_work_us()};
    bool is_claimed = false;
    enum failure failure = FAILURE_NONE;
    if (watch->interval_us > 0)
        failure = audit_run_store_claim(reader_of(task, watch->ledger->database), run.begun_us,
                                        watch->interval_us, &is_claimed);
    if (failure == FAILURE_NONE && is_claimed)
        failure = audit_all(task, watch, &run);
    return failure == FAILURE_NONE ? show(task, watch) : failure;
}

void audit_watch_start(struct ledger *ledger, int64_t interval_ms)
{
    static struct watch watch;
    watch = (struct watch){ledger, interval_ms * 1000};
    int64_t look_ms =
        interval_ms > 0 && interval_ms < LOOK_INTERVAL_MS ? interval_ms : LOOK_INTERVAL_MS;
    (void)loop_every(ledger->loop, "audit_watch", look_ms, look, &watch);
}
