/* Closing an account (ID-12, ID-15): what stands in the way is in two contexts, and is told whole.
 * An account is closed for top-ups first, together with a look at what is on its way, and then in
 * the ledger, together with a look at what is in it; so no money slips in between. When the ledger
 * refuses, top-ups are open again. A gateway that dies in the middle leaves an account without
 * top-ups until an operator says its state again; what was paid before would wait in suspense. */
#include <assert.h>

#include "gateway/peers/ledger_peer.h"
#include "gateway/peers/payments_peer.h"
#include "gateway/service/message_field.h"
#include "gateway/service/step.h"
#include "gateway/v1/closing.pb-c.h"
#include "ledger/v1/account.pb-c.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"

struct blockers {
    size_t count;
    struct closing_blocker rows[CLOSING_BLOCKERS_MAX];
};

static int find_blockers(struct passage *passage, const char *account_id, const char *company_id,
                         struct blockers *found)
{
    struct task *task = call_task(passage->call);
    struct ledger_place place = {account_id, company_id};
    struct rpc_status status;
    found->count = 0;
    enum failure failure = ledger_closing_blockers(task, passage->gateway->ledger, &place,
                                                   found->rows, &found->count, &status);
    int no = passage_answer(passage, failure, &status);
    if (no != 0)
        return no;
    failure = payments_closing_blockers(task, passage->gateway->payments, account_id, found->rows,
                                        &found->count, &status);
    return passage_answer(passage, failure, &status);
}

static int refuse(struct passage *passage, const char *account_id, const struct blockers *found)
{
    char amount[AMOUNT_TEXT_SIZE];
    for (size_t i = 0; i < found->count; i++) {
        const struct closing_blocker *row = &found->rows[i];
        const char *text = arena_printf(
            call_arena(passage->call), "%s %s %s", row->sentence,
            amount_format(row->amount_micros, currency_find(row->currency), amount), row->currency);
        call_add_precondition_violation(passage->call, row->reason, account_id,
                                        text != NULL ? text : row->sentence);
    }
    return call_refuse_violations(passage->call);
}

static int set_closed(struct passage *passage, const char *account_id, bool closed)
{
    struct rpc_status status;
    int no = payments_closed_set(call_task(passage->call), passage->gateway->payments, account_id,
                                 closed, id_new(clock_now_us()), &status);
    return passage_answer(passage, no, &status);
}

static int close_account(struct passage *passage, const char *account_id, const char *company_id)
{
    struct blockers found;
    int no = find_blockers(passage, account_id, company_id, &found);
    if (no != 0)
        return no;
    if (found.count > 0)
        return refuse(passage, account_id, &found);
    no = set_closed(passage, account_id, true);
    if (no != 0)
        return no;
    no = passage_forward(passage);
    struct rpc_status status;
    if (no == CODE_FAILED_PRECONDITION || no == CODE_INVALID_ARGUMENT ||
        no == CODE_NOT_FOUND) /* the ledger's no: nothing was done */
        (void)!payments_closed_set(call_task(passage->call), passage->gateway->payments, account_id,
                                   false, id_new(clock_now_us()), &status);
    return no;
}

int step_update_account(struct passage *passage)
{
    assert(passage->request->descriptor == &ledger__v1__update_account_request__descriptor);
    const Ledger__V1__UpdateAccountRequest *request =
        (const Ledger__V1__UpdateAccountRequest *)(void *)passage->request;
    bool state = false;
    for (size_t i = 0; i < request->n_update_fields; i++)
        state |= text_equal(request->update_fields[i], "state");
    if (state && request->state == LEDGER__V1__ACCOUNT_STATE__ACCOUNT_STATE_CLOSED)
        return close_account(passage, request->account_id, request->company_id);
    int no = passage_forward(passage);
    return no == 0 && state ? set_closed(passage, request->account_id, false) : no;
}

static Gateway__V1__ClosingBlocker *blocker_message(struct arena *arena,
                                                    const struct closing_blocker *row)
{
    Gateway__V1__ClosingBlocker *message = arena_alloc(arena, sizeof *message);
    if (message == NULL)
        return NULL;
    gateway__v1__closing_blocker__init(message);
    message->reason = arena_strdup(arena, row->reason);
    message->sentence = arena_strdup(arena, row->sentence);
    message->currency = arena_strdup(arena, row->currency);
    message->amount_micros = row->amount_micros;
    return message->reason != NULL && message->sentence != NULL && message->currency != NULL
               ? message
               : NULL;
}

int step_closing_blockers(struct passage *passage)
{
    assert(passage->response->descriptor ==
           &gateway__v1__list_closing_blockers_response__descriptor);
    Gateway__V1__ListClosingBlockersResponse *response =
        (Gateway__V1__ListClosingBlockersResponse *)(void *)passage->response;
    struct arena *arena = call_arena(passage->call);
    struct blockers found;
    int no = find_blockers(passage, message_field_text(passage->request, "account_id"),
                           message_field_text(passage->request, "company_id"), &found);
    if (no != 0)
        return no;
    response->blockers = arena_alloc_array(arena, found.count + 1, sizeof *response->blockers);
    if (response->blockers == NULL)
        return FAILURE_EXHAUSTED;
    for (; response->n_blockers < found.count; response->n_blockers++) {
        response->blockers[response->n_blockers] =
            blocker_message(arena, &found.rows[response->n_blockers]);
        if (response->blockers[response->n_blockers] == NULL)
            return FAILURE_EXHAUSTED;
    }
    return 0;
}
