#include "runtime/process/process_tell.h"

#include <assert.h>

#include "runtime/base/log.h"
#include "runtime/events/act_keeper.h"
#include "runtime/events/act_log_service.h"
#include "runtime/events/event_keeper.h"
#include "runtime/events/event_service.h"

static void tell_acts(struct process *process, const struct process_plan *plan)
{
    if (plan->tells_acts)
        act_log_service_mount(process->server, process->database);
    (void)loop_every(process->loop, "act_keeper", ACT_KEEPER_INTERVAL_MS, act_keeper_turn,
                     process->database);
}

static enum failure tell_events(struct process *process)
{
    static struct event_keeper keeper;
    keeper =
        (struct event_keeper){.database = process->database,
                              .keep_us = settings_int64(process->settings, "events-keep") * 1000};
    if (!event_keeper_read_consumers(&keeper.consumers,
                                     settings_text(process->settings, "event-consumers"))) {
        log_write(LOG_ERROR, "event_consumers_unreadable",
                  log_int64("names_max", OUTBOX_CONSUMERS_MAX));
        return FAILURE_INVALID;
    }
    event_service_mount(process->server, process->database, &keeper.consumers);
    (void)loop_every(process->loop, "event_keeper", EVENT_KEEPER_INTERVAL_MS, event_keeper_turn,
                     &keeper);
    return FAILURE_NONE;
}

enum failure process_tell(struct process *process, const struct process_plan *plan)
{
    assert(process->server != NULL && (process->database != NULL) == (plan->schema != NULL));
    if (process->database != NULL)
        tell_acts(process, plan);
    return plan->tells_events ? tell_events(process) : FAILURE_NONE;
}
