/* Lists as tables, in as many columns of a screen as there are. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdio.h>

#define COLUMNS_MAX 16

struct table {
    ProtobufCMessage *const *rows;
    size_t row_count;
    const char *currency; /* of amounts beside which none stands */
    const ProtobufCFieldDescriptor *columns[COLUMNS_MAX];
    const ProtobufCFieldDescriptor *within[COLUMNS_MAX]; /* the message of the row that has it */
    size_t widths[COLUMNS_MAX];
    size_t column_count;
    bool is_chosen; /* columns, the least important last */
    bool is_narrow; /* ids show as much as tells them apart, times no seconds */
    size_t id_lengths[COLUMNS_MAX];
};

/* Makes a table of at least one row that is at most so wide: as it is, else narrow, else with texts
 * cut. false: that is too wide even so. */
bool table_fit(struct table *table, ProtobufCMessage *const *rows, size_t row_count,
               const char *currency, size_t width);

void table_print(FILE *out, const struct table *table, int indent);

#endif
