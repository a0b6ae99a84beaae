#include "gateway/jobs/peer_step.h"

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/rpc/status.h"

static const char *const names[] = {PEER_STEPS(METRIC_VALUE) NULL};
static struct metric refused = {.name = "gateway_saga_refused_total",
                                .help =
                                    "Steps of sagas that heard a no which does not pass by itself.",
                                .kind = METRIC_COUNTER,
                                .labels = {"step"},
                                .values = names};
METRIC_FROM_THE_START(refused);

void peer_refused(const struct peer_step *step, const char *code, const char *reason)
{
    metric_add(&refused, names[step->step], 1);
    log_write(LOG_ERROR, "saga_step_refused", log_text("saga", step->saga),
              log_text("step", names[step->step]), log_id("object_id", step->object_id),
              log_text("code", code), log_text("reason", reason));
}

/* No memory to read it: then people look. */
static bool is_not_yet(struct task *task, const struct rpc_status *status)
{
    struct status said;
    return status_unpack(task_arena(task), status->packed, &said) && said.retry_after_ms > 0;
}

enum failure peer_accepted(struct task *task, const struct peer_step *step, enum failure failure,
                           const struct rpc_status *status)
{
    if (failure != FAILURE_NONE || status->code == CODE_OK)
        return failure;
    if (is_not_yet(task, status))
        log_write(LOG_WARN, "saga_step_not_yet", log_text("saga", step->saga),
                  log_text("step", names[step->step]), log_id("object_id", step->object_id),
                  log_text("reason", status->reason));
    else
        peer_refused(step, status_code_name(status->code), status->reason);
    return FAILURE_UNAVAILABLE;
}

enum failure peer_step_begin(struct gateway *gateway, enum gateway_peer peer)
{
    return gate_enter(&gateway->steps[peer], clock_monotonic_us()) ? FAILURE_NONE
                                                                   : FAILURE_UNAVAILABLE;
}

enum failure peer_step_end(struct gateway *gateway, enum gateway_peer peer, enum failure failure)
{
    gate_leave(&gateway->steps[peer], true, clock_monotonic_us());
    return failure;
}
