#include "identity/jobs/world.h"

#include "runtime/database/outbox.h"
#include "runtime/rpc/message.h"

enum failure world_tell(struct transaction *transaction, struct id account_id,
                        const ProtobufCMessage *event, int64_t now_us)
{
    struct bytes payload = message_pack(transaction_arena(transaction), event);
    if (payload.data == NULL)
        return FAILURE_EXHAUSTED;
    return outbox_append(transaction, account_id, event->descriptor->name, payload.data,
                         payload.size, now_us);
}

char *world_id(struct arena *arena, struct id id)
{
    return id_format(id, arena_alloc(arena, ID_TEXT_SIZE));
}
