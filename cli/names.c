#include "cli/names.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);
    return length > end_length && strcmp(text + length - end_length, end) == 0;
}

bool names_is_amount(const char *field)
{
    return ends_with(field, "_micros");
}

bool names_is_quantity(const char *field)
{
    static const char *const quantities[] = {"quantity_micros", "used_micros", "up_to_micros",
                                             "package_micros"};
    bool is = false;
    for (size_t i = 0; i < sizeof quantities / sizeof quantities[0]; i++)
        is |= strcmp(field, quantities[i]) == 0;
    return is;
}

bool names_is_nanos(const char *field)
{
    return ends_with(field, "_nanos");
}

void names_of_field(const char *field, char name[NAME_SIZE])
{
    snprintf(name, NAME_SIZE, "%s", field);
    if (names_is_amount(name))
        name[strlen(name) - strlen("_micros")] = '\0';
    if (names_is_nanos(name))
        snprintf(name + strlen(name) - strlen("_nanos"), sizeof(" price"), " price");
    for (char *c = name; *c != '\0'; c++)
        *c = *c == '_' ? ' ' : *c;
}

void names_of_json(const char *field, char name[NAME_SIZE])
{
    size_t length = 0;
    for (; *field != '\0' && length < NAME_SIZE - 1; field++) {
        if (*field == '_' && field[1] != '\0')
            name[length++] = (char)toupper((unsigned char)*++field);
        else
            name[length++] = *field;
    }
    name[length] = '\0';
}

/* The length of "TOP_UP_STATE_" for TopUpState, which starts each of its values' names. */
static size_t prefix_length(const ProtobufCEnumDescriptor *type)
{
    size_t length = 1;
    for (const char *c = type->short_name; *c != '\0'; c++)
        length += isupper((unsigned char)*c) && c != type->short_name ? 2 : 1;
    return length;
}

void names_of_value(const ProtobufCEnumDescriptor *type, int value, char separator,
                    char name[NAME_SIZE])
{
    const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(type, value);
    if (found == NULL) {
        snprintf(name, NAME_SIZE, "%d", value);
        return;
    }
    size_t prefix = prefix_length(type);
    snprintf(name, NAME_SIZE, "%s",
             strlen(found->name) > prefix ? found->name + prefix : found->name);
    for (char *c = name; *c != '\0'; c++)
        *c = *c == '_' ? separator : (char)tolower((unsigned char)*c);
}
