#include "ledger/store/place_store.h"

#include <assert.h>

#include "ledger/store/queries.h"

#define PLACES 65536

struct place_memory {
    struct slot {
        struct id account_id; /* nil: free */
        struct place place;
    } slots[PLACES];
};

struct place_memory *place_memory_new(void)
{
    static struct place_memory memory; /* pages that are never touched cost nothing */
    return &memory;
}

static struct slot *slot_of(struct place_memory *memory, struct id account_id)
{
    return &memory->slots[id_hash(account_id) % PLACES];
}

static void forget(struct place_memory *memory, struct id account_id)
{
    struct slot *slot = slot_of(memory, account_id);
    if (id_equal(slot->account_id, account_id))
        *slot = (struct slot){.place = {.is_found = false}};
}

void place_memory_forget(struct place_memory *memory, const struct order *order)
{
    forget(memory, order->account_id);
    forget(memory, order->counterparty_id);
}

static bool recall(struct place_memory *memory, struct id account_id, bool is_guess_enough,
                   struct place *place)
{
    const struct slot *slot = slot_of(memory, account_id);
    if (id_is_nil(account_id) || !id_equal(slot->account_id, account_id) ||
        (slot->place.may_change && !is_guess_enough))
        return false;
    *place = slot->place;
    return true;
}

static struct place place_from_row(const struct ledger_find_places_row *row, struct id account_id)
{
    return (struct place){.chain_id = row->company_id,
                          .scope_id = row->opened_in_id,
                          .is_found = true,
                          .may_change = id_equal(row->company_id, account_id)};
}

enum failure place_store_find(struct reader reader, struct place_memory *memory,
                              const struct places_wanted *wanted, struct place *places)
{
    struct arena *arena = task_arena(reader.task);
    struct id *missing = arena_alloc_array(arena, wanted->count, sizeof *missing);
    size_t *at = arena_alloc_array(arena, wanted->count, sizeof *at), count = 0;
    struct rows rows;
    for (size_t i = 0; i < wanted->count; i++) {
        places[i] = (struct place){.is_found = false};
        if (recall(memory, wanted->account_ids[i], wanted->is_guess_enough, &places[i]))
            continue;
        missing[count] = wanted->account_ids[i];
        at[count++] = i;
    }
    if (count == 0)
        return FAILURE_NONE;
    enum failure failure = ledger_find_places_alone(
        reader, &(struct ledger_find_places){.account_ids = {missing, count}}, &rows);
    for (size_t row = 0; failure == FAILURE_NONE && row < rows.count; row++) {
        struct ledger_find_places_row found = ledger_find_places_row(&rows, row);
        assert(found.place >= 1 && (size_t)found.place <= count);
        struct id account_id = missing[found.place - 1];
        struct place place = place_from_row(&found, account_id);
        places[at[found.place - 1]] = place;
        *slot_of(memory, account_id) = (struct slot){account_id, place};
    }
    return failure;
}

/* Most never moved, as is remembered. */
enum failure place_store_find_left(struct reader reader, struct place_memory *memory,
                                   struct id account_id, bool *has_left)
{
    struct place place = {.is_found = false};
    const struct places_wanted wanted = {&account_id, 1, false};
    struct rows rows;
    *has_left = false;
    enum failure failure = place_store_find(reader, memory, &wanted, &place);
    if (failure != FAILURE_NONE || !place.is_found || id_equal(place.chain_id, place.scope_id))
        return failure;
    failure = ledger_find_left_behind_alone(
        reader, &(struct ledger_find_left_behind){.account_id = account_id}, &rows);
    *has_left = failure == FAILURE_NONE && rows.count == 1;
    return failure;
}
