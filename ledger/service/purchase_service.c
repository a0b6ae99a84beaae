#include "ledger/domain/refusals.h"
#include "ledger/ledger_message.h"
#include "ledger/service/history.h"
#include "ledger/service/paid_for.h"

#define list_purchases_read list_purchases_read
#define order_from_agent_by_hand
#define list_paid_for_linkage extern
#include "ledger/service/purchase_rpc.h"

static int purchase_service_order_from_agent_call(struct call *call,
                                                  const Ledger__V1__OrderFromAgentRequest *request,
                                                  Ledger__V1__OrderFromAgentResponse *response)
{
    return order_from_agent(call, request, response);
}
RPC_UNARY(purchase_service_order_from_agent, Ledger__V1__PurchaseService,
          Ledger__V1__OrderFromAgentRequest, Ledger__V1__OrderFromAgentResponse)

static Ledger__V1__Purchase *found_to_message(struct call *call, const struct purchase_found *found)
{
    return purchase_to_message(call_arena(call), &found->purchase, found->remark, found->tag);
}

static int get_purchase(struct call *call, const struct get_purchase *request,
                        Ledger__V1__GetPurchaseResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct purchase_found found;
    struct id chain_id =
        history_chain_of(request->company_id, request->account_id, request->purchase_id);
    int no = history_store_find_purchase(reader_of(call_task(call), ledger->database), chain_id,
                                         request->account_id,
                                         entry_sequence(chain_id, request->purchase_id), &found);
    if (no != 0)
        return no;
    if (found.purchase.sequence == 0)
        return call_refuse(call, &purchase_unknown, NO_TERMS);
    response->purchase = found_to_message(call, &found);
    return 0;
}

static void list_purchases_read(struct call *call, const Ledger__V1__ListPurchasesRequest *message,
                                struct list_purchases *request)
{
    list_purchases_fields(call, message, request);
    history_check_texts(call, request->tag, request->remark_contains);
}

static struct history_place purchase_place(const struct rows *rows, size_t row)
{
    struct ledger_list_purchases_row found = ledger_list_purchases_row(rows, row);
    return (struct history_place){.at = {found.sequence, 0},
                                  .kind = found.find_purchase.amount_micros};
}

static struct history_filter purchase_filter(const struct list_purchases *request)
{
    return (struct history_filter){.company_id = request->company_id,
                                   .account_id = request->account_id,
                                   .sub_account_id = request->sub_account_id,
                                   .tag = request->tag,
                                   .remark_contains = request->remark_contains,
                                   .effective_start_us = request->effective_start_us,
                                   .effective_end_us = request->effective_end_us,
                                   .before_sequence = request->before.number,
                                   .limit = page_limit(request->page_size)};
}

static int list_purchases(struct call *call, const struct list_purchases *request,
                          Ledger__V1__ListPurchasesResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct reader reader = reader_of(call_task(call), ledger->database);
    struct history_filter filter = purchase_filter(request);
    struct rows rows;
    struct history_page page = HISTORY_PAGE(filter);
    int no = history_turn(call, &page, &filter.company_id, &filter.before_sequence);
    if (no == 0)
        no = history_find_times(reader, request->start_us, request->end_us, &filter);
    if (no == 0)
        no = history_store_list_purchases(reader, &filter, &rows);
    if (no != 0)
        return no;
    history_end(call, &page, &rows, purchase_place, &response->next_page_token);
    response->purchases =
        arena_alloc_array(call_arena(call), page.count + 1, sizeof *response->purchases);
    for (; response->n_purchases < page.count; response->n_purchases++) {
        struct ledger_list_purchases_row row =
            ledger_list_purchases_row(&rows, response->n_purchases);
        struct purchase_found found =
            purchase_from_row(reader.task, &filter, row.sequence, &row.find_purchase);
        response->purchases[response->n_purchases] = found_to_message(call, &found);
    }
    return 0;
}
