#include "ledger/service/resource_message.h"

#include <string.h>

#include "ledger/ledger_message.h"
#include "ledger/v1/resource.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

_Static_assert((int)LEDGER__V1__RESOURCE_STATE__RESOURCE_STATE_RELEASED == (int)RESOURCE_RELEASED,
               "the states are numbered as on the wire");
_Static_assert((int)LEDGER__V1__RESOURCE_KIND__RESOURCE_KIND_SUBSCRIPTION ==
                   (int)RESOURCE_SUBSCRIPTION,
               "the kinds are numbered as on the wire");

/* The words of a text, in its place: each space ends one. */
static void words_to_message(struct arena *arena, const char *text, char ***words, size_t *count)
{
    *words = arena_alloc_array(arena, RESOURCE_METERS_MAX, sizeof **words);
    char *left = arena_strdup(arena, text), *word;
    for (*count = 0; *count < RESOURCE_METERS_MAX && (word = strsep(&left, " ")) != NULL;)
        if (word[0] != '\0')
            (*words)[(*count)++] = word;
}

ProtobufCMessage *resource_to_message(struct call *call, const void *row)
{
    const struct resource *resource = row;
    struct arena *arena = call_arena(call);
    Ledger__V1__Resource *message = message_new(arena, &ledger__v1__resource__descriptor);
    message->registration_id = id_to_message(arena, resource->registration_id);
    message->source = arena_strdup(arena, resource->source);
    message->resource_id = arena_strdup(arena, resource->resource_id);
    message->account_id = id_to_message(arena, resource->account_id);
    message->product_id = arena_strdup(arena, resource->product_id);
    message->region_id = arena_strdup(arena, resource->region_id);
    message->kind = (Ledger__V1__ResourceKind)resource->kind;
    message->state = (Ledger__V1__ResourceState)resource->state;
    message->version = resource->version;
    message->charges_from_creation = resource->charges_from_creation;
    words_to_message(arena, resource->stopped_meters, &message->stopped_meters,
                     &message->n_stopped_meters);
    if (resource->end_us != 0) {
        message->start_time = timestamp_from_us(arena, resource->start_us);
        message->end_time = timestamp_from_us(arena, resource->end_us);
    }
    message->auto_renew = resource->auto_renew;
    message->still_charging = resource_charges(resource);
    message->create_time = timestamp_from_us(arena, resource->created_us);
    message->change_time = timestamp_from_us(arena, resource->changed_us);
    return &message->base;
}

const char *resource_join(struct arena *arena, const char *const *words, size_t count)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        text = arena_printf(arena, "%s%s%s", text, i > 0 ? " " : "", words[i]);
    return text;
}

int resource_refuse(struct call *call, enum resource_verdict verdict,
                    const struct resource *resource)
{
    char until[CLOCK_TEXT_SIZE] = "";
    if (verdict == RESOURCE_ACCEPTED)
        return 0;
    if (verdict == RESOURCE_OVER)
        return call_refuse(call, resource_refusal(verdict),
                           REFUSAL_TERMS({"until", clock_format(resource->end_us, until)}));
    if (verdict == RESOURCE_END_NOT_LATER)
        return call_refuse(call, resource_refusal(verdict),
                           REFUSAL_TERMS({"until", clock_format(resource->end_us, until)}));
    return call_refuse(call, resource_refusal(verdict), NO_TERMS);
}

int resource_refuse_step(struct call *call, const struct resource *resource,
                         enum resource_state state)
{
    return call_refuse(call, resource_refusal(RESOURCE_STEP),
                       REFUSAL_TERMS({"from", resource_state_name(resource->state)},
                                     {"to", resource_state_name(state)}));
}
