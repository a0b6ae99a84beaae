/* A value as a cell of a table, or a line of a page, shows it. */
#ifndef CLI_CELL_H
#define CLI_CELL_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>

#include "runtime/base/failure.h"

#define CELL_SIZE 1024 /* a contract's text, a notice's, is told in full */

/* The currency of a message's amounts stands beside them, or somewhere in the same answer; "". */
const char *cell_currency(const ProtobufCMessage *message);

/* Writes a value of the field; an amount with its currency, a small message as its values. */
void cell_write(const ProtobufCFieldDescriptor *field, const void *at, const char *currency,
                char cell[CELL_SIZE]);

/* Is shown in a cell: not lists, but those of enums, which are short. */
bool cell_fits(const ProtobufCFieldDescriptor *field);

/* Writes the field of the message; the currency is that of amounts which have none beside them. */
void cell_write_field(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                      const char *currency, char cell[CELL_SIZE]);

/* From now on an amount is told as the band that begins with it (GW-05). false: it was before. */
bool cell_tell_bands(void);

/* The same for a message that says of itself that it is masked, until cell_leave is told what this
 * returned. */
bool cell_enter(const ProtobufCMessage *message) must_check;
void cell_leave(bool before);

/* How many columns of a screen a text takes. */
size_t cell_width(const char *text);

/* Cuts a cell that is wider, and marks where. */
void cell_cut(char *text, size_t width);

#endif
