#include "cli/json.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/names.h"
#include "cli/value.h"
#include "google/protobuf/any.pb-c.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/rpc/error_details.pb-c.h"
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
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    json_t *text = json_stringn("", 0);
    for (size_t i = 0; i < bytes->len; i += 3) {
        uint32_t group = (uint32_t)bytes->data[i] << 16;
        group |= i + 1 < bytes->len ? (uint32_t)bytes->data[i + 1] << 8 : 0;
        group |= i + 2 < bytes->len ? bytes->data[i + 2] : 0;
        char four[5] = {alphabet[group >> 18], alphabet[group >> 12 & 63],
                        i + 1 < bytes->len ? alphabet[group >> 6 & 63] : '=',
                        i + 2 < bytes->len ? alphabet[group & 63] : '=', '\0'};
        json_t *longer = json_sprintf("%s%s", json_string_value(text), four);
        json_decref(text);
        text = longer;
    }
    return text;
}

static json_t *json_of_duration(const Google__Protobuf__Duration *duration)
{
    const char *sign = duration->seconds < 0 || duration->nanos < 0 ? "-" : "";
    return json_sprintf("%s%" PRId64 ".%09ds", sign,
                        duration->seconds < 0 ? -duration->seconds : duration->seconds,
                        duration->nanos < 0 ? -duration->nanos : duration->nanos);
}

/* The details that Kontor puts into a google.rpc.Status; anything else stays as its bytes. */
static const ProtobufCMessageDescriptor *const details[] = {
    &google__rpc__error_info__descriptor,
    &google__rpc__bad_request__descriptor,
    &google__rpc__precondition_failure__descriptor,
    &google__rpc__retry_info__descriptor,
};

static const ProtobufCMessageDescriptor *find_detail(const char *type_url)
{
    const char *slash = strrchr(type_url, '/');
    for (size_t i = 0; slash != NULL && i < sizeof(details) / sizeof(details[0]); i++) {
        if (strcmp(details[i]->name, slash + 1) == 0)
            return details[i];
    }
    return NULL;
}

static json_t *json_of_any(const Google__Protobuf__Any *any)
{
    const ProtobufCMessageDescriptor *type = find_detail(any->type_url);
    ProtobufCMessage *content =
        type != NULL ? protobuf_c_message_unpack(type, NULL, any->value.len, any->value.data)
                     : NULL;
    json_t *object = content != NULL ? json_of_message(content)
                                     : json_pack("{s:o}", "value", json_of_bytes(&any->value));
    json_object_set_new(object, "@type", json_string(any->type_url));
    if (content != NULL)
        protobuf_c_message_free_unpacked(content, NULL);
    return object;
}

static json_t *json_of_inner(const ProtobufCMessage *message)
{
    if (message->descriptor == &google__protobuf__timestamp__descriptor)
        return json_of_time(message);
    if (message->descriptor == &google__protobuf__duration__descriptor)
        return json_of_duration((const Google__Protobuf__Duration *)(const void *)message);
    if (message->descriptor == &google__protobuf__any__descriptor)
        return json_of_any((const Google__Protobuf__Any *)(const void *)message);
    return json_of_message(message);
}

static json_t *json_of_value(const ProtobufCFieldDescriptor *field, const void *at)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        return json_string(*(char *const *)at);
    case PROTOBUF_C_TYPE_BYTES:
        return json_of_bytes(at);
    case PROTOBUF_C_TYPE_BOOL:
        return json_boolean(*(const protobuf_c_boolean *)at);
    case PROTOBUF_C_TYPE_ENUM:
        return json_of_enum(field->descriptor, *(const int *)at);
    case PROTOBUF_C_TYPE_INT32:
        return json_integer(*(const int32_t *)at);
    case PROTOBUF_C_TYPE_INT64:
        return json_of_number(*(const int64_t *)at);
    case PROTOBUF_C_TYPE_MESSAGE:
        return json_of_inner(*(ProtobufCMessage *const *)at);
    default:
        return json_null();
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

/* A map is a list of messages with key and value; in JSON it is an object. */
static bool is_map(const ProtobufCFieldDescriptor *field)
{
    const ProtobufCMessageDescriptor *entry =
        field->type == PROTOBUF_C_TYPE_MESSAGE ? field->descriptor : NULL;
    return entry != NULL && entry->n_fields == 2 && strstr(entry->short_name, "Entry") != NULL &&
           strcmp(entry->fields[0].name, "key") == 0 && strcmp(entry->fields[1].name, "value") == 0;
}

static json_t *json_of_map(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    json_t *object = json_object();
    size_t count = value_count(message, field);
    for (size_t i = 0; i < count; i++) {
        const ProtobufCMessage *entry = *(ProtobufCMessage *const *)value_at(message, field, i);
        const ProtobufCFieldDescriptor *fields = entry->descriptor->fields;
        assert(fields[0].type == PROTOBUF_C_TYPE_STRING);
        const char *key = *(char *const *)value_at(entry, &fields[0], 0);
        json_object_set_new(object, key, json_of_value(&fields[1], value_at(entry, &fields[1], 0)));
    }
    return object;
}

json_t *json_of_message(const ProtobufCMessage *message)
{
    json_t *object = json_object();
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        char name[NAME_SIZE];
        names_of_json(field->name, name);
        if (is_map(field))
            json_object_set_new(object, name, json_of_map(message, field));
        else if (field->label == PROTOBUF_C_LABEL_REPEATED)
            json_object_set_new(object, name, json_of_list(message, field));
        else if (value_count(message, field) == 1)
            json_object_set_new(object, name, json_of_value(field, value_at(message, field, 0)));
    }
    return object;
}
