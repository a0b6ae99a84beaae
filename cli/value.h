/* Where a message keeps the values of a field, whatever its label. */
#ifndef CLI_VALUE_H
#define CLI_VALUE_H

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>

/* How many values: of a repeated field its length; of another 1, or 0 for an absent message and a
 * member of a oneof that is not set. */
size_t value_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

/* Where value i is: a char *, ProtobufCMessage *, int64_t … */
const void *value_at(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                     size_t i);

#endif
