#include "cli/request.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/moment.h"
#include "cli/names.h"
#include "cli/suggest.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"
#include "runtime/base/text.h"
#include "runtime/rpc/timestamp.h"

#define LIST_MAX 1000
#define AMOUNT_DECIMALS 6

struct target {
    struct arena *arena;
    ProtobufCMessage *message;
    const ProtobufCFieldDescriptor *field;
    const char *text;
    const char **complaint;
};

static void *member(const struct target *target)
{
    return (char *)target->message + target->field->offset;
}

static bool complain(const struct target *target, const char *complaint)
{
    *target->complaint = complaint != NULL ? complaint : "out of memory";
    return false;
}

static void mark_case(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0)
        *(uint32_t *)(void *)((char *)message + field->quantifier_offset) = field->id;
}

/* ---- texts and lists ---- */

static bool set_text(const struct target *target)
{
    char *copy = arena_strdup(target->arena, target->text);
    if (copy == NULL)
        return complain(target, NULL);
    *(char **)member(target) = copy;
    return true;
}

/* The items of a list, separated by commas. */
static bool split(const struct target *target, char ***items, size_t *count)
{
    char **list = arena_try_alloc_array(target->arena, LIST_MAX, sizeof(char *));
    char *rest = arena_strdup(target->arena, target->text);
    *count = 0;
    if (list == NULL || rest == NULL)
        return complain(target, NULL);
    for (char *item = strsep(&rest, ","); item != NULL; item = strsep(&rest, ",")) {
        if (*count == LIST_MAX)
            return complain(target, "a list has at most 1000 entries");
        if (item[0] != '\0')
            list[(*count)++] = item;
    }
    *items = list;
    return true;
}

static void set_items(const struct target *target, void *items, size_t count)
{
    *(void **)member(target) = items;
    *(size_t *)(void *)((char *)target->message + target->field->quantifier_offset) = count;
}

static bool set_list(const struct target *target)
{
    char **list;
    size_t count;
    if (!split(target, &list, &count))
        return false;
    set_items(target, list, count);
    return true;
}

/* ---- numbers ---- */

/* Why a text is no amount: it is no decimal, has too many decimals, or does not fit. */
static const char *amount_fault(const char *text)
{
    const char *whole = text + (text[0] == '-' || text[0] == '+' ? 1 : 0);
    size_t digits = strspn(whole, "0123456789");
    const char *rest = whole + digits;
    size_t decimals = rest[0] == '.' ? strspn(rest + 1, "0123456789") : 0;
    bool is_decimal = digits > 0 && rest[decimals > 0 ? decimals + 1 : 0] == '\0';
    if (!is_decimal)
        return "an amount is a decimal such as 50000.00";
    return decimals > AMOUNT_DECIMALS ? "an amount has at most six decimals"
                                      : "this amount is too large";
}

static bool set_amount(const struct target *target)
{
    int64_t micros;
    if (!amount_parse(target->text, &micros))
        return complain(target, amount_fault(target->text));
    *(int64_t *)member(target) = micros;
    return true;
}

static bool read_number(const struct target *target, const char *text, int64_t *number)
{
    char *end;
    errno = 0;
    *number = strtoll(text, &end, 10);
    return (errno == 0 && end != text && *end == '\0') ||
           complain(target, "this is a whole number");
}

static bool set_numbers(const struct target *target)
{
    char **items;
    size_t count;
    if (!split(target, &items, &count))
        return false;
    int64_t *numbers = arena_try_alloc_array(target->arena, count + 1, sizeof *numbers);
    if (numbers == NULL)
        return complain(target, NULL);
    for (size_t i = 0; i < count; i++)
        if (!read_number(target, items[i], &numbers[i]))
            return false;
    set_items(target, numbers, count);
    return true;
}

static bool set_number(const struct target *target)
{
    int64_t number;
    if (!read_number(target, target->text, &number))
        return false;
    if (target->field->type == PROTOBUF_C_TYPE_INT64) {
        *(int64_t *)member(target) = number;
        return true;
    }
    if (number < INT32_MIN || number > INT32_MAX)
        return complain(target, "this number is too large");
    *(int32_t *)member(target) = (int32_t)number;
    return true;
}

static bool set_flag(const struct target *target)
{
    bool yes = strcmp(target->text, "true") == 0 || strcmp(target->text, "yes") == 0;
    bool no = strcmp(target->text, "false") == 0 || strcmp(target->text, "no") == 0;
    *(protobuf_c_boolean *)member(target) = yes;
    return yes || no || complain(target, "this is true or false");
}

/* ---- enums ---- */

static const char *enum_choices(struct arena *arena, const ProtobufCEnumDescriptor *type,
                                const char *typed)
{
    struct suggestion meant = suggest_for(typed);
    const char *choices = "one of";
    for (unsigned i = 1; i < type->n_values && choices != NULL; i++) {
        char name[NAME_SIZE];
        names_of_value(type, type->values[i].value, '-', name);
        choices = arena_printf(arena, "%s %s", choices, name);
        suggest_consider(&meant, name);
    }
    if (choices != NULL && meant.nearest[0] != '\0')
        choices = arena_printf(arena, "%s; did you mean %s?", choices, meant.nearest);
    return choices;
}

static bool find_value(const struct target *target, const char *text, int *value)
{
    const ProtobufCEnumDescriptor *type = target->field->descriptor;
    for (unsigned i = 0; i < type->n_values; i++) {
        char dashes[NAME_SIZE], underscores[NAME_SIZE];
        names_of_value(type, type->values[i].value, '-', dashes);
        names_of_value(type, type->values[i].value, '_', underscores);
        if (strcasecmp(dashes, text) == 0 || strcasecmp(underscores, text) == 0) {
            *value = type->values[i].value;
            return true;
        }
    }
    return complain(target, enum_choices(target->arena, type, text));
}

static bool set_enum(const struct target *target)
{
    return find_value(target, target->text, member(target));
}

static bool set_enums(const struct target *target)
{
    char **items;
    size_t count;
    if (!split(target, &items, &count))
        return false;
    int *values = arena_try_alloc_array(target->arena, count + 1, sizeof(int));
    if (values == NULL)
        return complain(target, NULL);
    for (size_t i = 0; i < count; i++)
        if (!find_value(target, items[i], &values[i]))
            return false;
    set_items(target, values, count);
    return true;
}

/* ---- times ---- */

static bool set_time(const struct target *target)
{
    int64_t time_us;
    if (!moment_read(target->text, clock_now_us(), &time_us))
        return complain(target, "a time is " MOMENT_FORMS);
    Google__Protobuf__Timestamp *time = timestamp_from_us(target->arena, time_us);
    if (time == NULL)
        return complain(target, "this time cannot be sent");
    *(Google__Protobuf__Timestamp **)member(target) = time;
    return true;
}

/* ---- by type ---- */

static bool set_leaf(const struct target *target)
{
    const ProtobufCFieldDescriptor *field = target->field;
    if (field->type == PROTOBUF_C_TYPE_STRING)
        return field->label == PROTOBUF_C_LABEL_REPEATED ? set_list(target) : set_text(target);
    if (field->type == PROTOBUF_C_TYPE_ENUM && field->label == PROTOBUF_C_LABEL_REPEATED)
        return set_enums(target);
    if (field->type == PROTOBUF_C_TYPE_INT64 && field->label == PROTOBUF_C_LABEL_REPEATED)
        return set_numbers(target);
    assert(field->label != PROTOBUF_C_LABEL_REPEATED);
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT64:
        return names_is_amount(field->name) ? set_amount(target) : set_number(target);
    case PROTOBUF_C_TYPE_INT32:
        return set_number(target);
    case PROTOBUF_C_TYPE_BOOL:
        return set_flag(target);
    case PROTOBUF_C_TYPE_ENUM:
        return set_enum(target);
    case PROTOBUF_C_TYPE_MESSAGE:
        return set_time(target);
    default:
        assert(!"a field of a kind that no request has");
        return false;
    }
}

static ProtobufCMessage *child(const struct target *target)
{
    ProtobufCMessage **place = member(target);
    const ProtobufCMessageDescriptor *type = target->field->descriptor;
    mark_case(target->message, target->field);
    if (*place == NULL) {
        *place = arena_try_alloc(target->arena, type->sizeof_message);
        if (*place != NULL)
            protobuf_c_message_init(type, *place);
    }
    return *place;
}

bool request_set(struct arena *arena, ProtobufCMessage *request, const char *path, const char *text,
                 const char **complaint)
{
    struct target target = {
        .arena = arena, .message = request, .text = text, .complaint = complaint};
    char name[NAME_SIZE];
    for (const char *dot = strchr(path, '.'); dot != NULL;
         path = dot + 1, dot = strchr(path, '.')) {
        if (!text_print(name, sizeof(name), "%.*s", (int)(dot - path), path))
            return complain(&target, "too long");
        target.field =
            protobuf_c_message_descriptor_get_field_by_name(target.message->descriptor, name);
        assert(target.field != NULL && target.field->type == PROTOBUF_C_TYPE_MESSAGE);
        target.message = child(&target);
        if (target.message == NULL)
            return complain(&target, NULL);
    }
    target.field =
        protobuf_c_message_descriptor_get_field_by_name(target.message->descriptor, path);
    assert(target.field != NULL);
    mark_case(target.message, target.field);
    return set_leaf(&target);
}

bool request_has_text(const ProtobufCMessage *request, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(request->descriptor, name);
    return field != NULL && field->type == PROTOBUF_C_TYPE_STRING &&
           field->label != PROTOBUF_C_LABEL_REPEATED;
}
