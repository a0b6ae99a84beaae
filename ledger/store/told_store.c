#include "ledger/store/told_store.h"

#include "ledger/store/queries.h"
#include "runtime/base/clock.h"

static void take_rows(struct reader reader, const struct rows *rows, struct told_chain **chains,
                      size_t *count)
{
    *count = rows->count;
    *chains = arena_alloc_array(reader_arena(reader), rows->count + 1, sizeof **chains);
    for (size_t row = 0; row < rows->count; row++) {
        struct ledger_read_untold_row found = ledger_read_untold_row(rows, row);
        (*chains)[row] = (struct told_chain){found.company_id, found.told_length, found.length};
    }
}

enum failure told_store_read(struct reader reader, struct id_array companies,
                             struct told_chain **chains, size_t *count)
{
    struct rows rows;
    enum failure failure = ledger_read_untold_alone(
        reader, &(struct ledger_read_untold){.company_ids = companies}, &rows);
    if (failure == FAILURE_NONE)
        take_rows(reader, &rows, chains, count);
    return failure;
}

enum failure told_store_list(struct reader reader, struct id after_company_id, size_t limit,
                             struct told_chain **chains, size_t *count)
{
    struct rows rows;
    enum failure failure = ledger_list_untold_alone(
        reader,
        &(struct ledger_list_untold){.after_company_id = after_company_id, .limit = (int64_t)limit},
        &rows);
    if (failure == FAILURE_NONE)
        take_rows(reader, &rows, chains, count);
    return failure;
}

enum failure told_store_tell(struct reader reader, const struct told_chain *chains,
                             const struct bytes *payloads, size_t count, const char *type)
{
    struct arena *arena = reader_arena(reader);
    struct id *companies = arena_alloc_array(arena, count, sizeof *companies);
    struct id *event_ids = arena_alloc_array(arena, count, sizeof *event_ids);
    int64_t *lengths = arena_alloc_array(arena, count, sizeof *lengths);
    int64_t now_us = clock_work_us();
    for (size_t i = 0; i < count; i++) {
        companies[i] = chains[i].company_id;
        event_ids[i] = id_new(now_us);
        lengths[i] = chains[i].length;
    }
    return ledger_tell_entries_alone(
        reader,
        &(struct ledger_tell_entries){.company_ids = id_array(companies, count),
                                      .lengths = int64_array(lengths, count),
                                      .event_ids = id_array(event_ids, count),
                                      .payloads = bytes_array(payloads, count),
                                      .type = type,
                                      .now_us = now_us},
        NULL);
}
