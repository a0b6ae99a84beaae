/* Tells the world what happened, by the outbox, in the transaction of the act. */
#ifndef IDENTITY_JOBS_WORLD_H
#define IDENTITY_JOBS_WORLD_H

#include <protobuf-c/protobuf-c.h>

#include "runtime/base/id.h"
#include "runtime/database/database.h"

/* A message of identity.v1 under the account. */
enum failure world_tell(struct transaction *transaction, struct id account_id,
                        const ProtobufCMessage *event, int64_t now_us) must_check;

/* An id as an event has it, in the arena. */
char *world_id(struct arena *arena, struct id id);

#endif
