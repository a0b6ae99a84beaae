#include "gateway/service/account_view.h"

#include "gateway/peers/view_peer.h"
#include "gateway/service/rate.h"
#include "gateway/service/seen_account.h"
#include "runtime/rpc/page.h"

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

static Gateway__V1__AccountView *view_of(struct exchange *exchange,
                                         Identity__V1__MyAccount *account,
                                         const struct seen_account *seen)
{
    Gateway__V1__AccountView *view = arena_alloc(call_arena(exchange->call), sizeof *view);
    gateway__v1__account_view__init(view);
    view->account = account;
    view->hidden = !seen->balance.shown;
    view->masked = seen->balance.masked;
    view->balance = seen->has;
    return view;
}

int list_accounts(struct exchange *exchange, const struct list_accounts *request,
                  Gateway__V1__ListAccountsResponse *response)
{
    struct arena *arena = call_arena(exchange->call);
    Identity__V1__ListMyAccountsResponse *found = NULL;
    int no = ask_accounts(exchange, request, &found);
    if (no == 0)
        no = rate_of_orders(exchange, found->n_accounts);
    if (no != 0)
        return no;
    size_t count = found->n_accounts;
    struct seen_accounts seen = {.items = arena_alloc_array(arena, count, sizeof *seen.items),
                                 .count = count};
    for (size_t i = 0; i < count; i++)
        seen.items[i].account_id = found->accounts[i]->account_id;
    no = seen_judge(exchange, &seen);
    if (no == 0)
        no = seen_read(exchange, &seen);
    if (no != 0)
        return no;
    response->accounts = arena_alloc_array(arena, count + 1, sizeof *response->accounts);
    for (size_t i = 0; i < count; i++)
        if (seen.items[i].is_reached)
            response->accounts[response->n_accounts++] =
                view_of(exchange, found->accounts[i], &seen.items[i]);
    response->balances_missing = seen.missing;
    struct id last;
    if (!text_is_empty(found->next_page_token) && count > 0 &&
        id_parse(found->accounts[count - 1]->account_id, &last))
        response->next_page_token = page_token_of_id(exchange->call, last);
    return 0;
}
