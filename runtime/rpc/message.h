/* Protobuf messages in arenas: packed and unpacked without malloc, and ended with the arena, never freed one by one. Reading is
 * bounded by the arena's maximum, because small wire bytes can unpack to fifty times their size. */
#ifndef RUNTIME_RPC_MESSAGE_H
#define RUNTIME_RPC_MESSAGE_H

#include <protobuf-c/protobuf-c.h>

#include "runtime/base/arena.h"
#include "runtime/base/text.h"

/* No data at the arena's maximum; an empty message has data and size 0. */
struct bytes message_pack(struct arena *arena, const ProtobufCMessage *message) must_check;

/* NULL: not that message, or the arena's maximum. */
ProtobufCMessage *message_unpack(struct arena *arena, const ProtobufCMessageDescriptor *descriptor, struct bytes packed) must_check;

#endif
