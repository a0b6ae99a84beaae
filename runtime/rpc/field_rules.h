/* The rules of the protos for the fields of a request beyond their types: the options
 * (buf.validate.field) and those of kontor/v1/options.proto, read from the embedded descriptor set.
 * They are the part of a field's rules that needs nothing but the request (E35); the services
 * remain the judges of all of them.
 *
 * Unlike protovalidate, which needs not know: the nil UUID names nothing, so it is none, and the
 * time 0 is no time; a field's first broken rule is told, and of a list of texts one; ids of a list
 * are the same whatever their case; messages in lists and in oneofs are left to whoever takes them
 * one by one. On all else both agree (tests/foreign/field_rules_test.py). */
#ifndef RUNTIME_RPC_FIELD_RULES_H
#define RUNTIME_RPC_FIELD_RULES_H

#include <protobuf-c/protobuf-c.h>

#include "runtime/base/arena.h"
#include "runtime/rpc/call.h"

struct field_rules;

/* The rules of one type of message. */
struct message_rules {
    const ProtobufCMessageDescriptor *type;
    const struct field_rules *fields;
    size_t count; /* 0: it has none */
};

/* Reads them into the arena. A rule that the proto has and this room does not carry out ends the
 * process: it was never built before. */
struct message_rules message_rules_read(struct arena *arena,
                                        const ProtobufCMessageDescriptor *type);

/* Adds a violation to the call for each field that breaks a rule. */
void message_rules_check(const struct message_rules *rules, const ProtobufCMessage *message,
                         struct call *call);

#endif
