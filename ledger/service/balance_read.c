#include "ledger/service/balance_read.h"

#include "ledger/domain/moving.h"
#include "ledger/domain/transfer.h"
#include "ledger/ledger.h"
#include "ledger/ledger_message.h"
#include "ledger/service/account_read.h"
#include "ledger/store/history_store.h"
#include "ledger/store/place_store.h"
#include "runtime/base/clock.h"

/* Of one that moved with entries: in both chains, of which one has it at any moment. One that moved
 * while its own chain was read is read again. */
static int answer_past(struct call *call, struct account *account, int64_t as_of_us,
                       Ledger__V1__GetBalanceResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct reader reader = reader_of(call_task(call), ledger->database);
    struct account before = {.company_id = account->id, .id = account->id};
    bool has_left = false;
    int no = history_store_read_past(reader, as_of_us, account);
    if (no == 0)
        no = place_store_find_left(reader, ledger->places, account->id, &has_left);
    if (no == 0 && has_left && id_equal(account->company_id, account->id)) {
        no = account_read(call, account->id, account->id, account);
        if (no == 0)
            no = history_store_read_past(reader, as_of_us, account);
    }
    if (no == 0 && has_left)
        no = history_store_read_past(reader, as_of_us, &before);
    if (no != 0)
        return no;
    moving_add_past(account, &before);
    response->balance = balance_of_past_to_message(call_arena(call), account, as_of_us);
    return 0;
}

int get_balance(struct call *call, const struct get_balance *request,
                Ledger__V1__GetBalanceResponse *response)
{
    struct arena *arena = call_arena(call);
    struct account account;
    int64_t now_us;
    int no = account_read_at(call, request->company_id, request->account_id, &account, &now_us);
    if (no != 0)
        return no;
    response->in_transit_out_micros = account.sent_micros;
    response->in_transit_in_micros = account.arriving_micros;
    if (request->has_as_of_time)
        return answer_past(call, &account, request->as_of_us, response);
    struct allowance available = account_available_explained(&account),
                     transferable = transfer_allowance(&account, now_us);
    response->balance = balance_to_message(arena, &account, now_us);
    response->available = allowance_to_message(arena, &available);
    response->transferable = allowance_to_message(arena, &transferable);
    response->suspension_line_micros = account_suspension_line(&account);
    return 0;
}

static Ledger__V1__Consumption *consumption_to_message(struct arena *arena,
                                                       const struct consumption *consumption)
{
    Ledger__V1__Consumption *message = message_new(arena, &ledger__v1__consumption__descriptor);
    message->account_id = id_to_message(arena, consumption->account_id);
    message->currency = arena_strdup(arena, consumption->currency);
    message->amount_micros = consumption->micros;
    return message;
}

static int answer_consumption(struct call *call, const struct company_accounts *wanted,
                              const struct get_balances *request,
                              Ledger__V1__GetBalancesResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct arena *arena = call_arena(call);
    struct consumption *found = arena_alloc_array(arena, wanted->count, sizeof *found);
    size_t count = 0;
    int no = history_store_read_consumption(
        reader_of(call_task(call), ledger->database), wanted,
        (struct consumption_span){request->start_us, request->end_us}, found, &count);
    response->consumptions =
        arena_alloc_array(arena, wanted->count, sizeof *response->consumptions);
    for (; response->n_consumptions < count; response->n_consumptions++)
        response->consumptions[response->n_consumptions] =
            consumption_to_message(arena, &found[response->n_consumptions]);
    return no;
}

int get_balances(struct call *call, const struct get_balances *request,
                 Ledger__V1__GetBalancesResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct arena *arena = call_arena(call);
    int64_t now_us = clock_of_us(request->company_id);
    const struct company_accounts wanted = {request->company_id, request->account_ids,
                                            request->n_account_ids};
    struct account *accounts = arena_alloc_array(arena, wanted.count, sizeof *accounts);
    size_t count;
    int no = history_store_read_balances(reader_of(call_task(call), ledger->database), now_us,
                                         &wanted, accounts, &count);
    response->balances = arena_alloc_array(arena, wanted.count, sizeof *response->balances);
    for (; response->n_balances < count; response->n_balances++)
        response->balances[response->n_balances] =
            balance_to_message(arena, &accounts[response->n_balances], now_us);
    return no == 0 && request->has_end_time ? answer_consumption(call, &wanted, request, response)
                                            : no;
}
