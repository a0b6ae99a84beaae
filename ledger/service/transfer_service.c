#include "ledger/domain/refusals.h"
#include "ledger/ledger_message.h"
#include "ledger/service/history.h"
#include "ledger/service/revocable.h"
#include "runtime/rpc/timestamp.h"

#define list_transfers_read list_transfers_read
#include "ledger/service/transfer_rpc.h"

static int get_revocable(struct call *call, const struct get_revocable *request,
                         Ledger__V1__GetRevocableResponse *response)
{
    struct batch_item item = {.order = {.kind = ORDER_REVOKE_TRANSFER,
                                        .company_id = request->company_id,
                                        .account_id = request->account_id,
                                        .counterparty_id = request->destination_account_id}};
    struct revocable revocable;
    int no = revocable_read(call, &item, &revocable);
    if (no != 0)
        return no;
    response->revocable = revocable.allowance;
    response->currency = revocable.currency;
    return 0;
}

static Ledger__V1__Transfer *transfer_to_message(struct arena *arena, struct id company_id,
                                                 const struct ledger_find_transfer_row *row)
{
    Ledger__V1__Transfer *transfer = message_new(arena, &ledger__v1__transfer__descriptor);
    transfer->transfer_id = entry_id_to_message(arena, company_id, row->sequence);
    transfer->kind = (Ledger__V1__TransferKind)row->kind;
    transfer->source_account_id = id_to_message(arena, row->account_id);
    transfer->destination_account_id = id_to_message(arena, row->counterparty_id);
    transfer->amount_micros = row->amount_micros;
    transfer->currency = arena_strdup(arena, row->currency);
    transfer->remark = arena_strdup(arena, row->remark);
    transfer->tag = arena_strdup(arena, row->tag);
    transfer->effective_time = timestamp_from_us(arena, row->effective_us);
    transfer->recorded_time = timestamp_from_us(arena, row->recorded_us);
    return transfer;
}

static struct history_place transfer_place(const struct rows *rows, size_t row)
{
    struct ledger_find_transfer_row found = ledger_find_transfer_row(rows, row);
    return (struct history_place){.at = {found.sequence, 0}, .kind = found.kind};
}

static int get_transfer(struct call *call, const struct get_transfer *request,
                        Ledger__V1__GetTransferResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct rows rows;
    struct id chain_id =
        history_chain_of(request->company_id, request->account_id, request->transfer_id);
    int no = history_store_find_transfer(reader_of(call_task(call), ledger->database), chain_id,
                                         request->account_id,
                                         entry_sequence(chain_id, request->transfer_id), &rows);
    if (no != 0)
        return no;
    if (rows.count == 0)
        return call_refuse(call, &transfer_unknown, NO_TERMS);
    struct ledger_find_transfer_row row = ledger_find_transfer_row(&rows, 0);
    response->transfer = transfer_to_message(call_arena(call), chain_id, &row);
    return 0;
}

static void list_transfers_read(struct call *call, const Ledger__V1__ListTransfersRequest *message,
                                struct list_transfers *request)
{
    list_transfers_fields(call, message, request);
    history_check_texts(call, request->tag, request->remark_contains);
}

static int list_transfers(struct call *call, const struct list_transfers *request,
                          Ledger__V1__ListTransfersResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct arena *arena = call_arena(call);
    struct history_filter filter = HISTORY_FILTER(request);
    struct rows rows;
    struct history_page page = HISTORY_PAGE(filter);
    int no = history_turn(call, &page, &filter.company_id, &filter.before_sequence);
    if (no == 0)
        no = history_find_times(reader_of(call_task(call), ledger->database), request->start_us,
                                request->end_us, &filter);
    if (no == 0)
        no = history_store_list_transfers(reader_of(call_task(call), ledger->database), &filter,
                                          &rows);
    if (no != 0)
        return no;
    history_end(call, &page, &rows, transfer_place, &response->next_page_token);
    response->transfers = arena_alloc_array(arena, page.count + 1, sizeof *response->transfers);
    for (; response->n_transfers < page.count; response->n_transfers++) {
        struct ledger_find_transfer_row row =
            ledger_find_transfer_row(&rows, response->n_transfers);
        response->transfers[response->n_transfers] =
            transfer_to_message(arena, filter.company_id, &row);
    }
    return 0;
}
