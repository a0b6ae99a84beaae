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
    return kind > LEDGER__V1__ENTRY_KIND__ENTRY_KIND_UNSPECIFIED && (int64_t)kind < ORDER_KIND_COUNT ? (int64_t)kind : 0;
}

_Static_assert((int)LEDGER__V1__ENTRY_KIND__ENTRY_KIND_TRANSFER == (int)ORDER_TRANSFER, "kinds have the same numbers");
_Static_assert((int)LEDGER__V1__ENTRY_KIND__ENTRY_KIND_HOLD_EXPIRED == (int)ORDER_HOLD_EXPIRE, "kinds have the same numbers");
_Static_assert((int)LEDGER__V1__ENTRY_KIND__ENTRY_KIND_LIMIT_CONFIRMED == (int)ORDER_LIMIT_CONFIRM, "kinds have the same numbers");
_Static_assert((int)LEDGER__V1__ENTRY_KIND__ENTRY_KIND_QUOTA_OFFSET == (int)ORDER_QUOTA_OFFSET, "kinds have the same numbers");

void history_read_page_token(struct call *call, const char *token, struct history_filter *filter)
{
    filter->before_sequence = INT64_MAX;
    filter->before_book = BOOK_BEYOND;
    if (token[0] == '\0')
        return;
    int end = 0;
    int64_t sequence = 0, book = 0;
    bool ours = text_is_clean(token, 24) && sscanf(token, "%17" SCNd64 ".%1" SCNd64 "%n", &sequence, &book,
                                                   &end) == 2 && token[end] == '\0' && sequence > 0;
    if (!ours)
        call_add_field_violation(call, "page_token", "is not one of ours");
    filter->before_sequence = sequence;
    filter->before_book = book;
}

char *history_page_token(struct arena *arena, int64_t sequence, int64_t book)
{
    return arena_printf(arena, "%" PRId64 ".%" PRId64, sequence, book);
}

static int64_t read_time(struct call *call, const char *field, const Google__Protobuf__Timestamp *timestamp)
{
    return timestamp != NULL ? field_time(call, field, timestamp) : 0;
}

void history_read_times(struct call *call, const Google__Protobuf__Timestamp *start, const Google__Protobuf__Timestamp *end,
                        struct history_filter *filter)
{
    filter->start_us = read_time(call, "start_time", start);
    filter->end_us = read_time(call, "end_time", end);
}

struct id history_read_optional_id(struct call *call, const char *field, const char *text)
{
    return text[0] != '\0' ? field_id(call, field, text) : (struct id){{0}};
}
