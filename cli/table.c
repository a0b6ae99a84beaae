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

#define COLUMNS_MIN 4

/* Messages that are too wide for a table: what to show of them, and of messages in them; what
 * matters least comes last, and is left out first. */
static const struct {
    const char *type;
    const char *columns[COLUMNS_MAX];
} narrow[] = {
    {"ledger.v1.Balance",
     {"account_id", "own_micros", "transferred_in_micros", "effective_credit_limit_micros",
      "outstanding_micros", "available_micros"}},
    {"ledger.v1.Posting",
     {"recorded_time", "kind", "book", "amount_micros", "balance_micros", "remark",
      "counterparty_account_id"}},
    {"ledger.v1.Transfer",
     {"transfer_id", "kind", "source_account_id", "destination_account_id", "amount_micros",
      "remark"}},
    {"payments.v1.TopUp",
     {"top_up_id", "rail", "state", "amount_micros", "target_account_id", "remark", "create_time"}},
    {"gateway.v1.Saga", {"saga_id", "event_type", "account_id", "top_up_id", "tries", "due_time"}},
    {"act.v1.Act", {"act_time", "action", "reason", "actor.principal_id", "object_id"}},
    {"payments.v1.PaymentMethod",
     {"payment_method_id", "kind", "state", "card", "hold", "create_time"}},
    {"identity.v1.CompanySubmission",
     {"submission_id", "account_id", "country", "scheme", "registration_number", "name", "state",
      "reason"}},
    {"gateway.v1.AccountView",
     {"account.account_id", "account.company_name", "account.environment",
      "balance.available_micros", "hidden", "balance.outstanding_micros", "balance.overdue"}},
    {"identity.v1.SecurityEvent",
     {"event_time", "kind", "detail", "principal_id", "network", "device"}},
    {"identity.v1.Notice", {"create_time", "kind", "account_id", "text", "read_time"}},
    {"identity.v1.Invitation", {"invitation_id", "email", "role", "state", "expire_time", "name"}},
    {"identity.v1.Session",
     {"session_id", "current", "device", "network", "last_use_time", "expire_time"}},
    {"gateway.v1.PermissionCheck",
     {"permission", "outcome", "role", "masked", "inherited", "denied_by_role", "denied_by_key"}},
    {"ledger.v1.Bill",
     {"bill_id", "owed_micros", "paid_micros", "state", "overdue", "due_time", "remark"}},
    {"ledger.v1.Hold",
     {"hold_id", "amount_micros", "captured_micros", "state", "expire_time", "placed_time",
      "sub_account_id"}},
    {"ledger.v1.Purchase",
     {"purchase_id", "amount_micros", "recorded_time", "sub_account_id", "remark", "tag"}},
    {"sharing.v1.AutomaticRule", {"kind", "recipient_account_ids", "organization_id", "set_time"}},
    {"sharing.v1.ReceivedShare",
     {"asset.asset_id", "asset.kind", "asset.name", "asset.owner_account_id",
      "asset.remaining_micros", "share.active_from_time", "share.ended_time"}},
    {"sharing.v1.Asset", {"asset_id", "kind", "state", "name", "remaining_micros", "expire_time"}},
};

/* A field by its name, or one of a message in it: "balance.available_micros". */
static void add_column(struct table *table, const ProtobufCMessageDescriptor *type,
                       const char *path)
{
    char name[NAME_SIZE];
    const char *dot = strchr(path, '.');
    const ProtobufCFieldDescriptor *within = NULL;
    if (dot != NULL && (size_t)(dot - path) < sizeof(name)) {
        snprintf(name, sizeof(name), "%.*s", (int)(dot - path), path);
        within = protobuf_c_message_descriptor_get_field_by_name(type, name);
        type = within != NULL ? within->descriptor : type;
        path = dot + 1;
    }
    table->columns[table->column_count] =
        protobuf_c_message_descriptor_get_field_by_name(type, path);
    table->within[table->column_count] = within;
    table->column_count += table->columns[table->column_count] != NULL;
}

static void choose_columns(struct table *table, const ProtobufCMessageDescriptor *type)
{
    for (size_t n = 0; n < sizeof(narrow) / sizeof(narrow[0]); n++) {
        if (strcmp(narrow[n].type, type->name) != 0)
            continue;
        for (size_t i = 0; i < COLUMNS_MAX && narrow[n].columns[i] != NULL; i++)
            add_column(table, type, narrow[n].columns[i]);
        table->is_chosen = true;
        return;
    }
    for (unsigned i = 0; i < type->n_fields && table->column_count < COLUMNS_MAX; i++) {
        if (cell_fits(&type->fields[i]))
            table->columns[table->column_count++] = &type->fields[i];
    }
}

/* Of a thing, or of whom: "made_by". */
static bool is_id(const ProtobufCFieldDescriptor *column)
{
    size_t length = strlen(column->name);
    const char *ending = length > 3 ? column->name + length - 3 : "";
    return column->type == PROTOBUF_C_TYPE_STRING &&
           (strcmp(ending, "_id") == 0 || strcmp(ending, "_by") == 0);
}

/* A text that is of use only whole. */
static bool is_copied(const ProtobufCFieldDescriptor *column)
{
    static const char *const names[] = {"public_key", "text", "contract_hash", "offer_hash",
                                        "request_hash"};
    bool is_one = false;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        is_one |= strcmp(column->name, names[i]) == 0;
    return is_one;
}

static bool is_time(const ProtobufCFieldDescriptor *column)
{
    return column->descriptor == &google__protobuf__timestamp__descriptor;
}

static bool may_be_cut(const ProtobufCFieldDescriptor *column)
{
    return !is_id(column) && !is_time(column) && !is_copied(column) &&
           (column->type == PROTOBUF_C_TYPE_STRING || column->type == PROTOBUF_C_TYPE_MESSAGE);
}

/* The row, or the message in it, that has the column; NULL: it is not there. */
static const ProtobufCMessage *holder(const struct table *table, size_t r, size_t c)
{
    const ProtobufCMessage *row = table->rows[r];
    const ProtobufCFieldDescriptor *within = table->within[c];
    if (within == NULL)
        return row;
    return value_count(row, within) == 1
               ? *(const ProtobufCMessage *const *)value_at(row, within, 0)
               : NULL;
}

static void write_shown(const struct table *table, size_t r, size_t c, char cell[CELL_SIZE])
{
    const ProtobufCFieldDescriptor *column = table->columns[c];
    const ProtobufCMessage *row = holder(table, r, c);
    bool before = cell_enter(table->rows[r]);
    cell[0] = '\0';
    if (row != NULL)
        cell_write_field(row, column, table->currency, cell);
    cell_leave(before);
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
            write_shown(table, r, c, cell);
            width = cell_width(cell) > width ? cell_width(cell) : width;
        }
        if (width == 0)
            continue;
        write_label(table, table->columns[c], label);
        table->columns[kept] = table->columns[c];
        table->within[kept] = table->within[c];
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
static size_t telling_length(const struct table *table, size_t c)
{
    size_t telling = ID_LENGTH_MIN;
    for (size_t i = 0; i < table->row_count; i++) {
        for (size_t j = 0; j < i; j++) {
            const ProtobufCMessage *one = holder(table, i, c), *other = holder(table, j, c);
            if (one == NULL || other == NULL)
                continue;
            const char *a = *(char *const *)value_at(one, table->columns[c], 0);
            const char *b = *(char *const *)value_at(other, table->columns[c], 0);
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
            is_id(column) && is_single ? telling_length(table, c) : ID_LENGTH_MAX;
    }
}

/* Ids of others than the row's own, which comes first, need not tell them apart. */
static void shorten_others(struct table *table)
{
    for (size_t c = 1; c < table->column_count; c++)
        table->id_lengths[c] = ID_LENGTH_MIN;
}

/* A yes or no at the end tells less than a text that would be cut for it. */
static bool ends_with_switch(const struct table *table)
{
    return table->columns[table->column_count - 1]->type == PROTOBUF_C_TYPE_BOOL;
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
    if (measure(table) > width)
        shorten_others(table);
    for (total = measure(table); total > width;) {
        size_t column = widest(table);
        bool may_drop = table->is_chosen && table->column_count > COLUMNS_MIN;
        if (column == SIZE_MAX && !may_drop)
            return false;
        if (column == SIZE_MAX || (may_drop && ends_with_switch(table))) {
            table->column_count--;
            total = measure(table);
            continue;
        }
        table->widths[column]--;
        total--;
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
                write_shown(table, r - 1, c, cell);
            }
            print_cell(out, table, c, cell);
        }
    }
}
