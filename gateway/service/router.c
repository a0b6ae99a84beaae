#include "gateway/service/router.h"

#include <assert.h>

#include "gateway/domain/blocker.h"
#include "gateway/domain/refusals.h"
#include "gateway/domain/session_end.h"
#include "gateway/peers/ledger_orders.h"
#include "gateway/service/admission.h"
#include "gateway/service/ceiling.h"
#include "gateway/service/filter.h"
#include "gateway/service/form.h"
#include "gateway/service/mask.h"
#include "runtime/rpc/message_field.h"
#include "gateway/service/rate.h"
#include "gateway/service/readiness.h"
#include "gateway/service/session_cache.h"
#include "gateway/service/refused_act.h"
#include "gateway/service/stream.h"

static const struct filter nothing = {.before = NULL};

static const struct filter *const filters[] = {
    [FILTER_FORWARD] = &nothing,
    [FILTER_LOG_OUT] = &filter_log_out,
    [FILTER_ONBOARDING] = &filter_onboarding,
    [FILTER_OPEN_ACCOUNT] = &filter_open_account,
    [FILTER_TRIAL] = &filter_trial,
    [FILTER_UPDATE_ACCOUNT] = &filter_update_account,
    [FILTER_READY] = &filter_ready,
    [FILTER_SAME_COMPANY] = &filter_same_company,
    [FILTER_RELAY] = &filter_relay,
    [FILTER_WATCH] = &filter_watch,
    [FILTER_SUBMIT_ORDERS] = &filter_submit_orders,
    [FILTER_STREAM_ORDERS] = &filter_stream_orders,
    [FILTER_PREVIEW_ORDER] = &filter_preview_order,
    [FILTER_TOP_UP_TARGET] = &filter_top_up_target,
    [FILTER_KEY_SCOPE] = &filter_key_scope,
    [FILTER_CUSTOM_ROLE] = &filter_custom_role,
    [FILTER_FREEZE] = &filter_freeze,
    [FILTER_RELATION] = &filter_relation,
    [FILTER_CONVERSION] = &filter_conversion,
    [FILTER_ALLOCATION] = &filter_allocation,
    [FILTER_FUNDING] = &filter_funding,
};

static int answer(struct exchange *exchange, const struct filter *filter)
{
    exchange->was_answered = exchange->mounted->answers != NULL;
    if (exchange->mounted->answers != NULL)
        return exchange->mounted->answers[exchange->method_index](exchange);
    return filter->instead != NULL ? filter->instead(exchange) : ceiling_forward(exchange);
}

static int admit_and_answer(struct exchange *exchange, const struct filter *filter)
{
    int no = admission_check(exchange);
    if (no == 0 && blocker_is_feature(exchange->route))
        no = readiness_demand_policy(exchange, ACT_FEATURE);
    if (no == 0 && filter->before != NULL)
        no = filter->before(exchange);
    return no == 0 ? answer(exchange, filter) : no;
}

/* GW-03, PAY-16: what is new is stopped. A top-up or an order that was accepted before, or refused,
 * hears its answer again (E32). */
static int answer_again(struct exchange *exchange, int no)
{
    bool is_kept = exchange->route->filter == FILTER_TOP_UP_TARGET ||
                   exchange->route->filter == FILTER_READY ||
                   ledger_orders_take(exchange->request->descriptor);
    if (no > 0 && exchange->stops_new && is_kept)
        (void)exchange_replay(exchange, &no);
    return no;
}

static void forget_sessions(const struct exchange *exchange, int no)
{
    enum session_end end = session_end_of(exchange->route, no);
    if (end == SESSION_END_ALL)
        session_cache_forget(exchange->gateway->sessions);
    if (end == SESSION_END_TOKEN)
        session_cache_forget_token(exchange->gateway->sessions,
                                   message_field_text(exchange->request, "session_token"));
}

static int run(struct exchange *exchange)
{
    const struct filter *filter = filters[exchange->route->filter];
    if (filter->name_others != NULL)
        filter->name_others(exchange);
    int no = admit_and_answer(exchange, filter);
    for (int i = 0; i < FREEZES_MOVED_MAX && no > 0 && exchange->freeze_moved; i++) {
        exchange->freeze_moved = false;
        exchange->stops_new = false;
        exchange->was_answered = false;
        call_forget_refusal(exchange->call);
        no = admit_and_answer(exchange, filter);
    }
    no = answer_again(exchange, no);
    forget_sessions(exchange, no);
    if (no == 0 && filter->after != NULL)
        filter->after(exchange);
    no = refused_act_keep(exchange, no);
    if (no == 0 &&
        exchange->route->caller == ROUTE_PUBLIC) /* it logged in, or opened the account */
        call_note_actor(exchange->call, message_field_text(exchange->response, "principal_id"),
                        message_field_text(exchange->response, "account_id"),
                        message_field_text(exchange->response, "session_id"));
    if (no == 0 && exchange->is_masked && exchange->response != NULL)
        masks_hide(exchange->gateway->masks, exchange->response);
    return no;
}

int router_admit_again(struct exchange *exchange, struct id principal_id, const char *credential_id)
{
    const struct filter *filter = filters[exchange->route->filter];
    assert(filter->instead == NULL && exchange->approval_id != NULL);
    if (filter->name_others != NULL)
        filter->name_others(exchange);
    int no = admission_repeat(exchange, principal_id);
    exchange->session.session_id = credential_id;
    return no == 0 && filter->before != NULL ? filter->before(exchange) : no;
}

int router_carry_out(struct exchange *exchange)
{
    const struct filter *filter = filters[exchange->route->filter];
    int no = ceiling_carry_out(exchange);
    if (no == 0 && filter->after != NULL)
        filter->after(exchange);
    return no;
}

static int pass(struct exchange *exchange, const ProtobufCMessage *request)
{
    exchange->request =
        arena_memdup(call_arena(exchange->call), request, request->descriptor->sizeof_message);
    return run(exchange);
}

static int pass_unary(struct exchange *exchange, const ProtobufCMessage *request)
{
    exchange->response = call_response(exchange->call);
    if (exchange->response == NULL)
        return FAILURE_EXHAUSTED;
    return pass(exchange, request);
}

static void invoke(ProtobufCService *service, unsigned method_index,
                   const ProtobufCMessage *request, ProtobufCClosure closure, void *data)
{
    (void)closure;
    struct call *call = data;
    struct mounted_service *mounted = call_context(call);
    assert(&mounted->service == service);
    struct exchange exchange = {
        .mounted = mounted,
        .gateway = mounted->gateway,
        .call = call,
        .route = route_find(call_method(call)),
        .method_index = method_index,
        .session = {.session_id = "", .principal_id = "", .account_id = "", .company_id = ""},
    };
    int no;
    exchange.token = exchange_token(call, &exchange.certificate);
    if (exchange.route == NULL)
        no = call_refuse(call, &not_public, NO_TERMS);
    else if (filters[exchange.route->filter]->streams)
        no = stream_serve(&exchange, pass);
    else
        no = pass_unary(&exchange, request);
    call_finish(call, no);
}

void router_mount(struct rpc_server *server, struct mounted_service *mounted,
                  const ProtobufCServiceDescriptor *service)
{
    forms_learn(mounted->gateway->forms, service);
    masks_learn(mounted->gateway->masks, service);
    mounted->service = (ProtobufCService){.descriptor = service, .invoke = invoke};
    rpc_server_mount(server, &mounted->service, mounted);
}
