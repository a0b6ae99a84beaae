/* Fields of any message by name, from its descriptor: what lets one piece of code serve every rpc.
 */
#ifndef RUNTIME_RPC_MESSAGE_FIELD_H
#define RUNTIME_RPC_MESSAGE_FIELD_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the message has a singular text field of that name. */
bool message_field_is_text(const ProtobufCMessage *message, const char *name);

/* Lends its text; "" when there is no such field or no message. */
const char *message_field_text(const ProtobufCMessage *message, const char *name);

/* Sets it; the message keeps the text. The field must exist. */
void message_field_set_text(ProtobufCMessage *message, const char *name, char *text);

/* Lends the texts of a repeated text field, or of a singular one that is not empty, as a list; 0
 * when there is no such field. */
size_t message_field_texts(const ProtobufCMessage *message, const char *name, char *const **texts);

/* A number of 64 bits; the field must exist. */
int64_t message_field_int64(const ProtobufCMessage *message, const char *name);

/* Whether there is such a field and it is true. */
bool message_field_bool(const ProtobufCMessage *message, const char *name);

/* Lends a singular message field; NULL when it is not there. */
const ProtobufCMessage *message_field_message(const ProtobufCMessage *message, const char *name);

#endif
