#include "ledger/store/columns.h"

#include <assert.h>

enum failure columns_init(struct columns *columns, struct arena *arena, size_t count, size_t wide,
                          size_t narrow)
{
    size_t row_size = wide * 16 + narrow * 8;
    unsigned char *block = arena_try_alloc_array(arena, count, row_size);
    if (block == NULL)
        return FAILURE_EXHAUSTED;
    *columns = (struct columns){.next = block, .end = block + count * row_size, .count = count};
    return FAILURE_NONE;
}

static void *take(struct columns *columns, size_t size)
{
    assert((size_t)(columns->end - columns->next) >= columns->count * size);
    void *column = columns->next;
    columns->next += columns->count * size;
    return column;
}

struct id *columns_ids(struct columns *columns)
{
    return take(columns, sizeof(struct id));
}

int64_t *columns_int64s(struct columns *columns)
{
    return take(columns, sizeof(int64_t));
}

const char **columns_texts(struct columns *columns)
{
    return take(columns, sizeof(const char *));
}

struct bytes *columns_bytes(struct columns *columns)
{
    return take(columns, sizeof(struct bytes));
}

bool *columns_bools(struct columns *columns)
{
    return take(columns, sizeof(int64_t)); /* keeps the block aligned */
}

struct id_array columns_nullable_ids(struct columns *columns, struct id *ids)
{
    bool *nulls = columns_bools(columns);
    for (size_t i = 0; i < columns->count; i++)
        nulls[i] = id_is_nil(ids[i]);
    return (struct id_array){.items = ids, .count = columns->count, .nulls = nulls};
}
