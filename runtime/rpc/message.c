#include "runtime/rpc/message.h"

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
    if (data == NULL) {
        return (struct bytes){NULL, 0};
    }
    protobuf_c_message_pack(message, data);
    return (struct bytes){data, size};
}

ProtobufCMessage *message_unpack(struct arena *arena, const ProtobufCMessageDescriptor *descriptor, struct bytes packed)
{
    ProtobufCAllocator allocator = {.alloc = allocate, .free = keep_until_the_arena_ends, .allocator_data = arena};
    return protobuf_c_message_unpack(descriptor, &allocator, packed.size, packed.data);
}
