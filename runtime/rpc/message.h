/* Protobuf messages in arenas: packed and unpacked without malloc, and ended with the arena, never
 * freed one by one. Reading is bounded by the arena's maximum, because small wire bytes can unpack
 * to fifty times their size. */
#ifndef RUNTIME_RPC_MESSAGE_H
#define RUNTIME_RPC_MESSAGE_H

#include <protobuf-c/protobuf-c.h>

#include "runtime/base/arena.h"
#include "runtime/base/text.h"

/* No data at the arena's maximum, also when it was met while the message was made; an empty message
 * has data and size 0. */
struct bytes message_pack(struct arena *arena, const ProtobufCMessage *message) must_check;

/* NULL: not that message, or the arena's maximum. */
ProtobufCMessage *message_unpack(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
                                 struct bytes packed) must_check;

/* Makes a message that is empty stand for bytes that were packed before, or for one field that is a
 * message packed before: packing it gives them as they are, without unpacking. Nothing can be read
 * from it. The bytes are lent as long as the message; false at the arena's maximum. */
bool message_set_packed(struct arena *arena, ProtobufCMessage *message,
                        struct bytes packed) must_check;
bool message_set_packed_field(struct arena *arena, ProtobufCMessage *message, uint32_t number,
                              struct bytes packed) must_check;

/* ---- for the rest of runtime/rpc, which alone sees gRPC ---- */

struct grpc_byte_buffer;

/* Packed straight into what gRPC sends; the caller destroys it. Its bytes are wiped when gRPC has
 * let go of them. */
struct grpc_byte_buffer *message_to_buffer(const ProtobufCMessage *message) must_check;

/* The bytes received, as one piece: lent by the buffer when it is one, else copied into the arena.
 * No data at the arena's maximum, or when it cannot be decompressed. */
struct bytes message_buffer_bytes(struct arena *arena, struct grpc_byte_buffer *buffer) must_check;

/* Destroys what was received, and wipes it first: it may hold secrets. NULL is nothing. */
void message_buffer_wipe(struct grpc_byte_buffer *buffer);

#endif
