#include "runtime/database/rows.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/database/param.h"

/* Every cell is followed by a NUL, so that text can be lent as it is. */
static size_t cells_size(const PGresult *result)
{
    size_t size = 0;
    for (int row = 0; row < PQntuples(result); row++)
        for (int column = 0; column < PQnfields(result); column++)
            size += (size_t)PQgetlength(result, row, column) + 1;
    return size;
}

static uint8_t *copy_cell(struct cell *cell, const PGresult *result, int row, int column,
                          uint8_t *next)
{
    if (PQgetisnull(result, row, column))
        return next;
    cell->size = (size_t)PQgetlength(result, row, column);
    cell->data = next;
    memcpy(next, PQgetvalue(result, row, column), cell->size + 1);
    assert(next[cell->size] == '\0');
    return next + cell->size + 1;
}

enum failure rows_copy(struct rows *rows, const PGresult *result, struct arena *arena)
{
    assert(PQresultStatus(result) == PGRES_TUPLES_OK || PQntuples(result) == 0);
    *rows = (struct rows){
        .count = (size_t)PQntuples(result),
        .column_count = (size_t)PQnfields(result),
        .affected = strtoll(PQcmdTuples((PGresult *)(uintptr_t)result), NULL, 10),
    };
    if (rows->count * rows->column_count == 0)
        return FAILURE_NONE;
    rows->cells =
        arena_try_alloc_array(arena, rows->count * rows->column_count, sizeof *rows->cells);
    uint8_t *next = rows->cells != NULL ? arena_try_alloc(arena, cells_size(result)) : NULL;
    if (next == NULL) {
        *rows = (struct rows){0};
        return FAILURE_EXHAUSTED;
    }
    for (size_t row = 0; row < rows->count; row++)
        for (size_t column = 0; column < rows->column_count; column++)
            next = copy_cell(&rows->cells[row * rows->column_count + column], result, (int)row,
                             (int)column, next);
    return FAILURE_NONE;
}

static const struct cell *row_cell(const struct rows *rows, size_t row, size_t column)
{
    assert(row < rows->count && column < rows->column_count);
    return &rows->cells[row * rows->column_count + column];
}

bool row_is_null(const struct rows *rows, size_t row, size_t column)
{
    return row_cell(rows, row, column)->data == NULL;
}

int64_t row_int64(const struct rows *rows, size_t row, size_t column)
{
    const struct cell *cell = row_cell(rows, row, column);
    if (cell->data == NULL)
        return 0;
    assert(cell->size == sizeof(uint64_t));
    uint64_t wire;
    memcpy(&wire, cell->data, sizeof wire);
    return (int64_t)be64toh(wire);
}

bool row_bool(const struct rows *rows, size_t row, size_t column)
{
    const struct cell *cell = row_cell(rows, row, column);
    assert(cell->data == NULL || cell->size == 1);
    return cell->data != NULL && cell->data[0] != 0;
}

const char *row_text(const struct rows *rows, size_t row, size_t column)
{
    return (const char *)row_cell(rows, row, column)->data;
}

struct id row_id(const struct rows *rows, size_t row, size_t column)
{
    const struct cell *cell = row_cell(rows, row, column);
    struct id id = {{0}};
    assert(cell->data == NULL || cell->size == sizeof id);
    if (cell->data != NULL)
        memcpy(&id, cell->data, sizeof id);
    return id;
}

/* 'infinity' and '-infinity' are the ends of the range. */
int64_t row_time_us(const struct rows *rows, size_t row, size_t column)
{
    int64_t time_us = row_int64(rows, row, column);
    if (row_is_null(rows, row, column) || time_us == INT64_MIN)
        return time_us;
    return __builtin_add_overflow(time_us, POSTGRES_EPOCH_US, &time_us) ? INT64_MAX : time_us;
}

struct bytes row_bytes(const struct rows *rows, size_t row, size_t column)
{
    const struct cell *cell = row_cell(rows, row, column);
    return (struct bytes){cell->data, cell->size};
}
