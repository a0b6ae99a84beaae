#include "runtime/rpc/message.h"

#include <assert.h>
#include <grpc/byte_buffer.h>
#include <grpc/byte_buffer_reader.h>
#include <grpc/slice.h>
#include <grpc/slice_buffer.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/secret.h"

#define VARINT_SIZE_MAX 5 /* of 32 bits */

static void *allocate(void *arena, size_t size)
{
    return arena_try_alloc(arena, size);
}

static void keep_until_the_arena_ends(void *arena, void *pointer)
{
    (void)arena;
    (void)pointer;
}

struct bytes message_pack(struct arena *arena, const ProtobufCMessage *message)
{
    size_t size = arena_exhausted(arena) ? 0 : protobuf_c_message_get_packed_size(message);
    uint8_t *data = arena_exhausted(arena) ? NULL : arena_try_alloc(arena, size + 1);
    if (data == NULL)
        return (struct bytes){NULL, 0};
    protobuf_c_message_pack(message, data);
    return (struct bytes){data, size};
}

ProtobufCMessage *message_unpack(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
                                 struct bytes packed)
{
    ProtobufCAllocator allocator = {
        .alloc = allocate, .free = keep_until_the_arena_ends, .allocator_data = arena};
    return protobuf_c_message_unpack(descriptor, &allocator, packed.size, packed.data);
}

/* A library keeps the fields of a message that it does not know and packs them again as they were;
 * so does this. */
static bool set_unknown(struct arena *arena, ProtobufCMessage *message, uint32_t number,
                        ProtobufCWireType type, struct bytes data)
{
    ProtobufCMessageUnknownField *field = arena_try_alloc(arena, sizeof *field);
    if (field == NULL)
        return false;
    assert(message->n_unknown_fields == 0);
    *field = (ProtobufCMessageUnknownField){.tag = number,
                                            .wire_type = type,
                                            .len = data.size,
                                            .data = (uint8_t *)(uintptr_t)data.data};
    message->unknown_fields = field;
    message->n_unknown_fields = 1;
    return true;
}

static size_t write_varint(uint8_t *out, uint32_t value)
{
    size_t size = 0;
    for (; value > 0x7F; value >>= 7)
        out[size++] = (uint8_t)(value | 0x80);
    out[size++] = (uint8_t)value;
    assert(size <= VARINT_SIZE_MAX);
    return size;
}

static size_t read_varint(struct bytes from, uint32_t *value)
{
    size_t size = 0;
    *value = 0;
    do {
        assert(size < from.size && size < VARINT_SIZE_MAX);
        *value |= (uint32_t)(from.data[size] & 0x7F) << 7 * size;
    } while (from.data[size++] & 0x80);
    return size;
}

/* The first field's number and type, and everything behind them as if it were that field's value.
 */
bool message_set_packed(struct arena *arena, ProtobufCMessage *message, struct bytes packed)
{
    uint32_t tag;
    if (packed.size == 0)
        return true;
    size_t size = read_varint(packed, &tag);
    struct bytes rest = {packed.data + size, packed.size - size};
    return set_unknown(arena, message, tag >> 3, (ProtobufCWireType)(tag & 7), rest);
}

bool message_set_packed_field(struct arena *arena, ProtobufCMessage *message, uint32_t number,
                              struct bytes packed)
{
    uint8_t *data = arena_try_alloc(arena, VARINT_SIZE_MAX + packed.size);
    if (data == NULL)
        return false;
    size_t size = write_varint(data, (uint32_t)packed.size);
    memcpy(data + size, packed.data, packed.size);
    return set_unknown(arena, message, number, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED,
                       (struct bytes){data, size + packed.size});
}

/* Bytes that gRPC keeps for as long as it sends them; nobody but it knows when that ends. */
struct sent {
    size_t size;
    uint8_t bytes[];
};

static void wipe_sent(void *memory)
{
    struct sent *sent = memory;
    secret_wipe(sent->bytes, sent->size);
    free(sent);
}

struct grpc_byte_buffer *message_to_buffer(const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    struct sent *sent = malloc(sizeof *sent + size);
    assert(sent != NULL);
    sent->size = size;
    size_t packed = protobuf_c_message_pack(message, sent->bytes);
    assert(packed == size);
    (void)packed;
    grpc_slice slice = grpc_slice_new_with_user_data(sent->bytes, size, wipe_sent, sent);
    grpc_byte_buffer *buffer = grpc_raw_byte_buffer_create(&slice, 1);
    grpc_slice_unref(slice);
    return buffer;
}

static bool is_one_piece(const grpc_byte_buffer *buffer)
{
    return buffer->type == GRPC_BB_RAW && buffer->data.raw.compression == GRPC_COMPRESS_NONE &&
           buffer->data.raw.slice_buffer.count == 1;
}

static struct bytes joined(struct arena *arena, grpc_byte_buffer *buffer)
{
    grpc_byte_buffer_reader reader;
    if (!grpc_byte_buffer_reader_init(&reader, buffer))
        return (struct bytes){NULL, 0};
    grpc_slice whole = grpc_byte_buffer_reader_readall(&reader);
    size_t size = GRPC_SLICE_LENGTH(whole);
    uint8_t *data = arena_try_alloc(arena, size + 1);
    if (data != NULL)
        memcpy(data, GRPC_SLICE_START_PTR(whole), size);
    secret_wipe(GRPC_SLICE_START_PTR(whole), size);
    grpc_slice_unref(whole);
    grpc_byte_buffer_reader_destroy(&reader);
    return (struct bytes){data, data == NULL ? 0 : size};
}

struct bytes message_buffer_bytes(struct arena *arena, struct grpc_byte_buffer *buffer)
{
    if (!is_one_piece(buffer))
        return joined(arena, buffer);
    grpc_slice *slice = &buffer->data.raw.slice_buffer
                             .slices[0]; /* an inlined slice's bytes lie within the slice itself */
    return (struct bytes){GRPC_SLICE_START_PTR(*slice), GRPC_SLICE_LENGTH(*slice)};
}

void message_buffer_wipe(struct grpc_byte_buffer *buffer)
{
    if (buffer == NULL)
        return;
    grpc_slice_buffer *slices = &buffer->data.raw.slice_buffer;
    for (size_t i = 0; i < slices->count; i++)
        secret_wipe(GRPC_SLICE_START_PTR(slices->slices[i]), GRPC_SLICE_LENGTH(slices->slices[i]));
    grpc_byte_buffer_destroy(buffer);
}
