#include "ledger/service/history.h"

#include <inttypes.h>
#include <stdio.h>

#include "ledger/domain/order.h"
#include "runtime/base/text.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"

#define BOOK_BEYOND 9 /* above every book on the wire */

Ledger__V1__EntryKind history_kind_to_wire(int64_t order_kind)
{
    return (Ledger__V1__EntryKind)order_kind; /* the same numbers, on purpose */
}

int64_t history_kind_from_wire(Ledger__V1__EntryKind kind)
{
    return kind > LEDGER__V1__ENTRY_KIND__ENTRY_KIND_UNSPECIFIED && (int64_t)kind < ORDER_KIND_COUNT
               ? (int64_t)kind
               : 0;
}

_Static_assert((int)LEDGER__V1__ENTRY_KIND__ENTRY_KIND_TRANSFER == (int)ORDER_TRANSFER,
               "kinds have the same numbers");
_Static_assert((int)LEDGER__V1__ENTRY_KIND__ENTRY_KIND_HOLD_EXPIRED == (int)ORDER_HOLD_EXPIRE,
               "kinds have the same numbers");
_Static_assert((int)LEDGER__V1__ENTRY_KIND__ENTRY_KIND_LIMIT_CONFIRMED == (int)ORDER_LIMIT_CONFIRM,
               "kinds have the same numbers");
_Static_assert((int)LEDGER__V1__ENTRY_KIND__ENTRY_KIND_TOP_UP_RELEASED == (int)ORDER_TOP_UP_RELEASE,
               "kinds have the same numbers");
_Static_assert((int)LEDGER__V1__ENTRY_KIND__ENTRY_KIND_QUOTA_OFFSET == (int)ORDER_QUOTA_OFFSET,
               "kinds have the same numbers");

void history_read_page_token(struct call *call, const char *token, struct history_filter *filter)
{
    filter->before_sequence = INT64_MAX;
    filter->before_book = BOOK_BEYOND;
    if (token[0] == '\0')
        return;
    int end = 0;
    int64_t sequence = 0, book = 0;
    bool ours = text_is_clean(token, 24) &&
                sscanf(token, "%17" SCNd64 ".%1" SCNd64 "%n", &sequence, &book, &end) == 2 &&
                token[end] == '\0' && sequence > 0;
    if (!ours)
        call_add_field_violation(call, "page_token", FAULT_NOT_A_CURSOR, "is not one of ours");
    filter->before_sequence = sequence;
    filter->before_book = book;
}

static int64_t read_time(struct call *call, const char *field,
                         const Google__Protobuf__Timestamp *timestamp)
{
    return timestamp != NULL ? field_time(call, field, timestamp) : 0;
}

void history_read_times(struct call *call, struct history_times *times,
                        struct history_filter *filter)
{
    times->start_us = read_time(call, "start_time", times->start);
    times->end_us = read_time(call, "end_time", times->end);
    filter->effective_start_us = read_time(call, "effective_start_time", times->effective_start);
    filter->effective_end_us = read_time(call, "effective_end_time", times->effective_end);
}

enum failure history_find_times(struct reader reader, const struct history_times *times,
                                struct history_filter *filter)
{
    enum failure failure = FAILURE_NONE;
    int64_t last = INT64_MAX;
    if (times->start_us != 0)
        failure = history_store_count_before(reader, filter->company_id, times->start_us,
                                             &filter->after_sequence);
    if (failure == FAILURE_NONE && times->end_us != 0)
        failure = history_store_count_before(reader, filter->company_id, times->end_us, &last);
    if (last < filter->before_sequence) {
        filter->before_sequence = last + 1;
        filter->before_book = 0;
    }
    return failure;
}

static char *page_token(struct arena *arena, struct history_place place)
{
    return arena_printf(arena, "%" PRId64 ".%" PRId64, place.sequence, place.book);
}

size_t history_page(struct arena *arena, const struct history_filter *filter,
                    const struct rows *rows, history_place *place, char **next_page_token)
{
    size_t page_size = filter->limit - 1;
    bool more_behind = rows->count > 0 && place(rows, rows->count - 1).kind == 0;
    size_t found = rows->count - more_behind;
    if (found > page_size)
        *next_page_token = page_token(arena, place(rows, page_size - 1));
    else if (more_behind)
        *next_page_token = page_token(arena, place(rows, found));
    return found < page_size ? found : page_size;
}

struct id history_read_optional_id(struct call *call, const char *field, const char *text)
{
    return text[0] != '\0' ? field_id(call, field, text) : (struct id){{0}};
}
