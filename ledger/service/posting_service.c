#include "ledger/ledger_message.h"
#include "ledger/service/history.h"
#include "runtime/rpc/timestamp.h"

#define list_postings_read list_postings_read
#include "ledger/service/posting_rpc.h"

static Ledger__V1__Posting *posting_to_message(struct arena *arena,
                                               const struct history_filter *filter,
                                               const struct ledger_list_postings_row *row)
{
    Ledger__V1__Posting *posting = message_new(arena, &ledger__v1__posting__descriptor);
    struct id acting = row->account_id, other = row->counterparty_id;
    struct id counterparty = id_equal(acting, filter->account_id) ? other : acting;
    posting->sequence = row->sequence;
    posting->entry_id = entry_id_to_message(arena, filter->company_id, row->sequence);
    posting->book = (Ledger__V1__Book)row->book;
    posting->amount_micros = row->amount_micros;
    posting->balance_micros = row->balance_micros;
    posting->kind = history_kind_to_wire(row->kind);
    posting->account_id = id_to_message(arena, filter->account_id);
    posting->counterparty_account_id =
        id_is_nil(counterparty) ? unconst("") : id_to_message(arena, counterparty);
    posting->currency = arena_strdup(arena, row->currency);
    posting->remark = arena_strdup(arena, row->remark);
    posting->tag = arena_strdup(arena, row->tag);
    posting->effective_time = timestamp_from_us(arena, row->effective_us);
    posting->recorded_time = timestamp_from_us(arena, row->recorded_us);
    return posting;
}

static struct history_place posting_place(const struct rows *rows, size_t row)
{
    struct ledger_list_postings_row found = ledger_list_postings_row(rows, row);
    return (struct history_place){{found.sequence, found.book}, found.kind};
}

static void list_postings_read(struct call *call, const Ledger__V1__ListPostingsRequest *message,
                               struct list_postings *request)
{
    list_postings_fields(call, message, request);
    history_check_texts(call, request->tag, request->remark_contains);
}

static int list_postings(struct call *call, const struct list_postings *request,
                         Ledger__V1__ListPostingsResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct arena *arena = call_arena(call);
    struct history_filter filter = HISTORY_FILTER(request);
    filter.kind = request->kind;
    filter.book = request->book;
    struct rows rows;
    struct history_page page = HISTORY_PAGE(filter);
    int no = history_turn(call, &page, &filter.company_id, &filter.before_sequence);
    if (no == 0)
        no = history_find_times(reader_of(call_task(call), ledger->database), request->start_us,
                                request->end_us, &filter);
    if (no == 0)
        no = history_store_list_postings(reader_of(call_task(call), ledger->database), &filter,
                                         &rows);
    if (no != 0)
        return no;
    history_end(call, &page, &rows, posting_place, &response->next_page_token);
    response->postings = arena_alloc_array(arena, page.count + 1, sizeof *response->postings);
    for (; response->n_postings < page.count; response->n_postings++) {
        struct ledger_list_postings_row row = ledger_list_postings_row(&rows, response->n_postings);
        response->postings[response->n_postings] = posting_to_message(arena, &filter, &row);
    }
    return 0;
}
