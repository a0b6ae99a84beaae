#include "cli/cell.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/names.h"
#include "cli/value.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"
#include "runtime/base/text.h"
#include "runtime/rpc/timestamp.h"

#define DEPTH_MAX 8
#define BAND_SIZE (2 * AMOUNT_TEXT_SIZE + sizeof(" and beyond"))
#define NANOS_OF_ONE INT64_C(1000000000)
#define BAND_LEAST_MICROS INT64_C(1000000) /* stands for less than a thousand */

/* An amount's currency stands beside it, or somewhere in the same answer. */
static const char *find_currency(const ProtobufCMessage *message, int depth)
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
        const char *currency = find_currency(
            *(ProtobufCMessage *const *)value_at(message, &type->fields[i], 0), depth + 1);
        if (!text_is_empty(currency))
            return currency;
    }
    return "";
}

const char *cell_currency(const ProtobufCMessage *message)
{
    return find_currency(message, 0);
}

static bool tells_bands;

bool cell_tell_bands(void)
{
    bool before = tells_bands;
    tells_bands = true;
    return !before;
}

bool cell_enter(const ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *masked =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, "masked");
    bool before = tells_bands;
    if (masked != NULL && masked->type == PROTOBUF_C_TYPE_BOOL)
        tells_bands |= *(const protobuf_c_boolean *)value_at(message, masked, 0) != 0;
    return before;
}

void cell_leave(bool before)
{
    tells_bands = before;
}

/* "0.00 to 1000.00", "1000.00 to 10000.00"; the highest band has no end that an amount could have.
 */
static void write_band(int64_t micros, const struct currency *currency, char band[BAND_SIZE])
{
    char first[AMOUNT_TEXT_SIZE], last[AMOUNT_TEXT_SIZE];
    int64_t end;
    bool is_least = micros == BAND_LEAST_MICROS || micros == -BAND_LEAST_MICROS;
    bool has_end = !__builtin_mul_overflow(micros, is_least ? 1000 : 10, &end);
    amount_format(is_least ? 0 : micros, currency, first);
    amount_format(has_end ? end : 0, currency, last);
    if (has_end)
        snprintf(band, BAND_SIZE, "%s to %s", first, last);
    else
        snprintf(band, BAND_SIZE, "%s and beyond", first);
}

static void write_amount(int64_t micros, const char *currency, char cell[CELL_SIZE])
{
    char amount[BAND_SIZE];
    if (tells_bands && micros != 0)
        write_band(micros, currency_find(currency), amount);
    else
        amount_format(micros, currency_find(currency), amount);
    snprintf(cell, CELL_SIZE, "%s%s%s", amount, currency[0] != '\0' ? " " : "", currency);
}

/* Of 10^-9, with the decimals that it has and two at least. */
static void write_nanos(int64_t nanos, const char *currency, char cell[CELL_SIZE])
{
    char number[AMOUNT_TEXT_SIZE];
    int size = snprintf(number, sizeof number, "%" PRId64 ".%09" PRId64, nanos / NANOS_OF_ONE,
                        nanos % NANOS_OF_ONE);
    for (int decimals = 9; decimals > 2 && number[size - 1] == '0'; decimals--)
        number[--size] = '\0';
    snprintf(cell, CELL_SIZE, "%s%s%s", number, currency[0] != '\0' ? " " : "", currency);
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

bool cell_fits(const ProtobufCFieldDescriptor *field)
{
    return strcmp(field->name, "currency") != 0 &&
           (field->label != PROTOBUF_C_LABEL_REPEATED || field->type == PROTOBUF_C_TYPE_ENUM);
}

/* The values of a list of enums, which is short: "account administrator, member". */
static void write_list(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                       char cell[CELL_SIZE])
{
    size_t length = 0;
    for (size_t i = 0; i < value_count(message, field); i++) {
        char part[CELL_SIZE];
        cell_write(field, value_at(message, field, i), "", part);
        if (length + strlen(part) + sizeof(", ") < CELL_SIZE)
            length += (size_t)snprintf(cell + length, CELL_SIZE - length, "%s%s",
                                       length > 0 ? ", " : "", part);
    }
}

void cell_write_field(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                      const char *currency, char cell[CELL_SIZE])
{
    const char *own = cell_currency(message);
    cell[0] = '\0';
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        write_list(message, field, cell);
    else if (value_count(message, field) == 1)
        cell_write(field, value_at(message, field, 0), own[0] != '\0' ? own : currency, cell);
}

static bool is_time(const ProtobufCFieldDescriptor *field)
{
    return field->type == PROTOBUF_C_TYPE_MESSAGE &&
           field->descriptor == &google__protobuf__timestamp__descriptor;
}

/* A small message in a cell: its values, separated by spaces; of a yes its name. */
static void write_message(const ProtobufCMessage *message, const char *currency,
                          char cell[CELL_SIZE])
{
    if (message->descriptor == &google__protobuf__timestamp__descriptor) {
        write_time(message, cell);
        return;
    }
    size_t length = 0;
    cell[0] = '\0';
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        char part[CELL_SIZE];
        if (!cell_fits(field) || is_time(field))
            continue;
        cell_write_field(message, field, currency, part);
        if (field->type == PROTOBUF_C_TYPE_BOOL && strcmp(part, "yes") == 0)
            names_of_field(field->name, part);
        else if (field->type == PROTOBUF_C_TYPE_BOOL)
            part[0] = '\0';
        if (part[0] != '\0' && length + strlen(part) + 2 < CELL_SIZE)
            length += (size_t)snprintf(cell + length, CELL_SIZE - length, "%s%s",
                                       length > 0 ? " " : "", part);
    }
}

void cell_write(const ProtobufCFieldDescriptor *field, const void *at, const char *currency,
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
        if (names_is_nanos(field->name))
            write_nanos(*(const int64_t *)at, currency, cell);
        else if (names_is_amount(field->name))
            write_amount(*(const int64_t *)at, names_is_quantity(field->name) ? "" : currency,
                         cell);
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

/* ---- columns of a screen ---- */

static uint32_t next_character(const unsigned char **text)
{
    uint32_t first = *(*text)++;
    int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
    uint32_t character = more > 0 ? first & (0x3fU >> more) : first;
    for (; more > 0 && (**text & 0xc0) == 0x80; more--)
        character = character << 6 | (*(*text)++ & 0x3fU);
    return character;
}

/* Characters of East Asia and pictures take two columns. */
static size_t width_of(uint32_t character)
{
    static const struct {
        uint32_t first, last;
    } wide[] = {{0x1100, 0x115f}, {0x2e80, 0xa4cf},   {0xac00, 0xd7a3},
                {0xf900, 0xfaff}, {0xfe30, 0xfe6f},   {0xff00, 0xff60},
                {0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd}};
    for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
        if (character >= wide[i].first && character <= wide[i].last)
            return 2;
    }
    return 1;
}

size_t cell_width(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t width = 0;
    while (*at != '\0')
        width += width_of(next_character(&at));
    return width;
}

void cell_cut(char *text, size_t width)
{
    static const char mark[] = "…";
    const unsigned char *at = (const unsigned char *)text;
    char *end = text;
    if (cell_width(text) <= width)
        return;
    for (size_t used = 1; *at != '\0'; end = text + (at - (const unsigned char *)text)) {
        used += width_of(next_character(&at));
        if (used > width)
            break;
    }
    if ((size_t)(end - text) + sizeof(mark) <= CELL_SIZE)
        memcpy(end, mark, sizeof(mark));
}
