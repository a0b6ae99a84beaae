/* The act of a call: who acts is told by its headers, what is acted on by fields of its messages.
 * It is the calling service's when no gateway sent it, and the public's when nobody has logged in.
 */
#ifndef RUNTIME_IDEMPOTENCY_CALL_DONE_H
#define RUNTIME_IDEMPOTENCY_CALL_DONE_H

#include "runtime/database/act_log.h"
#include "runtime/idempotency/call_act.h"
#include "runtime/rpc/call.h"

/* A call that was answered, or refused, with what it says now. */
struct call_done {
    struct call *call;
    const ProtobufCMessage *message;
    const ProtobufCMessage *response; /* NULL: it was refused */
    struct id scope_id;               /* concerned, where no account is named */
    struct id request_id;
    int64_t now_us;
};

/* Lends what the call and its messages lend. */
struct act call_done_act(const struct call_done *done, const struct call_act *act);

#endif
