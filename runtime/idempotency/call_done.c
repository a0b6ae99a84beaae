#include "runtime/idempotency/call_done.h"

#include <assert.h>
#include <string.h>

#include "runtime/idempotency/call_actor.h"
#include "runtime/rpc/message_field.h"

/* Without a name it is the public's, or the calling service's. */
static const struct actor *actor_of(struct call *call)
{
    const struct actor *actor = call_actor(call);
    if (actor != NULL)
        return actor;
    const char *peer = call_peer_identity(call);
    struct actor *unnamed = arena_alloc(call_arena(call), sizeof *unnamed);
    const struct actor_said said = {.step = call_header(call, "kontor-public") != NULL ? "public"
                                            : text_is_empty(peer)                      ? "service"
                                                                                       : peer};
    bool is_somebody = actor_read(&said, unnamed);
    assert(is_somebody);
    (void)is_somebody;
    return unnamed;
}

static struct id id_in(const ProtobufCMessage *message, const char *field)
{
    assert(!text_is_empty(field));
    struct id id = {{0}};
    bool is_id = id_parse(message_field_text(message, field), &id);
    return is_id ? id : (struct id){{0}};
}

/* In the message, or in one of its messages. */
static struct id id_within(const ProtobufCMessage *message, const char *name)
{
    struct id id = id_in(message, name);
    for (unsigned i = 0; message != NULL && id_is_nil(id) && i < message->descriptor->n_fields;
         i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0)
            id = id_in(message_field_message(message, field->name), name);
    }
    return id;
}

static struct id object_of(const struct call_done *done, const struct call_act *act)
{
    if (act->object == NULL)
        return (struct id){{0}};
    struct id asked = id_in(done->message, act->object);
    return id_is_nil(asked) ? id_within(done->response, act->object) : asked;
}

/* The account that the request names; else the one acted in; else the scope, unless it is a
 * company. */
static struct id account_of(const struct call_done *done, const struct actor *actor)
{
    struct id named = id_in(done->message, "account_id");
    if (!id_is_nil(named))
        return named;
    if (!id_is_nil(actor->account_id))
        return actor->account_id;
    bool is_company = !text_is_empty(message_field_text(done->message, "company_id"));
    return is_company ? (struct id){{0}} : done->scope_id;
}

static const char *tag_of(const struct call_done *done, const struct call_act *act)
{
    const char *tag = act->tag != NULL ? message_field_text(done->message, act->tag) : "";
    return strlen(tag) <= ACT_TAG_SIZE_MAX ? tag : "";
}

struct act call_done_act(const struct call_done *done, const struct call_act *act)
{
    assert(done->message != NULL && !text_is_empty(act->action));
    const struct actor *actor = act->actor != NULL ? act->actor : actor_of(done->call);
    return (struct act){.actor = actor,
                        .account_id = account_of(done, actor),
                        .object_id = object_of(done, act),
                        .request_id = done->request_id,
                        .action = act->action,
                        .tag = tag_of(done, act),
                        .reason = done->response != NULL ? "" : call_refusal_reason(done->call),
                        .act_us = done->now_us};
}
