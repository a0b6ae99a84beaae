/* The embedded descriptor set, for what protobuf-c's own descriptors leave out: options, and which
 * methods stream. It was made by the build, so it is well formed. */
#ifndef RUNTIME_RPC_DESCRIBED_H
#define RUNTIME_RPC_DESCRIBED_H

#include <protobuf-c/protobuf-c.h>

#include "runtime/rpc/wire.h"

/* Takes the fields of a message with this number, one after the other; false at the end. */
bool described_next(struct bytes *rest, uint32_t number, struct wire_field *field);

/* The first of them; a zero field when there is none. */
struct wire_field described_first(struct bytes message, uint32_t number);

bool described_is(struct bytes text, const char *expected);

/* A file of the set, by its package, one after the other. */
bool described_next_file(struct bytes *set, const char *package, struct wire_field *file);

/* A message of the set by its package and name; no data for one that is declared inside of another.
 */
struct bytes described_message(const ProtobufCMessageDescriptor *type);

/* Whether the message or one inside of it has a field with the option (kontor.v1.sensitive). */
bool described_is_sensitive(const ProtobufCMessageDescriptor *type);

#endif
