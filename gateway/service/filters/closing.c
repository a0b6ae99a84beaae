/* Closing an account (ID-12, ID-15): its obstacles are in three contexts, and are told whole.
 * An account is closed for relations first and for top-ups, each together with a look at what there
 * is, and then in the ledger, together with a look at what is in it; so neither a partner nor money
 * slips in between. When one refuses, the others are open again. A gateway that dies in the middle
 * leaves an account without new relations and top-ups until an operator says its state again;
 * earlier payments would wait in suspense. */
#include <assert.h>
#include <inttypes.h>

#include "gateway/domain/access.h"
#include "gateway/domain/company.h"
#include "gateway/jobs/upstream_watch.h"
#include "gateway/peers/identity_relation.h"
#include "gateway/service/closing.h"
#include "gateway/service/filter.h"
#include "ledger/v1/account.pb-c.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"

/* A customer's money is told an operator by a look alone: who may not list the obstacles hears only
 * which there are. */
static bool may_see_amounts(const struct exchange *exchange)
{
    const struct route *list = route_find_permission("gateway.closing.list");
    const struct access_holder holder = exchange_holder(exchange);
    return list != NULL && access_decide(list, &holder) == ACCESS_GRANTED &&
           !access_is_masked(list, &holder);
}

static const char *tell(struct exchange *exchange, const struct closing_blocker *row)
{
    char amount[AMOUNT_TEXT_SIZE], until[CLOCK_TEXT_SIZE];
    if (!may_see_amounts(exchange))
        return row->sentence;
    if (row->until_us != 0)
        return arena_printf(call_arena(exchange->call), "%s Count: %" PRId64 "; until %s.",
                            row->sentence, row->count, clock_format(row->until_us, until));
    if (row->count != 0)
        return arena_printf(call_arena(exchange->call), "%s Count: %" PRId64 ".", row->sentence,
                            row->count);
    if (text_is_empty(row->currency))
        return arena_printf(call_arena(exchange->call), "%s Relation %s.", row->sentence,
                            row->relation_id);
    return arena_printf(call_arena(exchange->call), "%s %s %s", row->sentence,
                        amount_format(row->amount_micros, currency_find(row->currency), amount),
                        row->currency);
}

static int refuse(struct exchange *exchange, const char *account_id,
                  const struct closing_blockers *found)
{
    for (size_t i = 0; i < found->count; i++)
        call_add_precondition_violation(exchange->call, found->rows[i].reason, account_id,
                                        tell(exchange, &found->rows[i]));
    return call_refuse_violations(exchange->call);
}

static struct peer_call to(struct exchange *exchange, struct rpc_client *peer,
                           struct rpc_status *status)
{
    return (struct peer_call){call_task(exchange->call), peer, status};
}

static int set_closed(struct exchange *exchange, const char *account_id, bool closed)
{
    struct rpc_status status;
    enum failure failure = identity_closed_set(to(exchange, exchange->gateway->identity, &status),
                                               account_id, closed, id_new(clock_now_us()));
    int no = exchange_result(exchange, failure, &status);
    if (no != 0)
        return no;
    failure = payments_closed_set(to(exchange, exchange->gateway->payments, &status), account_id,
                                  closed, id_new(clock_now_us()));
    return exchange_result(exchange, failure, &status);
}

/* After a no, which is what the caller hears. */
static void open_again(struct exchange *exchange, const char *account_id)
{
    struct rpc_status status;
    (void)!identity_closed_set(to(exchange, exchange->gateway->identity, &status), account_id,
                               false, id_new(clock_now_us()));
    (void)!payments_closed_set(to(exchange, exchange->gateway->payments, &status), account_id,
                               false, id_new(clock_now_us()));
}

/* A peer's own no, of what came in between. */
static int without_amounts(struct exchange *exchange, int no)
{
    if (no > 0 && !may_see_amounts(exchange))
        call_withhold(exchange->call);
    return no;
}

static int close_account(struct exchange *exchange, const char *account_id, const char *company_id)
{
    struct closing_blockers found;
    int no = closing_find_blockers(exchange, account_id, company_id, &found);
    if (no != 0)
        return no;
    if (found.count > 0)
        return refuse(exchange, account_id, &found);
    no = set_closed(exchange, account_id, true);
    if (no == 0)
        no = exchange_forward(exchange);
    if (no == CODE_FAILED_PRECONDITION || no == CODE_INVALID_ARGUMENT ||
        no == CODE_NOT_FOUND) /* nothing was done there */
        open_again(exchange, account_id);
    return without_amounts(exchange, no);
}

/* B.3: customers of a partner that is frozen hear of it at once; should that fail, the next look at
 * partners makes it good. */
static int set_open(struct exchange *exchange, const char *account_id)
{
    int no = set_closed(exchange, account_id, false);
    if (no == 0)
        (void)!upstream_watch_look(call_task(exchange->call), exchange->gateway, account_id);
    return no;
}

static int update(struct exchange *exchange)
{
    assert(exchange->request->descriptor == &ledger__v1__update_account_request__descriptor);
    const Ledger__V1__UpdateAccountRequest *request =
        (const Ledger__V1__UpdateAccountRequest *)(void *)exchange->request;
    bool state = false;
    for (size_t i = 0; i < request->n_update_fields; i++) {
        state |= text_equal(request->update_fields[i], "state");
        if (company_is_fact_of_it(request->update_fields[i]))
            return call_invalid(exchange->call, "update_fields", FAULT_UNKNOWN_VALUE,
                                "names what a company's verification alone decides");
    }
    if (state && request->state == LEDGER__V1__ACCOUNT_STATE__ACCOUNT_STATE_CLOSED)
        return close_account(exchange, request->account_id, request->company_id);
    int no = exchange_forward(exchange);
    return no == 0 && state ? set_open(exchange, request->account_id) : no;
}

const struct filter filter_update_account = {.instead = update};
