#include "gateway/domain/access.h"
#include "gateway/peers/view_peer.h"
#include "gateway/service/account_view.h"
#include "gateway/service/customer_view.h"
#include "gateway/service/approval.h"
#include "gateway/service/company.h"
#include "gateway/service/readiness.h"
#include "gateway/store/approval_store.h"
#include "runtime/base/clock.h"

#define list_accounts_linkage extern
#define list_customers_linkage extern
#define get_account_sums_linkage extern
#include "gateway/service/overview_rpc.h"

#define ROWS_MAX 5

/* An overview being made. */
struct overview {
    struct exchange *exchange;
    struct ledger_place place; /* company_id "": nothing of it is in the ledger yet */
    Gateway__V1__GetOverviewResponse *response;
};

/* 0: the peer answered, or knows nothing of the account, which is nothing. Else a no, of which the
 * call is told nothing. */
static int heard(enum failure failure, const struct rpc_status *status, bool *answered)
{
    *answered = failure == FAILURE_NONE && status->code == CODE_OK;
    if (failure != FAILURE_NONE)
        return failure;
    return status->code == CODE_OK || status->code == CODE_NOT_FOUND ? 0 : (int)status->code;
}

static struct peer_call ask(const struct overview *overview, struct rpc_client *peer,
                            struct rpc_status *status)
{
    return (struct peer_call){call_task(overview->exchange->call), peer, status};
}

static int show_balance(struct overview *overview)
{
    struct rpc_status status;
    Ledger__V1__GetBalanceResponse *found = NULL;
    bool answered;
    enum failure failure = view_balance(ask(overview, overview->exchange->gateway->ledger, &status),
                                        &overview->place, &found);
    int no = heard(failure, &status, &answered);
    if (answered)
        overview->response->balance = found->balance;
    return no;
}

static int show_credit_limit(struct overview *overview)
{
    struct rpc_status status;
    Ledger__V1__GetCreditLimitResponse *found = NULL;
    bool answered;
    enum failure failure = view_credit_limit(
        ask(overview, overview->exchange->gateway->ledger, &status), &overview->place, &found);
    int no = heard(failure, &status, &answered);
    if (answered)
        overview->response->credit_limit = found->credit_limit;
    return no;
}

static int show_holds(struct overview *overview)
{
    struct rpc_status status;
    Ledger__V1__ListHoldsResponse *found = NULL;
    bool answered;
    enum failure failure = view_holds(ask(overview, overview->exchange->gateway->ledger, &status),
                                      &overview->place, ROWS_MAX, &found);
    int no = heard(failure, &status, &answered);
    if (answered) {
        overview->response->holds = found->holds;
        overview->response->n_holds = found->n_holds;
        overview->response->active_hold_count = found->active_count;
        overview->response->active_hold_micros = found->active_micros;
    }
    return no;
}

static int show_bills(struct overview *overview)
{
    struct rpc_status status;
    Ledger__V1__ListBillsResponse *found = NULL;
    bool answered;
    enum failure failure = view_bills(ask(overview, overview->exchange->gateway->ledger, &status),
                                      &overview->place, ROWS_MAX, &found);
    int no = heard(failure, &status, &answered);
    if (answered) {
        overview->response->bills = found->bills;
        overview->response->n_bills = found->n_bills;
    }
    return no;
}

static int show_top_ups(struct overview *overview)
{
    struct rpc_status status;
    Payments__V1__ListTopUpsResponse *found = NULL;
    bool answered;
    enum failure failure =
        view_top_ups(ask(overview, overview->exchange->gateway->payments, &status),
                     overview->place.account_id, ROWS_MAX, &found);
    int no = heard(failure, &status, &answered);
    if (answered) {
        overview->response->top_ups = found->top_ups;
        overview->response->n_top_ups = found->n_top_ups;
    }
    return no;
}

static int show_missing_steps(struct overview *overview)
{
    struct readiness_missing missing = {0};
    int no = readiness_find_missing(overview->exchange, "", &missing);
    if (no == 0)
        overview->response->missing_steps = readiness_to_message(
            call_arena(overview->exchange->call), &missing, &overview->response->n_missing_steps);
    return no;
}

static int show_approvals(struct overview *overview)
{
    struct exchange *exchange = overview->exchange;
    struct id account_id;
    int64_t count = 0;
    enum failure failure =
        approval_place(exchange, &account_id)
            ? approval_store_count_waiting(
                  reader_of(call_task(exchange->call), exchange->gateway->database), account_id,
                  clock_now_us(), &count)
            : FAILURE_NONE;
    overview->response->waiting_approvals = (int32_t)count;
    return failure;
}

/* Each part is shown to whom its own rpc would show it, and masked as there (GW-05). */
static const struct {
    const char *permission;
    bool of_ledger;
    int (*show)(struct overview *overview);
} parts[] = {
    {"ledger.balance.get", true, show_balance},
    {"ledger.credit_limit.get", true, show_credit_limit},
    {"ledger.hold.list", true, show_holds},
    {"ledger.bill.list", true, show_bills},
    {"payments.top_up.list", false, show_top_ups},
    {"gateway.readiness.get", false, show_missing_steps},
    {"gateway.approval.list", false, show_approvals},
};
#define PART_COUNT (sizeof parts / sizeof *parts)

static void add(struct arena *arena, char ***names, size_t *count, const char *name)
{
    if (*names == NULL)
        *names = arena_alloc_array(arena, PART_COUNT, sizeof **names);
    (*names)[(*count)++] = arena_strdup(arena, name);
}

/* Below 0: who asked has gone, or the call is at its maximum. */
static int show_part(struct overview *overview, size_t part)
{
    struct exchange *exchange = overview->exchange;
    struct arena *arena = call_arena(exchange->call);
    Gateway__V1__GetOverviewResponse *response = overview->response;
    const struct access_holder holder = exchange_holder(exchange);
    const struct access_answer access =
        access_explain(route_find_permission(parts[part].permission), &holder);
    if (access.outcome != ACCESS_ALLOW) {
        add(arena, &response->hidden, &response->n_hidden, parts[part].permission);
        return 0;
    }
    if (parts[part].of_ledger && text_is_empty(overview->place.company_id))
        return 0;
    if (access.is_masked && !exchange->is_masked)
        call_set_trailer(exchange->call, "kontor-masked", "true");
    exchange->is_masked |= access.is_masked;
    int no = parts[part].show(overview);
    if (no == FAILURE_CANCELLED || no == FAILURE_EXHAUSTED)
        return no;
    if (no != 0)
        add(arena, &response->missing, &response->n_missing, parts[part].permission);
    call_forget_refusal(exchange->call);
    return 0;
}

static int get_overview(struct exchange *exchange, const struct get_overview *request,
                        Gateway__V1__GetOverviewResponse *response)
{
    char account_id[ID_TEXT_SIZE];
    response->account_id =
        arena_strdup(call_arena(exchange->call), id_format(request->account_id, account_id));
    struct overview overview = {
        .exchange = exchange, .place = {response->account_id, ""}, .response = response};
    int no = company_opened(exchange, response->account_id, &overview.place.company_id);
    for (size_t i = 0; no == 0 && i < PART_COUNT; i++)
        no = show_part(&overview, i);
    return no;
}
