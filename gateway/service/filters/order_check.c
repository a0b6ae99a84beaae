#include <assert.h>

#include "gateway/domain/refusals.h"
#include "gateway/service/company.h"
#include "gateway/service/refused_act.h"
#include "gateway/service/filters/orders.h"
#include "gateway/service/form.h"
#include "gateway/service/freeze.h"
#include "runtime/rpc/message_field.h"
#include "runtime/rpc/message.h"

const ProtobufCMessage *order_request(const Ledger__V1__Order *order)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field(order->base.descriptor, (unsigned)order->kind_case);
    return field != NULL && order->base.n_unknown_fields == 0
               ? message_field_message(&order->base, field->name)
               : NULL;
}

const struct filter *order_filter(const struct route *route)
{
    static const struct filter none = {.before = NULL};
    switch (route->filter) {
    case FILTER_FORWARD:
        return &none;
    case FILTER_READY:
        return &filter_ready;
    case FILTER_SAME_COMPANY:
        return &filter_same_company;
    case FILTER_ALLOCATION:
        return &filter_allocation;
    default:
        return NULL;
    }
}

/* ---- whether it is well formed ---- */

int order_check_form(struct exchange *exchange, const Ledger__V1__Order *order, bool is_preview)
{
    const ProtobufCMessage *given = order_request(order);
    ProtobufCMessage *request =
        arena_memdup(call_arena(exchange->call), given, given->descriptor->sizeof_message);
    if (is_preview && text_is_empty(message_field_text(request, "request_id")))
        message_field_set_text(request, "request_id",
                               arena_strdup(call_arena(exchange->call),
                                            message_field_text(exchange->request, "account_id")));
    return forms_check(exchange->gateway->forms, request, exchange->call);
}

/* ---- its obstacles ---- */

/* A verdict on the order; anything else says that the question could not be answered. */
static bool is_verdict(int no)
{
    return no == CODE_FAILED_PRECONDITION || no == CODE_INVALID_ARGUMENT || no == CODE_NOT_FOUND ||
           no == CODE_PERMISSION_DENIED;
}

int order_take_refusal(struct exchange *exchange, Google__Rpc__Status **refused)
{
    struct bytes packed = call_take_refusal(exchange->call);
    if (packed.size == 0) /* there was no memory for it */
        return FAILURE_EXHAUSTED;
    *refused = (Google__Rpc__Status *)(void *)message_unpack(
        call_arena(exchange->call), &google__rpc__status__descriptor, packed);
    return *refused != NULL ? 0 : FAILURE_EXHAUSTED;
}

static ProtobufCMessage *own_request(struct exchange *exchange, const ProtobufCMessage *request)
{
    struct arena *arena = call_arena(exchange->call);
    ProtobufCMessage *own = arena_memdup(arena, request, request->descriptor->sizeof_message);
    message_field_set_text(
        own, "account_id",
        arena_strdup(arena, message_field_text(exchange->request, "account_id")));
    return own;
}

ProtobufCMessage *order_own_request(struct exchange *exchange, const Ledger__V1__Order *order)
{
    return own_request(exchange, order_request(order));
}

/* The filter of the order's own rpc, for the acting account of the call. */
static int check_filter(struct exchange *exchange, const struct route *route,
                        const ProtobufCMessage *request, struct check_result *result)
{
    struct exchange part = *exchange;
    part.route = route;
    part.request = own_request(exchange, request);
    part.stops_new = false;
    int no = order_filter(route)->before(&part);
    result->stops_new = part.stops_new;
    result->reason = arena_strdup(call_arena(exchange->call), call_refusal_reason(exchange->call));
    return is_verdict(no) ? order_take_refusal(exchange, &result->refused) : no;
}

static struct check_result *find_result(struct orders *orders, const struct check_result *like)
{
    for (size_t i = 0; i < orders->check_result_count; i++) {
        struct check_result *result = &orders->check_results[i];
        if (result->filter == like->filter && text_equal(result->about, like->about) &&
            text_equal(result->about_too, like->about_too))
            return result;
    }
    return NULL;
}

/* Of the acting account, by the order's own row. */
static int check_freeze(struct exchange *exchange, const struct route *route,
                        struct check_result *result)
{
    struct exchange part = *exchange;
    part.route = route;
    part.stops_new = false;
    int no = freeze_check(&part, &exchange->session.freeze, exchange->session.account_id);
    result->stops_new = part.stops_new;
    result->reason = arena_strdup(call_arena(exchange->call), call_refusal_reason(exchange->call));
    return is_verdict(no) ? order_take_refusal(exchange, &result->refused) : no;
}

int order_check(struct orders *orders, const Ledger__V1__Order *order, struct check_result *result)
{
    const ProtobufCMessage *request = order_request(order);
    const struct route *route = route_find_request(request->descriptor->name);
    const struct filter *filter = order_filter(route);
    int no = check_freeze(orders->exchange, route, result);
    if (no != 0 || result->refused != NULL || filter->before == NULL)
        return no;
    assert(filter->looks_at != NULL);
    const struct check_result like = {
        .filter = filter,
        .about = message_field_text(request, filter->looks_at),
        .about_too = filter->looks_at_too != NULL ? filter->looks_at_too(request) : ""};
    struct check_result *check_result = find_result(orders, &like);
    if (check_result == NULL) {
        check_result = &orders->check_results[orders->check_result_count++];
        *check_result = like;
        no = check_filter(orders->exchange, route, request, check_result);
    }
    *result = *check_result;
    return no;
}

/* ---- companies, all at once ---- */

static void name_other(struct exchange *exchange, const Ledger__V1__Order *order)
{
    const ProtobufCMessage *request = order_request(order);
    const struct route *route =
        request != NULL ? route_find_request(request->descriptor->name) : NULL;
    char *const *account_ids;
    const struct filter *filter = route != NULL ? order_filter(route) : NULL;
    if (filter == NULL || filter->name_others == NULL)
        return;
    size_t count = message_field_texts(request, filter->looks_at, &account_ids);
    company_name_others(exchange, account_ids, count);
}

void orders_name_others(struct exchange *exchange, Ledger__V1__Order *const *orders, size_t count)
{
    for (size_t i = 0; i < count; i++)
        name_other(exchange, orders[i]);
    company_end_others(exchange);
}

/* Accounts of the same company are the rule, so most orders need no filter of their own. */
static bool is_unobstructed(struct exchange *exchange, const Ledger__V1__Order *order)
{
    const ProtobufCMessage *request = order_request(order);
    return exchange->session.freeze.level == FREEZE_NOTHING &&
           route_find_request(request->descriptor->name)->filter == FILTER_SAME_COMPANY &&
           company_is_open(exchange, message_field_text(request, filter_same_company.looks_at));
}

/* ---- groups ---- */

size_t orders_group_end(const struct orders *orders, size_t first)
{
    size_t end = first + 1;
    while (orders->orders[end - 1]->linked)
        end++; /* the last is never linked: asked before */
    return end;
}

static bool any_refused(const struct orders *orders, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++) {
        if (orders->refused[i] != NULL)
            return true;
    }
    return false;
}

/* Of a group in which an order is refused, the others are refused with it. */
int orders_fail_groups(struct orders *orders, const struct refusal *refusal)
{
    Google__Rpc__Status *failed = NULL;
    for (size_t first = 0, end; first < orders->count; first = end) {
        end = orders_group_end(orders, first);
        if (!any_refused(orders, first, end))
            continue;
        if (failed == NULL) {
            call_refuse(orders->exchange->call, refusal, NO_TERMS);
            int no = order_take_refusal(orders->exchange, &failed);
            if (no != 0)
                return no;
        }
        for (size_t i = first; i < end; i++)
            orders->refused[i] = orders->refused[i] == NULL ? failed : orders->refused[i];
    }
    return 0;
}

int orders_keep_act(struct orders *orders, size_t place, const char *reason)
{
    const Ledger__V1__Order *order = orders->orders[place];
    const struct refused_order refused = {
        route_find_request(order_request(order)->descriptor->name),
        order_own_request(orders->exchange, order), reason};
    return refused_act_keep_order(orders->exchange, &refused);
}

int orders_check(struct orders *orders)
{
    int no = 0;
    for (size_t i = 0; i < orders->count && no == 0; i++) {
        no = order_check_form(orders->exchange, orders->orders[i], false);
        if (is_verdict(no))
            no = order_take_refusal(orders->exchange, &orders->refused[i]);
    }
    if (no == 0) /* as the ledger says it of a group */
        no = orders_fail_groups(orders, &group_malformed);
    for (size_t i = 0; i < orders->count && no == 0; i++) {
        struct check_result result = {.refused = NULL};
        if (orders->refused[i] != NULL || is_unobstructed(orders->exchange, orders->orders[i]))
            continue;
        no = order_check(orders, orders->orders[i], &result);
        orders->refused[i] = result.refused;
        orders->reasons[i] = result.refused != NULL ? result.reason : NULL;
        orders->stopped[i] = result.stops_new;
    }
    return no == 0 ? orders_fail_groups(orders, &group_failed) : no;
}
