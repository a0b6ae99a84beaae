#include "runtime/rpc/page.h"

#include <assert.h>

#include "runtime/base/id.h"

static void *place_of(ProtobufCMessage *message, size_t offset)
{
    return (char *)message + offset;
}

static const ProtobufCFieldDescriptor *list_of(const ProtobufCMessageDescriptor *type)
{
    const ProtobufCFieldDescriptor *list = NULL;
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        if (field->label != PROTOBUF_C_LABEL_REPEATED || field->type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        assert(list == NULL);
        list = field;
    }
    assert(list != NULL);
    return list;
}

static const void *row_at(const struct page *page, size_t i)
{
    return (const char *)page->rows + i * page->row_size;
}

static void answer_token(struct call *call, const struct page *page, ProtobufCMessage *response)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(response->descriptor, "next_page_token");
    assert(field != NULL && field->type == PROTOBUF_C_TYPE_STRING);
    const struct id *last =
        (const void *)((const char *)row_at(page, page->size - 1) + page->id_at);
    char text[ID_TEXT_SIZE];
    *(char **)place_of(response, field->offset) =
        arena_strdup(call_arena(call), id_format(*last, text));
}

enum failure page_answer(struct call *call, const struct page *page, ProtobufCMessage *response)
{
    const ProtobufCFieldDescriptor *list = list_of(response->descriptor);
    bool follows = page->size != 0 && page->count > page->size;
    size_t count = follows ? page->size : page->count;
    ProtobufCMessage **messages = arena_alloc_array(call_arena(call), count + 1, sizeof(*messages));
    assert(page->size == 0 || page->count <= page_limit(page->size));
    for (size_t i = 0; i < count; i++) {
        messages[i] = page->to_message(call, row_at(page, i));
        if (messages[i] == NULL)
            return FAILURE_EXHAUSTED;
        assert(messages[i]->descriptor == list->descriptor);
    }
    *(ProtobufCMessage ***)place_of(response, list->offset) = messages;
    *(size_t *)place_of(response, list->quantifier_offset) = count;
    if (follows)
        answer_token(call, page, response);
    return FAILURE_NONE;
}
