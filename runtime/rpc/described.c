#include "runtime/rpc/described.h"

#include <assert.h>
#include <string.h>

#include "runtime/rpc/server.h"

#define DEPTH_MAX 8

/* Field numbers of google/protobuf/descriptor.proto, and of the option in
 * proto/kontor/v1/options.proto. */
enum { SET_FILE = 1 };
enum { FILE_PACKAGE = 2, FILE_MESSAGE = 4 };
enum { MESSAGE_NAME = 1, MESSAGE_FIELD = 2 };
enum { FIELD_NAME = 1, FIELD_OPTIONS = 8 };
enum { OPTION_SENSITIVE = 50001 };

bool described_next(struct bytes *rest, uint32_t number, struct wire_field *field)
{
    while (rest->size > 0) {
        bool is_well_formed = wire_next(rest, field);
        assert(is_well_formed);
        (void)is_well_formed;
        if (field->id == number)
            return true;
    }
    return false;
}

struct wire_field described_first(struct bytes message, uint32_t number)
{
    assert(number > 0);
    struct wire_field field;
    return described_next(&message, number, &field) ? field : (struct wire_field){0};
}

bool described_is(struct bytes text, const char *expected)
{
    return text.size == strlen(expected) && memcmp(text.data, expected, text.size) == 0;
}

bool described_next_file(struct bytes *set, const char *package, struct wire_field *file)
{
    while (described_next(set, SET_FILE, file)) {
        if (described_is(described_first(file->bytes, FILE_PACKAGE).bytes, package))
            return true;
    }
    return false;
}

struct bytes described_message(const ProtobufCMessageDescriptor *type)
{
    struct bytes set = {proto_descriptor_set, proto_descriptor_set_size};
    struct wire_field file, message;
    while (described_next_file(&set, type->package_name, &file)) {
        while (described_next(&file.bytes, FILE_MESSAGE, &message)) {
            if (described_is(described_first(message.bytes, MESSAGE_NAME).bytes, type->short_name))
                return message.bytes;
        }
    }
    return (struct bytes){NULL, 0};
}

static bool has_sensitive_field(struct bytes message)
{
    struct wire_field field;
    while (described_next(&message, MESSAGE_FIELD, &field)) {
        struct bytes options = described_first(field.bytes, FIELD_OPTIONS).bytes;
        if (described_first(options, OPTION_SENSITIVE).number != 0)
            return true;
    }
    return false;
}

static bool is_sensitive(const ProtobufCMessageDescriptor *type, int depth)
{
    if (has_sensitive_field(described_message(type)))
        return true;
    for (unsigned i = 0; i < type->n_fields && depth < DEPTH_MAX; i++) {
        if (type->fields[i].type == PROTOBUF_C_TYPE_MESSAGE &&
            is_sensitive(type->fields[i].descriptor, depth + 1))
            return true;
    }
    return false;
}

bool described_is_sensitive(const ProtobufCMessageDescriptor *type)
{
    return is_sensitive(type, 0);
}
