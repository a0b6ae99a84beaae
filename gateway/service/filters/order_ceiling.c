#include "gateway/domain/refusals.h"
#include "gateway/service/ceiling.h"
#include "gateway/service/ceiling_refusal.h"
#include "gateway/service/filters/orders.h"

static struct ceiling_act act_of(const ProtobufCMessage *request)
{
    return (struct ceiling_act){.route = route_find_request(request->descriptor->name),
                                .request = request};
}

/* The places of the orders that may be over a ceiling, and their acts. */
struct counting {
    size_t *places;
    struct ceiling_act *acts;
    size_t count;
};

static struct counting gather(struct orders *orders)
{
    struct arena *arena = call_arena(orders->exchange->call);
    struct counting counting = {
        .places = arena_alloc_array(arena, orders->count, sizeof(size_t)),
        .acts = arena_alloc_array(arena, orders->count, sizeof(struct ceiling_act))};
    for (size_t i = 0; i < orders->count; i++) {
        if (orders->refused[i] != NULL || !ceiling_bounds(order_request(orders->orders[i])))
            continue;
        orders->counted[i] = order_own_request(orders->exchange, orders->orders[i]);
        counting.places[counting.count] = i;
        counting.acts[counting.count++] = act_of(orders->counted[i]);
    }
    return counting;
}

int orders_count(struct orders *orders)
{
    struct counting counting = gather(orders);
    int no = ceilings_count(orders->exchange, counting.acts, counting.count);
    for (size_t i = 0; i < counting.count && no == 0; i++) {
        size_t place = counting.places[i];
        if (ceiling_refuse(orders->exchange, &counting.acts[i]) == 0)
            continue;
        orders->counted[place] = NULL;
        const char *reason = arena_strdup(call_arena(orders->exchange->call),
                                          call_refusal_reason(orders->exchange->call));
        no = order_take_refusal(orders->exchange, &orders->refused[place]);
        if (no == 0)
            no = orders_keep_act(orders, place, reason);
    }
    return no == 0 ? orders_fail_groups(orders, &group_failed) : no;
}

static bool is_refused(const struct orders *orders, size_t place)
{
    const Ledger__V1__OrderResult *result = orders->results[place];
    return result->outcome_case == LEDGER__V1__ORDER_RESULT__OUTCOME_REFUSED &&
           ceiling_is_given_back(result->refused->code);
}

void orders_give_back(struct orders *orders)
{
    struct arena *arena = call_arena(orders->exchange->call);
    const ProtobufCMessage **back = arena_alloc_array(arena, orders->count, sizeof(*back));
    size_t count = 0;
    for (size_t i = 0; i < orders->count; i++)
        if (orders->counted[i] != NULL && is_refused(orders, i))
            back[count++] = orders->counted[i];
    ceilings_give_back(orders->exchange, back, count);
}

int order_preview_ceiling(struct exchange *exchange, const Ledger__V1__Order *order,
                          Google__Rpc__Status **refused)
{
    struct ceiling_act act = act_of(order_own_request(exchange, order));
    int no = ceiling_preview(exchange, &act);
    return no > 0 ? order_take_refusal(exchange, refused) : no;
}
