#include "runtime/rpc/page.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "google/protobuf/timestamp.pb-c.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/message_field.h"
#include "runtime/rpc/serving.h"

#define PART_DIGITS_MAX 18

/* ---- whose question a token answers ---- */

/* A question without its page and its moments. */
static ProtobufCMessage *bare_question(struct call *call, const ProtobufCMessage *request)
{
    const ProtobufCMessageDescriptor *type = request->descriptor;
    assert(type != NULL);
    ProtobufCMessage *bare = arena_alloc(call_arena(call), type->sizeof_message);
    memcpy(bare, request, type->sizeof_message);
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        char *member = (char *)bare + field->offset;
        bool is_one = field->label != PROTOBUF_C_LABEL_REPEATED;
        if (strcmp(field->name, "page_size") == 0)
            *(int32_t *)(void *)member = 0;
        else if (strcmp(field->name, "allow_missing") == 0)
            *(protobuf_c_boolean *)(void *)member = false;
        else if (strcmp(field->name, "page_token") == 0)
            *(const char **)(void *)member = "";
        else if (is_one && field->type == PROTOBUF_C_TYPE_MESSAGE &&
                 field->descriptor == &google__protobuf__timestamp__descriptor)
            *(void **)(void *)member = NULL;
    }
    return bare;
}

static void bind_question(struct call *call, const ProtobufCMessage *request)
{
    const char *told = call_header(call, "kontor-principal-id");
    const char *who = told == NULL || call->principal_id[0] != '\0' ? call->principal_id : told;
    struct bytes packed = message_pack(call_arena(call), bare_question(call, request));
    char *head = arena_printf(call_arena(call), "%s %s ", request->descriptor->name, who);
    size_t head_size = strlen(head);
    char *whole = arena_alloc(call_arena(call), head_size + packed.size + 1);
    uint8_t hash[32];
    memcpy(whole, head, head_size);
    if (packed.size > 0)
        memcpy(whole + head_size, packed.data, packed.size);
    sha256(whole, head_size + packed.size, hash);
    bytes_to_hex(hash, sizeof call->question / 2, call->question);
}

/* The place of a token of this very question; NULL, with a violation, of any other; "" of the
 * first page. */
static const char *place_in_question(struct call *call, const ProtobufCMessage *request)
{
    assert(message_field_is_text(request, "page_token"));
    const char *token = message_field_text(request, "page_token");
    bind_question(call, request);
    const char *bond = strrchr(token, '-');
    if (text_is_empty(token))
        return token;
    if (bond == NULL || strcmp(bond + 1, call->question) != 0)
        return NULL;
    return arena_strndup(call_arena(call), token, (size_t)(bond - token));
}

/* ---- reading ---- */

size_t field_page_size(struct call *call, int32_t page_size)
{
    if (page_size < 0)
        call_add_field_violation(call, "page_size", FAULT_NEGATIVE, "Must not be negative.");
    if (page_size <= 0)
        return 50;
    return page_size > 100 ? 100 : (size_t)page_size;
}

static void refuse_page_token(struct call *call)
{
    call_add_field_violation(call, "page_token", FAULT_NOT_A_CURSOR,
                             "Is not one that this list answered with.");
}

static struct id id_or(struct call *call, const ProtobufCMessage *request, struct id first)
{
    struct id id = first;
    const char *place = place_in_question(call, request);
    if (place == NULL || (!text_is_empty(place) && !id_parse(place, &id)))
        refuse_page_token(call);
    return id;
}

struct id field_page_token(struct call *call, const ProtobufCMessage *request)
{
    struct id highest;
    memset(&highest, 0xff, sizeof(highest));
    return id_or(call, request, highest);
}

struct id field_page_token_up(struct call *call, const ProtobufCMessage *request)
{
    return id_or(call, request, (struct id){{0}});
}

/* Up to 18 digits; how many. */
static size_t parse_number(const char *text, int64_t *number)
{
    size_t digits = strspn(text, "0123456789");
    *number = digits > 0 && digits <= PART_DIGITS_MAX ? strtoll(text, NULL, 10) : 0;
    return digits <= PART_DIGITS_MAX ? digits : 0;
}

static bool parse_place(const char *text, struct page_place *place)
{
    size_t digits = parse_number(text, &place->number);
    if (digits == 0 || text[digits] != '.' || place->number == 0)
        return false;
    const char *part = text + digits + 1;
    digits = parse_number(part, &place->part);
    return digits > 0 && part[digits] == '\0';
}

static struct page_place place_or(struct call *call, const ProtobufCMessage *request,
                                  struct page_place first)
{
    struct page_place place = first;
    const char *text = place_in_question(call, request);
    if (text == NULL || (!text_is_empty(text) && !parse_place(text, &place)))
        refuse_page_token(call);
    return place;
}

struct page_place field_page_place(struct call *call, const ProtobufCMessage *request)
{
    return place_or(call, request, (struct page_place){INT64_MAX, INT64_MAX});
}

struct page_place field_page_place_up(struct call *call, const ProtobufCMessage *request)
{
    return place_or(call, request, (struct page_place){0, 0});
}

const char *field_page_text(struct call *call, const ProtobufCMessage *request)
{
    const char *place = place_in_question(call, request);
    if (place == NULL)
        refuse_page_token(call);
    return place == NULL ? "" : place;
}

/* ---- answering ---- */

char *page_token_of_text(struct call *call, const char *last)
{
    assert(call->question[0] != '\0' && last[0] != '\0');
    return arena_printf(call_arena(call), "%s-%s", last, call->question);
}

char *page_token_of_id(struct call *call, struct id last)
{
    assert(call->question[0] != '\0');
    char text[ID_TEXT_SIZE];
    return arena_printf(call_arena(call), "%s-%s", id_format(last, text), call->question);
}

char *page_token_of_place(struct call *call, struct page_place last)
{
    assert(call->question[0] != '\0' && last.number > 0 && last.part >= 0);
    return arena_printf(call_arena(call), "%" PRId64 ".%" PRId64 "-%s", last.number, last.part,
                        call->question);
}

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
    const void *last = (const char *)row_at(page, page->size - 1) + page->id_at;
    *(char **)place_of(response, field->offset) =
        page->is_worded ? page_token_of_text(call, *(const char *const *)last)
                        : page_token_of_id(call, *(const struct id *)last);
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
