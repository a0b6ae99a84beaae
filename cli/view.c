#include "cli/view.h"

#include <inttypes.h>
#include <string.h>

#include "cli/names.h"
#include "cli/value.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"
#include "runtime/base/text.h"
#include "runtime/rpc/timestamp.h"

#define CELL_SIZE 320
#define COLUMNS_MAX 16
#define DEPTH_MAX 8
#define LABEL_WIDTH 26

/* Messages that are too wide for a table: what to show of them. */
static const struct {
    const char *type;
    const char *columns[COLUMNS_MAX];
} narrow[] = {
    {"ledger.v1.Balance",
     {"account_id", "own_micros", "transferred_in_micros", "effective_credit_limit_micros",
      "outstanding_micros", "available_micros"}},
    {"ledger.v1.Posting",
     {"recorded_time", "kind", "book", "amount_micros", "balance_micros", "counterparty_account_id",
      "remark"}},
    {"ledger.v1.Transfer",
     {"transfer_id", "kind", "source_account_id", "destination_account_id", "amount_micros",
      "remark"}},
    {"payments.v1.TopUp",
     {"top_up_id", "rail", "state", "amount_micros", "target_account_id", "remark", "create_time"}},
    {"gateway.v1.Saga", {"saga_id", "event_type", "account_id", "top_up_id", "tries", "due_time"}},
    {"payments.v1.PaymentMethod",
     {"payment_method_id", "kind", "state", "card", "hold", "create_time"}},
    {"identity.v1.CompanySubmission",
     {"submission_id", "account_id", "country", "scheme", "registration_number", "name", "state",
      "reason"}},
    {"sharing.v1.Asset", {"asset_id", "kind", "state", "name", "remaining_micros", "expire_time"}},
};

/* ---- one value ---- */

/* An amount's currency stands beside it, or somewhere in the same answer. */
static const char *currency_of(const ProtobufCMessage *message, int depth)
{
    const ProtobufCMessageDescriptor *type = message->descriptor;
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(type, "currency");
    if (field != NULL && field->type == PROTOBUF_C_TYPE_STRING &&
        field->label != PROTOBUF_C_LABEL_REPEATED)
        return *(char *const *)value_at(message, field, 0);
    for (unsigned i = 0; i < type->n_fields && depth < DEPTH_MAX; i++) {
        if (type->fields[i].type != PROTOBUF_C_TYPE_MESSAGE ||
            value_count(message, &type->fields[i]) == 0)
            continue;
        const char *currency = currency_of(
            *(ProtobufCMessage *const *)value_at(message, &type->fields[i], 0), depth + 1);
        if (!text_is_empty(currency))
            return currency;
    }
    return "";
}

static void write_amount(int64_t micros, const char *currency, char cell[CELL_SIZE])
{
    char amount[AMOUNT_TEXT_SIZE];
    amount_format(micros, currency_find(currency), amount);
    snprintf(cell, CELL_SIZE, "%s%s%s", amount, currency[0] != '\0' ? " " : "", currency);
}

static void write_time(const ProtobufCMessage *message, char cell[CELL_SIZE])
{
    int64_t time_us;
    char text[CLOCK_TEXT_SIZE];
    if (timestamp_to_us((const Google__Protobuf__Timestamp *)(const void *)message, &time_us))
        snprintf(cell, CELL_SIZE, "%.19sZ", clock_format(time_us, text));
    else
        cell[0] = '\0';
}

static void write_value(const ProtobufCFieldDescriptor *field, const void *at, const char *currency,
                        char cell[CELL_SIZE]);

/* A small message in a cell: its values, separated by spaces. */
static void write_message(const ProtobufCMessage *message, const char *currency,
                          char cell[CELL_SIZE])
{
    if (message->descriptor == &google__protobuf__timestamp__descriptor) {
        write_time(message, cell);
        return;
    }
    size_t length = 0;
    cell[0] = '\0';
    const char *own = currency_of(message, 0);
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        char part[CELL_SIZE];
        if (strcmp(field->name, "currency") == 0 || field->type == PROTOBUF_C_TYPE_MESSAGE ||
            value_count(message, field) != 1)
            continue;
        write_value(field, value_at(message, field, 0), own[0] != '\0' ? own : currency, part);
        if (part[0] != '\0' && length + strlen(part) + 2 < CELL_SIZE)
            length += (size_t)snprintf(cell + length, CELL_SIZE - length, "%s%s",
                                       length > 0 ? " " : "", part);
    }
}

static void write_value(const ProtobufCFieldDescriptor *field, const void *at, const char *currency,
                        char cell[CELL_SIZE])
{
    char name[NAME_SIZE];
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        snprintf(cell, CELL_SIZE, "%s", *(char *const *)at);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        snprintf(cell, CELL_SIZE, "%s", *(const protobuf_c_boolean *)at ? "yes" : "no");
        break;
    case PROTOBUF_C_TYPE_INT32:
        snprintf(cell, CELL_SIZE, "%" PRId32, *(const int32_t *)at);
        break;
    case PROTOBUF_C_TYPE_ENUM:
        names_of_value(field->descriptor, *(const int *)at, ' ', name);
        snprintf(cell, CELL_SIZE, "%s", *(const int *)at == 0 ? "" : name);
        break;
    case PROTOBUF_C_TYPE_INT64:
        if (names_is_amount(field->name))
            write_amount(*(const int64_t *)at, currency, cell);
        else
            snprintf(cell, CELL_SIZE, "%" PRId64, *(const int64_t *)at);
        break;
    case PROTOBUF_C_TYPE_MESSAGE:
        write_message(*(ProtobufCMessage *const *)at, currency, cell);
        break;
    default:
        cell[0] = '\0';
    }
}

/* ---- tables ---- */

struct table {
    const ProtobufCFieldDescriptor *columns[COLUMNS_MAX];
    size_t widths[COLUMNS_MAX];
    size_t column_count;
};

/* The values of a list of enums, which is short: "account administrator, member". */
static void write_list(const ProtobufCMessage *row, const ProtobufCFieldDescriptor *column,
                       char cell[CELL_SIZE])
{
    size_t length = 0;
    for (size_t i = 0; i < value_count(row, column); i++) {
        char part[CELL_SIZE];
        write_value(column, value_at(row, column, i), "", part);
        if (length + strlen(part) + sizeof(", ") < CELL_SIZE)
            length += (size_t)snprintf(cell + length, CELL_SIZE - length, "%s%s",
                                       length > 0 ? ", " : "", part);
    }
}

static void write_cell(const ProtobufCMessage *row, const ProtobufCFieldDescriptor *column,
                       const char *currency, char cell[CELL_SIZE])
{
    const char *own = currency_of(row, 0);
    cell[0] = '\0';
    if (column->label == PROTOBUF_C_LABEL_REPEATED)
        write_list(row, column, cell);
    else if (value_count(row, column) == 1)
        write_value(column, value_at(row, column, 0), own[0] != '\0' ? own : currency, cell);
}

static void choose_columns(struct table *table, const ProtobufCMessageDescriptor *type)
{
    for (size_t n = 0; n < sizeof(narrow) / sizeof(narrow[0]); n++) {
        if (strcmp(narrow[n].type, type->name) != 0)
            continue;
        for (size_t i = 0; i < COLUMNS_MAX && narrow[n].columns[i] != NULL; i++) {
            const ProtobufCFieldDescriptor *field =
                protobuf_c_message_descriptor_get_field_by_name(type, narrow[n].columns[i]);
            if (field != NULL)
                table->columns[table->column_count++] = field;
        }
        return;
    }
    for (unsigned i = 0; i < type->n_fields && table->column_count < COLUMNS_MAX; i++) {
        bool fits = type->fields[i].label != PROTOBUF_C_LABEL_REPEATED ||
                    type->fields[i].type == PROTOBUF_C_TYPE_ENUM;
        if (fits && strcmp(type->fields[i].name, "currency") != 0)
            table->columns[table->column_count++] = &type->fields[i];
    }
}

/* A column that is empty in every row is left out. */
static void measure(struct table *table, ProtobufCMessage *const *rows, size_t row_count,
                    const char *currency)
{
    size_t kept = 0;
    for (size_t c = 0; c < table->column_count; c++) {
        char cell[CELL_SIZE];
        size_t width = 0;
        for (size_t r = 0; r < row_count; r++) {
            write_cell(rows[r], table->columns[c], currency, cell);
            width = strlen(cell) > width ? strlen(cell) : width;
        }
        if (width == 0)
            continue;
        names_of_field(table->columns[c]->name, cell);
        table->columns[kept] = table->columns[c];
        table->widths[kept++] = strlen(cell) > width ? strlen(cell) : width;
    }
    table->column_count = kept;
}

static void print_cell(FILE *out, const struct table *table, size_t column, const char *cell)
{
    bool last = column + 1 == table->column_count;
    if (names_is_amount(table->columns[column]->name))
        fprintf(out, "%*s%s", (int)table->widths[column], cell, last ? "\n" : "  ");
    else if (last)
        fprintf(out, "%s\n", cell);
    else
        fprintf(out, "%-*s  ", (int)table->widths[column], cell);
}

static void print_table(FILE *out, ProtobufCMessage *const *rows, size_t row_count,
                        const char *currency, int indent)
{
    struct table table = {.column_count = 0};
    char cell[CELL_SIZE];
    choose_columns(&table, rows[0]->descriptor);
    measure(&table, rows, row_count, currency);
    for (size_t r = 0; r <= row_count; r++) {
        fprintf(out, "%*s", indent, "");
        for (size_t c = 0; c < table.column_count; c++) {
            if (r == 0)
                names_of_field(table.columns[c]->name, cell);
            else
                write_cell(rows[r - 1], table.columns[c], currency, cell);
            print_cell(out, &table, c, cell);
        }
    }
}

/* ---- messages ---- */

static void print_fields(FILE *out, const ProtobufCMessage *message, const char *currency,
                         int indent);

static void print_list(FILE *out, const ProtobufCMessage *message,
                       const ProtobufCFieldDescriptor *field, const char *currency, int indent)
{
    char label[NAME_SIZE], cell[CELL_SIZE];
    size_t count = value_count(message, field);
    names_of_field(field->name, label);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE && count > 0) {
        fprintf(out, "%*s%s\n", indent, "", label);
        print_table(out, value_at(message, field, 0), count, currency, indent + 2);
        return;
    }
    fprintf(out, "%*s%-*s", indent, "", LABEL_WIDTH - indent, label);
    for (size_t i = 0; i < count; i++) {
        write_value(field, value_at(message, field, i), currency, cell);
        fprintf(out, "%s%s", i > 0 ? ", " : "", cell);
    }
    fprintf(out, "%s\n", count == 0 ? "none" : "");
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

static void print_single(FILE *out, const ProtobufCMessage *message,
                         const ProtobufCFieldDescriptor *field, const char *currency, int indent)
{
    char label[NAME_SIZE], cell[CELL_SIZE];
    names_of_field(field->name, label);
    if (is_section(field)) {
        if (is_blank(*(ProtobufCMessage *const *)value_at(message, field, 0)))
            return;
        fprintf(out, "%*s%s\n", indent, "", label);
        print_fields(out, *(ProtobufCMessage *const *)value_at(message, field, 0), currency,
                     indent + 2);
        return;
    }
    write_value(field, value_at(message, field, 0), currency, cell);
    if (cell[0] != '\0' && !stands_beside_amounts(message->descriptor, field))
        fprintf(out, "%*s%-*s%s\n", indent, "", LABEL_WIDTH - indent, label, cell);
}

static void print_fields(FILE *out, const ProtobufCMessage *message, const char *currency,
                         int indent)
{
    const ProtobufCMessageDescriptor *type = message->descriptor;
    const char *own = currency_of(message, 0);
    for (unsigned i = 0; i < type->n_fields; i++) {
        if (type->fields[i].label == PROTOBUF_C_LABEL_REPEATED)
            print_list(out, message, &type->fields[i], own[0] != '\0' ? own : currency, indent);
        else if (value_count(message, &type->fields[i]) == 1)
            print_single(out, message, &type->fields[i], own[0] != '\0' ? own : currency, indent);
    }
}

/* An answer that only wraps one message shows that message. */
void view_print(FILE *out, const ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *type = message->descriptor;
    if (type->n_fields == 1 && is_section(&type->fields[0]) &&
        type->fields[0].label != PROTOBUF_C_LABEL_REPEATED &&
        value_count(message, &type->fields[0]) == 1)
        message = *(ProtobufCMessage *const *)value_at(message, &type->fields[0], 0);
    print_fields(out, message, "", 0);
}

/* ---- for cli/only.h ---- */

const char *view_currency(const ProtobufCMessage *message)
{
    return currency_of(message, 0);
}

void view_print_value(FILE *out, const ProtobufCFieldDescriptor *field, const void *at,
                      const char *currency)
{
    char cell[CELL_SIZE];
    write_value(field, at, currency, cell);
    if (names_is_amount(field->name))
        cell[strcspn(cell, " ")] = '\0';
    fprintf(out, "%s\n", cell);
}
