#include "ledger/service/history.h"

#include "ledger/domain/order.h"

Ledger__V1__EntryKind history_kind_to_wire(int64_t order_kind)
{
    return (Ledger__V1__EntryKind)order_kind; /* the same numbers, on purpose */
}

_Static_assert((int)LEDGER__V1__ENTRY_KIND__ENTRY_KIND_TRANSFER == (int)ORDER_CREATE_TRANSFER,
               "kinds have the same numbers");
_Static_assert((int)LEDGER__V1__ENTRY_KIND__ENTRY_KIND_HOLD_EXPIRED == (int)ORDER_EXPIRE_HOLD,
               "kinds have the same numbers");
_Static_assert((int)LEDGER__V1__ENTRY_KIND__ENTRY_KIND_LIMIT_CONFIRMED ==
                   (int)ORDER_CONFIRM_CREDIT_LIMIT,
               "kinds have the same numbers");
_Static_assert((int)LEDGER__V1__ENTRY_KIND__ENTRY_KIND_TOP_UP_RELEASED == (int)ORDER_RELEASE_TOP_UP,
               "kinds have the same numbers");
_Static_assert((int)LEDGER__V1__ENTRY_KIND__ENTRY_KIND_QUOTA_OFFSET == (int)ORDER_OFFSET_QUOTA,
               "kinds have the same numbers");

void history_check_texts(struct call *call, const char *tag, const char *remark_contains)
{
    field_text(call, "tag", tag, 0, ORDER_TAG_SIZE_MAX);
    field_text(call, "remark_contains", remark_contains, 0, ORDER_REMARK_SIZE_MAX);
}

enum failure history_find_times(struct reader reader, int64_t start_us, int64_t end_us,
                                struct history_filter *filter)
{
    enum failure failure = FAILURE_NONE;
    int64_t last = INT64_MAX;
    if (start_us != 0)
        failure = history_store_count_before(reader, filter->company_id, start_us,
                                             &filter->after_sequence);
    if (failure == FAILURE_NONE && end_us != 0)
        failure = history_store_count_before(reader, filter->company_id, end_us, &last);
    if (last < filter->before_sequence) {
        filter->before_sequence = last + 1;
        filter->before_book = 0;
    }
    return failure;
}

size_t history_page(struct call *call, size_t limit, const struct rows *rows, history_place *place,
                    char **next_page_token)
{
    size_t page_size = limit - 1;
    bool more_behind = rows->count > 0 && place(rows, rows->count - 1).kind == 0;
    size_t found = rows->count - more_behind;
    if (found > page_size)
        *next_page_token = page_token_of_place(call, place(rows, page_size - 1).at);
    else if (more_behind)
        *next_page_token = page_token_of_place(call, place(rows, found).at);
    return found < page_size ? found : page_size;
}
