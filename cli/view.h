/* Messages for people: names and values in two columns, lists as tables, amounts as decimals with
 * their currency. */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdio.h>

/* width: columns that lists may take; SIZE_MAX: any. */
void view_print(FILE *out, const ProtobufCMessage *message, size_t width);

/* One value and the end of a line; an amount as a decimal without its currency. */
void view_print_value(FILE *out, const ProtobufCFieldDescriptor *field, const void *at,
                      const char *currency);

#endif
