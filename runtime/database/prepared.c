#include "runtime/database/prepared.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/database/reads.h"

bool prepared_table_init(struct prepared_table *table)
{
    *table = (struct prepared_table){.slots = calloc(PREPARED_SLOTS, sizeof(struct prepared))};
    return table->slots != NULL;
}

void prepared_table_deinit(struct prepared_table *table)
{
    free(table->slots);
    *table = (struct prepared_table){0};
}

void prepared_table_clear(struct prepared_table *table)
{
    for (size_t i = 0; i < PREPARED_SLOTS; i++)
        table->slots[i].number = 0;
}

static size_t slot_of(const struct query *query)
{
    return (size_t)(((uintptr_t)query * UINT64_C(0x9E3779B97F4A7C15)) >> 32) % PREPARED_SLOTS;
}

struct prepared *prepared_find(struct prepared_table *table, const struct query *query)
{
    size_t i = slot_of(query);
    while (table->slots[i].query != NULL && table->slots[i].query != query)
        i = (i + 1) % PREPARED_SLOTS;
    if (table->slots[i].query == NULL) {
        assert(table->used < PREPARED_SLOTS / 2);
        table->used++;
        table->slots[i].query = query;
        table->slots[i].only_reads = sql_only_reads(query->sql);
    }
    return &table->slots[i];
}

bool prepared_fits(const struct prepared *prepared, const struct param *params, size_t count)
{
    assert(count <= PARAMS_MAX);
    if (prepared->number == 0)
        return false;
    for (size_t i = 0; i < count; i++)
        if (params[i].kind != PARAM_NULL && params[i].kind != prepared->kinds[i])
            return false;
    return true;
}

void prepared_renew(struct prepared_table *table, struct prepared *prepared,
                    const struct param *params, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert(params[i].kind == PARAM_NULL || prepared->kinds[i] == PARAM_NULL ||
               params[i].kind == prepared->kinds[i]);
        if (params[i].kind != PARAM_NULL)
            prepared->kinds[i] = (uint8_t)params[i].kind;
    }
    prepared->number = ++table->last_number;
}

void prepared_forget(struct prepared_table *table, const struct query *query, uint32_t number)
{
    struct prepared *prepared = prepared_find(table, query);
    if (prepared->number == number)
        prepared->number = 0;
}

char *prepared_name(uint32_t number, char name[PREPARED_NAME_SIZE])
{
    bool fits = text_print(name, PREPARED_NAME_SIZE, "s%u", number);
    assert(fits);
    (void)fits;
    return name;
}
