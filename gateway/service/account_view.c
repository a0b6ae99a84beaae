#include "gateway/service/account_view.h"

#include "gateway/domain/access.h"
#include "gateway/peers/view_peer.h"
#include "gateway/service/company.h"
#include "gateway/service/mask.h"
#include "gateway/service/rate.h"
#include "runtime/rpc/page.h"

#define BALANCE "ledger.balance.get"

/* An account of the list, and what is to be known of its balance. */
struct viewed {
    Gateway__V1__AccountView *view;
    const char *company_id; /* "": none is asked for */
    bool is_reached;
};

static char *text_of(struct exchange *exchange, struct id id)
{
    char text[ID_TEXT_SIZE];
    return id_is_nil(id) ? arena_strdup(call_arena(exchange->call), "")
                         : arena_strdup(call_arena(exchange->call), id_format(id, text));
}

static int ask_accounts(struct exchange *exchange, const struct list_accounts *request,
                        Identity__V1__ListMyAccountsResponse **found)
{
    Identity__V1__ListMyAccountsRequest asked = IDENTITY__V1__LIST_MY_ACCOUNTS_REQUEST__INIT;
    struct rpc_header headers[EXCHANGE_HEADERS];
    struct rpc_status status;
    asked.under_account_id = text_of(exchange, request->account_id);
    asked.environment = request->environment;
    asked.name_contains = arena_strdup(call_arena(exchange->call), request->name_contains);
    asked.after_account_id = text_of(exchange, request->after_id);
    asked.page_size = (int32_t)request->page_size;
    exchange_headers(exchange, headers);
    enum failure failure = view_accounts(
        (struct peer_call){call_task(exchange->call), exchange->gateway->identity, &status},
        headers, &asked, found);
    return exchange_result(exchange, failure, &status);
}

/* Identity lists what a program's roles reach; its key may reach less (GW-13). */
static bool is_reached(const struct exchange *exchange, const struct rpc_status *status,
                       const struct identity_session *session)
{
    bool acts = status->code == CODE_OK && (session->roles != 0 || session->custom.count > 0);
    return exchange->session.scope == NULL || acts;
}

/* The question that any call in that account would ask: roles there, its session policy and the
 * bounds of a key. */
static int judge(struct exchange *exchange, struct viewed *viewed)
{
    const struct identity_question question = {.token = exchange->token,
                                               .certificate = exchange->certificate,
                                               .source_address =
                                                   call_source_address(exchange->call),
                                               .account_id = viewed->view->account->account_id};
    struct identity_session session;
    struct rpc_status status;
    enum failure failure = identity_session_resolve(
        call_task(exchange->call), &exchange->gateway->questions, &question, &session, &status);
    viewed->view->hidden = true;
    viewed->company_id = "";
    viewed->is_reached = failure == FAILURE_NONE && is_reached(exchange, &status, &session);
    if (failure != FAILURE_NONE || status.code != CODE_OK)
        return failure;
    const struct access_holder holder = identity_session_holder(&session);
    const struct access_answer access = access_explain(route_find_permission(BALANCE), &holder);
    viewed->view->hidden = access.outcome != ACCESS_ALLOW;
    viewed->view->masked = !viewed->view->hidden && (access.is_masked || exchange->is_masked);
    return viewed->view->hidden ? 0
                                : company_chain(exchange, question.account_id, &viewed->company_id);
}

static void take_balance(struct exchange *exchange, struct viewed *viewed, size_t count,
                         Ledger__V1__Balance *balance)
{
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(viewed[i].view->account->account_id, balance->account_id))
            continue;
        if (viewed[i].view->masked)
            masks_hide(exchange->gateway->masks, &balance->base);
        viewed[i].view->balance = balance;
    }
}

/* Asks the ledger of all accounts of the company of the first one that is still to be asked of. */
static enum failure ask_company(struct exchange *exchange, struct viewed *viewed, size_t count)
{
    Ledger__V1__GetBalancesRequest request = LEDGER__V1__GET_BALANCES_REQUEST__INIT;
    Ledger__V1__GetBalancesResponse *found = NULL;
    struct rpc_status status;
    const char *company_id = viewed[0].company_id;
    request.company_id = arena_strdup(call_arena(exchange->call), company_id);
    request.account_ids =
        arena_alloc_array(call_arena(exchange->call), count, sizeof *request.account_ids);
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(viewed[i].company_id, request.company_id))
            continue;
        request.account_ids[request.n_account_ids++] = viewed[i].view->account->account_id;
        viewed[i].company_id = "";
    }
    enum failure failure = view_balances(
        (struct peer_call){call_task(exchange->call), exchange->gateway->ledger, &status}, &request,
        &found);
    if (failure == FAILURE_NONE && status.code != CODE_OK)
        failure = FAILURE_UNAVAILABLE;
    for (size_t i = 0; failure == FAILURE_NONE && i < found->n_balances; i++)
        take_balance(exchange, viewed, count, found->balances[i]);
    return failure;
}

static int show_balances(struct exchange *exchange, struct viewed *viewed, size_t count,
                         bool *missing)
{
    for (size_t i = 0; i < count; i++) {
        if (text_is_empty(viewed[i].company_id))
            continue;
        enum failure failure = ask_company(exchange, viewed + i, count - i);
        if (failure == FAILURE_CANCELLED || failure == FAILURE_EXHAUSTED)
            return failure;
        *missing |= failure != FAILURE_NONE;
    }
    return 0;
}

int list_accounts(struct exchange *exchange, const struct list_accounts *request,
                  Gateway__V1__ListAccountsResponse *response)
{
    struct arena *arena = call_arena(exchange->call);
    Identity__V1__ListMyAccountsResponse *found = NULL;
    bool missing = false;
    int no = ask_accounts(exchange, request, &found);
    if (no == 0)
        no = rate_of_orders(exchange, found->n_accounts);
    if (no != 0)
        return no;
    size_t count = found->n_accounts;
    struct viewed *viewed = arena_alloc_array(arena, count + 1, sizeof *viewed);
    response->accounts = arena_alloc_array(arena, count + 1, sizeof *response->accounts);
    for (size_t i = 0; no == 0 && i < count; i++) {
        struct viewed *next = &viewed[response->n_accounts];
        Gateway__V1__AccountView *view = arena_alloc(arena, sizeof *view);
        gateway__v1__account_view__init(view);
        view->account = found->accounts[i];
        *next = (struct viewed){.view = view};
        no = judge(exchange, next);
        if (next->is_reached)
            response->accounts[response->n_accounts++] = view;
    }
    if (no == 0)
        no = show_balances(exchange, viewed, response->n_accounts, &missing);
    response->balances_missing = missing;
    struct id last;
    if (no == 0 && !text_is_empty(found->next_page_token) && count > 0 &&
        id_parse(found->accounts[count - 1]->account_id, &last))
        response->next_page_token = page_token_of_id(exchange->call, last);
    return no;
}
