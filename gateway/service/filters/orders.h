/* Orders together. An order may do what the rpc of its request may, by that rpc's own row and
 * filter, and hears the same no:
 *
 *   a caller who may not send one of them has the whole call refused, and the refusal names the
 *   order: who calls is a matter of the call;
 *   an obstacle of one of them (readiness, another company) is that order's result, and its
 * group's: each is judged by itself.
 *
 * The others go to the ledger together, in their order. */
#ifndef GATEWAY_SERVICE_FILTERS_ORDERS_H
#define GATEWAY_SERVICE_FILTERS_ORDERS_H

#include "gateway/service/filter.h"
#include "google/rpc/status.pb-c.h"
#include "ledger/v1/order.pb-c.h"

/* The answer of a filter about one thing that it looks at, so that nobody is asked twice. */
struct check_result {
    const struct filter *filter;
    const char *about, *about_too;
    Google__Rpc__Status *refused; /* NULL: nothing stands in the way */
    const char *reason;           /* of the refusal */
    bool stops_new;               /* a freeze: what was done before hears its answer (E32) */
};

struct orders {
    struct exchange *exchange;
    Ledger__V1__Order **orders;
    size_t count;
    struct check_result *check_results;
    size_t check_result_count;
    Google__Rpc__Status **refused;     /* by place */
    const char **reasons;              /* of the gateway's own refusals, by place: acts (GW-07) */
    bool *stopped;                     /* by a freeze, by place */
    const ProtobufCMessage **counted;  /* under ceilings, by place; NULL: not */
    Ledger__V1__OrderResult **results; /* of one that a freeze stops: what it was before, or NULL */
};

/* Keeps the act of one that the gateway refused: the ledger never hears of it (GW-07). */
int orders_keep_act(struct orders *orders, size_t place, const char *reason);

/* The request that the order is; NULL when it is none that is known here. A field that is not known
 * may be a kind to the ledger. */
const ProtobufCMessage *order_request(const Ledger__V1__Order *order);

/* The filter of the order's own rpc; NULL when it has one that an order cannot pass. */
const struct filter *order_filter(const struct route *route);

/* Whether it is well formed as its own rpc would be (E35): the call's account is its account. A
 * preview may do without a request id. */
int order_check_form(struct exchange *exchange, const Ledger__V1__Order *order, bool is_preview);

/* Before the admission: the other accounts that orders name, for identity's one answer. */
void orders_name_others(struct exchange *exchange, Ledger__V1__Order *const *orders, size_t count);

/* *result has the refusal when something stands in the way of the order. */
int order_check(struct orders *orders, const Ledger__V1__Order *order, struct check_result *result);

/* All of them; refused[] is set by place, that of groups, too. */
int orders_check(struct orders *orders);

/* Counts those that nothing stands in the way of under the ceilings (PAY-26), and refuses those
 * over one; orders_give_back: what was refused since then counts no more. */
int orders_count(struct orders *orders);
void orders_give_back(struct orders *orders);
int order_preview_ceiling(struct exchange *exchange, const Ledger__V1__Order *order,
                          Google__Rpc__Status **refused);

/* One past the last order of the group that begins at first. */
size_t orders_group_end(const struct orders *orders, size_t first);

/* The same no for the whole group of a refused order. */
int orders_fail_groups(struct orders *orders, const struct refusal *refusal);

/* The no of the call becomes one order's. */
int order_take_refusal(struct exchange *exchange, Google__Rpc__Status **refused);

/* The request as its own rpc would have it: the call's account is its account. */
ProtobufCMessage *order_own_request(struct exchange *exchange, const Ledger__V1__Order *order);

#endif
