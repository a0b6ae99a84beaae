#include "ledger/store/cost_store.h"

#include "ledger/store/queries.h"

/* "": there is none. */
static const char *tag_line(struct reader reader, const char *tag, const char *end)
{
    return text_is_empty(tag) ? "" : arena_printf(reader_arena(reader), "\n%s%s", tag, end);
}

static struct text_array names(struct reader reader, const struct cost_calendar *calendar)
{
    size_t count = calendar != NULL ? calendar->count : 0;
    const char **items = arena_alloc_array(reader_arena(reader), count + 1, sizeof *items);
    for (size_t i = 0; i < count; i++)
        items[i] = calendar->names[i];
    return text_array(items, count);
}

static struct time_array times(const struct cost_calendar *calendar)
{
    return calendar != NULL ? time_array(calendar->from_us, calendar->count) : time_array(NULL, 0);
}

enum failure cost_store_read(struct reader reader, const struct cost_wanted *wanted,
                             struct rows *rows)
{
    const struct cost_question *question = wanted->question;
    const struct usage_line_filter *lines = &wanted->lines;
    const struct cost_place *after = wanted->after;
    return ledger_read_costs_alone(
        reader,
        &(struct ledger_read_costs){.account_id = lines->account_id,
                                    .currency = wanted->currency,
                                    .start_us = lines->start_us,
                                    .end_us = lines->end_us,
                                    .product_id = lines->product_id,
                                    .sku_id = lines->sku_id,
                                    .region_id = lines->region_id,
                                    .resource_id = lines->resource_id,
                                    .tag = tag_line(reader, lines->tag, "\n"),
                                    .first = question->keys[0],
                                    .first_us = times(wanted->calendars[0]),
                                    .first_names = names(reader, wanted->calendars[0]),
                                    .second = question->key_count > 1 ? question->keys[1]
                                                                      : COST_BY_NOTHING,
                                    .second_us = times(wanted->calendars[1]),
                                    .second_names = names(reader, wanted->calendars[1]),
                                    .tag_key = tag_line(reader, question->tag_key, "="),
                                    .goes_on = after != NULL,
                                    .after_first = after != NULL ? after->keys[0] : "",
                                    .after_second = after != NULL ? after->keys[1] : "",
                                    .looked = COST_LINES_MAX + 1,
                                    .limit = COST_ROWS_MAX + 2},
        rows);
}
