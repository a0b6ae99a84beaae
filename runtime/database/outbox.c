#include "runtime/database/outbox.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/database/queries.h"

#define PAGE_BYTES_MAX (256 * 1024) /* payloads of one page */
#define POSITION_DIGITS_MAX 18

enum failure outbox_append(struct transaction *transaction, struct id scope_id, const char *type,
                           const void *payload, size_t payload_size, int64_t now_us)
{
    assert(!text_is_empty(type) && (payload_size == 0 || payload != NULL));
    return runtime_append_event_send_silently(
        transaction, &(struct runtime_append_event){.company_id = scope_id,
                                                    .event_id = id_new(now_us),
                                                    .type = type,
                                                    .payload = {payload, payload_size},
                                                    .recorded_us = now_us});
}

/* ---- the cursor: "p<position>.<event id>" of the last event seen; "<transaction>.<event id>" when
 * events had no positions ---- */

struct cursor {
    int64_t position; /* 0: before all events; of an order that is no more: that of no event */
    struct id event_id;
};

#define POSITION_OF_NO_EVENT INT64_MAX
#define TRANSACTION_DIGITS_MAX 19

static bool cursor_parse(struct cursor *cursor, const char *text)
{
    *cursor = (struct cursor){0};
    if (text[0] == '\0')
        return true;
    bool numbered = text[0] == 'p';
    text += numbered;
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > (numbered ? POSITION_DIGITS_MAX : TRANSACTION_DIGITS_MAX) ||
        text[digits] != '.')
        return false;
    cursor->position = numbered ? strtoll(text, NULL, 10) : POSITION_OF_NO_EVENT;
    return cursor->position > 0 && id_parse(text + digits + 1, &cursor->event_id);
}

static const char *cursor_format(struct arena *arena, int64_t position, struct id event_id)
{
    assert(position > 0);
    char text[ID_TEXT_SIZE];
    return arena_printf(arena, "p%" PRId64 ".%s", position, id_format(event_id, text));
}

/* ---- numbering ---- */

static enum failure number(struct transaction *transaction, void *argument)
{
    int64_t *numbered = argument;
    struct rows rows;
    *numbered = 0;
    enum failure failure = runtime_lock_outbox_head(transaction, &rows);
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    /* A statement of its own, so that it sees whatever was numbered before the lock was given. */
    failure = runtime_number_events(
        transaction, &(struct runtime_number_events){.limit = OUTBOX_NUMBERED_AT_ONCE}, &rows);
    if (failure == FAILURE_NONE)
        *numbered = runtime_number_events_row(&rows, 0).numbered;
    assert(*numbered >= 0 && *numbered <= OUTBOX_NUMBERED_AT_ONCE);
    return failure;
}

enum failure outbox_number(struct reader reader, int64_t *numbered)
{
    return database_transact(reader.task, reader.database, ISOLATION_READ_COMMITTED, number,
                             numbered);
}

/* ---- reading ---- */

static void read_event(struct outbox_event *event, const struct runtime_list_events_row *row,
                       struct arena *arena)
{
    *event = (struct outbox_event){
        .scope_id = row->company_id,
        .event_id = row->event_id,
        .type = row->type,
        .payload = row->payload,
        .recorded_us = row->recorded_us,
    };
    event->cursor = cursor_format(arena, row->position, event->event_id);
}

static enum failure read_page(const struct rows *rows, struct arena *arena,
                              struct outbox_page *page)
{
    assert(rows->count > 0);
    page->count = runtime_list_events_row(rows, 0).has_position ? rows->count : 0;
    page->events = arena_try_alloc_array(arena, rows->count, sizeof *page->events);
    if (page->events == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < page->count; i++) {
        struct runtime_list_events_row row = runtime_list_events_row(rows, i);
        read_event(&page->events[i], &row, arena);
    }
    return FAILURE_NONE;
}

static enum failure read_after(struct reader reader, const struct cursor *cursor,
                               const struct outbox_reading *reading, struct outbox_page *page,
                               struct runtime_list_events_row *state)
{
    struct rows rows;
    enum failure failure =
        runtime_list_events_alone(reader,
                                  &(struct runtime_list_events){.position = cursor->position,
                                                                .event_id = cursor->event_id,
                                                                .consumer = reading->consumer,
                                                                .limit = (int64_t)reading->limit,
                                                                .bytes_max = PAGE_BYTES_MAX},
                                  &rows);
    if (failure != FAILURE_NONE)
        return failure;
    assert(rows.count > 0); /* the head's row is never removed */
    *state = runtime_list_events_row(&rows, 0);
    failure = read_page(&rows, reader_arena(reader), page);
    int64_t seen = page->count > 0 ? runtime_list_events_row(&rows, page->count - 1).position
                                   : state->head_position;
    page->unread = state->head_position - seen;
    assert(page->count <= reading->limit);
    page->began_again = !state->known;
    return failure;
}

/* Only when it moved, so that who waits for events writes nothing. */
static enum failure note_consumer(struct reader reader, const struct cursor *cursor,
                                  const struct outbox_reading *reading,
                                  const struct runtime_list_events_row *state)
{
    int64_t position = state->known ? cursor->position : 0;
    if (reading->consumer[0] == '\0' ||
        (state->has_consumer_position && state->consumer_position == position))
        return FAILURE_NONE;
    return runtime_register_consumer_alone(
        reader,
        &(struct runtime_register_consumer){
            .consumer = reading->consumer, .position = position, .read_us = clock_now_us()},
        NULL);
}

enum failure outbox_read(struct reader reader, const struct outbox_reading *reading,
                         struct outbox_page *page)
{
    assert(reading->cursor != NULL && reading->limit > 0);
    struct cursor cursor;
    struct runtime_list_events_row state;
    *page = (struct outbox_page){0};
    if (!cursor_parse(&cursor, reading->cursor))
        return FAILURE_INVALID;
    enum failure failure = read_after(reader, &cursor, reading, page, &state);
    if (failure == FAILURE_NONE && state.waiting && page->unread == 0 &&
        page->count < reading->limit) {
        int64_t numbered;
        failure = outbox_number(reader, &numbered);
        if (failure == FAILURE_NONE)
            failure = read_after(reader, &cursor, reading, page, &state);
    }
    return failure == FAILURE_NONE ? note_consumer(reader, &cursor, reading, &state) : failure;
}

/* ---- keeping ---- */

enum failure outbox_trim(struct reader reader, const struct outbox_consumers *consumers,
                         int64_t before_us, int64_t *removed)
{
    struct rows rows;
    enum failure failure = runtime_trim_events_alone(
        reader,
        &(struct runtime_trim_events){.consumers = {consumers->names, consumers->count},
                                      .before_us = before_us,
                                      .limit = OUTBOX_TRIMMED_AT_ONCE},
        &rows);
    *removed = failure == FAILURE_NONE ? rows.affected : 0;
    assert(*removed >= 0 && *removed <= OUTBOX_TRIMMED_AT_ONCE);
    return failure;
}

enum failure outbox_measure(struct reader reader, const struct outbox_consumers *consumers,
                            struct outbox_lag lags[OUTBOX_CONSUMERS_MAX])
{
    assert(consumers->count <= OUTBOX_CONSUMERS_MAX);
    struct rows rows;
    enum failure failure = runtime_measure_events_alone(
        reader, &(struct runtime_measure_events){.consumers = {consumers->names, consumers->count}},
        &rows);
    for (size_t row = 0; failure == FAILURE_NONE && row < rows.count; row++) {
        struct runtime_measure_events_row found = runtime_measure_events_row(&rows, row);
        lags[row] = (struct outbox_lag){found.unread, found.oldest_unread_us};
    }
    return failure;
}
