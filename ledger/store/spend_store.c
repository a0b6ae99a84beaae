#include "ledger/store/spend_store.h"

#include "ledger/domain/country_zone.h"
#include "ledger/store/queries.h"

enum failure spend_store_list(struct reader reader, struct id after_id, size_t limit,
                              struct unfolded_chain **chains, size_t *count)
{
    struct rows rows;
    enum failure failure = ledger_list_unfolded_alone(
        reader,
        &(struct ledger_list_unfolded){.after_company_id = after_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = rows.count;
    *chains = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof **chains);
    for (size_t row = 0; row < rows.count; row++) {
        struct ledger_list_unfolded_row found = ledger_list_unfolded_row(&rows, row);
        (*chains)[row] =
            (struct unfolded_chain){found.company_id, found.folded_length, found.length};
    }
    return FAILURE_NONE;
}

static struct dated_zones zones_of(const struct ledger_read_spend_row *row)
{
    struct dated_zones zones = {.items = {{COUNTRY_ZONE_UNKNOWN, 0}}, .count = 1};
    if (row->time_zone != NULL)
        zones.items[0] = (struct dated_zone){row->time_zone, row->since_us};
    if (row->next_since_us != 0)
        zones.items[zones.count++] = (struct dated_zone){
            zones.items[0].name, row->next_since_us}; /* only its begin counts */
    return zones;
}

enum failure spend_store_read(struct reader reader, const struct unfolded_chain *stretch,
                              struct spend **spends, size_t *count)
{
    struct rows rows;
    enum failure failure = ledger_read_spend_alone(
        reader,
        &(struct ledger_read_spend){.company_id = stretch->company_id,
                                    .after_sequence = stretch->folded_length,
                                    .to_sequence = stretch->length},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = rows.count;
    *spends = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof **spends);
    for (size_t i = 0; i < rows.count; i++) {
        struct ledger_read_spend_row row = ledger_read_spend_row(&rows, i);
        (*spends)[i] = (struct spend){row.account_id, row.quarter_us, row.micros, zones_of(&row)};
    }
    return FAILURE_NONE;
}

enum failure spend_store_keep(struct reader reader, const struct unfolded_chain *stretch,
                              const struct spend_day *days, size_t count)
{
    struct arena *arena = reader_arena(reader);
    struct id *accounts = arena_alloc_array(arena, count + 1, sizeof *accounts);
    int64_t *begins_us = arena_alloc_array(arena, count + 1, sizeof *begins_us);
    int64_t *micros = arena_alloc_array(arena, count + 1, sizeof *micros);
    for (size_t i = 0; i < count; i++) {
        accounts[i] = days[i].account_id;
        begins_us[i] = days[i].day_us;
        micros[i] = days[i].micros;
    }
    return ledger_keep_spend_alone(
        reader,
        &(struct ledger_keep_spend){.company_id = stretch->company_id,
                                    .folded_length = stretch->folded_length,
                                    .length = stretch->length,
                                    .account_ids = id_array(accounts, count),
                                    .day_us = time_array(begins_us, count),
                                    .spent_micros = int64_array(micros, count)},
        NULL);
}

enum failure spend_store_read_days(struct reader reader, struct id account_id, int64_t from_us,
                                   int64_t to_us, int64_t *micros)
{
    struct rows rows;
    enum failure failure = ledger_read_spend_of_days_alone(
        reader,
        &(struct ledger_read_spend_of_days){
            .account_id = account_id, .from_us = from_us, .to_us = to_us},
        &rows);
    if (failure == FAILURE_NONE)
        *micros = ledger_read_spend_of_days_row(&rows, 0).micros;
    return failure;
}
