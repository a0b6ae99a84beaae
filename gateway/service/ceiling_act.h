/* An act that ceilings bound: its request as it goes to the peer, and what was decided of it. */
#ifndef GATEWAY_SERVICE_CEILING_ACT_H
#define GATEWAY_SERVICE_CEILING_ACT_H

#include <protobuf-c/protobuf-c.h>

#include "gateway/domain/approval.h"
#include "gateway/domain/ceiling.h"
#include "runtime/base/arena.h"
#include "runtime/base/id.h"
#include "runtime/base/text.h"

struct ceiling_act {
    const struct route *route; /* of the rpc that takes such a request */
    const ProtobufCMessage *request;
    bool may_wait;         /* for approvers, when it is over a ceiling: a person's */
    bool is_other_request; /* its id was counted, or waits, with another request */
    enum ceiling_verdict verdict;
    struct ceiling_bound bound;
    int64_t used_micros;          /* of the day, before it */
    enum approval_state approval; /* that it waits for, or has; APPROVAL_NONE: none */
    struct id approval_id;
    const char *failure_reason; /* of that approval */
    bool is_one_too_many;       /* so many wait that it cannot */
};

/* Whether a ceiling may bound such a request. */
bool ceiling_bounds(const ProtobufCMessage *request);

struct money_act ceiling_money(const ProtobufCMessage *request);

/* The form was checked: it is an id. */
struct id ceiling_request_id(const ProtobufCMessage *request);

/* The request without its company_id, which is ours, packed. */
struct bytes ceiling_pack(struct arena *arena, const ProtobufCMessage *request);

#endif
