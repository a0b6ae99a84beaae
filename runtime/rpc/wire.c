#include "runtime/rpc/wire.h"

#include <string.h>
#include <utf8proc.h>

static bool take_varint(struct bytes *rest, uint64_t *number)
{
    *number = 0;
    for (unsigned index = 0; index < 10 && index < rest->size; index++) {
        uint8_t byte = rest->data[index];
        *number |= (uint64_t)(byte & 0x7f) << (7 * index);
        if (byte < 0x80) {
            *rest = (struct bytes){rest->data + index + 1, rest->size - index - 1};
            return index < 9 || byte <= 1;
        }
    }
    return false;
}

static bool take_bytes(struct bytes *rest, uint64_t size, struct bytes *bytes)
{
    if (size > rest->size)
        return false;
    *bytes = (struct bytes){rest->data, (size_t)size};
    *rest = (struct bytes){rest->data + size, rest->size - (size_t)size};
    return true;
}

bool wire_next(struct bytes *rest, struct wire_field *field)
{
    uint64_t tag;
    if (!take_varint(rest, &tag) || tag > UINT32_MAX || tag >> 3 == 0)
        return false;
    *field = (struct wire_field){.id = (uint32_t)(tag >> 3)};
    switch (tag & 7) {
    case WIRE_VARINT:
        field->type = WIRE_VARINT;
        return take_varint(rest, &field->number);
    case WIRE_64BIT:
        field->type = WIRE_64BIT;
        return take_bytes(rest, 8, &field->bytes);
    case WIRE_32BIT:
        field->type = WIRE_32BIT;
        return take_bytes(rest, 4, &field->bytes);
    case WIRE_LENGTH:
        field->type = WIRE_LENGTH;
        return take_varint(rest, &field->number) && take_bytes(rest, field->number, &field->bytes);
    default:
        return false;
    }
}

static bool text_is_utf8_without_nul(struct bytes text)
{
    while (text.size > 0) {
        utf8proc_int32_t codepoint = text.data[0];
        utf8proc_ssize_t width =
            codepoint < 0x80 ? 1
                             : utf8proc_iterate(text.data, (utf8proc_ssize_t)text.size, &codepoint);
        if (width <= 0 || codepoint == 0)
            return false;
        text = (struct bytes){text.data + width, text.size - (size_t)width};
    }
    return true;
}

static enum wire_verdict check(const ProtobufCMessageDescriptor *descriptor, struct bytes bytes,
                               unsigned depth, const char **field_name)
{
    if (depth > WIRE_DEPTH_MAX)
        return WIRE_TOO_DEEP;
    while (bytes.size > 0) {
        struct wire_field field;
        if (!wire_next(&bytes, &field))
            return WIRE_MALFORMED;
        if (field.type != WIRE_LENGTH)
            continue;
        const ProtobufCFieldDescriptor *known =
            protobuf_c_message_descriptor_get_field(descriptor, field.id);
        if (known == NULL)
            continue;
        if (known->type == PROTOBUF_C_TYPE_STRING && !text_is_utf8_without_nul(field.bytes)) {
            *field_name = known->name;
            return WIRE_TEXT;
        }
        if (known->type == PROTOBUF_C_TYPE_MESSAGE) {
            enum wire_verdict verdict =
                check(known->descriptor, field.bytes, depth + 1, field_name);
            if (verdict != WIRE_ACCEPTED)
                return verdict;
        }
    }
    return WIRE_ACCEPTED;
}

enum wire_verdict wire_check(const ProtobufCMessageDescriptor *descriptor, struct bytes bytes,
                             const char **field_name)
{
    return check(descriptor, bytes, 1, field_name);
}

/* ---- unpacking ---- */

struct lender {
    struct arena *arena;
    bool exhausted;
};

static void *lend(void *data, size_t size)
{
    struct lender *lender = data;
    void *memory = arena_try_alloc(lender->arena, size);
    lender->exhausted |= memory == NULL;
    return memory;
}

static void keep_until_the_arena_ends(void *data, void *memory)
{
    (void)data;
    (void)memory;
}

enum wire_verdict wire_unpack(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
                              struct bytes bytes, ProtobufCMessage **message,
                              const char **field_name)
{
    enum wire_verdict verdict = wire_check(descriptor, bytes, field_name);
    if (verdict != WIRE_ACCEPTED)
        return verdict;
    struct lender lender = {.arena = arena};
    ProtobufCAllocator allocator = {
        .alloc = lend, .free = keep_until_the_arena_ends, .allocator_data = &lender};
    ProtobufCMessage *unpacked =
        protobuf_c_message_unpack(descriptor, &allocator, bytes.size, bytes.data);
    if (unpacked == NULL)
        return lender.exhausted ? WIRE_EXHAUSTED : WIRE_MALFORMED;
    *message = unpacked;
    return WIRE_ACCEPTED;
}
