#include "cli/value.h"

#include <assert.h>
#include <stdint.h>

static const void *member(const ProtobufCMessage *message, unsigned offset)
{
    return (const char *)message + offset;
}

size_t value_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return *(const size_t *)member(message, field->quantifier_offset);
    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0 &&
        *(const uint32_t *)member(message, field->quantifier_offset) != field->id)
        return 0;
    if (field->type == PROTOBUF_C_TYPE_MESSAGE &&
        *(ProtobufCMessage *const *)member(message, field->offset) == NULL)
        return 0;
    return 1;
}

static size_t width(const ProtobufCFieldDescriptor *field)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return 8;
    default:
        return 4;
    }
}

const void *value_at(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                     size_t i)
{
    assert(i < value_count(message, field));
    if (field->label != PROTOBUF_C_LABEL_REPEATED)
        return member(message, field->offset);
    return *(const char *const *)member(message, field->offset) + i * width(field);
}
