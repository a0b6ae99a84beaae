#include "runtime/rpc/message_field.h"

#include <assert.h>

static const ProtobufCFieldDescriptor *find(const ProtobufCMessage *message, const char *name)
{
    assert(message->descriptor != NULL && name != NULL);
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    return field != NULL && field->type == PROTOBUF_C_TYPE_STRING ? field : NULL;
}

static void *place(ProtobufCMessage *message, size_t offset)
{
    return (char *)message + offset;
}

static const void *place_const(const ProtobufCMessage *message, size_t offset)
{
    return (const char *)message + offset;
}

bool message_field_is_text(const ProtobufCMessage *message, const char *name)
{
    const ProtobufCFieldDescriptor *field = find(message, name);
    return field != NULL && field->label != PROTOBUF_C_LABEL_REPEATED;
}

const char *message_field_text(const ProtobufCMessage *message, const char *name)
{
    if (message == NULL || !message_field_is_text(message, name))
        return "";
    return *(char *const *)place_const(message, find(message, name)->offset);
}

void message_field_set_text(ProtobufCMessage *message, const char *name, char *text)
{
    assert(message_field_is_text(message, name) && text != NULL);
    *(char **)place(message, find(message, name)->offset) = text;
}

size_t message_field_texts(const ProtobufCMessage *message, const char *name, char *const **texts)
{
    const ProtobufCFieldDescriptor *field = find(message, name);
    if (field == NULL)
        return 0;
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        *texts = *(char *const *const *)place_const(message, field->offset);
        return *(const size_t *)place_const(message, field->quantifier_offset);
    }
    *texts = place_const(message, field->offset);
    return (*texts)[0][0] != '\0' ? 1 : 0;
}

int64_t message_field_int64(const ProtobufCMessage *message, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    assert(field != NULL && field->type == PROTOBUF_C_TYPE_INT64 &&
           field->label != PROTOBUF_C_LABEL_REPEATED);
    return *(const int64_t *)place_const(message, field->offset);
}

bool message_field_bool(const ProtobufCMessage *message, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    if (field == NULL || field->type != PROTOBUF_C_TYPE_BOOL ||
        field->label == PROTOBUF_C_LABEL_REPEATED)
        return false;
    return *(const protobuf_c_boolean *)place_const(message, field->offset) != 0;
}

const ProtobufCMessage *message_field_message(const ProtobufCMessage *message, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    if (field == NULL || field->type != PROTOBUF_C_TYPE_MESSAGE ||
        field->label == PROTOBUF_C_LABEL_REPEATED)
        return NULL;
    return *(const ProtobufCMessage *const *)place_const(message, field->offset);
}
