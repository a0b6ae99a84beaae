#include "ledger/batch/answer.h"
#include "ledger/service/history.h"
#include "ledger/service/start.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"

static Ledger__V1__Posting *posting_message(struct arena *arena,
                                            const struct history_filter *filter,
                                            const struct rows *rows, size_t row)
{
    Ledger__V1__Posting *posting = arena_alloc(arena, sizeof *posting);
    ledger__v1__posting__init(posting);
    struct ledger_list_postings_row found = ledger_list_postings_row(rows, row);
    struct id acting = found.account_id, other = found.counterparty_id;
    struct id counterparty = id_equal(acting, filter->account_id) ? other : acting;
    posting->sequence = found.sequence;
    posting->entry_id = answer_entry_id(arena, filter->company_id, posting->sequence);
    posting->book = (Ledger__V1__Book)found.book;
    posting->amount_micros = found.amount_micros;
    posting->balance_micros = found.balance_micros;
    posting->kind = history_kind_to_wire(found.kind);
    posting->account_id = answer_id(arena, filter->account_id);
    posting->counterparty_account_id =
        id_is_nil(counterparty) ? arena_strdup(arena, "") : answer_id(arena, counterparty);
    posting->currency = arena_strdup(arena, found.currency);
    posting->remark = arena_strdup(arena, found.remark);
    posting->tag = arena_strdup(arena, found.tag);
    posting->effective_time = timestamp_from_us(arena, found.effective_us);
    posting->recorded_time = timestamp_from_us(arena, found.recorded_us);
    return posting->tag != NULL && posting->counterparty_account_id != NULL &&
                   posting->recorded_time != NULL
               ? posting
               : NULL;
}

static struct history_place posting_place(const struct rows *rows, size_t row)
{
    struct ledger_list_postings_row found = ledger_list_postings_row(rows, row);
    return (struct history_place){found.sequence, found.book, found.kind};
}

static void read_filter(struct call *call, const Ledger__V1__ListPostingsRequest *request,
                        struct history_filter *filter, struct history_times *times)
{
    *filter = (struct history_filter){
        .company_id = field_id(call, "company_id", request->company_id),
        .account_id = field_id(call, "account_id", request->account_id),
        .counterparty_id = history_read_optional_id(call, "counterparty_account_id",
                                                    request->counterparty_account_id),
        .kind = history_kind_from_wire(request->kind),
        .book = request->book,
        .tag = request->tag,
        .remark_contains = request->remark_contains};
    field_text(call, "tag", request->tag, 0, ORDER_TAG_SIZE_MAX);
    field_text(call, "remark_contains", request->remark_contains, 0, ORDER_REMARK_SIZE_MAX);
    if (request->kind != LEDGER__V1__ENTRY_KIND__ENTRY_KIND_UNSPECIFIED && filter->kind == 0)
        call_add_field_violation(call, "kind", FAULT_UNKNOWN_VALUE, "is not a kind of entry");
    if ((int)request->book < 0 || (int)request->book > BOOK_COUNT)
        call_add_field_violation(call, "book", FAULT_UNKNOWN_VALUE, "is not a book");
    *times = (struct history_times){.start = request->start_time,
                                    .end = request->end_time,
                                    .effective_start = request->effective_start_time,
                                    .effective_end = request->effective_end_time};
    history_read_times(call, times, filter);
    history_read_page_token(call, request->page_token, filter);
}

static int posting_service_list_postings_call(struct call *call,
                                              const Ledger__V1__ListPostingsRequest *request,
                                              Ledger__V1__ListPostingsResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct arena *arena = call_arena(call);
    struct history_filter filter;
    struct history_times times;
    read_filter(call, request, &filter, &times);
    filter.limit = field_page_size(call, request->page_size) + 1;
    if (call_has_violations(call))
        return call_refuse_violations(call);
    struct rows rows;
    int no = history_find_times(reader_of(call_task(call), ledger->database), &times, &filter);
    if (no == 0)
        no = history_store_list_postings(reader_of(call_task(call), ledger->database), &filter,
                                         &rows);
    if (no != 0)
        return no;
    size_t count = history_page(arena, &filter, &rows, posting_place, &response->next_page_token);
    response->postings = arena_alloc_array(arena, count + 1, sizeof *response->postings);
    for (; response->n_postings < count; response->n_postings++)
        if ((response->postings[response->n_postings] =
                 posting_message(arena, &filter, &rows, response->n_postings)) == NULL)
            return FAILURE_EXHAUSTED;
    return response->postings != NULL && response->next_page_token != NULL ? 0 : FAILURE_EXHAUSTED;
}
RPC_UNARY(posting_service_list_postings, Ledger__V1__PostingService,
          Ledger__V1__ListPostingsRequest, Ledger__V1__ListPostingsResponse)

void posting_service_mount(struct rpc_server *server, struct ledger *ledger)
{
    static Ledger__V1__PostingService_Service service =
        LEDGER__V1__POSTING_SERVICE__INIT(posting_service_);
    rpc_server_mount(server, &service.base, ledger);
}
