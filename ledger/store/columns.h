/* Columns for array parameters: room for count values each, taken from one block of an arena, so
 * that running out is asked once. */
#ifndef LEDGER_STORE_COLUMNS_H
#define LEDGER_STORE_COLUMNS_H

#include <stdbool.h>

#include "runtime/base/arena.h"
#include "runtime/base/id.h"
#include "runtime/base/text.h"
#include "runtime/database/database.h"

struct columns {
    unsigned char *next;
    unsigned char *end;
    size_t count;
};

/* Room for `wide` columns of ids or bytes and `narrow` columns of numbers, times or pointers. */
enum failure columns_init(struct columns *columns, struct arena *arena, size_t count, size_t wide,
                          size_t narrow) must_check;

struct id *columns_ids(struct columns *columns);
int64_t *columns_int64s(struct columns *columns);
const char **columns_texts(struct columns *columns);
struct bytes *columns_bytes(struct columns *columns);
bool *columns_bools(struct columns *columns);

/* The array of a filled column of ids, of which some are nil and kept as NULL; takes a narrow
 * column for it. */
struct id_array columns_nullable_ids(struct columns *columns, struct id *ids);

#endif
