#include "gateway/service/mask.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/domain/mask.h"
#include "runtime/rpc/described.h"
#include "runtime/rpc/message_field.h"

#define MASKS_BYTES_MAX (1024 * 1024)

/* Numbers of google/protobuf/descriptor.proto and kontor/v1/options.proto. */
enum { MESSAGE_FIELD = 2 };
enum { FIELD_NUMBER = 3, FIELD_OPTIONS = 8 };
enum { OPTION_MASK = 50050 };
enum { MASK_NONE, MASK_BAND, MASK_ABSENT };

typedef const ProtobufCFieldDescriptor field_type;

static int compare(const void *a, const void *b)
{
    uintptr_t one = (uintptr_t)((const struct message_mask *)a)->type,
              other = (uintptr_t)((const struct message_mask *)b)->type;
    return (one > other) - (one < other);
}

static const struct message_mask *find(const struct masks *masks,
                                       const ProtobufCMessageDescriptor *type)
{
    const struct message_mask sought = {.type = type};
    return bsearch(&sought, masks->types, masks->count, sizeof *masks->types, compare);
}

/* ---- learning them ---- */

static uint8_t read_mask(struct bytes described, field_type *field)
{
    struct wire_field seen;
    while (described_next(&described, MESSAGE_FIELD, &seen)) {
        if (described_first(seen.bytes, FIELD_NUMBER).number != field->id)
            continue;
        struct bytes options = described_first(seen.bytes, FIELD_OPTIONS).bytes;
        uint64_t mask = described_first(options, OPTION_MASK).number;
        assert(mask <= MASK_ABSENT);
        assert(mask != MASK_BAND || field->type == PROTOBUF_C_TYPE_INT64);
        assert(mask != MASK_ABSENT || field->type == PROTOBUF_C_TYPE_STRING ||
               field->type == PROTOBUF_C_TYPE_BYTES || field->type == PROTOBUF_C_TYPE_MESSAGE);
        return (uint8_t)mask;
    }
    return MASK_NONE;
}

static void learn(struct masks *masks, const ProtobufCMessageDescriptor *type)
{
    if (find(masks, type) != NULL)
        return;
    assert(masks->count < MASKS_MAX);
    uint8_t *fields = arena_alloc_array(&masks->arena, type->n_fields + 1, sizeof *fields);
    struct bytes described = described_message(type);
    for (unsigned i = 0; i < type->n_fields; i++)
        fields[i] = read_mask(described, &type->fields[i]);
    masks->types[masks->count++] = (struct message_mask){type, fields};
    qsort(masks->types, masks->count, sizeof *masks->types, compare);
    for (unsigned i = 0; i < type->n_fields; i++)
        if (type->fields[i].type == PROTOBUF_C_TYPE_MESSAGE)
            learn(masks, type->fields[i].descriptor);
}

void masks_init(struct masks *masks)
{
    arena_init(&masks->arena, MASKS_BYTES_MAX);
    masks->count = 0;
}

void masks_learn(struct masks *masks, const ProtobufCServiceDescriptor *service)
{
    for (unsigned i = 0; i < service->n_methods; i++) {
        learn(masks, service->methods[i].input);
        learn(masks, service->methods[i].output);
    }
}

/* ---- the values of a field ---- */

static void *member(ProtobufCMessage *message, unsigned offset)
{
    return (char *)message + offset;
}

static bool is_other_of_oneof(ProtobufCMessage *message, field_type *field)
{
    return (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0 &&
           *(const uint32_t *)member(message, field->quantifier_offset) != field->id;
}

/* Where its values begin, and how many there are. */
static size_t values(ProtobufCMessage *message, field_type *field, void **first)
{
    *first = member(message, field->offset);
    if (is_other_of_oneof(message, field))
        return 0;
    if (field->label != PROTOBUF_C_LABEL_REPEATED)
        return 1;
    *first = *(void **)*first;
    return *(const size_t *)member(message, field->quantifier_offset);
}

/* ---- hiding ---- */

static void hide_amounts(ProtobufCMessage *message, field_type *field)
{
    void *first;
    size_t count = values(message, field, &first);
    for (size_t i = 0; i < count; i++)
        ((int64_t *)first)[i] = mask_band(((int64_t *)first)[i]);
}

static void hide_one(void *value, ProtobufCType type)
{
    if (type == PROTOBUF_C_TYPE_STRING)
        *(const char **)value = protobuf_c_empty_string;
    else if (type == PROTOBUF_C_TYPE_BYTES)
        *(ProtobufCBinaryData *)value = (ProtobufCBinaryData){0, NULL};
    else
        *(ProtobufCMessage **)value = NULL;
}

static void hide_wholly(ProtobufCMessage *message, field_type *field)
{
    if (is_other_of_oneof(message, field))
        return;
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        *(size_t *)member(message, field->quantifier_offset) = 0;
    else
        hide_one(member(message, field->offset), field->type);
    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0)
        *(uint32_t *)member(message, field->quantifier_offset) = 0;
}

static void hide_inside(const struct masks *masks, ProtobufCMessage *message, field_type *field)
{
    void *first;
    size_t count = values(message, field, &first);
    for (size_t i = 0; i < count; i++)
        if (((ProtobufCMessage **)first)[i] != NULL)
            masks_hide(masks, ((ProtobufCMessage **)first)[i]);
}

void masks_hide(const struct masks *masks, ProtobufCMessage *message)
{
    const struct message_mask *mask = find(masks, message->descriptor);
    assert(mask != NULL);
    message->n_unknown_fields = 0;
    for (unsigned i = 0; i < mask->type->n_fields; i++) {
        field_type *field = &mask->type->fields[i];
        if (mask->fields[i] == MASK_BAND)
            hide_amounts(message, field);
        else if (mask->fields[i] == MASK_ABSENT)
            hide_wholly(message, field);
        else if (field->type == PROTOBUF_C_TYPE_MESSAGE)
            hide_inside(masks, message, field);
    }
}

/* ---- asking ---- */

/* By a text, or by an amount. */
static bool is_asked_by(const ProtobufCMessage *request, field_type *field)
{
    if (field->type == PROTOBUF_C_TYPE_INT64 && field->label != PROTOBUF_C_LABEL_REPEATED)
        return message_field_int64(request, field->name) != 0;
    return !text_is_empty(message_field_text(request, field->name));
}

int masks_check(const struct masks *masks, const ProtobufCMessage *request, struct call *call)
{
    const struct message_mask *mask = find(masks, request->descriptor);
    assert(mask != NULL);
    for (unsigned i = 0; i < mask->type->n_fields; i++) {
        field_type *field = &mask->type->fields[i];
        if (mask->fields[i] != MASK_NONE && is_asked_by(request, field))
            return call_refuse(call, mask_refusal(MASK_FIELD),
                               REFUSAL_TERMS({"field", field->name}));
    }
    return 0;
}
