#include "runtime/rpc/field_rules.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/amount.h"
#include "runtime/base/clock.h"
#include "runtime/base/currency.h"
#include "runtime/base/id.h"
#include "runtime/base/plain_text.h"
#include "runtime/rpc/described.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"

#define DEPTH_MAX 4
#define PATH_SIZE 128
#define LIST_MAX 1000 /* items that are compared with each other */

/* Numbers of google/protobuf/descriptor.proto, buf/validate/validate.proto and
 * kontor/v1/options.proto. */
enum { MESSAGE_FIELD = 2 };
enum { FIELD_NUMBER = 3, FIELD_OPTIONS = 8 };
enum {
    OPTION_RULES = 1159,
    OPTION_CURRENCY = 50002,
    OPTION_WHOLE,
    OPTION_PLAIN,
    OPTION_ANOTHER_ACCOUNT
};
enum {
    RULES_INT32 = 3,
    RULES_INT64 = 4,
    RULES_STRING = 14,
    RULES_REPEATED = 18,
    RULES_TIMESTAMP = 22
};
enum { RULES_REQUIRED = 25, RULES_IGNORE = 27 };
enum { NUMBER_GT = 4, NUMBER_GTE = 5 };
enum { STRING_MAX_BYTES = 5, STRING_UUID = 22 };
enum { REPEATED_MIN = 1, REPEATED_MAX = 2, REPEATED_UNIQUE = 3, REPEATED_ITEMS = 4 };
enum { TIMESTAMP_WITHIN = 9 };
enum { DURATION_SECONDS = 1 };

struct field_rules {
    const ProtobufCFieldDescriptor *field;
    const ProtobufCFieldDescriptor
        *acting; /* of an account that is another than the acting one; NULL: it may be any */
    const ProtobufCFieldDescriptor *currency; /* of an amount that is whole; NULL: it need not be */
    const struct message_rules *inside;       /* of a message; NULL: it has none */
    size_t bytes_max, items_min, items_max;   /* a maximum of 0: none */
    int64_t least;                            /* INT64_MIN: any number */
    int64_t within_us;                        /* of now; 0: any time */
    bool required, ignore_zero, uuid, is_list, is_currency, plain;
};

/* ---- reading them ---- */

static const ProtobufCFieldDescriptor *field_named(const ProtobufCMessageDescriptor *type,
                                                   const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(type, name);
    assert(field != NULL);
    return field;
}

/* Every field of a message of options goes through one switch, whose default is the end of the
 * process. */
static void read_number(struct field_rules *rules, struct bytes message)
{
    struct wire_field option;
    while (message.size > 0 && wire_next(&message, &option)) {
        assert(option.id == NUMBER_GT || option.id == NUMBER_GTE);
        rules->least = (int64_t)option.number + (option.id == NUMBER_GT);
    }
}

static void read_string(struct field_rules *rules, struct bytes message)
{
    struct wire_field option;
    while (message.size > 0 && wire_next(&message, &option)) {
        switch (option.id) {
        case STRING_MAX_BYTES:
            rules->bytes_max = option.number;
            break;
        case STRING_UUID:
            rules->uuid = option.number != 0;
            break;
        default:
            assert(!"a rule of texts that is not carried out");
        }
    }
}

static void read_repeated(struct field_rules *rules, struct bytes message)
{
    struct wire_field option;
    struct field_rules items = {0};
    while (message.size > 0 && wire_next(&message, &option)) {
        switch (option.id) {
        case REPEATED_MIN:
            rules->items_min = option.number;
            break;
        case REPEATED_MAX:
            rules->items_max = option.number;
            break;
        case REPEATED_UNIQUE:
            break; /* UUIDs in a list are distinct, always */
        case REPEATED_ITEMS:
            read_string(&items, described_first(option.bytes, RULES_STRING).bytes);
            break;
        default:
            assert(!"a rule of lists that is not carried out");
        }
    }
    rules->is_list =
        rules->is_list || items.uuid; /* each rule of a list may stand in an option of its own */
}

static void read_timestamp(struct field_rules *rules, struct bytes message)
{
    struct wire_field option;
    while (message.size > 0 && wire_next(&message, &option)) {
        assert(option.id == TIMESTAMP_WITHIN);
        rules->within_us =
            (int64_t)described_first(option.bytes, DURATION_SECONDS).number * 1000000;
    }
}

static void read_rules(struct field_rules *rules, struct bytes message)
{
    struct wire_field option;
    while (message.size > 0 && wire_next(&message, &option)) {
        switch (option.id) {
        case RULES_INT32:
        case RULES_INT64:
            read_number(rules, option.bytes);
            break;
        case RULES_STRING:
            read_string(rules, option.bytes);
            break;
        case RULES_REPEATED:
            read_repeated(rules, option.bytes);
            break;
        case RULES_TIMESTAMP:
            read_timestamp(rules, option.bytes);
            break;
        case RULES_REQUIRED:
            rules->required = option.number != 0;
            break;
        case RULES_IGNORE:
            rules->ignore_zero = option.number != 0;
            break;
        default:
            assert(!"a kind of rule that is not carried out");
        }
    }
}

static void read_options(struct field_rules *rules, const ProtobufCMessageDescriptor *type,
                         struct bytes options)
{
    struct wire_field option;
    while (options.size > 0 && wire_next(&options, &option)) {
        if (option.id == OPTION_RULES) {
            read_rules(rules, option.bytes);
        } else if (option.id == OPTION_CURRENCY) {
            rules->is_currency = option.number != 0;
        } else if (option.id == OPTION_WHOLE) {
            rules->currency = field_named(type, "currency");
        } else if (option.id == OPTION_PLAIN) {
            rules->plain = option.number != 0;
        } else if (option.id == OPTION_ANOTHER_ACCOUNT) {
            rules->acting = field_named(type, "account_id");
        }
    }
}

static struct bytes options_of(struct bytes message, uint32_t number)
{
    struct wire_field field;
    while (described_next(&message, MESSAGE_FIELD, &field)) {
        if (described_first(field.bytes, FIELD_NUMBER).number == number)
            return described_first(field.bytes, FIELD_OPTIONS).bytes;
    }
    return (struct bytes){NULL, 0};
}

static bool says_something(const struct field_rules *rules)
{
    return rules->required || rules->uuid || rules->is_list || rules->is_currency || rules->plain ||
           rules->least != INT64_MIN || rules->within_us != 0 || rules->bytes_max != 0 ||
           rules->inside != NULL;
}

static struct message_rules read_message(struct arena *arena,
                                         const ProtobufCMessageDescriptor *type, int depth);

static const struct message_rules *read_inside(struct arena *arena,
                                               const ProtobufCFieldDescriptor *field, int depth)
{
    bool is_member = (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
    if (field->type != PROTOBUF_C_TYPE_MESSAGE || field->label == PROTOBUF_C_LABEL_REPEATED ||
        is_member || depth == DEPTH_MAX)
        return NULL;
    struct message_rules *inside = arena_alloc(arena, sizeof *inside);
    *inside = read_message(arena, field->descriptor, depth + 1);
    return inside->count > 0 ? inside : NULL;
}

static struct message_rules read_message(struct arena *arena,
                                         const ProtobufCMessageDescriptor *type, int depth)
{
    struct field_rules *fields = arena_alloc_array(arena, type->n_fields + 1, sizeof *fields);
    struct message_rules rules = {type, fields, 0};
    struct bytes described = described_message(type);
    for (unsigned i = 0; i < type->n_fields; i++) {
        struct field_rules *own = &fields[rules.count];
        *own = (struct field_rules){.field = &type->fields[i],
                                    .least = INT64_MIN,
                                    .inside = read_inside(arena, &type->fields[i], depth)};
        read_options(own, type, options_of(described, type->fields[i].id));
        assert(own->is_list ? own->items_min <= 1
                            : own->items_min + own->items_max == 0); /* what field_ids judges */
        assert(!says_something(own) || (own->field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0);
        rules.count += says_something(own);
    }
    return rules;
}

struct message_rules message_rules_read(struct arena *arena, const ProtobufCMessageDescriptor *type)
{
    return read_message(arena, type, 0);
}

/* ---- holding a message against them ---- */

/* The fault of a field, or FAULT_NONE. */
struct judged {
    enum fault fault;
    const char *sentence;
};

static const struct judged well_formed = {FAULT_NONE, NULL};

static const void *value_of(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    return (const char *)message + field->offset;
}

static const char *text_of(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    return *(char *const *)value_of(message, field);
}

static bool names_something(const char *text)
{
    struct id id;
    return id_parse(text, &id) && !id_is_nil(id);
}

static enum text_fault judge_words(const struct field_rules *rules, const char *text)
{
    if (rules->plain)
        return plain_text_judge(text, rules->bytes_max);
    return rules->bytes_max != 0 && strlen(text) > rules->bytes_max ? TEXT_TOO_LONG : TEXT_PLAIN;
}

static struct judged judge_text(const struct field_rules *rules, const ProtobufCMessage *message)
{
    const char *text = text_of(message, rules->field);
    if (rules->ignore_zero && text_is_empty(text))
        return well_formed;
    if (rules->uuid && !names_something(text))
        return (struct judged){FAULT_NOT_A_UUID, "Must be a UUID."};
    if (rules->is_currency && currency_find(text) == NULL)
        return (struct judged){FAULT_NOT_A_CURRENCY, "Must be an ISO 4217 code in capitals."};
    if (rules->acting != NULL && strcasecmp(text, text_of(message, rules->acting)) == 0)
        return (struct judged){FAULT_SAME_AS_ACTING, "Must differ from account_id."};
    enum text_fault fault = judge_words(rules, text);
    return fault == TEXT_PLAIN
               ? well_formed
               : (struct judged){text_fault_reason(fault), text_fault_sentence(fault)};
}

static struct judged judge_number(const struct field_rules *rules, const ProtobufCMessage *message)
{
    bool wide = rules->field->type == PROTOBUF_C_TYPE_INT64;
    const void *at = value_of(message, rules->field);
    int64_t number = wide ? *(const int64_t *)at : *(const int32_t *)at;
    if (number < rules->least)
        return rules->least == 1 ? (struct judged){FAULT_NOT_POSITIVE, "Must be above zero."}
                                 : (struct judged){FAULT_NEGATIVE, "Must not be negative."};
    const struct currency *currency =
        rules->currency != NULL ? currency_find(text_of(message, rules->currency)) : NULL;
    return currency == NULL || amount_is_whole(number, currency)
               ? well_formed
               : (struct judged){FAULT_NOT_WHOLE, "Must be whole in the currency's minor unit."};
}

static struct judged judge_time(const struct field_rules *rules,
                                const Google__Protobuf__Timestamp *time)
{
    int64_t time_us = 0;
    if (!timestamp_to_us(time, &time_us))
        return (struct judged){FAULT_NOT_A_TIME, "Must be a time between 1970 and 9999."};
    int64_t now_us = clock_now_us();
    if (rules->within_us != 0 && time_us != 0 &&
        (time_us > now_us + rules->within_us || time_us < now_us - rules->within_us))
        return (struct judged){FAULT_OUT_OF_RANGE, "Must be within a year from now."};
    return well_formed;
}

struct check {
    struct call *call;
    const char *prefix; /* "conditions." */
};

static void check_message(const struct message_rules *rules, const ProtobufCMessage *message,
                          const struct check *check);

static void check_list(const struct field_rules *rules, const ProtobufCMessage *message,
                       const struct check *check)
{
    size_t count =
        *(const size_t *)(const void *)((const char *)message + rules->field->quantifier_offset);
    char *const *texts = *(char *const *const *)value_of(message, rules->field);
    char path[PATH_SIZE];
    if (text_print(path, sizeof path, "%s%s", check->prefix, rules->field->name))
        field_ids(check->call, path, texts, count,
                  rules->items_max != 0 ? rules->items_max : LIST_MAX, rules->items_min == 0);
}

static struct judged judge_inside(const struct field_rules *rules, const ProtobufCMessage *message,
                                  const struct check *check)
{
    const ProtobufCMessage *inside = *(ProtobufCMessage *const *)value_of(message, rules->field);
    if (inside == NULL)
        return rules->required ? (struct judged){FAULT_REQUIRED, "Is required."} : well_formed;
    if (inside->descriptor == &google__protobuf__timestamp__descriptor)
        return judge_time(rules, (const Google__Protobuf__Timestamp *)(const void *)inside);
    char prefix[PATH_SIZE];
    if (rules->inside != NULL &&
        text_print(prefix, sizeof prefix, "%s%s.", check->prefix, rules->field->name))
        check_message(rules->inside, inside, &(struct check){check->call, prefix});
    return well_formed;
}

static struct judged judge(const struct field_rules *rules, const ProtobufCMessage *message,
                           const struct check *check)
{
    if (rules->field->label == PROTOBUF_C_LABEL_REPEATED) {
        check_list(rules, message, check);
        return well_formed;
    }
    switch (rules->field->type) {
    case PROTOBUF_C_TYPE_STRING:
        return judge_text(rules, message);
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_INT64:
        return judge_number(rules, message);
    case PROTOBUF_C_TYPE_MESSAGE:
        return judge_inside(rules, message, check);
    default:
        assert(!"a type that has no rules");
        return well_formed;
    }
}

static void check_message(const struct message_rules *rules, const ProtobufCMessage *message,
                          const struct check *check)
{
    assert(message->descriptor == rules->type);
    for (size_t i = 0; i < rules->count; i++) {
        const ProtobufCFieldDescriptor *field = rules->fields[i].field;
        struct judged judged = judge(&rules->fields[i], message, check);
        char path[PATH_SIZE];
        if (judged.fault != FAULT_NONE &&
            text_print(path, sizeof path, "%s%s", check->prefix, field->name))
            call_add_field_violation(check->call, path, judged.fault, judged.sentence);
    }
}

void message_rules_check(const struct message_rules *rules, const ProtobufCMessage *message,
                         struct call *call)
{
    check_message(rules, message, &(struct check){call, ""});
}
