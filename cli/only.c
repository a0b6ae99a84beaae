#include "cli/only.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cell.h"
#include "cli/names.h"
#include "cli/value.h"
#include "cli/view.h"

/* The next part of a path: "balances.0". */
struct part {
    const ProtobufCFieldDescriptor *field; /* NULL: no such field */
    size_t index;
    bool indexed;
    bool as_decimal;  /* an amount named without "_micros" */
    const char *rest; /* of the path, "" at its end */
};

static void find_field(struct part *part, const ProtobufCMessageDescriptor *type, const char *name)
{
    char amount[NAME_SIZE + sizeof("_micros")];
    part->field = protobuf_c_message_descriptor_get_field_by_name(type, name);
    if (part->field != NULL)
        return;
    snprintf(amount, sizeof(amount), "%s_micros", name);
    part->field = protobuf_c_message_descriptor_get_field_by_name(type, amount);
    part->as_decimal = part->field != NULL;
}

static struct part take_part(const ProtobufCMessageDescriptor *type, const char *path)
{
    char name[NAME_SIZE];
    size_t length = strcspn(path, ".");
    struct part part = {.rest = path + length + (path[length] == '.' ? 1 : 0)};
    snprintf(name, sizeof(name), "%.*s", (int)length, path);
    find_field(&part, type, name);
    if (isdigit((unsigned char)*part.rest)) {
        char *rest;
        part.index = strtoul(part.rest, &rest, 10);
        part.indexed = true;
        part.rest = *rest == '.' ? rest + 1 : rest;
    }
    return part;
}

bool only_exists(const ProtobufCMessageDescriptor *type, const char *path)
{
    struct part part = take_part(type, path);
    if (part.field == NULL || (part.indexed && part.field->label != PROTOBUF_C_LABEL_REPEATED))
        return false;
    if (*part.rest == '\0')
        return true;
    return part.field->type == PROTOBUF_C_TYPE_MESSAGE &&
           only_exists(part.field->descriptor, part.rest);
}

static void print_part(FILE *out, const ProtobufCMessage *message, const char *path,
                       const char *currency)
{
    struct part part = take_part(message->descriptor, path);
    assert(part.field != NULL);
    if (part.index >= value_count(message, part.field)) {
        fputc('\n', out);
        return;
    }
    const void *at = value_at(message, part.field, part.index);
    const char *own = cell_currency(message);
    currency = own[0] != '\0' ? own : currency;
    if (*part.rest != '\0')
        print_part(out, *(ProtobufCMessage *const *)at, part.rest, currency);
    else if (names_is_amount(part.field->name) && !part.as_decimal)
        fprintf(out, "%" PRId64 "\n", *(const int64_t *)at);
    else
        view_print_value(out, part.field, at, currency);
}

void only_print(FILE *out, const ProtobufCMessage *message, const char *path)
{
    print_part(out, message, path, "");
}
