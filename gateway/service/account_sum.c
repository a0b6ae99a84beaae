/* B.5: sums over accounts, by currency. Each counts where the caller would be shown it alone; of a
 * reseller's customers a distributor is shown none, and they count as their reseller may see
 * them. */
#include <string.h>

#include "gateway/domain/access.h"
#include "gateway/domain/partner.h"
#include "gateway/domain/refusals.h"
#include "gateway/service/account_set.h"
#include "gateway/service/customer_view.h"
#include "gateway/service/rate.h"
#include "gateway/service/seen_account.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"

/* ---- which accounts ---- */

static void see(struct arena *arena, const struct account_set *set, struct seen_accounts *seen)
{
    seen->count = set->count;
    seen->items = arena_alloc_array(arena, set->count, sizeof *seen->items);
    for (size_t i = 0; i < set->count; i++)
        seen->items[i] = (struct seen_account){.account_id = set->account_ids[i]};
}

static bool has_term(const Identity__V1__Relation *relation, enum partner_permission term)
{
    bool has = false;
    for (size_t i = 0; i < relation->terms->n_permissions; i++)
        has |= (int)relation->terms->permissions[i] == (int)term;
    return has;
}

/* A stranger hears what one of an account that does not exist would hear. */
static int judge_reseller(struct exchange *exchange, const char *reseller_id,
                          struct seen_account *reseller)
{
    *reseller = (struct seen_account){.account_id = reseller_id};
    struct seen_accounts one = {.items = reseller, .count = 1};
    int no = seen_judge(exchange, &one);
    if (no != 0)
        return no;
    bool is_customer = text_equal(reseller->partner_account_id, exchange->session.account_id) &&
                       (reseller->balance.shown || reseller->consumption.shown);
    return is_customer ? 0
                       : call_refuse(exchange->call, access_refusal(ACCESS_DENIED),
                                     REFUSAL_TERMS({"permission", exchange->route->permission}));
}

static int see_of_reseller(struct exchange *exchange, struct id reseller_id,
                           struct account_set *set, struct seen_accounts *seen)
{
    struct arena *arena = call_arena(exchange->call);
    struct seen_account reseller;
    char *id = arena_alloc(arena, ID_TEXT_SIZE);
    int no = judge_reseller(exchange, id_format(reseller_id, id), &reseller);
    if (no == 0)
        no = account_set_customers(exchange, id, set);
    if (no == 0)
        no = rate_of_orders(exchange, set->count);
    if (no != 0)
        return no;
    see(arena, set, seen);
    for (size_t i = 0; i < set->count; i++) {
        struct seen_account *account = &seen->items[i];
        account->is_reached = true;
        account->balance = reseller.balance;
        account->consumption = reseller.consumption;
        account->balance.shown &= has_term(set->relations[i], PARTNER_VIEW_BALANCE);
        account->consumption.shown &= has_term(set->relations[i], PARTNER_VIEW_CONSUMPTION);
    }
    return 0;
}

static int see_own(struct exchange *exchange, const struct get_account_sums *request,
                   struct account_set *set, struct seen_accounts *seen)
{
    char text[ID_TEXT_SIZE];
    const char *account_id = id_format(request->account_id, text);
    bool of_customers = request->scope == GATEWAY__V1__SUM_SCOPE__SUM_SCOPE_CUSTOMERS;
    int no = of_customers ? account_set_customers(exchange, account_id, set)
                          : account_set_below(exchange, account_id, set);
    if (no == 0)
        no = rate_of_orders(exchange, set->count);
    if (no != 0)
        return no;
    see(call_arena(exchange->call), set, seen);
    return seen_judge(exchange, seen);
}

/* ---- the sums ---- */

static Gateway__V1__AccountSum *
sum_of(struct arena *arena, Gateway__V1__GetAccountSumsResponse *response, const char *currency)
{
    size_t place = 0;
    while (place < response->n_sums && strcmp(response->sums[place]->currency, currency) < 0)
        place++;
    if (place < response->n_sums && text_equal(response->sums[place]->currency, currency))
        return response->sums[place];
    Gateway__V1__AccountSum *sum = arena_alloc(arena, sizeof *sum);
    gateway__v1__account_sum__init(sum);
    sum->currency = arena_strdup(arena, currency);
    memmove(response->sums + place + 1, response->sums + place,
            (response->n_sums - place) * sizeof *response->sums);
    response->sums[place] = sum;
    response->n_sums++;
    return sum;
}

/* E31 */
static bool add_balance(Gateway__V1__AccountSum *sum, const Ledger__V1__Balance *balance)
{
    sum->account_count++;
    return amount_add(sum->cash_micros, balance->cash_micros, &sum->cash_micros) &&
           amount_add(sum->available_micros, balance->available_micros, &sum->available_micros) &&
           amount_add(sum->unbilled_micros, balance->unbilled_micros, &sum->unbilled_micros) &&
           amount_add(sum->outstanding_micros, balance->outstanding_micros,
                      &sum->outstanding_micros);
}

static bool add_consumption(Gateway__V1__AccountSum *sum, const Ledger__V1__Consumption *consumed)
{
    sum->consumer_count++;
    return amount_add(sum->consumed_micros, consumed->amount_micros, &sum->consumed_micros);
}

static bool add(struct exchange *exchange, const struct seen_account *account,
                Gateway__V1__GetAccountSumsResponse *response)
{
    struct arena *arena = call_arena(exchange->call);
    bool fits = true;
    exchange->is_masked |= account->balance.masked || account->consumption.masked;
    response->hidden_count += !account->balance.shown && !account->consumption.shown;
    if (account->has != NULL)
        fits &= add_balance(sum_of(arena, response, account->has->currency), account->has);
    if (account->consumed != NULL)
        fits &= add_consumption(sum_of(arena, response, account->consumed->currency),
                                account->consumed);
    return fits;
}

static int add_all(struct exchange *exchange, const struct seen_accounts *seen,
                   Gateway__V1__GetAccountSumsResponse *response)
{
    bool was_masked = exchange->is_masked, fits = true;
    response->sums =
        arena_alloc_array(call_arena(exchange->call), 2 * seen->count + 1, sizeof *response->sums);
    for (size_t i = 0; i < seen->count; i++)
        if (seen->items[i].is_reached)
            fits &= add(exchange, &seen->items[i], response);
    if (!fits)
        return call_refuse(exchange->call, &sum_too_large, NO_TERMS);
    if (exchange->is_masked && !was_masked)
        call_set_trailer(exchange->call, "kontor-masked", "true");
    response->balances_missing = seen->missing;
    return 0;
}

int get_account_sums(struct exchange *exchange, const struct get_account_sums *request,
                     Gateway__V1__GetAccountSumsResponse *response)
{
    struct act_span span = {request->start_us, request->end_us};
    struct seen_accounts seen = {.span = &span, .is_summed = true};
    struct account_set *set = arena_alloc(call_arena(exchange->call), sizeof *set);
    bool of_reseller = request->scope == GATEWAY__V1__SUM_SCOPE__SUM_SCOPE_RESELLER;
    if (!act_span_complete(&span, clock_now_us()))
        return call_invalid(exchange->call, "start_time", FAULT_OUT_OF_RANGE,
                            "Before end_time, by 366 days at most.");
    if ((unsigned)request->scope > GATEWAY__V1__SUM_SCOPE__SUM_SCOPE_RESELLER)
        return call_invalid(exchange->call, "scope", FAULT_UNKNOWN_VALUE, "The scope is unknown.");
    if (of_reseller == id_is_nil(request->reseller_account_id))
        return call_invalid(exchange->call, "reseller_account_id",
                            of_reseller ? FAULT_REQUIRED : FAULT_MISMATCH,
                            "Names the reseller of scope RESELLER, and of no other.");
    int no = of_reseller ? see_of_reseller(exchange, request->reseller_account_id, set, &seen)
                         : see_own(exchange, request, set, &seen);
    if (no == 0)
        no = seen_read(exchange, &seen);
    return no == 0 ? add_all(exchange, &seen, response) : no;
}
