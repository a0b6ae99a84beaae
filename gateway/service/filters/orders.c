#include "gateway/service/filters/orders.h"

#include <assert.h>

#include "gateway/domain/access.h"
#include "gateway/domain/refusals.h"
#include "gateway/domain/step_up.h"
#include "gateway/service/admission.h"
#include "gateway/service/rate.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/message_field.h"
#include "runtime/rpc/status.h"

#define ORDERS_MAX 1000

/* ---- who may send it ---- */

static int check_order(struct exchange *exchange, const Ledger__V1__Order *order, const char *field)
{
    const ProtobufCMessage *request = order_request(order);
    if (request == NULL)
        return call_invalid(exchange->call, field, FAULT_UNKNOWN_VALUE,
                            "An order holds one request, of a kind that is known here.");
    const struct route *route = route_find_request(request->descriptor->name);
    if (route == NULL || order_filter(route) == NULL)
        return call_refuse(exchange->call, &not_public, REFUSAL_TERMS({"field", field}));
    const struct access_holder holder = exchange_holder(exchange);
    enum access_verdict verdict = access_decide(route, &holder);
    if (verdict != ACCESS_GRANTED)
        return call_refuse(exchange->call, access_refusal(verdict),
                           REFUSAL_TERMS({"permission", route->permission}, {"field", field}));
    return step_up_is_always(route) ? admission_check_step_up(exchange, route) : 0;
}

static int check_orders(const struct orders *orders)
{
    int no = 0;
    for (size_t i = 0; i < orders->count && no == 0; i++) {
        char field[32];
        bool fits = text_print(field, sizeof(field), "orders[%zu]", i);
        assert(fits);
        (void)fits;
        no = check_order(orders->exchange, orders->orders[i], field);
    }
    return no;
}

/* ---- to the ledger and back ---- */

static void make_room(struct orders *orders)
{
    struct arena *arena = call_arena(orders->exchange->call);
    orders->check_results = arena_alloc_array(arena, orders->count, sizeof(*orders->check_results));
    orders->refused = arena_alloc_array(arena, orders->count, sizeof(*orders->refused));
    orders->reasons = arena_alloc_array(arena, orders->count, sizeof(*orders->reasons));
    orders->stopped = arena_alloc_array(arena, orders->count, sizeof(*orders->stopped));
    orders->counted = arena_alloc_array(arena, orders->count, sizeof(*orders->counted));
    orders->results = arena_alloc_array(arena, orders->count, sizeof(*orders->results));
}

static Ledger__V1__OrderResult *result_of(struct arena *arena, Google__Rpc__Status *refused)
{
    Ledger__V1__OrderResult *result = arena_alloc(arena, sizeof(*result));
    ledger__v1__order_result__init(result);
    result->outcome_case = LEDGER__V1__ORDER_RESULT__OUTCOME_REFUSED;
    result->refused = refused;
    return result;
}

static int ask_ledger(struct exchange *exchange, const struct rpc_header *headers,
                      Ledger__V1__SubmitOrdersRequest *request,
                      Ledger__V1__SubmitOrdersResponse **response)
{
    struct rpc_call_options options = {.headers = headers, .key = exchange_key(exchange)};
    struct rpc_status status;
    enum failure failure =
        RPC_CALL_WITH(call_task(exchange->call), exchange->mounted->peer, &options,
                      ledger__v1__order_service, submit_orders, request, response, &status);
    int no = exchange_result(exchange, failure, &status);
    return no != 0 || (*response)->n_results == request->n_orders ? no : FAILURE_INTERNAL;
}

/* The orders that nothing stands in the way of; each has its request_id, so the call may be
 * repeated. */
static int settle(struct orders *orders, Ledger__V1__SubmitOrdersRequest *request,
                  Ledger__V1__SubmitOrdersResponse **response)
{
    struct rpc_header headers[EXCHANGE_HEADERS];
    exchange_headers(orders->exchange, headers);
    int no = ask_ledger(orders->exchange, headers, request, response);
    orders->exchange->was_answered = true;
    return no;
}

static int settle_the_rest(struct orders *orders)
{
    struct arena *arena = call_arena(orders->exchange->call);
    Ledger__V1__SubmitOrdersRequest request = LEDGER__V1__SUBMIT_ORDERS_REQUEST__INIT;
    Ledger__V1__SubmitOrdersResponse *response = NULL;
    request.account_id =
        arena_strdup(arena, message_field_text(orders->exchange->request, "account_id"));
    request.company_id =
        arena_strdup(arena, message_field_text(orders->exchange->request, "company_id"));
    request.orders = arena_alloc_array(arena, orders->count, sizeof(*request.orders));
    for (size_t i = 0; i < orders->count; i++) {
        if (orders->refused[i] == NULL)
            request.orders[request.n_orders++] = orders->orders[i];
    }
    int no = request.n_orders > 0 ? settle(orders, &request, &response) : 0;
    for (size_t i = 0, settled = 0; i < orders->count && no == 0; i++) {
        if (orders->refused[i] == NULL)
            orders->results[i] = response->results[settled++];
        else if (orders->results[i] == NULL)
            orders->results[i] = result_of(arena, orders->refused[i]);
    }
    if (no == 0)
        orders_give_back(orders);
    return no;
}

static bool is_moved(const struct orders *orders, size_t place)
{
    const Ledger__V1__OrderResult *result = orders->results[place];
    struct arena *arena = call_arena(orders->exchange->call);
    struct status status;
    return result->outcome_case == LEDGER__V1__ORDER_RESULT__OUTCOME_REFUSED &&
           result->refused->code == CODE_ABORTED &&
           status_unpack(arena, message_pack(arena, &result->refused->base), &status) &&
           text_equal(status.reason, "FREEZE_MOVED");
}

/* With the whole group of each, of which nothing was done. */
static size_t find_moved(const struct orders *orders, size_t *places)
{
    size_t count = 0;
    for (size_t first = 0, end; first < orders->count; first = end) {
        bool any = false;
        end = orders_group_end(orders, first);
        for (size_t i = first; i < end; i++)
            any = any || is_moved(orders, i);
        for (size_t i = first; i < end && any; i++)
            places[count++] = i;
    }
    return count;
}

/* ---- what a freeze stops may have been done before (E32) ---- */

static struct orders find_stopped(const struct orders *orders, size_t *places)
{
    struct orders stopped = {.exchange = orders->exchange};
    stopped.orders = arena_alloc_array(call_arena(orders->exchange->call), orders->count,
                                       sizeof(*stopped.orders));
    for (size_t first = 0, end; first < orders->count; first = end) {
        bool any = false;
        end = orders_group_end(orders, first);
        for (size_t i = first; i < end; i++)
            any = any || orders->stopped[i];
        for (size_t i = first; i < end && any; i++) {
            places[stopped.count] = i;
            stopped.orders[stopped.count++] = orders->orders[i];
        }
    }
    return stopped;
}

/* The ledger finds their chain, as for an order alone. */
static int replay(struct orders *stopped)
{
    struct rpc_header headers[EXCHANGE_REPLAY_HEADERS];
    Ledger__V1__SubmitOrdersRequest request = LEDGER__V1__SUBMIT_ORDERS_REQUEST__INIT;
    Ledger__V1__SubmitOrdersResponse *response = NULL;
    struct arena *arena = call_arena(stopped->exchange->call);
    exchange_replay_headers(stopped->exchange, headers);
    request.account_id =
        arena_strdup(arena, message_field_text(stopped->exchange->request, "account_id"));
    request.orders = stopped->orders;
    request.n_orders = stopped->count;
    int no = ask_ledger(stopped->exchange, headers, &request, &response);
    stopped->results = no == 0 ? response->results : NULL;
    return no;
}

static int hear_again(struct orders *orders)
{
    struct arena *arena = call_arena(orders->exchange->call);
    size_t *places = arena_alloc_array(arena, orders->count, sizeof(*places));
    size_t *never = arena_alloc_array(arena, orders->count, sizeof(*never));
    struct orders stopped = find_stopped(orders, places);
    int no = stopped.count > 0 ? replay(&stopped) : 0;
    size_t never_count = no == 0 ? find_moved(&stopped, never) : 0;
    for (size_t i = 0, next = 0; i < stopped.count && no == 0; i++) {
        bool was_never = next < never_count && never[next] == i;
        next += was_never;
        orders->results[places[i]] = was_never ? NULL : stopped.results[i];
    }
    return no;
}

static int keep_acts(struct orders *orders)
{
    int no = 0;
    for (size_t i = 0; i < orders->count && no == 0; i++)
        if (orders->reasons[i] != NULL && orders->results[i] == NULL)
            no = orders_keep_act(orders, i, orders->reasons[i]);
    return no;
}

static int check_and_settle(struct orders *orders)
{
    make_room(orders);
    int no = orders_check(orders);
    if (no == 0)
        no = hear_again(orders);
    if (no == 0)
        no = keep_acts(orders);
    if (no == 0)
        no = orders_count(orders);
    return no == 0 ? settle_the_rest(orders) : no;
}

/* ---- accounts were frozen meanwhile (GW-03) ---- */

/* Those are judged anew, by what is frozen by now; what was done or refused besides stays. */
static int settle_again(struct orders *orders, const size_t *places, size_t count)
{
    struct orders moved = {.exchange = orders->exchange, .count = count};
    moved.orders =
        arena_alloc_array(call_arena(orders->exchange->call), count, sizeof(*moved.orders));
    for (size_t i = 0; i < count; i++)
        moved.orders[i] = orders->orders[places[i]];
    int no = admission_look_again(orders->exchange);
    if (no == 0)
        no = check_orders(&moved);
    if (no == 0)
        no = check_and_settle(&moved);
    for (size_t i = 0; i < count && no == 0; i++)
        orders->results[places[i]] = moved.results[i];
    return no;
}

/* Others of the call may be done: whatever keeps these from being judged says nothing of them. */
static int settle_moved(struct orders *orders)
{
    struct call *call = orders->exchange->call;
    size_t *places = arena_alloc_array(call_arena(call), orders->count, sizeof(*places));
    int no = 0;
    for (int i = 0; i < FREEZES_MOVED_MAX && no == 0; i++) {
        size_t count = find_moved(orders, places);
        if (count == 0)
            return 0;
        no = settle_again(orders, places, count);
    }
    if (no > 0)
        call_forget_refusal(call);
    return no == 0 ? 0 : FAILURE_INDEFINITE;
}

static int pass_orders(struct orders *orders)
{
    bool fits = orders->count >= 1 && orders->count <= ORDERS_MAX;
    int no = fits ? check_orders(orders) : 0;
    if (no != 0)
        return no;
    if (!fits || orders->orders[orders->count - 1]->linked)
        return call_refuse(orders->exchange->call, &too_many_orders, NO_TERMS);
    no = rate_of_orders(orders->exchange, orders->count); /* S4 */
    if (no == 0)
        no = check_and_settle(orders);
    return no == 0 ? settle_moved(orders) : no;
}

/* ---- the three rpcs ---- */

static int submit(struct exchange *exchange)
{
    assert(exchange->request->descriptor == &ledger__v1__submit_orders_request__descriptor);
    const Ledger__V1__SubmitOrdersRequest *request =
        (const Ledger__V1__SubmitOrdersRequest *)(void *)exchange->request;
    Ledger__V1__SubmitOrdersResponse *response =
        (Ledger__V1__SubmitOrdersResponse *)(void *)exchange->response;
    struct orders orders = {
        .exchange = exchange, .orders = request->orders, .count = request->n_orders};
    int no = pass_orders(&orders);
    response->results = orders.results;
    response->n_results = no == 0 ? orders.count : 0;
    return no;
}

/* One message of a stream is one call to the ledger, and the next is asked for when its results
 * were taken: so orders are settled in the order of the stream, and a ledger that restarts in the
 * middle is asked again without the caller noticing. */
static int stream(struct exchange *exchange)
{
    assert(exchange->request->descriptor == &ledger__v1__stream_orders_request__descriptor);
    const Ledger__V1__StreamOrdersRequest *request =
        (const Ledger__V1__StreamOrdersRequest *)(void *)exchange->request;
    Ledger__V1__StreamOrdersResponse response = LEDGER__V1__STREAM_ORDERS_RESPONSE__INIT;
    struct orders orders = {
        .exchange = exchange, .orders = request->orders, .count = request->n_orders};
    int no = pass_orders(&orders);
    if (no != 0)
        return no;
    response.results = orders.results;
    response.n_results = orders.count;
    enum failure failure = call_send(exchange->call, &response.base);
    return failure == FAILURE_NONE ? 0 : failure;
}

static int preview(struct exchange *exchange)
{
    assert(exchange->request->descriptor == &ledger__v1__preview_order_request__descriptor);
    const Ledger__V1__PreviewOrderRequest *request =
        (const Ledger__V1__PreviewOrderRequest *)(void *)exchange->request;
    Ledger__V1__PreviewOrderResponse *response =
        (Ledger__V1__PreviewOrderResponse *)(void *)exchange->response;
    struct check_result kept, result = {.refused = NULL};
    struct orders orders = {.exchange = exchange, .check_results = &kept};
    if (request->order == NULL)
        return call_invalid(exchange->call, "order", FAULT_REQUIRED,
                            "There is no order to preview.");
    int no = check_order(exchange, request->order, "order");
    if (no == 0)
        no = order_check_form(exchange, request->order, true);
    if (no == 0)
        no = order_check(&orders, request->order, &result);
    if (no == 0 && result.refused == NULL)
        no = order_preview_ceiling(exchange, request->order, &result.refused);
    if (no != 0 || result.refused == NULL)
        return no == 0 ? exchange_forward(exchange) : no;
    response->result = result_of(call_arena(exchange->call), result.refused);
    return 0;
}

/* More than fit in a bulk are refused, and nobody is asked of them. */
static void name_others_of(struct exchange *exchange, Ledger__V1__Order *const *orders,
                           size_t count)
{
    if (count <= ORDERS_MAX)
        orders_name_others(exchange, orders, count);
}

static void submit_names(struct exchange *exchange)
{
    const Ledger__V1__SubmitOrdersRequest *request =
        (const Ledger__V1__SubmitOrdersRequest *)(void *)exchange->request;
    name_others_of(exchange, request->orders, request->n_orders);
}

static void stream_names(struct exchange *exchange)
{
    const Ledger__V1__StreamOrdersRequest *request =
        (const Ledger__V1__StreamOrdersRequest *)(void *)exchange->request;
    name_others_of(exchange, request->orders, request->n_orders);
}

static void preview_names(struct exchange *exchange)
{
    const Ledger__V1__PreviewOrderRequest *request =
        (const Ledger__V1__PreviewOrderRequest *)(void *)exchange->request;
    name_others_of(exchange, &request->order, request->order != NULL ? 1 : 0);
}

const struct filter filter_submit_orders = {.name_others = submit_names, .instead = submit};
const struct filter filter_stream_orders = {
    .name_others = stream_names, .instead = stream, .streams = true};
const struct filter filter_preview_order = {.name_others = preview_names, .instead = preview};
