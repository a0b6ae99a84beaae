/* A resource on the wire, and why one is refused. */
#ifndef LEDGER_SERVICE_RESOURCE_MESSAGE_H
#define LEDGER_SERVICE_RESOURCE_MESSAGE_H

#include "ledger/domain/resource.h"
#include "runtime/rpc/call.h"

/* Of a struct resource; a row of a list too. */
ProtobufCMessage *resource_to_message(struct call *call, const void *row);

/* Words with a space between, as the register keeps them. */
const char *resource_join(struct arena *arena, const char *const *words, size_t count);

/* 0 when it was accepted. */
int resource_refuse(struct call *call, enum resource_verdict verdict,
                    const struct resource *resource);
int resource_refuse_step(struct call *call, const struct resource *resource,
                         enum resource_state state);

#endif
