#include "ledger/service/lot_list.h"

#include "ledger/ledger.h"
#include "ledger/ledger_message.h"
#include "ledger/store/history_store.h"
#include "runtime/rpc/timestamp.h"

static Ledger__V1__Lot *lot_to_message(struct arena *arena,
                                       const struct ledger_list_open_lots_row *row)
{
    Ledger__V1__Lot *lot = message_new(arena, &ledger__v1__lot__descriptor);
    lot->sequence = row->sequence;
    lot->source_account_id = id_to_message(arena, row->source_account_id);
    lot->granted_micros = row->granted_micros;
    lot->spent_micros = row->spent_micros;
    lot->revoked_micros = row->revoked_micros;
    lot->kind = (Ledger__V1__LotKind)row->kind;
    lot->granted_time = timestamp_from_us(arena, row->granted_us);
    return lot;
}

int list_lots(struct call *call, const struct list_lots *request,
              Ledger__V1__ListLotsResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct arena *arena = call_arena(call);
    struct history_stretch stretch = {.company_id = request->company_id,
                                      .account_id = request->account_id,
                                      .source_id = request->source_account_id,
                                      .after_sequence = request->after.number,
                                      .count = (int64_t)page_limit(request->page_size)};
    struct rows rows;
    int no =
        history_store_list_open_lots(reader_of(call_task(call), ledger->database), &stretch, &rows);
    if (no != 0)
        return no;
    bool follows = rows.count > request->page_size;
    size_t count = follows ? request->page_size : rows.count;
    response->lots = arena_alloc_array(arena, count + 1, sizeof *response->lots);
    for (; response->n_lots < count; response->n_lots++) {
        struct ledger_list_open_lots_row row = ledger_list_open_lots_row(&rows, response->n_lots);
        response->lots[response->n_lots] = lot_to_message(arena, &row);
    }
    if (follows)
        response->next_page_token =
            page_token_of_place(call, (struct page_place){response->lots[count - 1]->sequence, 0});
    return 0;
}
