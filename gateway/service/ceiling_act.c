#include "gateway/service/ceiling_act.h"

#include <assert.h>

#include "runtime/rpc/message_field.h"
#include "runtime/rpc/message.h"

bool ceiling_bounds(const ProtobufCMessage *request)
{
    return money_request_find(request->descriptor->name) != NULL;
}

struct money_act ceiling_money(const ProtobufCMessage *request)
{
    const struct money_request *kind = money_request_find(request->descriptor->name);
    assert(kind != NULL);
    return (struct money_act){
        .action = kind->action,
        .amount_micros = kind->amount == NULL ? 0 : message_field_int64(request, kind->amount),
        .currency = message_field_text(request, "currency"),
        .two_by_rule = kind->rule};
}

struct id ceiling_request_id(const ProtobufCMessage *request)
{
    struct id id = {{0}};
    bool is_id = id_parse(message_field_text(request, "request_id"), &id);
    assert(is_id);
    (void)is_id;
    return id;
}

struct bytes ceiling_pack(struct arena *arena, const ProtobufCMessage *request)
{
    ProtobufCMessage *copy = arena_memdup(arena, request, request->descriptor->sizeof_message);
    if (message_field_is_text(copy, "company_id"))
        message_field_set_text(copy, "company_id", arena_strdup(arena, ""));
    return message_pack(arena, copy);
}
