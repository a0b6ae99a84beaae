#include "gateway/jobs/notice.h"

#include "runtime/base/text.h"
#include "runtime/rpc/status.h"

/* Sent, with its id there; or refused for good, with the reason. */
struct sent {
    const char *notification_id;
    const char *reason; /* NULL: none */
};

static enum failure send(struct task *task, struct gateway *gateway, const struct peer_step *step,
                         const struct identity_notice *notice, struct sent *sent)
{
    struct rpc_status status;
    *sent = (struct sent){.notification_id = ""};
    enum failure failure = peer_step_begin(gateway, PEER_IDENTITY);
    if (failure != FAILURE_NONE)
        return failure;
    failure = identity_notice_send((struct peer_call){task, gateway->identity, &status}, notice,
                                   &sent->notification_id);
    failure = peer_step_end(gateway, PEER_IDENTITY, failure);
    if (failure != FAILURE_NONE || status.code != CODE_FAILED_PRECONDITION)
        return peer_accepted(task, step, failure, &status);
    sent->reason = text_is_empty(status.reason) ? "REFUSED" : status.reason;
    return FAILURE_NONE;
}

enum failure notice_send(struct task *task, struct gateway *gateway, const struct peer_step *step,
                         const struct identity_notice *notice, const char **outcome)
{
    struct sent sent;
    enum failure failure = send(task, gateway, step, notice, &sent);
    if (failure != FAILURE_NONE || sent.reason == NULL)
        return failure;
    peer_refused(step, status_code_name(CODE_FAILED_PRECONDITION), sent.reason);
    *outcome = sent.reason;
    return FAILURE_NONE;
}

enum failure notice_deliver(struct task *task, struct gateway *gateway,
                            const struct peer_step *step, const struct identity_notice *notice,
                            struct identity_delivered *delivered)
{
    struct rpc_status status;
    struct sent sent;
    *delivered = (struct identity_delivered){.ended = true};
    enum failure failure = send(task, gateway, step, notice, &sent);
    if (failure != FAILURE_NONE || sent.reason != NULL)
        return failure;
    const struct peer_step follow = {step->saga, STEP_IDENTITY_GET_NOTIFICATION, step->object_id};
    failure = peer_step_begin(gateway, PEER_IDENTITY);
    if (failure != FAILURE_NONE)
        return failure;
    failure = identity_notice_follow((struct peer_call){task, gateway->identity, &status},
                                     sent.notification_id, delivered);
    failure = peer_step_end(gateway, PEER_IDENTITY, failure);
    return peer_accepted(task, &follow, failure, &status);
}
