#include "ledger/ledger_message.h"
#include "ledger/service/history.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

#define list_bills_read list_bills_read
#include "ledger/service/usage_rpc.h"

static void list_bills_read(struct call *call, const Ledger__V1__ListBillsRequest *message,
                            struct list_bills *request)
{
    list_bills_fields(call, message, request);
    history_check_texts(call, request->tag, request->remark_contains);
}

static struct history_place bill_place(const struct rows *rows, size_t row)
{
    struct ledger_list_bills_row found = ledger_list_bills_row(rows, row);
    return (struct history_place){.at = {found.due_us, found.sequence}, .kind = found.owed_micros};
}

static Ledger__V1__Bill *bill_to_message(struct call *call, const struct bill_filter *filter,
                                         const struct ledger_list_bills_row *row)
{
    struct arena *arena = call_arena(call);
    Ledger__V1__Bill *bill = message_new(arena, &ledger__v1__bill__descriptor);
    bool paid = row->paid_micros == row->owed_micros;
    bill->bill_id = entry_id_to_message(arena, filter->company_id, row->sequence);
    bill->account_id = id_to_message(arena, filter->account_id);
    bill->owed_micros = row->owed_micros;
    bill->paid_micros = row->paid_micros;
    bill->currency = arena_strdup(arena, row->currency);
    bill->state =
        paid ? LEDGER__V1__BILL_STATE__BILL_STATE_PAID : LEDGER__V1__BILL_STATE__BILL_STATE_UNPAID;
    bill->overdue = !paid && row->due_us <= clock_of_us(filter->company_id);
    bill->due_time = timestamp_from_us(arena, row->due_us);
    bill->recorded_time = timestamp_from_us(arena, row->recorded_us);
    bill->remark = arena_strdup(arena, row->remark);
    bill->tag = arena_strdup(arena, row->tag);
    return bill;
}

static int list_bills(struct call *call, const struct list_bills *request,
                      Ledger__V1__ListBillsResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct bill_filter filter = {.company_id = request->company_id,
                                 .account_id = request->account_id,
                                 .state = request->state,
                                 .tag = request->tag,
                                 .remark_contains = request->remark_contains,
                                 .start_us = request->start_us,
                                 .end_us = request->end_us,
                                 .before_due_us = request->before.number < MOMENT_MAX_US
                                                      ? request->before.number
                                                      : MOMENT_MAX_US,
                                 .before_sequence = request->before.part,
                                 .limit = page_limit(request->page_size)};
    struct rows rows;
    struct history_page page = {.company_id = request->company_id,
                                .account_id = request->account_id,
                                .limit = filter.limit,
                                .is_by_part = true};
    int no = history_turn(call, &page, &filter.company_id, &filter.before_sequence);
    if (no == 0)
        no = history_store_list_bills(reader_of(call_task(call), ledger->database), &filter, &rows);
    if (no != 0)
        return no;
    history_end(call, &page, &rows, bill_place, &response->next_page_token);
    response->bills = arena_alloc_array(call_arena(call), page.count + 1, sizeof *response->bills);
    for (; response->n_bills < page.count; response->n_bills++) {
        struct ledger_list_bills_row row = ledger_list_bills_row(&rows, response->n_bills);
        response->bills[response->n_bills] = bill_to_message(call, &filter, &row);
    }
    return 0;
}
