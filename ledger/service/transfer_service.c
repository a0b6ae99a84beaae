#include <string.h>

#include "ledger/domain/refusals.h"
#include "ledger/batch/answer.h"
#include "ledger/service/start.h"
#include "ledger/service/history.h"
#include "ledger/service/order_call.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"

ORDER_RPC(transfer_service_create_transfer, Ledger__V1__TransferService, create_transfer,
          Ledger__V1__CreateTransferRequest, Ledger__V1__CreateTransferResponse)
ORDER_RPC(transfer_service_revoke_transfer, Ledger__V1__TransferService, revoke_transfer,
          Ledger__V1__RevokeTransferRequest, Ledger__V1__RevokeTransferResponse)

/* Asks the very question a revoke asks, with an amount that always exceeds, and reads the allowance
 * of the answer. */
static int transfer_service_get_revocable_call(struct call *call,
                                               const Ledger__V1__GetRevocableRequest *request,
                                               Ledger__V1__GetRevocableResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct batch_item item = {
        .order = {
            .kind = ORDER_REVOKE, .amount_micros = ACCOUNT_MICROS_MAX, .remark = "", .tag = ""}};
    item.order.company_id = field_id(call, "company_id", request->company_id);
    item.order.account_id = field_id(call, "account_id", request->account_id);
    item.order.counterparty_id =
        field_id(call, "destination_account_id", request->destination_account_id);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    struct account account;
    bool found;
    int no = history_store_read_balance(reader_of(call_task(call), ledger->database),
                                        item.order.company_id, item.order.account_id,
                                        clock_now_us(), &account, &found);
    if (no != 0)
        return no;
    memcpy(item.order.currency, account.currency, found ? sizeof account.currency : 0);
    struct order_outcome *outcome;
    no = batcher_preview(call_task(call), ledger, &item, &outcome);
    if (no != 0)
        return no;
    if (outcome->allowance.term_count == 0)
        return call_refuse_packed(call, item.code, item.answer);
    response->revocable = answer_allowance(call_arena(call), &outcome->allowance);
    response->currency = arena_strdup(call_arena(call), account.currency);
    return response->revocable != NULL && response->currency != NULL ? 0 : FAILURE_EXHAUSTED;
}
RPC_UNARY(transfer_service_get_revocable, Ledger__V1__TransferService,
          Ledger__V1__GetRevocableRequest, Ledger__V1__GetRevocableResponse)

static Ledger__V1__Transfer *transfer_message(struct arena *arena, struct id company_id,
                                              const struct rows *rows, size_t row)
{
    Ledger__V1__Transfer *transfer = arena_alloc(arena, sizeof *transfer);
    ledger__v1__transfer__init(transfer);
    struct ledger_find_transfer_row found = ledger_find_transfer_row(rows, row);
    transfer->transfer_id = answer_entry_id(arena, company_id, found.sequence);
    transfer->kind = (Ledger__V1__TransferKind)found.kind;
    transfer->source_account_id = answer_id(arena, found.account_id);
    transfer->destination_account_id = answer_id(arena, found.counterparty_id);
    transfer->amount_micros = found.amount_micros;
    transfer->currency = arena_strdup(arena, found.currency);
    transfer->remark = arena_strdup(arena, found.remark);
    transfer->tag = arena_strdup(arena, found.tag);
    transfer->effective_time = timestamp_from_us(arena, found.effective_us);
    transfer->recorded_time = timestamp_from_us(arena, found.recorded_us);
    return transfer;
}

static struct history_place transfer_place(const struct rows *rows, size_t row)
{
    struct ledger_find_transfer_row found = ledger_find_transfer_row(rows, row);
    return (struct history_place){.sequence = found.sequence, .kind = found.kind};
}

static int transfer_service_get_transfer_call(struct call *call,
                                              const Ledger__V1__GetTransferRequest *request,
                                              Ledger__V1__GetTransferResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct id company_id = field_id(call, "company_id", request->company_id);
    struct id account_id = field_id(call, "account_id", request->account_id);
    struct id transfer_id = field_id(call, "transfer_id", request->transfer_id);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    struct rows rows;
    int no =
        history_store_find_transfer(reader_of(call_task(call), ledger->database), company_id,
                                    account_id, entry_sequence(company_id, transfer_id), &rows);
    if (no != 0)
        return no;
    if (rows.count == 0)
        return call_refuse(call, &transfer_unknown, NO_TERMS);
    response->transfer = transfer_message(call_arena(call), company_id, &rows, 0);
    return 0;
}
RPC_UNARY(transfer_service_get_transfer, Ledger__V1__TransferService,
          Ledger__V1__GetTransferRequest, Ledger__V1__GetTransferResponse)

static int transfer_service_list_transfers_call(struct call *call,
                                                const Ledger__V1__ListTransfersRequest *request,
                                                Ledger__V1__ListTransfersResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct arena *arena = call_arena(call);
    struct history_filter filter = {.company_id = field_id(call, "company_id", request->company_id),
                                    .account_id = field_id(call, "account_id", request->account_id),
                                    .counterparty_id =
                                        history_read_optional_id(call, "counterparty_account_id",
                                                                 request->counterparty_account_id),
                                    .tag = request->tag,
                                    .remark_contains = request->remark_contains,
                                    .limit = field_page_size(call, request->page_size) + 1};
    struct history_times times = {.start = request->start_time,
                                  .end = request->end_time,
                                  .effective_start = request->effective_start_time,
                                  .effective_end = request->effective_end_time};
    field_text(call, "tag", request->tag, 0, ORDER_TAG_SIZE_MAX);
    field_text(call, "remark_contains", request->remark_contains, 0, ORDER_REMARK_SIZE_MAX);
    history_read_times(call, &times, &filter);
    history_read_page_token(call, request->page_token, &filter);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    struct rows rows;
    int no = history_find_times(reader_of(call_task(call), ledger->database), &times, &filter);
    if (no == 0)
        no = history_store_list_transfers(reader_of(call_task(call), ledger->database), &filter,
                                          &rows);
    if (no != 0)
        return no;
    size_t count = history_page(arena, &filter, &rows, transfer_place, &response->next_page_token);
    response->transfers = arena_alloc_array(arena, count + 1, sizeof *response->transfers);
    for (; response->n_transfers < count; response->n_transfers++)
        if ((response->transfers[response->n_transfers] =
                 transfer_message(arena, filter.company_id, &rows, response->n_transfers)) == NULL)
            return FAILURE_EXHAUSTED;
    return response->transfers != NULL && response->next_page_token != NULL ? 0 : FAILURE_EXHAUSTED;
}
RPC_UNARY(transfer_service_list_transfers, Ledger__V1__TransferService,
          Ledger__V1__ListTransfersRequest, Ledger__V1__ListTransfersResponse)

void transfer_service_mount(struct rpc_server *server, struct ledger *ledger)
{
    static Ledger__V1__TransferService_Service service =
        LEDGER__V1__TRANSFER_SERVICE__INIT(transfer_service_);
    rpc_server_mount(server, &service.base, ledger);
}
