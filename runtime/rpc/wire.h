/* The protobuf wire format, read without trust. protobuf-c follows any depth, takes any bytes for
 * text and cuts text at a NUL, so what strangers send is looked through here, against its
 * descriptor, before it is unpacked. */
#ifndef RUNTIME_RPC_WIRE_H
#define RUNTIME_RPC_WIRE_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/arena.h"
#include "runtime/base/text.h"

#define WIRE_DEPTH_MAX 32

enum wire_type { WIRE_VARINT = 0, WIRE_64BIT = 1, WIRE_LENGTH = 2, WIRE_32BIT = 5 };

/* One field as it stands on the wire. number is set for WIRE_VARINT, bytes for the others. */
struct wire_field {
    uint32_t id;
    enum wire_type type;
    uint64_t number;
    struct bytes bytes;
};

/* Takes the next field off *rest. false: malformed (groups are too); ask only while rest->size > 0.
 */
bool wire_next(struct bytes *rest, struct wire_field *field) must_check;

enum wire_verdict {
    WIRE_ACCEPTED,
    WIRE_MALFORMED,
    WIRE_TOO_DEEP,  /* over WIRE_DEPTH_MAX messages in each other */
    WIRE_TEXT,      /* a string that is not UTF-8, or has a NUL in it */
    WIRE_EXHAUSTED, /* the arena's maximum: small bytes can unpack to fifty times their size */
};

/* *field_name names the string at fault (WIRE_TEXT), else stays untouched. */
enum wire_verdict wire_check(const ProtobufCMessageDescriptor *descriptor, struct bytes bytes,
                             const char **field_name) must_check;

/* Checks, then unpacks into the arena; *message only when accepted. */
enum wire_verdict wire_unpack(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
                              struct bytes bytes, ProtobufCMessage **message,
                              const char **field_name) must_check;

#endif
