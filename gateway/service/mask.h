/* GW-05: answers on their way to a role that must not see raw billing data. Which fields are hidden
 * is read once, for each type of message, from its proto's options (kontor.v1.mask). */
#ifndef GATEWAY_SERVICE_MASK_H
#define GATEWAY_SERVICE_MASK_H

#include <protobuf-c/protobuf-c.h>

#include "runtime/base/arena.h"
#include "runtime/rpc/call.h"

#define MASKS_MAX 2048

/* One type of message. */
struct message_mask {
    const ProtobufCMessageDescriptor *type;
    const uint8_t *fields; /* a mask of each field, in the order of the descriptor */
};

struct masks {
    struct arena arena;
    struct message_mask types[MASKS_MAX]; /* by their types' addresses */
    size_t count;
};

void masks_init(struct masks *masks);

/* Learns the types of the service's requests and answers. */
void masks_learn(struct masks *masks, const ProtobufCServiceDescriptor *service);

/* 0, or the call is refused: the request asks by a field that is hidden. */
int masks_check(const struct masks *masks, const ProtobufCMessage *request, struct call *call);

/* Hides those fields of the message and of those inside of it, and every field that its sender
 * knows and we do not. */
void masks_hide(const struct masks *masks, ProtobufCMessage *message);

#endif
