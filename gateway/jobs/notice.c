#include "gateway/jobs/notice.h"

#include "runtime/base/text.h"
#include "runtime/rpc/status.h"

enum failure notice_send(struct task *task, struct gateway *gateway, const struct peer_step *step,
                         const struct identity_notice *notice, const char **outcome)
{
    struct rpc_status status;
    enum failure failure = peer_step_begin(gateway, PEER_IDENTITY);
    if (failure != FAILURE_NONE)
        return failure;
    failure = identity_notice_send((struct peer_call){task, gateway->identity, &status}, notice);
    failure = peer_step_end(gateway, PEER_IDENTITY, failure);
    if (failure != FAILURE_NONE || status.code != CODE_FAILED_PRECONDITION)
        return peer_accepted(task, step, failure, &status);
    peer_refused(step, status_code_name(status.code), status.reason);
    *outcome = text_is_empty(status.reason) ? "REFUSED" : status.reason;
    return FAILURE_NONE;
}
