#include "ledger/domain/refusals.h"
#include "ledger/ledger_message.h"
#include "ledger/service/history.h"
#include "ledger/service/paid_for.h"
#include "runtime/base/clock.h"

#define list_holds_read list_holds_read
#define hold_from_agent_by_hand
#include "ledger/service/hold_rpc.h"

static int hold_service_hold_from_agent_call(struct call *call,
                                             const Ledger__V1__HoldFromAgentRequest *request,
                                             Ledger__V1__HoldFromAgentResponse *response)
{
    return hold_from_agent(call, request, response);
}
RPC_UNARY(hold_service_hold_from_agent, Ledger__V1__HoldService, Ledger__V1__HoldFromAgentRequest,
          Ledger__V1__HoldFromAgentResponse)

static int get_hold(struct call *call, const struct get_hold *request,
                    Ledger__V1__GetHoldResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct hold hold;
    struct id chain_id =
        history_chain_of(request->company_id, request->account_id, request->hold_id);
    int no = history_store_find_hold(reader_of(call_task(call), ledger->database), chain_id,
                                     request->account_id,
                                     entry_sequence(chain_id, request->hold_id), &hold);
    if (no != 0)
        return no;
    if (hold.sequence == 0)
        return call_refuse(call, &hold_unknown, NO_TERMS);
    response->hold = hold_to_message(call_arena(call), &hold, clock_of_us(request->company_id));
    return 0;
}

static void list_holds_read(struct call *call, const Ledger__V1__ListHoldsRequest *message,
                            struct list_holds *request)
{
    list_holds_fields(call, message, request);
    history_check_texts(call, request->tag, request->remark_contains);
}

static struct history_place hold_place(const struct rows *rows, size_t row)
{
    struct ledger_list_holds_row found = ledger_list_holds_row(rows, row);
    return (struct history_place){.at = {found.sequence, 0}, .kind = found.find_hold.state};
}

static int list_holds(struct call *call, const struct list_holds *request,
                      Ledger__V1__ListHoldsResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct reader reader = reader_of(call_task(call), ledger->database);
    int64_t now_us = clock_of_us(request->company_id);
    struct history_filter filter = {.company_id = request->company_id,
                                    .account_id = request->account_id,
                                    .state = request->state,
                                    .sub_account_id = request->sub_account_id,
                                    .tag = request->tag,
                                    .remark_contains = request->remark_contains,
                                    .before_sequence = request->before.number,
                                    .limit = page_limit(request->page_size)};
    struct rows rows;
    struct active_holds active = {0};
    struct history_page page = HISTORY_PAGE(filter);
    int no = history_turn(call, &page, &filter.company_id, &filter.before_sequence);
    if (no == 0)
        no = history_find_times(reader, request->start_us, request->end_us, &filter);
    if (no == 0)
        no = history_store_list_holds(reader, &filter, now_us, &rows);
    if (no == 0 && request->with_total)
        no = history_store_sum_holds(reader, request->company_id, request->account_id, now_us,
                                     &active);
    if (no != 0)
        return no;
    history_end(call, &page, &rows, hold_place, &response->next_page_token);
    response->active_count = active.count;
    response->active_micros = active.set_aside_micros;
    response->holds = arena_alloc_array(call_arena(call), page.count + 1, sizeof *response->holds);
    for (; response->n_holds < page.count; response->n_holds++) {
        struct ledger_list_holds_row row = ledger_list_holds_row(&rows, response->n_holds);
        struct hold hold = hold_from_row(reader.task, &filter, row.sequence, &row.find_hold);
        response->holds[response->n_holds] = hold_to_message(call_arena(call), &hold, now_us);
    }
    return 0;
}
