#include "cli/json.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/names.h"
#include "cli/value.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

static json_t *json_of_number(int64_t number)
{
    char text[32];
    snprintf(text, sizeof(text), "%" PRId64, number);
    return json_string(text);
}

static json_t *json_of_enum(const ProtobufCEnumDescriptor *type, int value)
{
    const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(type, value);
    return found != NULL ? json_string(found->name) : json_integer(value);
}

static json_t *json_of_time(const ProtobufCMessage *message)
{
    int64_t time_us;
    char text[CLOCK_TEXT_SIZE];
    if (!timestamp_to_us((const Google__Protobuf__Timestamp *)(const void *)message, &time_us))
        return json_null();
    return json_string(clock_format(time_us, text));
}

static json_t *json_of_bytes(const ProtobufCBinaryData *bytes)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    json_t *text = json_stringn("", 0);
    for (size_t i = 0; i < bytes->len; i += 3) {
        uint32_t group = (uint32_t)bytes->data[i] << 16;
        group |= i + 1 < bytes->len ? (uint32_t)bytes->data[i + 1] << 8 : 0;
        group |= i + 2 < bytes->len ? bytes->data[i + 2] : 0;
        char four[5] = {alphabet[group >> 18], alphabet[group >> 12 & 63], i + 1 < bytes->len ? alphabet[group >> 6 & 63] : '=',
                        i + 2 < bytes->len ? alphabet[group & 63] : '=', '\0'};
        json_t *longer = json_sprintf("%s%s", json_string_value(text), four);
        json_decref(text);
        text = longer;
    }
    return text;
}

static json_t *json_of_value(const ProtobufCFieldDescriptor *field, const void *at)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING: return json_string(*(char *const *)at);
    case PROTOBUF_C_TYPE_BYTES: return json_of_bytes(at);
    case PROTOBUF_C_TYPE_BOOL: return json_boolean(*(const protobuf_c_boolean *)at);
    case PROTOBUF_C_TYPE_ENUM: return json_of_enum(field->descriptor, *(const int *)at);
    case PROTOBUF_C_TYPE_INT32: return json_integer(*(const int32_t *)at);
    case PROTOBUF_C_TYPE_INT64: return json_of_number(*(const int64_t *)at);
    case PROTOBUF_C_TYPE_MESSAGE: {
        const ProtobufCMessage *message = *(ProtobufCMessage *const *)at;
        if (message->descriptor == &google__protobuf__timestamp__descriptor)
            return json_of_time(message);
        return json_of_message(message);
    }
    default: return json_null();
    }
}

static json_t *json_of_list(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    json_t *list = json_array();
    size_t count = value_count(message, field);
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_of_value(field, value_at(message, field, i)));
    return list;
}

json_t *json_of_message(const ProtobufCMessage *message)
{
    json_t *object = json_object();
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        char name[NAME_SIZE];
        names_of_json(field->name, name);
        if (field->label == PROTOBUF_C_LABEL_REPEATED)
            json_object_set_new(object, name, json_of_list(message, field));
        else if (value_count(message, field) == 1)
            json_object_set_new(object, name, json_of_value(field, value_at(message, field, 0)));
    }
    return object;
}
