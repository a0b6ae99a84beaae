#include "ledger/store/transit_store.h"

#include "ledger/store/facts_store.h"
#include "ledger/store/queries.h"

enum failure transit_store_list(struct reader reader, const struct transits_wanted *wanted,
                                struct transits *transits)
{
    struct rows rows;
    *transits = (struct transits){.count = 0};
    enum failure failure = ledger_list_transits_alone(
        reader,
        &(struct ledger_list_transits){.after_id = wanted->after_id,
                                       .sent_before_us = wanted->sent_before_us,
                                       .limit = (int64_t)wanted->limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    transits->items =
        arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *transits->items);
    for (; transits->count < rows.count; transits->count++) {
        struct ledger_read_transits_row row = ledger_read_transits_row(&rows, transits->count);
        facts_store_transit_from_row(&row, &transits->items[transits->count]);
    }
    return FAILURE_NONE;
}
