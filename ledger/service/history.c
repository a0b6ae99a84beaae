#include "ledger/service/history.h"

#include "ledger/domain/moving.h"
#include "ledger/ledger.h"
#include "ledger/store/place_store.h"
#include "runtime/base/clock.h"

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

_Static_assert((int)LEDGER__V1__ENTRY_KIND__ENTRY_KIND_MOVED_OUT == (int)MOVED_OUT &&
                   (int)LEDGER__V1__ENTRY_KIND__ENTRY_KIND_MOVED_IN == (int)MOVED_IN,
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

/* Added to a sequence of an account that has moved: of one digit more, and behind every one. One
 * without a mark was told before the move. */
#define OF_BEFORE INT64_C(100000000000000000)
#define OF_HERE (2 * OF_BEFORE)
#define OF_NOTHING (3 * OF_BEFORE) /* the first page */

enum failure history_turn(struct call *call, struct history_page *page, struct id *company_id,
                          int64_t *sequence)
{
    struct ledger *ledger = call_context(call);
    if (id_equal(page->company_id, page->account_id))
        return FAILURE_NONE;
    enum failure failure = place_store_find_left(reader_of(call_task(call), ledger->database),
                                                 ledger->places, page->account_id, &page->has_left);
    if (failure != FAILURE_NONE || !page->has_left || *sequence >= OF_NOTHING)
        return failure;
    page->is_of_before = *sequence < OF_HERE;
    *sequence %= OF_BEFORE;
    if (page->is_of_before)
        *company_id = page->account_id;
    return FAILURE_NONE;
}

static char *token_of(struct call *call, const struct history_page *page, struct page_place at)
{
    if (page->has_left)
        *(page->is_by_part ? &at.part : &at.number) += page->is_of_before ? OF_BEFORE : OF_HERE;
    return page_token_of_place(call, at);
}

/* The newest of before. */
static char *follow(struct call *call, struct history_page *page)
{
    page->is_of_before = true;
    return token_of(call, page,
                    page->is_by_part ? (struct page_place){MOMENT_MAX_US, OF_BEFORE - 1}
                                     : (struct page_place){OF_BEFORE - 1, 0});
}

void history_end(struct call *call, struct history_page *page, const struct rows *rows,
                 history_place *place, char **next_page_token)
{
    size_t page_size = page->limit - 1;
    bool more_behind = rows->count > 0 && place(rows, rows->count - 1).kind == 0;
    size_t found = rows->count - more_behind;
    page->count = found < page_size ? found : page_size;
    if (found > page_size)
        *next_page_token = token_of(call, page, place(rows, page_size - 1).at);
    else if (more_behind)
        *next_page_token = token_of(call, page, place(rows, found).at);
    else if (page->has_left && !page->is_of_before)
        *next_page_token = follow(call, page);
}

struct id history_chain_of(struct id company_id, struct id account_id, struct id thing_id)
{
    return entry_sequence(account_id, thing_id) != 0 ? account_id : company_id;
}
