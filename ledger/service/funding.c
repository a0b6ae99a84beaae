/* Requests for more (LED-41): the customer asks and takes back, its agent declines; it grants by
 * the allocation itself. */
#include "ledger/domain/refusals.h"
#include "ledger/ledger.h"
#include "ledger/ledger_message.h"
#include "ledger/service/act_note.h"
#include "ledger/service/allocation_request.h"
#include "ledger/service/funding.h"
#include "ledger/store/account_store.h"
#include "ledger/store/funding_store.h"
#include "ledger/v1/event.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/database/outbox.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

_Static_assert((int)LEDGER__V1__FUNDING_REQUEST_STATE__FUNDING_REQUEST_STATE_LAPSED ==
                   (int)FUNDING_LAPSED,
               "the states are numbered as on the wire");

static Ledger__V1__FundingRequest *to_message(struct arena *arena,
                                              const struct funding_request *request, int64_t now_us)
{
    Ledger__V1__FundingRequest *message =
        message_new(arena, &ledger__v1__funding_request__descriptor);
    message->funding_request_id = id_to_message(arena, request->id);
    message->customer_account_id = id_to_message(arena, request->customer_id);
    message->agent_account_id = id_to_message(arena, request->agent_id);
    message->amount_micros = request->amount_micros;
    message->currency = arena_strdup(arena, request->currency);
    message->remark = arena_strdup(arena, request->remark);
    message->state = (Ledger__V1__FundingRequestState)funding_state(request, now_us);
    message->create_time = timestamp_from_us(arena, request->asked_us);
    message->expire_time = timestamp_from_us(arena, request->expires_us);
    if (message->state != LEDGER__V1__FUNDING_REQUEST_STATE__FUNDING_REQUEST_STATE_OPEN)
        message->end_time = timestamp_from_us(arena, request->ended_us != 0 ? request->ended_us
                                                                            : request->expires_us);
    message->granted_micros = request->granted_micros;
    if (!id_is_nil(request->transfer_id))
        message->transfer_id = id_to_message(arena, request->transfer_id);
    message->decline_remark = arena_strdup(arena, request->decline_remark);
    return message;
}

static ProtobufCMessage *listed_to_message(struct call *call, const void *row)
{
    return &to_message(call_arena(call), row, clock_now_us())->base;
}

int list_funding_requests(struct call *call, const struct list_funding_requests *request,
                          Ledger__V1__ListFundingRequestsResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct funding_list list;
    const struct funding_page page = {.account_id = request->account_id,
                                      .before_id = request->before_id,
                                      .with_ended = request->with_ended,
                                      .now_us = clock_now_us(),
                                      .limit = page_limit(request->page_size)};
    int no = funding_store_list(reader_of(call_task(call), ledger->database), &page, &list);
    return no != 0
               ? no
               : page_answer(
                     call, PAGE(request->page_size, list.items, list.count, id, listed_to_message),
                     &response->base);
}

static int refuse(struct call *call, enum funding_verdict verdict)
{
    return call_refuse(call, funding_refusal(verdict), NO_TERMS);
}

static int lock_account(struct mutation *mutation, struct id account_id,
                        struct locked_account *locked)
{
    int no = account_store_find(mutation->transaction, account_id, locked);
    return no != 0 || locked->found ? no : call_refuse(mutation->call, &account_unknown, NO_TERMS);
}

/* In the chain of whoever acts. */
static int note(struct mutation *mutation, const struct account *account, const char *action,
                const struct funding_request *request)
{
    return act_note(mutation, &(struct noted_act){.company_id = account->company_id,
                                                  .account_id = account->id,
                                                  .action = action,
                                                  .currency = request->currency,
                                                  .amount_micros = request->amount_micros,
                                                  .remark = request->state == FUNDING_DECLINED
                                                                ? request->decline_remark
                                                                : request->remark});
}

/* The other side is told; who withdraws tells nobody. */
static enum failure tell(struct mutation *mutation, const struct account *account,
                         const ProtobufCMessage *event)
{
    struct bytes payload = message_pack(call_arena(mutation->call), event);
    return payload.data == NULL
               ? FAILURE_EXHAUSTED
               : outbox_append(mutation->transaction, account->company_id, event->descriptor->name,
                               payload.data, payload.size, mutation->now_us);
}

static enum failure tell_requested(struct mutation *mutation, const struct account *account,
                                   const struct funding_request *request)
{
    struct arena *arena = call_arena(mutation->call);
    Ledger__V1__FundingRequested event;
    ledger__v1__funding_requested__init(&event);
    event.agent_account_id = id_to_message(arena, request->agent_id);
    event.customer_account_id = id_to_message(arena, request->customer_id);
    event.funding_request_id = id_to_message(arena, request->id);
    event.amount_micros = request->amount_micros;
    event.currency = unconst(request->currency);
    event.expire_time = timestamp_from_us(arena, request->expires_us);
    return tell(mutation, account, &event.base);
}

static enum failure tell_declined(struct mutation *mutation, const struct account *account,
                                  const struct funding_request *request)
{
    struct arena *arena = call_arena(mutation->call);
    Ledger__V1__FundingDeclined event;
    ledger__v1__funding_declined__init(&event);
    event.customer_account_id = id_to_message(arena, request->customer_id);
    event.agent_account_id = id_to_message(arena, request->agent_id);
    event.funding_request_id = id_to_message(arena, request->id);
    event.amount_micros = request->amount_micros;
    event.currency = unconst(request->currency);
    return tell(mutation, account, &event.base);
}

void request_funding_read(struct call *call, const Ledger__V1__RequestFundingRequest *message,
                          struct request_funding *request)
{
    request_funding_fields(call, message, request);
    field_amount(call, "amount_micros", request->amount_micros, request->currency);
    field_text(call, "remark", request->remark, 0, ORDER_REMARK_SIZE_MAX);
}

int request_funding(struct mutation *mutation, const struct request_funding *request,
                    Ledger__V1__RequestFundingResponse *response)
{
    struct locked_account locked;
    int no = lock_account(mutation, request->account_id, &locked);
    if (no != 0)
        return no;
    struct funding_request asked = {.id = id_new(mutation->now_us),
                                    .customer_id = request->account_id,
                                    .amount_micros = request->amount_micros,
                                    .currency = request->currency->code,
                                    .remark = request->remark,
                                    .state = FUNDING_OPEN,
                                    .asked_us = mutation->now_us,
                                    .expires_us = mutation->now_us + FUNDING_LIFETIME_US,
                                    .decline_remark = ""};
    struct funding_facts facts = {.customer = &locked.account, .currency = asked.currency};
    no = funding_store_read_facts(mutation->transaction, request->account_id, mutation->now_us,
                                  &facts, &asked.agent_id);
    if (no != 0)
        return no;
    enum funding_verdict verdict = funding_ask_decide(&facts);
    if (verdict != FUNDING_ACCEPTED)
        return refuse(mutation->call, verdict);
    no = funding_store_insert(mutation->transaction, &asked);
    if (no == 0)
        no = note(mutation, &locked.account, "request_funding", &asked);
    if (no == 0)
        no = tell_requested(mutation, &locked.account, &asked);
    response->funding_request = to_message(call_arena(mutation->call), &asked, mutation->now_us);
    return no;
}

struct ending {
    struct id account_id, request_id;
    enum funding_state state;
    const char *action;
    const char *remark;
};

/* The row is held: an allocation that would grant it comes before or after. */
static int end(struct mutation *mutation, const struct ending *ending,
               Ledger__V1__FundingRequest **message)
{
    struct locked_account locked;
    struct funding_request request;
    bool found = false;
    int no = lock_account(mutation, ending->account_id, &locked);
    if (no == 0)
        no = funding_store_lock(mutation->transaction, ending->request_id, &request, &found);
    if (no != 0)
        return no;
    enum funding_verdict verdict = funding_end_decide(found ? &request : NULL, ending->account_id,
                                                      ending->state, mutation->now_us);
    if (verdict != FUNDING_ACCEPTED)
        return refuse(mutation->call, verdict);
    request.state = ending->state;
    request.ended_us = mutation->now_us;
    request.decline_remark = ending->remark;
    no = funding_store_end(mutation->transaction, &request);
    if (no == 0)
        no = note(mutation, &locked.account, ending->action, &request);
    if (no == 0 && ending->state == FUNDING_DECLINED)
        no = tell_declined(mutation, &locked.account, &request);
    *message = to_message(call_arena(mutation->call), &request, mutation->now_us);
    return no;
}

int withdraw_funding_request(struct mutation *mutation,
                             const struct withdraw_funding_request *request,
                             Ledger__V1__WithdrawFundingRequestResponse *response)
{
    return end(mutation,
               &(struct ending){request->account_id, request->funding_request_id, FUNDING_WITHDRAWN,
                                "withdraw_funding_request", ""},
               &response->funding_request);
}

void decline_funding_request_read(struct call *call,
                                  const Ledger__V1__DeclineFundingRequestRequest *message,
                                  struct decline_funding_request *request)
{
    decline_funding_request_fields(call, message, request);
    field_text(call, "remark", request->remark, 0, ORDER_REMARK_SIZE_MAX);
}

int decline_funding_request(struct mutation *mutation,
                            const struct decline_funding_request *request,
                            Ledger__V1__DeclineFundingRequestResponse *response)
{
    return end(mutation,
               &(struct ending){request->account_id, request->funding_request_id, FUNDING_DECLINED,
                                "decline_funding_request", request->remark},
               &response->funding_request);
}
