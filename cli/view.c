#include "cli/view.h"

#include <string.h>

#include "cli/cell.h"
#include "cli/names.h"
#include "cli/table.h"
#include "cli/value.h"
#include "google/protobuf/timestamp.pb-c.h"

#define LABEL_WIDTH 26

struct page {
    FILE *out;
    size_t width;
};

static void print_fields(const struct page *page, const ProtobufCMessage *message,
                         const char *currency, int indent);

/* Rows that are too wide for a table stand below each other. */
static void print_blocks(const struct page *page, const struct table *table, int indent)
{
    for (size_t i = 0; i < table->row_count; i++) {
        if (i > 0)
            fputc('\n', page->out);
        print_fields(page, table->rows[i], table->currency, indent);
    }
}

static void print_list(const struct page *page, const ProtobufCMessage *message,
                       const ProtobufCFieldDescriptor *field, const char *currency, int indent)
{
    char label[NAME_SIZE], cell[CELL_SIZE];
    size_t count = value_count(message, field);
    names_of_field(field->name, label);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE && count > 0) {
        fprintf(page->out, "%*s%s\n", indent, "", label);
        struct table table;
        if (table_fit(&table, value_at(message, field, 0), count, currency,
                      page->width - (size_t)indent - 2))
            table_print(page->out, &table, indent + 2);
        else
            print_blocks(page, &table, indent + 2);
        return;
    }
    fprintf(page->out, "%*s%-*s", indent, "", LABEL_WIDTH - indent, label);
    for (size_t i = 0; i < count; i++) {
        cell_write(field, value_at(message, field, i), currency, cell);
        fprintf(page->out, "%s%s", i > 0 ? ", " : "", cell);
    }
    fprintf(page->out, "%s\n", count == 0 ? "none" : "");
}

static bool is_section(const ProtobufCFieldDescriptor *field)
{
    return field->type == PROTOBUF_C_TYPE_MESSAGE &&
           field->descriptor != &google__protobuf__timestamp__descriptor;
}

/* A message in which nothing is set says nothing. */
static bool is_blank(const ProtobufCMessage *message)
{
    return protobuf_c_message_get_packed_size(message) == 0;
}

/* A currency that every amount of the message shows already. */
static bool stands_beside_amounts(const ProtobufCMessageDescriptor *type,
                                  const ProtobufCFieldDescriptor *field)
{
    bool amounts = false;
    for (unsigned i = 0; i < type->n_fields; i++)
        amounts = amounts || names_is_amount(type->fields[i].name);
    return amounts && strcmp(field->name, "currency") == 0;
}

static void print_single(const struct page *page, const ProtobufCMessage *message,
                         const ProtobufCFieldDescriptor *field, const char *currency, int indent)
{
    char label[NAME_SIZE], cell[CELL_SIZE];
    names_of_field(field->name, label);
    if (is_section(field)) {
        if (is_blank(*(ProtobufCMessage *const *)value_at(message, field, 0)))
            return;
        fprintf(page->out, "%*s%s\n", indent, "", label);
        print_fields(page, *(ProtobufCMessage *const *)value_at(message, field, 0), currency,
                     indent + 2);
        return;
    }
    cell_write(field, value_at(message, field, 0), currency, cell);
    if (cell[0] != '\0' && !stands_beside_amounts(message->descriptor, field))
        fprintf(page->out, "%*s%-*s%s\n", indent, "", LABEL_WIDTH - indent, label, cell);
}

static void print_fields(const struct page *page, const ProtobufCMessage *message,
                         const char *currency, int indent)
{
    const ProtobufCMessageDescriptor *type = message->descriptor;
    const char *own = cell_currency(message);
    bool before = cell_enter(message);
    for (unsigned i = 0; i < type->n_fields; i++) {
        if (type->fields[i].label == PROTOBUF_C_LABEL_REPEATED)
            print_list(page, message, &type->fields[i], own[0] != '\0' ? own : currency, indent);
        else if (value_count(message, &type->fields[i]) == 1)
            print_single(page, message, &type->fields[i], own[0] != '\0' ? own : currency, indent);
    }
    cell_leave(before);
}

/* An answer that only wraps one message shows that message. */
void view_print(FILE *out, const ProtobufCMessage *message, size_t width)
{
    const struct page page = {out, width};
    const ProtobufCMessageDescriptor *type = message->descriptor;
    if (type->n_fields == 1 && is_section(&type->fields[0]) &&
        type->fields[0].label != PROTOBUF_C_LABEL_REPEATED &&
        value_count(message, &type->fields[0]) == 1)
        message = *(ProtobufCMessage *const *)value_at(message, &type->fields[0], 0);
    print_fields(&page, message, "", 0);
}

/* ---- for cli/only.h ---- */

void view_print_value(FILE *out, const ProtobufCFieldDescriptor *field, const void *at,
                      const char *currency)
{
    char cell[CELL_SIZE];
    cell_write(field, at, currency, cell);
    if (names_is_amount(field->name))
        cell[strcspn(cell, " ")] = '\0';
    fprintf(out, "%s\n", cell);
}
