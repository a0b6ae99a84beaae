#include "gateway/service/refused_act.h"

#include <string.h>

#include "gateway/domain/act.h"
#include "runtime/base/clock.h"
#include "runtime/database/act_log.h"
#include "runtime/rpc/message_field.h"

static struct id id_of(const char *text)
{
    struct id id = {{0}};
    bool is_id = id_parse(text, &id);
    return is_id ? id : (struct id){{0}};
}

static bool ends_with_id(const char *name)
{
    size_t size = strlen(name);
    return size > strlen("_id") && text_equal(name + size - strlen("_id"), "_id");
}

/* The first id of a request that is not its frame's: whom or what it is about. */
static struct id object_of(const ProtobufCMessage *request)
{
    struct id object = {{0}};
    for (unsigned i = 0; id_is_nil(object) && i < request->descriptor->n_fields; i++) {
        const char *name = request->descriptor->fields[i].name;
        bool is_frame = text_equal(name, "account_id") || text_equal(name, "company_id") ||
                        text_equal(name, "request_id");
        if (!is_frame && ends_with_id(name))
            object = id_of(message_field_text(request, name));
    }
    return object;
}

static struct act act_of(const struct exchange *exchange, const struct refused_order *refused)
{
    const ProtobufCMessage *request = refused->request;
    struct id account_id = id_of(message_field_text(request, "account_id"));
    const struct actor *actor = exchange_actor(exchange);
    const char *tag = message_field_text(request, "tag");
    return (struct act){.actor = actor,
                        .account_id = id_is_nil(account_id) ? actor->account_id : account_id,
                        .object_id = object_of(request),
                        .request_id = id_of(message_field_text(request, "request_id")),
                        .action = refused->route->permission,
                        .tag = strlen(tag) <= ACT_TAG_SIZE_MAX ? tag : "",
                        .reason = refused->reason,
                        .act_us = clock_now_us()};
}

enum failure refused_act_keep_order(struct exchange *exchange, const struct refused_order *refused)
{
    struct act act = act_of(exchange, refused);
    return act_append_alone(reader_of(call_task(exchange->call), exchange->gateway->database),
                            &act);
}

int refused_act_keep(struct exchange *exchange, int no)
{
    if (no <= 0 || exchange->was_answered || exchange->request == NULL ||
        text_is_empty(exchange->session.principal_id) ||
        !act_keeps_refusal(exchange->route, (enum code)no))
        return no;
    const struct refused_order refused = {exchange->route, exchange->request,
                                          call_refusal_reason(exchange->call)};
    enum failure failure = refused_act_keep_order(exchange, &refused);
    return failure == FAILURE_NONE ? no : failure;
}
