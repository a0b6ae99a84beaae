#include "gateway/peers/payments_peer.h"

#include "gateway/peers/own_call.h"
#include "payments/v1/account.pb-c.h"
#include "payments/v1/closing.pb-c.h"
#include "payments/v1/freeze.pb-c.h"
#include "payments/v1/payment_method.pb-c.h"
#include "payments/v1/top_up.pb-c.h"
#include "payments/v1/top_up_desk.pb-c.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/timestamp.h"

enum failure payments_currency_get(struct peer_call call, const char *account_id,
                                   const char **currency)
{
    Payments__V1__GetAccountRequest request = PAYMENTS__V1__GET_ACCOUNT_REQUEST__INIT;
    request.account_id = arena_strdup(task_arena(call.task), account_id);
    Payments__V1__GetAccountResponse *response = NULL;
    enum failure failure = RPC_CALL(call.task, call.peer, payments__v1__account_service,
                                    get_account, &request, &response, call.status);
    if (failure != FAILURE_NONE)
        return failure;
    *currency = "";
    if (call.status->code == CODE_NOT_FOUND)
        call.status->code = CODE_OK;
    else if (call.status->code == CODE_OK && response->account != NULL)
        *currency = response->account->currency;
    return FAILURE_NONE;
}

enum failure payments_method_present(struct peer_call call, const char *account_id, bool *present)
{
    Payments__V1__ListPaymentMethodsRequest request =
        PAYMENTS__V1__LIST_PAYMENT_METHODS_REQUEST__INIT;
    request.account_id = arena_strdup(task_arena(call.task), account_id);
    request.page_size = 100;
    Payments__V1__ListPaymentMethodsResponse *response = NULL;
    enum failure failure = RPC_CALL(call.task, call.peer, payments__v1__payment_method_service,
                                    list_payment_methods, &request, &response, call.status);
    *present = false;
    if (failure != FAILURE_NONE || call.status->code != CODE_OK)
        return failure;
    for (size_t i = 0; i < response->n_payment_methods; i++)
        *present |= response->payment_methods[i]->state ==
                    PAYMENTS__V1__PAYMENT_METHOD_STATE__PAYMENT_METHOD_STATE_ACTIVE;
    return FAILURE_NONE;
}

enum failure payments_facts_update(struct peer_call call, const struct payments_facts *facts)
{
    struct arena *arena = task_arena(call.task);
    char request_id[ID_TEXT_SIZE];
    Payments__V1__UpdateAccountFactsRequest request =
        PAYMENTS__V1__UPDATE_ACCOUNT_FACTS_REQUEST__INIT;
    request.account_id = arena_strdup(arena, facts->account_id);
    request.request_id = id_format(facts->request_id, request_id);
    request.country = arena_strdup(arena, facts->country);
    request.corporate = facts->corporate;
    request.principal_name = arena_strdup(arena, facts->principal_name);
    request.billing_address_present = facts->billing_address_present;
    request.as_of_time = timestamp_from_us(arena, facts->as_of_us);
    Payments__V1__UpdateAccountFactsResponse *response = NULL;
    return RPC_CALL_WITH(call.task, call.peer, OWN_CALL("gateway.update_facts"),
                         payments__v1__account_service, update_account_facts, &request, &response,
                         call.status);
}

bool payments_event_account(struct arena *arena, struct bytes payload, struct id *account_id)
{
    Payments__V1__CurrencySet *event = NULL;
    event = (Payments__V1__CurrencySet *)(void *)message_unpack(
        arena, &payments__v1__currency_set__descriptor, payload);
    return event != NULL && id_parse(event->account_id, account_id);
}

bool payments_top_up_read(struct arena *arena, struct bytes payload, struct payments_top_up *top_up)
{
    Payments__V1__TopUpSucceeded *event = NULL;
    event = (Payments__V1__TopUpSucceeded *)(void *)message_unpack(
        arena, &payments__v1__top_up_succeeded__descriptor, payload);
    if (event == NULL || !id_parse(event->top_up_id, &top_up->top_up_id))
        return false;
    top_up->account_id = event->account_id;
    top_up->target_account_id = event->target_account_id;
    top_up->amount_micros = event->amount_micros;
    top_up->currency = event->currency;
    top_up->remark = event->remark;
    return true;
}

bool payments_return_decided_read(struct arena *arena, struct bytes payload,
                                  struct payments_top_up *top_up)
{
    Payments__V1__TopUpReturnDecided *event = NULL;
    event = (Payments__V1__TopUpReturnDecided *)(void *)message_unpack(
        arena, &payments__v1__top_up_return_decided__descriptor, payload);
    if (event == NULL || !id_parse(event->top_up_id, &top_up->top_up_id))
        return false;
    top_up->account_id = event->account_id;
    top_up->target_account_id = event->target_account_id;
    top_up->amount_micros = event->amount_micros;
    top_up->currency = event->currency;
    top_up->remark = event->remark;
    return true;
}

bool payments_returned_read(struct arena *arena, struct bytes payload,
                            struct payments_top_up *top_up, bool *was_in_suspense)
{
    Payments__V1__TopUpReturned *event = NULL;
    event = (Payments__V1__TopUpReturned *)(void *)message_unpack(
        arena, &payments__v1__top_up_returned__descriptor, payload);
    if (event == NULL || !id_parse(event->top_up_id, &top_up->top_up_id))
        return false;
    top_up->account_id = event->account_id;
    top_up->target_account_id = event->target_account_id;
    top_up->amount_micros = event->amount_micros;
    top_up->currency = event->currency;
    top_up->remark = "";
    *was_in_suspense = event->was_in_suspense;
    return true;
}

bool payments_failed_read(struct arena *arena, struct bytes payload, struct payments_top_up *top_up,
                          const char **reason)
{
    Payments__V1__TopUpFailed *event = NULL;
    event = (Payments__V1__TopUpFailed *)(void *)message_unpack(
        arena, &payments__v1__top_up_failed__descriptor, payload);
    if (event == NULL || !id_parse(event->top_up_id, &top_up->top_up_id))
        return false;
    top_up->account_id = event->account_id;
    top_up->target_account_id = event->target_account_id;
    top_up->amount_micros = event->amount_micros;
    top_up->currency = event->currency;
    top_up->remark = "";
    *reason = event->failure_reason;
    return true;
}

/* ---- received money ---- */

static struct payments_received received_of(const Payments__V1__TopUp *top_up)
{
    return (struct payments_received){
        .may_be_credited = top_up->state == PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_SUCCEEDED ||
                           top_up->state == PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_IN_SUSPENSE,
        .in_suspense = top_up->state == PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_IN_SUSPENSE,
        .credited = top_up->state == PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_CREDITED,
        .was_in_suspense = top_up->suspense_time != NULL,
    };
}

enum failure payments_top_up_get(struct peer_call call, const struct payments_top_up *top_up,
                                 struct payments_received *received)
{
    char top_up_text[ID_TEXT_SIZE];
    Payments__V1__GetTopUpRequest request = PAYMENTS__V1__GET_TOP_UP_REQUEST__INIT;
    request.account_id = arena_strdup(task_arena(call.task), top_up->account_id);
    request.top_up_id = id_format(top_up->top_up_id, top_up_text);
    Payments__V1__GetTopUpResponse *response = NULL;
    enum failure failure = RPC_CALL(call.task, call.peer, payments__v1__top_up_service, get_top_up,
                                    &request, &response, call.status);
    if (failure != FAILURE_NONE || call.status->code != CODE_OK)
        return failure;
    if (response->top_up == NULL)
        return FAILURE_INTERNAL;
    *received = received_of(response->top_up);
    return FAILURE_NONE;
}

enum failure payments_top_up_mark_credited(struct peer_call call,
                                           const struct payments_top_up *top_up,
                                           struct payments_received *received)
{
    char request_text[ID_TEXT_SIZE], top_up_text[ID_TEXT_SIZE];
    Payments__V1__MarkCreditedRequest request = PAYMENTS__V1__MARK_CREDITED_REQUEST__INIT;
    request.account_id = arena_strdup(task_arena(call.task), top_up->account_id);
    request.request_id = id_format(id_derive(top_up->top_up_id, "mark"), request_text);
    request.top_up_id = id_format(top_up->top_up_id, top_up_text);
    Payments__V1__MarkCreditedResponse *response = NULL;
    enum failure failure = RPC_CALL_WITH(call.task, call.peer, OWN_CALL("gateway.mark_credited"),
                                         payments__v1__top_up_service, mark_credited, &request,
                                         &response, call.status);
    if (failure == FAILURE_NONE && call.status->code == CODE_OK && response->top_up != NULL)
        *received = received_of(response->top_up);
    return failure;
}

enum failure payments_top_up_suspend(struct peer_call call, const struct payments_top_up *top_up,
                                     const char *reason)
{
    char request_text[ID_TEXT_SIZE], top_up_text[ID_TEXT_SIZE];
    Payments__V1__MarkInSuspenseRequest request = PAYMENTS__V1__MARK_IN_SUSPENSE_REQUEST__INIT;
    request.account_id = arena_strdup(task_arena(call.task), top_up->account_id);
    request.request_id = id_format(id_derive(top_up->top_up_id, "suspend"), request_text);
    request.top_up_id = id_format(top_up->top_up_id, top_up_text);
    request.reason = arena_strdup(task_arena(call.task), reason);
    Payments__V1__MarkInSuspenseResponse *response = NULL;
    return RPC_CALL_WITH(call.task, call.peer, OWN_CALL("gateway.mark_in_suspense"),
                         payments__v1__top_up_desk_service, mark_in_suspense, &request, &response,
                         call.status);
}

enum failure payments_refund_start(struct peer_call call, const struct payments_top_up *top_up)
{
    char request_text[ID_TEXT_SIZE], top_up_text[ID_TEXT_SIZE];
    Payments__V1__StartRefundRequest request = PAYMENTS__V1__START_REFUND_REQUEST__INIT;
    request.account_id = arena_strdup(task_arena(call.task), top_up->account_id);
    request.request_id = id_format(id_derive(top_up->top_up_id, "refund"), request_text);
    request.top_up_id = id_format(top_up->top_up_id, top_up_text);
    Payments__V1__StartRefundResponse *response = NULL;
    return RPC_CALL_WITH(call.task, call.peer, OWN_CALL("gateway.start_refund"),
                         payments__v1__top_up_desk_service, start_refund, &request, &response,
                         call.status);
}

/* ---- closing ---- */

enum failure payments_closing_blockers(struct peer_call call, const char *account_id,
                                       struct closing_blocker blockers[CLOSING_BLOCKERS_MAX],
                                       size_t *count)
{
    Payments__V1__ListClosingBlockersRequest request =
        PAYMENTS__V1__LIST_CLOSING_BLOCKERS_REQUEST__INIT;
    request.account_id = arena_strdup(task_arena(call.task), account_id);
    Payments__V1__ListClosingBlockersResponse *response = NULL;
    enum failure failure = RPC_CALL(call.task, call.peer, payments__v1__closing_service,
                                    list_closing_blockers, &request, &response, call.status);
    if (failure != FAILURE_NONE || call.status->code != CODE_OK)
        return failure;
    for (size_t i = 0; i < response->n_blockers && *count < CLOSING_BLOCKERS_MAX; i++)
        blockers[(*count)++] = (struct closing_blocker){response->blockers[i]->reason,
                                                        response->blockers[i]->sentence,
                                                        response->blockers[i]->amount_micros,
                                                        response->blockers[i]->currency,
                                                        "",
                                                        0,
                                                        0};
    return FAILURE_NONE;
}

enum failure payments_closed_set(struct peer_call call, const char *account_id, bool closed,
                                 struct id request_id)
{
    char request_text[ID_TEXT_SIZE];
    Payments__V1__SetClosedRequest request = PAYMENTS__V1__SET_CLOSED_REQUEST__INIT;
    request.account_id = arena_strdup(task_arena(call.task), account_id);
    request.request_id = id_format(request_id, request_text);
    request.closed = closed;
    Payments__V1__SetClosedResponse *response = NULL;
    return RPC_CALL_WITH(call.task, call.peer, OWN_CALL("gateway.set_closed"),
                         payments__v1__closing_service, set_closed, &request, &response,
                         call.status);
}

/* ---- freezes ---- */

enum failure payments_fence_raise(struct peer_call call, int64_t freeze_epoch)
{
    Payments__V1__RaiseFenceRequest request = PAYMENTS__V1__RAISE_FENCE_REQUEST__INIT;
    Payments__V1__RaiseFenceResponse *response = NULL;
    request.freeze_epoch = freeze_epoch;
    return RPC_CALL_WITH(call.task, call.peer, OWN_CALL("gateway.raise_fence"),
                         payments__v1__freeze_service, raise_fence, &request, &response,
                         call.status);
}
