#include "gateway/service/rate.h"

#include "gateway/domain/refusals.h"
#include "gateway/service/limiter.h"
#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"
#include "runtime/base/source.h"

static const char *const whose[] = {"SOURCE", "PRINCIPAL", "ACCOUNT", NULL};
static struct metric limited = {.name = "gateway_rate_limited_total",
                                .help = "Calls that came too often, by whose.",
                                .kind = METRIC_COUNTER,
                                .labels = {"of"},
                                .values = whose};
METRIC_FROM_THE_START(limited);

static int refuse(struct call *call, const char *of, int64_t wait_ms)
{
    metric_add(&limited, of, 1);
    return call_refuse_retry(call, &too_often, REFUSAL_TERMS({"of", of}), wait_ms);
}

static enum limiter_of kind_of(const struct route *route)
{
    return route->kind == ROUTE_READ ? LIMITER_READS : LIMITER_WRITES;
}

/* ---- before the message is read ---- */

static const char *source_of(struct call *call, char source[SOURCE_SIZE])
{
    const char *certificate = call_peer_identity(call);
    return text_is_empty(certificate) ? source_of_address(call_source_address(call), source)
                                      : certificate;
}

int rate_guard(struct call *call)
{
    struct limiter *limiter = ((struct mounted_service *)call_context(call))->gateway->limiter;
    const struct route *route = route_find(call_method(call));
    char buffer[SOURCE_SIZE];
    const char *source = source_of(call, buffer);
    int64_t now_us = clock_monotonic_us();
    const struct identity_certificate *certificate;
    const struct limiter_caller caller = {exchange_token(call, &certificate), source};
    const char *principal_id = limiter_principal(limiter, &caller, now_us);
    int64_t wait_ms = limiter_take_source(limiter, source, now_us);
    if (wait_ms > 0)
        return refuse(call, "SOURCE", wait_ms);
    if (principal_id == NULL || route == NULL) {
        wait_ms = limiter_take_anonymous(limiter, source, call_method(call), now_us);
        return wait_ms == 0 ? 0 : refuse(call, "SOURCE", wait_ms);
    }
    wait_ms = limiter_take_principal(limiter, principal_id, kind_of(route), 1, now_us);
    return wait_ms == 0 ? 0 : refuse(call, "PRINCIPAL", wait_ms);
}

/* ---- afterwards ---- */

typedef int64_t take_fn(struct limiter *limiter, const char *name, enum limiter_of of,
                        int64_t count, int64_t now_us);

/* A stream is slowed down; a single call is told to come back. */
static int take_turn(struct exchange *exchange, take_fn *take, const char *name, enum limiter_of of,
                     int64_t count)
{
    struct limiter *limiter = exchange->gateway->limiter;
    int64_t wait_ms = take(limiter, name, of, count, clock_monotonic_us());
    while (wait_ms > 0 && exchange->note != NULL) {
        int no = task_sleep_ms(call_task(exchange->call), wait_ms);
        if (no != 0)
            return no;
        wait_ms = take(limiter, name, of, count, clock_monotonic_us());
    }
    return wait_ms == 0 ? 0
                        : refuse(exchange->call,
                                 take == limiter_take_principal ? "PRINCIPAL" : "ACCOUNT", wait_ms);
}

/* A token that the guard did not know from there is counted as the principal that its session or
 * key is of. */
int rate_of_session(struct exchange *exchange)
{
    struct limiter *limiter = exchange->gateway->limiter;
    int64_t now_us = clock_monotonic_us();
    char buffer[SOURCE_SIZE];
    const struct limiter_caller caller = {exchange->token, source_of(exchange->call, buffer)};
    if (limiter_principal(limiter, &caller, now_us) != NULL)
        return 0;
    limiter_note_session(limiter, &caller, exchange->session.principal_id, now_us);
    return take_turn(exchange, limiter_take_principal, exchange->session.principal_id,
                     kind_of(exchange->route), 1);
}

void rate_forget_session(struct exchange *exchange)
{
    char buffer[SOURCE_SIZE];
    limiter_forget_session(
        exchange->gateway->limiter,
        &(struct limiter_caller){exchange->token, source_of(exchange->call, buffer)});
}

int rate_of_message(struct exchange *exchange)
{
    if (exchange->note == NULL)
        return 0;
    return take_turn(exchange, limiter_take_principal, exchange->session.principal_id,
                     kind_of(exchange->route), 1);
}

int rate_of_account(struct exchange *exchange)
{
    const char *account_id = exchange->session.account_id;
    return text_is_empty(account_id)
               ? 0
               : take_turn(exchange, limiter_take_account, account_id, kind_of(exchange->route), 1);
}

int rate_of_orders(struct exchange *exchange, size_t count)
{
    const char *account_id = exchange->session.account_id;
    if (count == 0)
        return 0;
    int no = take_turn(exchange, limiter_take_principal, exchange->session.principal_id,
                       LIMITER_ORDERS, (int64_t)count);
    if (no == 0 && !text_is_empty(account_id))
        no = take_turn(exchange, limiter_take_account, account_id, LIMITER_ORDERS, (int64_t)count);
    return no;
}
