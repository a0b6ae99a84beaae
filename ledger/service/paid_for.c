#include "ledger/service/paid_for.h"

#include <inttypes.h>
#include <stdio.h>

#include "ledger/domain/paid_for.h"
#include "ledger/ledger_message.h"
#include "ledger/service/order_call.h"
#include "ledger/service/paid_act.h"
#include "ledger/service/placing.h"
#include "ledger/service/purchase_request.h"
#include "ledger/store/history_store.h"
#include "ledger/store/paid_for_store.h"
#include "runtime/base/text.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/status.h"
#include "runtime/rpc/timestamp.h"

/* ---- OrderFromAgent and HoldFromAgent: the agent's purchase and hold, by the path of all, under
 * the sub-account's own request id, whichever agent it names (E32) ---- */

static Ledger__V1__CreatePurchaseRequest
agents_order(const Ledger__V1__OrderFromAgentRequest *request, char *company_id)
{
    Ledger__V1__CreatePurchaseRequest order = LEDGER__V1__CREATE_PURCHASE_REQUEST__INIT;
    order.account_id = request->agent_account_id;
    order.company_id = company_id;
    order.sub_account_id = request->account_id;
    order.request_id = request->request_id;
    order.amount_micros = request->amount_micros;
    order.currency = request->currency;
    order.remark = request->remark;
    order.tag = request->tag;
    return order;
}

static Ledger__V1__PlaceHoldRequest agents_hold(const Ledger__V1__HoldFromAgentRequest *request,
                                                char *company_id)
{
    Ledger__V1__PlaceHoldRequest order = LEDGER__V1__PLACE_HOLD_REQUEST__INIT;
    order.account_id = request->agent_account_id;
    order.company_id = company_id;
    order.sub_account_id = request->account_id;
    order.request_id = request->request_id;
    order.amount_micros = request->amount_micros;
    order.currency = request->currency;
    order.expire_time = request->expire_time;
    order.remark = request->remark;
    order.tag = request->tag;
    return order;
}

/* The order's fields by the names that the request has for them. */
static void name_as_asked(struct reading_problems *problems)
{
    for (size_t i = 0; i < problems->count; i++) {
        const char **field = &problems->list[i].field;
        if (text_equal(*field, "account_id"))
            *field = "agent_account_id";
        else if (text_equal(*field, "sub_account_id"))
            *field = "account_id";
    }
}

/* The sub-account does not hear what the agent would of its own money. */
static int refuse(struct call *call, const struct batch_item *item,
                  const struct refusal *(*refusal_of)(const char *reason))
{
    struct status said;
    if (!status_unpack(call_arena(call), item->answer, &said))
        return FAILURE_EXHAUSTED;
    const struct refusal *refusal = refusal_of(said.reason);
    return refusal != NULL ? call_refuse(call, refusal, NO_TERMS)
                           : call_refuse_packed(call, item->code, item->answer);
}

/* How a kind of order is answered. */
struct told {
    const struct refusal *(*refusal_of)(const char *reason);
    const ProtobufCMessageDescriptor *response; /* to the agent's own */
    const char *action;                         /* the sub-account's (GW-07) */
};

/* *kept: the answer to the agent's own order. */
static int settle(struct call *call, struct batch_item *item, struct reading_problems problems,
                  const struct told *told, const void **kept)
{
    name_as_asked(&problems);
    if (problems.count > 0)
        return order_unreadable(call, problems);
    item->order.by_sub_account = true;
    int no = order_settle(call, item);
    if (no != 0)
        return no;
    if (item->code != CODE_OK)
        no = refuse(call, item, told->refusal_of);
    enum failure failure = no < 0 ? FAILURE_NONE : paid_act_note(call, item, told->action);
    if (no != 0 || failure != FAILURE_NONE)
        return failure != FAILURE_NONE ? (int)failure : no;
    *kept = message_unpack(call_arena(call), told->response, item->answer);
    return *kept != NULL ? 0 : FAILURE_EXHAUSTED;
}

static Ledger__V1__PaidFor *bought_to_message(struct arena *arena,
                                              const Ledger__V1__Purchase *purchase)
{
    Ledger__V1__PaidFor *message = message_new(arena, &ledger__v1__paid_for__descriptor);
    message->paid_for_id = purchase->purchase_id;
    message->payer_account_id = purchase->account_id;
    message->kind = LEDGER__V1__PAID_FOR_KIND__PAID_FOR_KIND_PURCHASE;
    message->amount_micros = purchase->amount_micros;
    message->currency = purchase->currency;
    message->remark = purchase->remark;
    message->tag = purchase->tag;
    message->effective_time = message->recorded_time = purchase->recorded_time;
    return message;
}

int order_from_agent(struct call *call, const Ledger__V1__OrderFromAgentRequest *request,
                     Ledger__V1__OrderFromAgentResponse *response)
{
    struct batch_item item;
    char *company_id = request->company_id;
    int no = placing_scope(call, request->account_id, &company_id);
    if (no != 0)
        return no;
    Ledger__V1__CreatePurchaseRequest order = agents_order(request, company_id);
    struct reading_problems problems =
        order_read_create_purchase(&order, reading_caller_of(call), &item);
    const void *kept = NULL;
    no = settle(call, &item, problems,
                &(struct told){paid_for_refusal, &ledger__v1__create_purchase_response__descriptor,
                               "order_from_agent"},
                &kept);
    if (no == 0)
        response->paid_for = bought_to_message(
            call_arena(call), ((const Ledger__V1__CreatePurchaseResponse *)kept)->purchase);
    return no;
}

int hold_from_agent(struct call *call, const Ledger__V1__HoldFromAgentRequest *request,
                    Ledger__V1__HoldFromAgentResponse *response)
{
    struct batch_item item;
    char *company_id = request->company_id;
    int no = placing_scope(call, request->account_id, &company_id);
    if (no != 0)
        return no;
    Ledger__V1__PlaceHoldRequest order = agents_hold(request, company_id);
    struct reading_problems problems =
        order_read_place_hold(&order, reading_caller_of(call), &item);
    const void *kept = NULL;
    no = settle(call, &item, problems,
                &(struct told){held_for_refusal, &ledger__v1__place_hold_response__descriptor,
                               "hold_from_agent"},
                &kept);
    if (no == 0)
        response->hold = ((const Ledger__V1__PlaceHoldResponse *)kept)->hold;
    return no;
}

/* ---- ListPaidFor ---- */

/* A place in the list is "time.chain.sequence". */
static bool parse_place(const char *text, struct paid_for_place *place)
{
    int read = 0;
    return sscanf(text, "%" SCNd64 ".%" SCNd64 ".%" SCNd64 "%n", &place->recorded_us, &place->chain,
                  &place->sequence, &read) == 3 &&
           text[read] == '\0' && place->chain >= 0 && place->chain <= INT32_MAX;
}

static char *place_token(struct call *call, const struct paid_for_place *place)
{
    return page_token_of_text(call,
                              arena_printf(call_arena(call), "%" PRId64 ".%" PRId64 ".%" PRId64,
                                           place->recorded_us, place->chain, place->sequence));
}

static Ledger__V1__PaidFor *line_to_message(struct arena *arena, const struct paid_for *line)
{
    static const Ledger__V1__PaidForKind kinds[] = {
        [PAID_FOR_PURCHASE] = LEDGER__V1__PAID_FOR_KIND__PAID_FOR_KIND_PURCHASE,
        [PAID_FOR_REFUND] = LEDGER__V1__PAID_FOR_KIND__PAID_FOR_KIND_REFUND,
        [PAID_FOR_USAGE] = LEDGER__V1__PAID_FOR_KIND__PAID_FOR_KIND_USAGE};
    Ledger__V1__PaidFor *message = message_new(arena, &ledger__v1__paid_for__descriptor);
    message->paid_for_id = entry_id_to_message(arena, line->company_id, line->place.sequence);
    message->payer_account_id = id_to_message(arena, line->payer_id);
    message->kind = kinds[line->kind];
    message->amount_micros = line->amount_micros;
    message->currency = arena_strdup(arena, line->currency);
    message->remark = arena_strdup(arena, line->remark);
    message->tag = arena_strdup(arena, line->tag);
    message->effective_time = timestamp_from_us(arena, line->effective_us);
    message->recorded_time = timestamp_from_us(arena, line->place.recorded_us);
    return message;
}

int list_paid_for(struct call *call, const struct list_paid_for *request,
                  Ledger__V1__ListPaidForResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct arena *arena = call_arena(call);
    struct paid_for_wanted wanted = {.sub_account_id = request->account_id,
                                     .before = {INT64_MAX, INT32_MAX, INT64_MAX},
                                     .limit = page_limit(request->page_size)};
    struct paid_for_list list;
    if (!text_is_empty(request->page_token) && !parse_place(request->page_token, &wanted.before))
        return call_invalid(call, "page_token", FAULT_NOT_A_CURSOR, "is not one of ours");
    int no = paid_for_store_list(reader_of(call_task(call), ledger->database), &wanted, &list);
    if (no != 0)
        return no;
    bool follows = list.count > request->page_size;
    size_t count = follows ? request->page_size : list.count;
    response->paid_fors = arena_alloc_array(arena, count + 1, sizeof *response->paid_fors);
    for (; response->n_paid_fors < count; response->n_paid_fors++)
        response->paid_fors[response->n_paid_fors] =
            line_to_message(arena, &list.lines[response->n_paid_fors]);
    if (follows)
        response->next_page_token = place_token(call, &list.lines[count - 1].place);
    return 0;
}
