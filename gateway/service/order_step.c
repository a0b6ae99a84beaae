/* Orders together. An order may do what the rpc of its request may, by that rpc's own row and step,
 * and hears the same no:
 *
 *   who may not send one of them, has the whole call refused, and the refusal names the order: who
 * calls is a matter of the call; what stands in the way of one of them (readiness, another company)
 * is that order's result, and its group's: each is judged by itself.
 *
 * The others go to the ledger together, in their order. */
#include <assert.h>
#include <inttypes.h>

#include "gateway/domain/access.h"
#include "gateway/domain/refusals.h"
#include "gateway/service/message_field.h"
#include "gateway/service/rate.h"
#include "gateway/service/step.h"
#include "google/rpc/status.pb-c.h"
#include "ledger/v1/order.pb-c.h"
#include "runtime/rpc/message.h"

#define ORDERS_MAX 1000

/* What a step said of one thing that it looks at, so that nobody is asked twice. */
struct finding {
    const struct step *step;
    const char *about;
    Google__Rpc__Status *refused; /* NULL: nothing stands in the way */
};

struct orders {
    struct passage *passage;
    Ledger__V1__Order **orders;
    size_t count;
    struct finding *findings;
    size_t finding_count;
    bool *same_company;            /* by place: identity said so already */
    Google__Rpc__Status **refused; /* by place */
    Ledger__V1__OrderResult **results;
};

/* The request that the order is; NULL when it is none that is known here. A field that is not known
 * may be a kind to the ledger. */
static const ProtobufCMessage *request_of(const Ledger__V1__Order *order)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field(order->base.descriptor, (unsigned)order->kind_case);
    return field != NULL && order->base.n_unknown_fields == 0
               ? message_field_message(&order->base, field->name)
               : NULL;
}

/* ---- who may send it ---- */

static int check_order(struct passage *passage, const Ledger__V1__Order *order, const char *field)
{
    const ProtobufCMessage *request = request_of(order);
    if (request == NULL)
        return call_invalid(passage->call, field,
                            "An order holds one request, of a kind that is known here.");
    const struct route *route = route_find_request(request->descriptor->name);
    const struct step *step = route != NULL ? step_of(route->step) : NULL;
    if (step == NULL || step->instead != NULL || step->after != NULL)
        return call_refuse(passage->call, &passage_not_public, REFUSAL_TERMS({"field", field}));
    enum access_verdict verdict = access_decide(route, true, passage->session.roles);
    if (verdict == ACCESS_GRANTED)
        return 0;
    return call_refuse(passage->call, access_refusal(verdict),
                       REFUSAL_TERMS({"permission", route->permission}, {"field", field}));
}

static int check_orders(const struct orders *orders)
{
    int no = 0;
    for (size_t i = 0; i < orders->count && no == 0; i++) {
        char field[32];
        bool fits = text_print(field, sizeof(field), "orders[%zu]", i);
        assert(fits);
        (void)fits;
        no = check_order(orders->passage, orders->orders[i], field);
    }
    return no;
}

/* ---- whether it is well formed ---- */

/* As its own rpc would be (E35): the call's account is its account. A preview may do without a
 * request id. */
static int check_form(struct passage *passage, const Ledger__V1__Order *order, bool is_preview)
{
    const ProtobufCMessage *given = request_of(order);
    ProtobufCMessage *request =
        arena_memdup(call_arena(passage->call), given, given->descriptor->sizeof_message);
    char *any_id = is_preview ? arena_strdup(call_arena(passage->call),
                                             message_field_text(passage->request, "account_id"))
                              : NULL;
    if (request == NULL || (is_preview && any_id == NULL))
        return FAILURE_EXHAUSTED;
    if (is_preview && text_is_empty(message_field_text(request, "request_id")))
        message_field_set_text(request, "request_id", any_id);
    return forms_check(&passage->gateway->forms, request, passage->call);
}

/* ---- what stands in its way ---- */

/* What is a verdict on the order; anything else says that the question could not be answered. */
static bool is_verdict(int no)
{
    return no == CODE_FAILED_PRECONDITION || no == CODE_INVALID_ARGUMENT || no == CODE_NOT_FOUND ||
           no == CODE_PERMISSION_DENIED;
}

static int take_refusal(struct passage *passage, Google__Rpc__Status **refused)
{
    struct bytes packed = call_take_refusal(passage->call);
    if (packed.size == 0) /* there was no memory for it */
        return FAILURE_EXHAUSTED;
    *refused = (Google__Rpc__Status *)(void *)message_unpack(
        call_arena(passage->call), &google__rpc__status__descriptor, packed);
    return *refused != NULL ? 0 : FAILURE_EXHAUSTED;
}

/* The step of the order's own rpc, for the acting account of the call. */
static int ask_step(struct passage *passage, const struct route *route,
                    const ProtobufCMessage *request, Google__Rpc__Status **refused)
{
    struct passage part = *passage;
    char *account_id =
        arena_strdup(call_arena(passage->call), message_field_text(passage->request, "account_id"));
    part.route = route;
    part.request =
        arena_memdup(call_arena(passage->call), request, request->descriptor->sizeof_message);
    if (part.request == NULL || account_id == NULL)
        return FAILURE_EXHAUSTED;
    message_field_set_text(part.request, "account_id", account_id);
    int no = step_of(route->step)->before(&part);
    return is_verdict(no) ? take_refusal(passage, refused) : no;
}

static struct finding *find_finding(struct orders *orders, const struct step *step,
                                    const char *about)
{
    for (size_t i = 0; i < orders->finding_count; i++) {
        if (orders->findings[i].step == step && text_equal(orders->findings[i].about, about))
            return &orders->findings[i];
    }
    return NULL;
}

static int judge_order(struct orders *orders, const Ledger__V1__Order *order,
                       Google__Rpc__Status **refused)
{
    const ProtobufCMessage *request = request_of(order);
    const struct route *route = route_find_request(request->descriptor->name);
    const struct step *step = step_of(route->step);
    if (step->before == NULL)
        return 0;
    assert(step->looks_at != NULL);
    const char *about = message_field_text(request, step->looks_at);
    struct finding *finding = find_finding(orders, step, about);
    int no = 0;
    if (finding == NULL) {
        finding = &orders->findings[orders->finding_count++];
        *finding = (struct finding){.step = step, .about = about};
        no = ask_step(orders->passage, route, request, &finding->refused);
    }
    *refused = finding->refused;
    return no;
}

/* ---- companies, all at once ---- */

/* The others of the company that orders name, and where each stands. */
struct others {
    char **account_ids;
    size_t *places;
    bool *same;
    size_t count;
};

static bool gather_others(const struct orders *orders, struct others *others)
{
    struct arena *arena = call_arena(orders->passage->call);
    others->account_ids = arena_alloc_array(arena, orders->count, sizeof(*others->account_ids));
    others->places = arena_alloc_array(arena, orders->count, sizeof(*others->places));
    others->same = arena_alloc_array(arena, orders->count, sizeof(*others->same));
    if (others->account_ids == NULL || others->places == NULL || others->same == NULL)
        return false;
    for (size_t i = 0; i < orders->count; i++) {
        const ProtobufCMessage *request = request_of(orders->orders[i]);
        struct id id;
        char *const *texts;
        if (orders->refused[i] != NULL ||
            route_find_request(request->descriptor->name)->step != STEP_SAME_COMPANY ||
            message_field_texts(request, step_of(STEP_SAME_COMPANY)->looks_at, &texts) == 0 ||
            !id_parse(texts[0], &id))
            continue;
        others->places[others->count] = i;
        others->account_ids[others->count++] = texts[0];
    }
    return true;
}

/* Accounts of the same company are the rule, so one question settles them; any other account's
 * order asks by itself, to be told why. */
static int find_same_company(struct orders *orders)
{
    struct passage *passage = orders->passage;
    struct others others = {0};
    struct rpc_status status;
    if (!gather_others(orders, &others))
        return FAILURE_EXHAUSTED;
    if (others.count < 2)
        return 0;
    int no = identity_companies_compare(call_task(passage->call), passage->gateway->identity,
                                        message_field_text(passage->request, "account_id"),
                                        others.account_ids, others.count, others.same, &status);
    for (size_t i = 0; i < others.count && no == 0; i++)
        orders->same_company[others.places[i]] = others.same[i];
    return passage_answer(passage, no, &status);
}

/* ---- groups ---- */

static size_t group_end(const struct orders *orders, size_t first)
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
static int fail_groups(struct orders *orders, const struct refusal *refusal)
{
    Google__Rpc__Status *failed = NULL;
    for (size_t first = 0, end; first < orders->count; first = end) {
        end = group_end(orders, first);
        if (!any_refused(orders, first, end))
            continue;
        if (failed == NULL) {
            call_refuse(orders->passage->call, refusal, NO_TERMS);
            int no = take_refusal(orders->passage, &failed);
            if (no != 0)
                return no;
        }
        for (size_t i = first; i < end; i++)
            orders->refused[i] = orders->refused[i] == NULL ? failed : orders->refused[i];
    }
    return 0;
}

static int judge_orders(struct orders *orders)
{
    int no = 0;
    for (size_t i = 0; i < orders->count && no == 0; i++) {
        no = check_form(orders->passage, orders->orders[i], false);
        if (is_verdict(no))
            no = take_refusal(orders->passage, &orders->refused[i]);
    }
    if (no == 0) /* as the ledger says it of a group */
        no = fail_groups(orders, &group_malformed);
    if (no == 0)
        no = find_same_company(orders);
    for (size_t i = 0; i < orders->count && no == 0; i++) {
        if (orders->refused[i] == NULL && !orders->same_company[i])
            no = judge_order(orders, orders->orders[i], &orders->refused[i]);
    }
    return no == 0 ? fail_groups(orders, &group_failed) : no;
}

/* ---- to the ledger and back ---- */

static bool make_room(struct orders *orders)
{
    struct arena *arena = call_arena(orders->passage->call);
    orders->findings = arena_alloc_array(arena, orders->count, sizeof(*orders->findings));
    orders->same_company = arena_alloc_array(arena, orders->count, sizeof(*orders->same_company));
    orders->refused = arena_alloc_array(arena, orders->count, sizeof(*orders->refused));
    orders->results = arena_alloc_array(arena, orders->count, sizeof(*orders->results));
    return orders->findings != NULL && orders->same_company != NULL && orders->refused != NULL &&
           orders->results != NULL;
}

static Ledger__V1__OrderResult *result_of(struct arena *arena, Google__Rpc__Status *refused)
{
    Ledger__V1__OrderResult *result = arena_alloc(arena, sizeof(*result));
    if (result == NULL)
        return NULL;
    ledger__v1__order_result__init(result);
    result->outcome_case = LEDGER__V1__ORDER_RESULT__OUTCOME_REFUSED;
    result->refused = refused;
    return result;
}

/* The orders that nothing stands in the way of; each has its request_id, so the call may be
 * repeated. */
static int settle(struct orders *orders, Ledger__V1__SubmitOrdersRequest *request,
                  Ledger__V1__SubmitOrdersResponse **response)
{
    struct passage *passage = orders->passage;
    struct rpc_header headers[PASSAGE_HEADERS];
    passage_headers(passage, headers);
    struct rpc_call_options options = {.headers = headers};
    struct rpc_status status;
    enum failure failure =
        RPC_CALL_WITH(call_task(passage->call), passage->peer, &options, ledger__v1__order_service,
                      submit_orders, request, response, &status);
    int no = passage_answer(passage, failure, &status);
    return no != 0 || (*response)->n_results == request->n_orders ? no : FAILURE_INTERNAL;
}

static int settle_the_rest(struct orders *orders)
{
    struct arena *arena = call_arena(orders->passage->call);
    Ledger__V1__SubmitOrdersRequest request = LEDGER__V1__SUBMIT_ORDERS_REQUEST__INIT;
    Ledger__V1__SubmitOrdersResponse *response = NULL;
    request.account_id =
        arena_strdup(arena, message_field_text(orders->passage->request, "account_id"));
    request.company_id =
        arena_strdup(arena, message_field_text(orders->passage->request, "company_id"));
    request.orders = arena_alloc_array(arena, orders->count, sizeof(*request.orders));
    if (request.account_id == NULL || request.company_id == NULL || request.orders == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < orders->count; i++) {
        if (orders->refused[i] == NULL)
            request.orders[request.n_orders++] = orders->orders[i];
    }
    int no = request.n_orders > 0 ? settle(orders, &request, &response) : 0;
    for (size_t i = 0, settled = 0; i < orders->count && no == 0; i++) {
        orders->results[i] = orders->refused[i] != NULL ? result_of(arena, orders->refused[i])
                                                        : response->results[settled++];
        if (orders->results[i] == NULL)
            no = FAILURE_EXHAUSTED;
    }
    return no;
}

static int pass_orders(struct orders *orders)
{
    bool fits = orders->count >= 1 && orders->count <= ORDERS_MAX;
    int no = fits ? check_orders(orders) : 0;
    if (no != 0)
        return no;
    if (!fits || orders->orders[orders->count - 1]->linked)
        return call_refuse(orders->passage->call, &too_many_orders, NO_TERMS);
    if (!make_room(orders))
        return FAILURE_EXHAUSTED;
    no = rate_of_orders(orders->passage, orders->count); /* S4 */
    if (no == 0)
        no = judge_orders(orders);
    return no == 0 ? settle_the_rest(orders) : no;
}

/* ---- the three rpcs ---- */

int step_submit_orders(struct passage *passage)
{
    assert(passage->request->descriptor == &ledger__v1__submit_orders_request__descriptor);
    const Ledger__V1__SubmitOrdersRequest *request =
        (const Ledger__V1__SubmitOrdersRequest *)(void *)passage->request;
    Ledger__V1__SubmitOrdersResponse *response =
        (Ledger__V1__SubmitOrdersResponse *)(void *)passage->response;
    struct orders orders = {
        .passage = passage, .orders = request->orders, .count = request->n_orders};
    int no = pass_orders(&orders);
    response->results = orders.results;
    response->n_results = no == 0 ? orders.count : 0;
    return no;
}

/* One message of a stream is one call to the ledger, and the next is asked for when its results
 * were taken: so orders are settled in the order of the stream, and a ledger that restarts in the
 * middle is asked again without the caller noticing. */
int step_stream_orders(struct passage *passage)
{
    assert(passage->request->descriptor == &ledger__v1__stream_orders_request__descriptor);
    const Ledger__V1__StreamOrdersRequest *request =
        (const Ledger__V1__StreamOrdersRequest *)(void *)passage->request;
    Ledger__V1__StreamOrdersResponse response = LEDGER__V1__STREAM_ORDERS_RESPONSE__INIT;
    struct orders orders = {
        .passage = passage, .orders = request->orders, .count = request->n_orders};
    int no = pass_orders(&orders);
    if (no != 0)
        return no;
    response.results = orders.results;
    response.n_results = orders.count;
    enum failure failure = call_send(passage->call, &response.base);
    return failure == FAILURE_NONE ? 0 : failure;
}

int step_preview_order(struct passage *passage)
{
    assert(passage->request->descriptor == &ledger__v1__preview_order_request__descriptor);
    const Ledger__V1__PreviewOrderRequest *request =
        (const Ledger__V1__PreviewOrderRequest *)(void *)passage->request;
    Ledger__V1__PreviewOrderResponse *response =
        (Ledger__V1__PreviewOrderResponse *)(void *)passage->response;
    struct finding finding;
    struct orders orders = {.passage = passage, .findings = &finding};
    Google__Rpc__Status *refused = NULL;
    if (request->order == NULL)
        return call_invalid(passage->call, "order", "There is no order to preview.");
    int no = check_order(passage, request->order, "order");
    if (no == 0)
        no = check_form(passage, request->order, true);
    if (no == 0)
        no = judge_order(&orders, request->order, &refused);
    if (no != 0 || refused == NULL)
        return no == 0 ? passage_forward(passage) : no;
    response->result = result_of(call_arena(passage->call), refused);
    return response->result != NULL ? 0 : FAILURE_EXHAUSTED;
}
