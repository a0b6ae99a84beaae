#include "cli/table.h"

#include <string.h>

#include "cli/cell.h"
#include "cli/names.h"
#include "cli/value.h"
#include "google/protobuf/timestamp.pb-c.h"

#define GAP 2
#define ID_LENGTH_MIN 8
#define ID_LENGTH_MAX 36
#define TEXT_WIDTH_MIN 6
#define MINUTE_LENGTH 16 /* "2026-11-01 12:00" */

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
    {"act.v1.Act", {"act_time", "actor", "action", "object_id", "reason"}},
    {"payments.v1.PaymentMethod",
     {"payment_method_id", "kind", "state", "card", "hold", "create_time"}},
    {"identity.v1.CompanySubmission",
     {"submission_id", "account_id", "country", "scheme", "registration_number", "name", "state",
      "reason"}},
    {"sharing.v1.Asset", {"asset_id", "kind", "state", "name", "remaining_micros", "expire_time"}},
};

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

/* The values of a list of enums, which is short: "account administrator, member". */
static void write_list(const ProtobufCMessage *row, const ProtobufCFieldDescriptor *column,
                       char cell[CELL_SIZE])
{
    size_t length = 0;
    for (size_t i = 0; i < value_count(row, column); i++) {
        char part[CELL_SIZE];
        cell_write(column, value_at(row, column, i), "", part);
        if (length + strlen(part) + sizeof(", ") < CELL_SIZE)
            length += (size_t)snprintf(cell + length, CELL_SIZE - length, "%s%s",
                                       length > 0 ? ", " : "", part);
    }
}

static void write_cell(const ProtobufCMessage *row, const ProtobufCFieldDescriptor *column,
                       const char *currency, char cell[CELL_SIZE])
{
    const char *own = cell_currency(row);
    cell[0] = '\0';
    if (column->label == PROTOBUF_C_LABEL_REPEATED)
        write_list(row, column, cell);
    else if (value_count(row, column) == 1)
        cell_write(column, value_at(row, column, 0), own[0] != '\0' ? own : currency, cell);
}

static bool is_id(const ProtobufCFieldDescriptor *column)
{
    size_t length = strlen(column->name);
    return column->type == PROTOBUF_C_TYPE_STRING && length > 3 &&
           strcmp(column->name + length - 3, "_id") == 0;
}

static bool is_time(const ProtobufCFieldDescriptor *column)
{
    return column->descriptor == &google__protobuf__timestamp__descriptor;
}

static bool may_be_cut(const ProtobufCFieldDescriptor *column)
{
    return !is_id(column) && !is_time(column) &&
           (column->type == PROTOBUF_C_TYPE_STRING || column->type == PROTOBUF_C_TYPE_MESSAGE);
}

static void write_shown(const struct table *table, const ProtobufCMessage *row, size_t c,
                        char cell[CELL_SIZE])
{
    const ProtobufCFieldDescriptor *column = table->columns[c];
    write_cell(row, column, table->currency, cell);
    if (!table->is_narrow)
        return;
    if (is_id(column) && strlen(cell) == ID_LENGTH_MAX) {
        cell[table->id_lengths[c]] = '\0';
    } else if (is_time(column) && strlen(cell) > MINUTE_LENGTH) {
        cell[MINUTE_LENGTH] = '\0';
        cell[strcspn(cell, "T")] = ' ';
    }
}

/* "destination account id", narrow "destination". */
static void write_label(const struct table *table, const ProtobufCFieldDescriptor *column,
                        char label[NAME_SIZE])
{
    static const char *const endings[] = {" id", " account", " time"};
    names_of_field(column->name, label);
    for (size_t i = 0; table->is_narrow && i < sizeof(endings) / sizeof(endings[0]); i++) {
        size_t length = strlen(label), ending = strlen(endings[i]);
        if (length > ending && strcmp(label + length - ending, endings[i]) == 0)
            label[length - ending] = '\0';
    }
}

/* A column that is empty in every row is left out. */
static size_t measure(struct table *table)
{
    size_t kept = 0, total = 0;
    for (size_t c = 0; c < table->column_count; c++) {
        char cell[CELL_SIZE], label[NAME_SIZE];
        size_t width = 0;
        for (size_t r = 0; r < table->row_count; r++) {
            write_shown(table, table->rows[r], c, cell);
            width = cell_width(cell) > width ? cell_width(cell) : width;
        }
        if (width == 0)
            continue;
        write_label(table, table->columns[c], label);
        table->columns[kept] = table->columns[c];
        table->id_lengths[kept] = table->id_lengths[c];
        table->widths[kept] = strlen(label) > width ? strlen(label) : width;
        total += table->widths[kept++] + GAP;
    }
    table->column_count = kept;
    return total > 0 ? total - GAP : 0;
}

static size_t common_length(const char *a, const char *b)
{
    size_t length = 0;
    while (a[length] != '\0' && a[length] == b[length])
        length++;
    return length;
}

/* The length at which every two ids of a column differ that are not the same. */
static size_t telling_length(const struct table *table, const ProtobufCFieldDescriptor *column)
{
    size_t telling = ID_LENGTH_MIN;
    for (size_t i = 0; i < table->row_count; i++) {
        for (size_t j = 0; j < i; j++) {
            const char *a = *(char *const *)value_at(table->rows[i], column, 0);
            const char *b = *(char *const *)value_at(table->rows[j], column, 0);
            size_t common = common_length(a, b);
            if ((a[common] != '\0' || b[common] != '\0') && common >= telling)
                telling = common + 1;
        }
    }
    return telling < ID_LENGTH_MAX ? telling : ID_LENGTH_MAX;
}

static void make_narrow(struct table *table)
{
    table->is_narrow = true;
    for (size_t c = 0; c < table->column_count; c++) {
        const ProtobufCFieldDescriptor *column = table->columns[c];
        bool is_single = column->label != PROTOBUF_C_LABEL_REPEATED &&
                         (column->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0;
        table->id_lengths[c] =
            is_id(column) && is_single ? telling_length(table, column) : ID_LENGTH_MAX;
    }
}

/* The widest text that can be cut; SIZE_MAX: none. */
static size_t widest(const struct table *table)
{
    size_t found = SIZE_MAX;
    for (size_t c = 0; c < table->column_count; c++) {
        bool wider = found == SIZE_MAX || table->widths[c] > table->widths[found];
        if (may_be_cut(table->columns[c]) && table->widths[c] > TEXT_WIDTH_MIN && wider)
            found = c;
    }
    return found;
}

bool table_fit(struct table *table, ProtobufCMessage *const *rows, size_t row_count,
               const char *currency, size_t width)
{
    *table = (struct table){.rows = rows, .row_count = row_count, .currency = currency};
    choose_columns(table, rows[0]->descriptor);
    size_t total = measure(table);
    if (total <= width)
        return true;
    make_narrow(table);
    for (total = measure(table); total > width; total--) {
        size_t column = widest(table);
        if (column == SIZE_MAX)
            return false;
        table->widths[column]--;
    }
    return true;
}

static void print_cell(FILE *out, const struct table *table, size_t column, char *cell)
{
    size_t width = table->widths[column];
    bool last = column + 1 == table->column_count;
    cell_cut(cell, width);
    int space = (int)(width - cell_width(cell));
    if (names_is_amount(table->columns[column]->name))
        fprintf(out, "%*s%s%s", space, "", cell, last ? "\n" : "  ");
    else if (last)
        fprintf(out, "%s\n", cell);
    else
        fprintf(out, "%s%*s  ", cell, space, "");
}

void table_print(FILE *out, const struct table *table, int indent)
{
    for (size_t r = 0; r <= table->row_count; r++) {
        fprintf(out, "%*s", indent, "");
        for (size_t c = 0; c < table->column_count; c++) {
            char cell[CELL_SIZE] = "", label[NAME_SIZE];
            if (r == 0) {
                write_label(table, table->columns[c], label);
                snprintf(cell, sizeof(cell), "%s", label);
            } else {
                write_shown(table, table->rows[r - 1], c, cell);
            }
            print_cell(out, table, c, cell);
        }
    }
}
