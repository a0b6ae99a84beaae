#include "identity/service/identity_service.h"

#include "runtime/database/outbox.h"
#include "runtime/rpc/message.h"

bool caller_read(struct call *call, struct id *principal_id)
{
    const char *text = call_header(call, "kontor-principal-id");
    return text != NULL && id_parse(text, principal_id) && !id_is_nil(*principal_id);
}

enum failure event_append(struct mutation *mutation, struct id account_id,
                          const ProtobufCMessage *event, int64_t now_us)
{
    struct bytes payload = message_pack(call_arena(mutation->call), event);
    if (payload.data == NULL)
        return FAILURE_EXHAUSTED;
    return outbox_append(mutation->transaction, account_id, event->descriptor->name, payload.data,
                         payload.size, now_us);
}

char *id_to_message(struct call *call, struct id id)
{
    char text[ID_TEXT_SIZE];
    return arena_strdup(call_arena(call), id_format(id, text));
}
