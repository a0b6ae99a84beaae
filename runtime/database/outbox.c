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
    return transaction_send_silently(transaction, &runtime_query_append_event,
                                     PARAMS(param_id(scope_id), param_id(id_new(now_us)),
                                            param_text(type), param_bytes(payload, payload_size),
                                            param_time(now_us)));
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
    char text[ID_TEXT_SIZE];
    return arena_printf(arena, "p%" PRId64 ".%s", position, id_format(event_id, text));
}

/* ---- numbering ---- */

static enum failure number(struct transaction *transaction, void *argument)
{
    int64_t *numbered = argument;
    struct rows rows;
    *numbered = 0;
    enum failure failure =
        transaction_query(transaction, &runtime_query_lock_outbox_head, NO_PARAMS, &rows);
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    /* A statement of its own, so that it sees whatever was numbered before the lock was given. */
    failure = transaction_query(transaction, &runtime_query_number_events,
                                PARAMS(param_int64(OUTBOX_NUMBERED_AT_ONCE)), &rows);
    if (failure == FAILURE_NONE)
        *numbered = row_int64(&rows, 0, 0);
    return failure;
}

enum failure outbox_number(struct reader reader, int64_t *numbered)
{
    return database_transact(reader.task, reader.database, ISOLATION_READ_COMMITTED, number,
                             numbered);
}

/* ---- reading ---- */

/* What every row of list_events says before it tells of an event. */
struct state {
    bool known;
    bool waiting;
    bool registered;
    int64_t consumer_position;
    int64_t head_position;
};
enum {
    COLUMN_KNOWN,
    COLUMN_WAITING,
    COLUMN_CONSUMER,
    COLUMN_HEAD,
    COLUMN_SCOPE,
    COLUMN_EVENT,
    COLUMN_TYPE,
    COLUMN_PAYLOAD,
    COLUMN_TIME,
    COLUMN_POSITION
};

static bool read_event(struct outbox_event *event, const struct rows *rows, size_t row,
                       struct arena *arena)
{
    *event = (struct outbox_event){
        .scope_id = row_id(rows, row, COLUMN_SCOPE),
        .event_id = row_id(rows, row, COLUMN_EVENT),
        .type = row_text(rows, row, COLUMN_TYPE),
        .payload = row_bytes(rows, row, COLUMN_PAYLOAD),
        .recorded_us = row_time_us(rows, row, COLUMN_TIME),
    };
    event->cursor = cursor_format(arena, row_int64(rows, row, COLUMN_POSITION), event->event_id);
    return event->cursor != NULL;
}

static enum failure read_page(const struct rows *rows, struct arena *arena,
                              struct outbox_page *page)
{
    page->count = row_is_null(rows, 0, COLUMN_POSITION) ? 0 : rows->count;
    page->events = arena_alloc_array(arena, rows->count, sizeof *page->events);
    if (page->events == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t row = 0; row < page->count; row++)
        if (!read_event(&page->events[row], rows, row, arena))
            return FAILURE_EXHAUSTED;
    return FAILURE_NONE;
}

static enum failure read_after(struct reader reader, const struct cursor *cursor,
                               const struct outbox_reading *reading, struct outbox_page *page,
                               struct state *state)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &runtime_query_list_events,
                       PARAMS(param_int64(cursor->position), param_id(cursor->event_id),
                              param_text(reading->consumer), param_int64((int64_t)reading->limit),
                              param_int64(PAGE_BYTES_MAX)),
                       &rows);
    if (failure != FAILURE_NONE)
        return failure;
    assert(rows.count > 0); /* the head's row is never removed */
    *state = (struct state){.known = row_bool(&rows, 0, COLUMN_KNOWN),
                            .waiting = row_bool(&rows, 0, COLUMN_WAITING),
                            .registered = !row_is_null(&rows, 0, COLUMN_CONSUMER),
                            .consumer_position = row_int64(&rows, 0, COLUMN_CONSUMER),
                            .head_position = row_int64(&rows, 0, COLUMN_HEAD)};
    failure = read_page(&rows, reader_arena(reader), page);
    int64_t seen =
        page->count > 0 ? row_int64(&rows, page->count - 1, COLUMN_POSITION) : state->head_position;
    page->unread = state->head_position - seen;
    page->began_again = !state->known;
    return failure;
}

/* Only when it moved, so that who waits for events writes nothing. */
static enum failure note_consumer(struct reader reader, const struct cursor *cursor,
                                  const struct outbox_reading *reading, const struct state *state)
{
    int64_t position = state->known ? cursor->position : 0;
    if (reading->consumer[0] == '\0' || (state->registered && state->consumer_position == position))
        return FAILURE_NONE;
    return database_query(
        reader, &runtime_query_register_consumer,
        PARAMS(param_text(reading->consumer), param_int64(position), param_time(clock_now_us())),
        NULL);
}

enum failure outbox_read(struct reader reader, const struct outbox_reading *reading,
                         struct outbox_page *page)
{
    struct cursor cursor;
    struct state state;
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

static struct param names_of(const struct outbox_consumers *consumers)
{
    return param_text_array(consumers->names, consumers->count);
}

enum failure outbox_trim(struct reader reader, const struct outbox_consumers *consumers,
                         int64_t before_us, int64_t *removed)
{
    struct rows rows;
    enum failure failure = database_query(
        reader, &runtime_query_trim_events,
        PARAMS(names_of(consumers), param_time(before_us), param_int64(OUTBOX_TRIMMED_AT_ONCE)),
        &rows);
    *removed = failure == FAILURE_NONE ? rows.affected : 0;
    return failure;
}

enum failure outbox_measure(struct reader reader, const struct outbox_consumers *consumers,
                            struct outbox_lag lags[OUTBOX_CONSUMERS_MAX])
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &runtime_query_measure_events, PARAMS(names_of(consumers)), &rows);
    for (size_t row = 0; failure == FAILURE_NONE && row < rows.count; row++)
        lags[row] = (struct outbox_lag){
            row_int64(&rows, row, 0), row_is_null(&rows, row, 1) ? 0 : row_time_us(&rows, row, 1)};
    return failure;
}
