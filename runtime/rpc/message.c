#include "runtime/rpc/message.h"

#include <grpc/byte_buffer.h>
#include <grpc/byte_buffer_reader.h>
#include <grpc/slice.h>
#include <grpc/slice_buffer.h>
#include <string.h>

static void *allocate(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

static void keep_until_the_arena_ends(void *arena, void *pointer)
{
    (void)arena;
    (void)pointer;
}

struct bytes message_pack(struct arena *arena, const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *data = arena_alloc(arena, size + 1);
    if (data == NULL)
        return (struct bytes){NULL, 0};
    protobuf_c_message_pack(message, data);
    return (struct bytes){data, size};
}

ProtobufCMessage *message_unpack(struct arena *arena, const ProtobufCMessageDescriptor *descriptor, struct bytes packed)
{
    ProtobufCAllocator allocator = {.alloc = allocate, .free = keep_until_the_arena_ends, .allocator_data = arena};
    return protobuf_c_message_unpack(descriptor, &allocator, packed.size, packed.data);
}

struct grpc_byte_buffer *message_to_buffer(const ProtobufCMessage *message)
{
    grpc_slice slice = grpc_slice_malloc(protobuf_c_message_get_packed_size(message));
    protobuf_c_message_pack(message, GRPC_SLICE_START_PTR(slice));
    grpc_byte_buffer *buffer = grpc_raw_byte_buffer_create(&slice, 1);
    grpc_slice_unref(slice);
    return buffer;
}

static bool is_one_piece(const grpc_byte_buffer *buffer)
{
    return buffer->type == GRPC_BB_RAW && buffer->data.raw.compression == GRPC_COMPRESS_NONE && buffer->data.raw.slice_buffer.count == 1;
}

static struct bytes joined(struct arena *arena, grpc_byte_buffer *buffer)
{
    grpc_byte_buffer_reader reader;
    if (!grpc_byte_buffer_reader_init(&reader, buffer))
        return (struct bytes){NULL, 0};
    grpc_slice whole = grpc_byte_buffer_reader_readall(&reader);
    size_t size = GRPC_SLICE_LENGTH(whole);
    uint8_t *data = arena_alloc(arena, size + 1);
    if (data != NULL)
        memcpy(data, GRPC_SLICE_START_PTR(whole), size);
    grpc_slice_unref(whole);
    grpc_byte_buffer_reader_destroy(&reader);
    return (struct bytes){data, data == NULL ? 0 : size};
}

struct bytes message_buffer_bytes(struct arena *arena, struct grpc_byte_buffer *buffer)
{
    if (!is_one_piece(buffer))
        return joined(arena, buffer);
    grpc_slice *slice = &buffer->data.raw.slice_buffer.slices[0]; /* an inlined slice's bytes lie within the slice itself */
    return (struct bytes){GRPC_SLICE_START_PTR(*slice), GRPC_SLICE_LENGTH(*slice)};
}
