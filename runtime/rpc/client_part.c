/* The ends of calls that came in a peer's message. */
#include "runtime/rpc/client_exchange.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/status.h"
#include "runtime/rpc/wire.h"

enum failure rpc_part_refused(struct arena *arena, struct bytes packed_status,
                              struct rpc_status *status)
{
    struct status details;
    const void *copy = arena_memdup(arena, packed_status.data, packed_status.size);
    *status = (struct rpc_status){.code = CODE_UNKNOWN, .sentence = "", .reason = ""};
    if (!status_unpack(arena, (struct bytes){copy, packed_status.size}, &details) ||
        details.code == CODE_OK)
        return FAILURE_INTERNAL;
    *status = (struct rpc_status){.code = details.code,
                                  .sentence = details.sentence,
                                  .reason = details.reason,
                                  .packed = {copy, packed_status.size}};
    return client_exchange_judge_peers(status);
}

enum failure rpc_part_answered(struct arena *arena, const ProtobufCMessageDescriptor *type,
                               struct bytes packed, ProtobufCMessage **response)
{
    const char *field_name = NULL;
    bool has_short_tag = packed.size == 0 || packed.data[0] < 0x80; /* as every field up to 15 */
    if (!has_short_tag || wire_check(type, packed, &field_name) != WIRE_ACCEPTED)
        return FAILURE_INTERNAL;
    struct bytes copy = {arena_memdup(arena, packed.data, packed.size), packed.size};
    *response = arena_alloc(arena, type->sizeof_message);
    protobuf_c_message_init(type, *response);
    return message_set_packed(arena, *response, copy) ? FAILURE_NONE : FAILURE_EXHAUSTED;
}
