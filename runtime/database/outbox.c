#include "runtime/database/outbox.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/database/queries.h"

#define PAGE_BYTES_MAX (256 * 1024) /* payloads of one page */
#define TRANSACTION_ID_SIZE 21      /* 20 digits and the NUL */

enum failure outbox_append(struct task *task, struct transaction *transaction, struct id scope_id, const char *type, const void *payload,
                           size_t payload_size, int64_t now_us)
{
    return transaction_send_silently(
        task, transaction, &runtime_query_append_event,
        PARAMS(param_id(scope_id), param_id(id_new(now_us)), param_text(type), param_bytes(payload, payload_size), param_time(now_us)));
}

/* ---- the cursor: "<transaction id>.<event id>" of the last event seen ---- */

struct cursor {
    char transaction_id[TRANSACTION_ID_SIZE];
    struct id event_id;
};

static bool cursor_parse(struct cursor *cursor, const char *text)
{
    *cursor = (struct cursor){.transaction_id = "0"};
    if (text[0] == '\0')
        return true;
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits >= TRANSACTION_ID_SIZE - 1 || text[digits] != '.')
        return false;
    memcpy(cursor->transaction_id, text, digits);
    cursor->transaction_id[digits] = '\0';
    return id_parse(text + digits + 1, &cursor->event_id);
}

static const char *cursor_format(struct arena *arena, const char *transaction_id, struct id event_id)
{
    char text[ID_TEXT_SIZE];
    return arena_printf(arena, "%s.%s", transaction_id, id_format(event_id, text));
}

/* ---- reading ---- */

static bool read_event(struct outbox_event *event, const struct rows *rows, size_t row, struct arena *arena)
{
    *event = (struct outbox_event){
        .scope_id = row_id(rows, row, 0),
        .event_id = row_id(rows, row, 1),
        .type = row_text(rows, row, 2),
        .payload = row_bytes(rows, row, 3),
        .recorded_us = row_time_us(rows, row, 4),
    };
    event->cursor = cursor_format(arena, row_text(rows, row, 5), event->event_id);
    return event->cursor != NULL;
}

enum failure outbox_read(struct task *task, struct database *database, const char *cursor, size_t limit, struct outbox_event **events,
                         size_t *count)
{
    struct cursor after;
    *count = 0;
    *events = NULL;
    if (!cursor_parse(&after, cursor))
        return FAILURE_INVALID;
    struct rows rows;
    enum failure failure = database_query(
        task, database, &runtime_query_list_events,
        PARAMS(param_text(after.transaction_id), param_id(after.event_id), param_int64((int64_t)limit), param_int64(PAGE_BYTES_MAX)),
        &rows);
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    *events = arena_alloc_array(task_arena(task), rows.count, sizeof **events);
    if (*events == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t row = 0; row < rows.count; row++)
        if (!read_event(&(*events)[row], &rows, row, task_arena(task)))
            return FAILURE_EXHAUSTED;
    *count = rows.count;
    return FAILURE_NONE;
}
