#include "gateway/peers/ledger_peer.h"

#include "gateway/peers/identity_peer.h"
#include "gateway/peers/identity_relation.h"
#include "gateway/peers/own_call.h"
#include "ledger/v1/account.pb-c.h"
#include "ledger/v1/closing.pb-c.h"
#include "ledger/v1/event.pb-c.h"
#include "ledger/v1/freeze.pb-c.h"
#include "ledger/v1/relation.pb-c.h"
#include "ledger/v1/top_up.pb-c.h"
#include "ledger/v1/transit.pb-c.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/timestamp.h"

/* One replica decides on a company as long as it is well. */
#define KEY_OF(place) (&(const struct rpc_call_options){.key = (place)->company_id})

/* A request borrows its texts for the length of the call; protobuf-c wants them writable. */
static void place_copy(struct arena *arena, const struct ledger_place *place, char **account_id,
                       char **company_id)
{
    *account_id = arena_strdup(arena, place->account_id);
    *company_id = arena_strdup(arena, place->company_id);
}

/* A ledger of before tells no verified company but whether the chain's is. */
static struct ledger_account account_from_message(const Ledger__V1__Account *message)
{
    struct ledger_account account = {
        .found = true, .corporate = message->corporate, .currency = message->currency};
    const char *company_id =
        message->company_verified ? message->company_id : message->verified_company_id;
    if (!id_parse(message->company_id, &account.chain_id) ||
        !id_parse(company_id, &account.verified_company_id))
        account.verified_company_id = (struct id){{0}};
    return account;
}

enum failure ledger_account_open(struct peer_call call, const struct ledger_place *place,
                                 const struct ledger_opening *opening,
                                 struct ledger_account *account)
{
    char request_text[ID_TEXT_SIZE];
    Ledger__V1__OpenAccountRequest request = LEDGER__V1__OPEN_ACCOUNT_REQUEST__INIT;
    place_copy(task_arena(call.task), place, &request.account_id, &request.company_id);
    request.request_id = id_format(opening->request_id, request_text);
    request.corporate = opening->corporate;
    request.company_verified = opening->verified;
    request.with_entries = opening->with_entries;
    request.country = arena_strdup(task_arena(call.task), opening->country);
    Ledger__V1__OpenAccountResponse *response = NULL;
    enum failure failure =
        RPC_CALL_WITH(call.task, call.peer, OWN_CALL_OF("gateway.open_account", place->company_id),
                      ledger__v1__account_service, open_account, &request, &response, call.status);
    if (failure == FAILURE_NONE && call.status->code == CODE_OK && response->account != NULL)
        *account = account_from_message(response->account);
    return failure;
}

bool ledger_account_stays(const struct rpc_status *status)
{
    static const char not_yet[] = "STAYS_FOR_";
    return text_equal(status->reason, "ACCOUNT_ELSEWHERE") ||
           strncmp(status->reason, not_yet, sizeof not_yet - 1) == 0;
}

enum failure ledger_account_get(struct peer_call call, const struct ledger_place *place,
                                struct ledger_account *account)
{
    Ledger__V1__GetAccountRequest request = LEDGER__V1__GET_ACCOUNT_REQUEST__INIT;
    place_copy(task_arena(call.task), place, &request.account_id, &request.company_id);
    Ledger__V1__GetAccountResponse *response = NULL;
    *account = (struct ledger_account){.currency = ""};
    enum failure failure =
        RPC_CALL_WITH(call.task, call.peer, KEY_OF(place), ledger__v1__account_service, get_account,
                      &request, &response, call.status);
    if (failure != FAILURE_NONE)
        return failure;
    if (call.status->code == CODE_NOT_FOUND)
        call.status->code = CODE_OK;
    else if (call.status->code == CODE_OK && response->account != NULL)
        *account = account_from_message(response->account);
    return FAILURE_NONE;
}

enum failure ledger_facts_update(struct peer_call call, const struct ledger_place *place,
                                 const struct ledger_facts *facts)
{
    char request_text[ID_TEXT_SIZE], company_text[ID_TEXT_SIZE] = "";
    char of_company[] = "verified_company_id", converted[] = "corporate";
    char *fields[] = {of_company, converted};
    Ledger__V1__UpdateAccountRequest request;
    ledger__v1__update_account_request__init(&request); /* the macro names deprecated fields */
    place_copy(task_arena(call.task), place, &request.account_id, &request.company_id);
    request.request_id = id_format(facts->request_id, request_text);
    request.n_update_fields = facts->converted ? 2 : 1;
    request.update_fields = fields;
    request.corporate = facts->converted;
    request.verified_company_id = id_is_nil(facts->verified_company_id)
                                      ? company_text
                                      : id_format(facts->verified_company_id, company_text);
    Ledger__V1__UpdateAccountResponse *response = NULL;
    return RPC_CALL_WITH(
        call.task, call.peer, OWN_CALL_OF("gateway.verify_account", place->company_id),
        ledger__v1__account_service, update_account, &request, &response, call.status);
}

enum failure ledger_currency_set(struct peer_call call, const struct ledger_place *place,
                                 const char *currency, struct id request_id)
{
    char request_text[ID_TEXT_SIZE];
    Ledger__V1__SetCurrencyRequest request = LEDGER__V1__SET_CURRENCY_REQUEST__INIT;
    place_copy(task_arena(call.task), place, &request.account_id, &request.company_id);
    request.request_id = id_format(request_id, request_text);
    request.currency = arena_strdup(task_arena(call.task), currency);
    Ledger__V1__SetCurrencyResponse *response = NULL;
    return RPC_CALL_WITH(
        call.task, call.peer, OWN_CALL_OF("gateway.set_currency", place->company_id),
        ledger__v1__account_service, set_currency, &request, &response, call.status);
}

enum failure ledger_top_up_credit(struct peer_call call, const struct ledger_place *place,
                                  const struct payments_top_up *top_up, struct id request_id)
{
    char request_text[ID_TEXT_SIZE], top_up_text[ID_TEXT_SIZE];
    Ledger__V1__CreditTopUpRequest request = LEDGER__V1__CREDIT_TOP_UP_REQUEST__INIT;
    place_copy(task_arena(call.task), place, &request.account_id, &request.company_id);
    request.request_id = id_format(request_id, request_text);
    request.top_up_id = id_format(top_up->top_up_id, top_up_text);
    request.amount_micros = top_up->amount_micros;
    request.currency = arena_strdup(task_arena(call.task), top_up->currency);
    request.remark = arena_strdup(task_arena(call.task), top_up->remark);
    Ledger__V1__CreditTopUpResponse *response = NULL;
    return RPC_CALL_WITH(
        call.task, call.peer, OWN_CALL_OF("gateway.credit_top_up", place->company_id),
        ledger__v1__top_up_service, credit_top_up, &request, &response, call.status);
}

enum failure ledger_top_up_forgo(struct peer_call call, const struct ledger_place *place,
                                 const struct payments_top_up *top_up, struct id request_id)
{
    char request_text[ID_TEXT_SIZE], top_up_text[ID_TEXT_SIZE];
    Ledger__V1__ForgoTopUpRequest request = LEDGER__V1__FORGO_TOP_UP_REQUEST__INIT;
    place_copy(task_arena(call.task), place, &request.account_id, &request.company_id);
    request.request_id = id_format(request_id, request_text);
    request.top_up_id = id_format(top_up->top_up_id, top_up_text);
    Ledger__V1__ForgoTopUpResponse *response = NULL;
    return RPC_CALL_WITH(call.task, call.peer,
                         OWN_CALL_OF("gateway.credit_top_up", place->company_id),
                         ledger__v1__top_up_service, forgo_top_up, &request, &response,
                         call.status); /* the credit's step: the two are for the same id */
}

enum failure ledger_top_up_release(struct peer_call call, const struct ledger_place *place,
                                   const struct payments_top_up *top_up, const char *tag)
{
    char request_text[ID_TEXT_SIZE], top_up_text[ID_TEXT_SIZE];
    Ledger__V1__ReleaseTopUpRequest request = LEDGER__V1__RELEASE_TOP_UP_REQUEST__INIT;
    place_copy(task_arena(call.task), place, &request.account_id, &request.company_id);
    request.request_id = id_format(id_derive(top_up->top_up_id, "suspense.release"), request_text);
    request.top_up_id = id_format(top_up->top_up_id, top_up_text);
    request.amount_micros = top_up->amount_micros;
    request.currency = arena_strdup(task_arena(call.task), top_up->currency);
    request.tag = arena_strdup(task_arena(call.task), tag);
    Ledger__V1__ReleaseTopUpResponse *response = NULL;
    return RPC_CALL_WITH(
        call.task, call.peer, OWN_CALL_OF("gateway.release_top_up", place->company_id),
        ledger__v1__top_up_service, release_top_up, &request, &response, call.status);
}

enum failure ledger_suspense_open(struct peer_call call, const struct ledger_place *place,
                                  const char *currency, struct id request_id)
{
    char request_text[ID_TEXT_SIZE];
    Ledger__V1__OpenAccountRequest request = LEDGER__V1__OPEN_ACCOUNT_REQUEST__INIT;
    place_copy(task_arena(call.task), place, &request.account_id, &request.company_id);
    request.request_id = id_format(request_id, request_text);
    request.corporate = true; /* the chain is not the account's own */
    request.currency = arena_strdup(task_arena(call.task), currency);
    Ledger__V1__OpenAccountResponse *response = NULL;
    return RPC_CALL_WITH(
        call.task, call.peer, OWN_CALL_OF("gateway.open_suspense", place->company_id),
        ledger__v1__account_service, open_account, &request, &response, call.status);
}

static struct closing_blocker blocker_from_message(const Ledger__V1__ClosingBlocker *message)
{
    struct closing_blocker blocker = {.reason = message->reason,
                                      .sentence = message->sentence,
                                      .amount_micros = message->amount_micros,
                                      .currency = message->currency,
                                      .relation_id = "",
                                      .count = message->count};
    if (message->until_time != NULL && !timestamp_to_us(message->until_time, &blocker.until_us))
        blocker.until_us = 0;
    return blocker;
}

enum failure ledger_closing_blockers(struct peer_call call, const struct ledger_place *place,
                                     struct closing_blocker blockers[CLOSING_BLOCKERS_MAX],
                                     size_t *count)
{
    Ledger__V1__ListClosingBlockersRequest request =
        LEDGER__V1__LIST_CLOSING_BLOCKERS_REQUEST__INIT;
    place_copy(task_arena(call.task), place, &request.account_id, &request.company_id);
    Ledger__V1__ListClosingBlockersResponse *response = NULL;
    enum failure failure =
        RPC_CALL_WITH(call.task, call.peer, KEY_OF(place), ledger__v1__closing_service,
                      list_closing_blockers, &request, &response, call.status);
    if (failure == FAILURE_NONE && call.status->code == CODE_NOT_FOUND)
        call.status->code = CODE_OK;
    else if (failure == FAILURE_NONE && call.status->code == CODE_OK)
        for (size_t i = 0; i < response->n_blockers && *count < CLOSING_BLOCKERS_MAX; i++)
            blockers[(*count)++] = blocker_from_message(response->blockers[i]);
    return failure;
}

bool ledger_money_sent_read(struct arena *arena, struct bytes payload,
                            struct ledger_money_sent *sent)
{
    const Ledger__V1__MoneySent *event =
        (const Ledger__V1__MoneySent *)(const void *)message_unpack(
            arena, &ledger__v1__money_sent__descriptor, payload);
    if (event == NULL || !id_parse(event->transit_id, &sent->transit_id))
        return false;
    sent->sender_id = event->account_id;
    sent->receiver_id = event->receiver_account_id;
    sent->remark = event->remark;
    sent->tag = event->tag;
    return true;
}

enum failure ledger_transit_receive(struct peer_call call, const struct ledger_money_sent *sent)
{
    struct arena *arena = task_arena(call.task);
    char request_text[ID_TEXT_SIZE], transit_text[ID_TEXT_SIZE];
    Ledger__V1__ReceiveTransitRequest request = LEDGER__V1__RECEIVE_TRANSIT_REQUEST__INIT;
    request.account_id = arena_strdup(arena, sent->receiver_id);
    request.counterparty_account_id = arena_strdup(arena, sent->sender_id);
    request.request_id = id_format(id_derive(sent->transit_id, "receive"), request_text);
    request.transit_id = id_format(sent->transit_id, transit_text);
    request.remark = arena_strdup(arena, sent->remark);
    request.tag = arena_strdup(arena, sent->tag);
    Ledger__V1__ReceiveTransitResponse *response = NULL;
    return RPC_CALL_WITH(
        call.task, call.peer, OWN_CALL_OF("gateway.receive_transit", sent->receiver_id),
        ledger__v1__transit_service, receive_transit, &request, &response, call.status);
}

enum failure ledger_transit_return(struct peer_call call, const struct ledger_money_sent *sent)
{
    struct arena *arena = task_arena(call.task);
    char request_text[ID_TEXT_SIZE], transit_text[ID_TEXT_SIZE];
    Ledger__V1__ReturnTransitRequest request = LEDGER__V1__RETURN_TRANSIT_REQUEST__INIT;
    request.account_id = arena_strdup(arena, sent->sender_id);
    request.counterparty_account_id = arena_strdup(arena, sent->receiver_id);
    request.request_id = id_format(id_derive(sent->transit_id, "return"), request_text);
    request.transit_id = id_format(sent->transit_id, transit_text);
    request.remark = arena_strdup(arena, sent->remark);
    request.tag = arena_strdup(arena, sent->tag);
    Ledger__V1__ReturnTransitResponse *response = NULL;
    return RPC_CALL_WITH(
        call.task, call.peer, OWN_CALL_OF("gateway.return_transit", sent->sender_id),
        ledger__v1__transit_service, return_transit, &request, &response, call.status);
}

enum failure ledger_relation_update(struct peer_call call, const struct identity_relation *relation)
{
    struct arena *arena = task_arena(call.task);
    char relation_text[ID_TEXT_SIZE];
    Ledger__V1__UpdateRelationRequest request = LEDGER__V1__UPDATE_RELATION_REQUEST__INIT;
    request.relation_id = id_format(relation->relation_id, relation_text);
    request.agent_account_id = arena_strdup(arena, relation->agent_id);
    request.customer_account_id = arena_strdup(arena, relation->customer_id);
    request.version = relation->version;
    request.previous_version = relation->previous_version;
    request.allocates = relation->allocates;
    request.ended = relation->ended;
    request.settlement_mode = (Ledger__V1__SettlementMode)relation->settlement_mode;
    request.pay_on_behalf = relation->pay_on_behalf;
    request.agent_purchases_allowed = relation->agent_purchases;
    if (relation->price_book_id != NULL)
        request.price_book_id = arena_strdup(arena, relation->price_book_id);
    request.shares_discount = relation->shares_discount;
    request.resells = relation->resells;
    request.since_time = timestamp_from_us(arena, relation->since_us);
    Ledger__V1__UpdateRelationResponse *response = NULL;
    return RPC_CALL_WITH(
        call.task, call.peer, OWN_CALL_OF("gateway.update_relation", relation->agent_id),
        ledger__v1__relation_service, update_relation, &request, &response, call.status);
}

enum failure ledger_relation_update_risk(struct peer_call call, const struct identity_risk *risk)
{
    struct arena *arena = task_arena(call.task);
    char relation_text[ID_TEXT_SIZE];
    Ledger__V1__UpdateRelationRiskRequest request = LEDGER__V1__UPDATE_RELATION_RISK_REQUEST__INIT;
    request.relation_id = id_format(risk->relation_id, relation_text);
    request.agent_account_id = arena_strdup(arena, risk->agent_id);
    request.customer_account_id = arena_strdup(arena, risk->customer_id);
    request.at_risk = risk->at_risk;
    request.since_time = timestamp_from_us(arena, risk->since_us);
    Ledger__V1__UpdateRelationRiskResponse *response = NULL;
    return RPC_CALL_WITH(
        call.task, call.peer, OWN_CALL_OF("gateway.update_relation_risk", risk->agent_id),
        ledger__v1__relation_service, update_relation_risk, &request, &response, call.status);
}

bool ledger_limit_pending_read(struct arena *arena, struct bytes payload,
                               struct ledger_limit_notice *notice)
{
    Ledger__V1__CreditLimitPending *event = NULL;
    event = (Ledger__V1__CreditLimitPending *)(void *)message_unpack(
        arena, &ledger__v1__credit_limit_pending__descriptor, payload);
    if (event == NULL)
        return false;
    *notice = (struct ledger_limit_notice){event->account_id, event->limit_micros, event->currency};
    return true;
}

bool ledger_limit_activated_read(struct arena *arena, struct bytes payload,
                                 struct ledger_limit_notice *notice)
{
    Ledger__V1__CreditLimitActivated *event = NULL;
    event = (Ledger__V1__CreditLimitActivated *)(void *)message_unpack(
        arena, &ledger__v1__credit_limit_activated__descriptor, payload);
    if (event == NULL)
        return false;
    *notice = (struct ledger_limit_notice){event->account_id, event->limit_micros, event->currency};
    return true;
}

bool ledger_limit_changed_read(struct arena *arena, struct bytes payload,
                               struct ledger_limit_notice *notice)
{
    Ledger__V1__CreditLimitChanged *event = NULL;
    event = (Ledger__V1__CreditLimitChanged *)(void *)message_unpack(
        arena, &ledger__v1__credit_limit_changed__descriptor, payload);
    if (event == NULL)
        return false;
    *notice = (struct ledger_limit_notice){event->account_id, event->limit_micros, event->currency};
    return true;
}

enum failure ledger_fence_raise(struct peer_call call, int64_t freeze_epoch)
{
    Ledger__V1__RaiseFenceRequest request = LEDGER__V1__RAISE_FENCE_REQUEST__INIT;
    Ledger__V1__RaiseFenceResponse *response = NULL;
    request.freeze_epoch = freeze_epoch;
    return RPC_CALL_WITH(call.task, call.peer, OWN_CALL("gateway.raise_fence"),
                         ledger__v1__freeze_service, raise_fence, &request, &response, call.status);
}
