/* Closing an account (ID-12, ID-15): what stands in the way is in two contexts, and is told whole.
 * An account is closed for top-ups first, together with a look at what is on its way, and then in
 * the ledger, together with a look at what is in it; so no money slips in between. When the ledger
 * refuses, top-ups are open again. A gateway that dies in the middle leaves an account without
 * top-ups until an operator says its state again; what was paid before would wait in suspense. */
#include <assert.h>

#include "gateway/peers/ledger_peer.h"
#include "gateway/peers/payments_peer.h"
#include "gateway/service/message_field.h"
#include "gateway/service/filter.h"
#include "gateway/v1/closing.pb-c.h"
#include "ledger/v1/account.pb-c.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"

struct blockers {
    size_t count;
    struct closing_blocker rows[CLOSING_BLOCKERS_MAX];
};

static int find_blockers(struct exchange *exchange, const char *account_id, const char *company_id,
                         struct blockers *found)
{
    struct task *task = call_task(exchange->call);
    struct ledger_place place = {account_id, company_id};
    struct rpc_status status;
    found->count = 0;
    enum failure failure = ledger_closing_blockers(task, exchange->gateway->ledger, &place,
                                                   found->rows, &found->count, &status);
    int no = exchange_result(exchange, failure, &status);
    if (no != 0)
        return no;
    failure = payments_closing_blockers(task, exchange->gateway->payments, account_id, found->rows,
                                        &found->count, &status);
    return exchange_result(exchange, failure, &status);
}

static int refuse(struct exchange *exchange, const char *account_id, const struct blockers *found)
{
    char amount[AMOUNT_TEXT_SIZE];
    for (size_t i = 0; i < found->count; i++) {
        const struct closing_blocker *row = &found->rows[i];
        const char *text = arena_printf(
            call_arena(exchange->call), "%s %s %s", row->sentence,
            amount_format(row->amount_micros, currency_find(row->currency), amount), row->currency);
        call_add_precondition_violation(exchange->call, row->reason, account_id,
                                        text != NULL ? text : row->sentence);
    }
    return call_refuse_violations(exchange->call);
}

static int set_closed(struct exchange *exchange, const char *account_id, bool closed)
{
    struct rpc_status status;
    int no = payments_closed_set(call_task(exchange->call), exchange->gateway->payments, account_id,
                                 closed, id_new(clock_now_us()), &status);
    return exchange_result(exchange, no, &status);
}

static int close_account(struct exchange *exchange, const char *account_id, const char *company_id)
{
    struct blockers found;
    int no = find_blockers(exchange, account_id, company_id, &found);
    if (no != 0)
        return no;
    if (found.count > 0)
        return refuse(exchange, account_id, &found);
    no = set_closed(exchange, account_id, true);
    if (no != 0)
        return no;
    no = exchange_forward(exchange);
    struct rpc_status status;
    if (no == CODE_FAILED_PRECONDITION || no == CODE_INVALID_ARGUMENT ||
        no == CODE_NOT_FOUND) /* the ledger's no: nothing was done */
        (void)!payments_closed_set(call_task(exchange->call), exchange->gateway->payments,
                                   account_id, false, id_new(clock_now_us()), &status);
    return no;
}

static int update(struct exchange *exchange)
{
    assert(exchange->request->descriptor == &ledger__v1__update_account_request__descriptor);
    const Ledger__V1__UpdateAccountRequest *request =
        (const Ledger__V1__UpdateAccountRequest *)(void *)exchange->request;
    bool state = false;
    for (size_t i = 0; i < request->n_update_fields; i++)
        state |= text_equal(request->update_fields[i], "state");
    if (state && request->state == LEDGER__V1__ACCOUNT_STATE__ACCOUNT_STATE_CLOSED)
        return close_account(exchange, request->account_id, request->company_id);
    int no = exchange_forward(exchange);
    return no == 0 && state ? set_closed(exchange, request->account_id, false) : no;
}

static Gateway__V1__ClosingBlocker *blocker_message(struct arena *arena,
                                                    const struct closing_blocker *row)
{
    Gateway__V1__ClosingBlocker *message = arena_alloc(arena, sizeof *message);
    gateway__v1__closing_blocker__init(message);
    message->reason = arena_strdup(arena, row->reason);
    message->sentence = arena_strdup(arena, row->sentence);
    message->currency = arena_strdup(arena, row->currency);
    message->amount_micros = row->amount_micros;
    return message;
}

static int list(struct exchange *exchange)
{
    assert(exchange->response->descriptor ==
           &gateway__v1__list_closing_blockers_response__descriptor);
    Gateway__V1__ListClosingBlockersResponse *response =
        (Gateway__V1__ListClosingBlockersResponse *)(void *)exchange->response;
    struct arena *arena = call_arena(exchange->call);
    struct blockers found;
    int no = find_blockers(exchange, message_field_text(exchange->request, "account_id"),
                           message_field_text(exchange->request, "company_id"), &found);
    if (no != 0)
        return no;
    response->blockers = arena_alloc_array(arena, found.count + 1, sizeof *response->blockers);
    for (; response->n_blockers < found.count; response->n_blockers++) {
        response->blockers[response->n_blockers] =
            blocker_message(arena, &found.rows[response->n_blockers]);
    }
    return 0;
}

const struct filter filter_update_account = {.instead = update};
const struct filter filter_closing_blockers = {.instead = list};
