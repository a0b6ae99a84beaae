#include "gateway/service/account_set.h"

#include <assert.h>

#include "gateway/domain/refusals.h"
#include "gateway/peers/view_peer.h"

#define PAGE_SIZE 100 /* identity's own maximum */
#define PAGES_MAX 50  /* of relations, those that only wait for an answer as well */

int account_set_refuse(struct exchange *exchange, const char *of, size_t limit)
{
    char text[32];
    bool fits = text_print(text, sizeof text, "%zu", limit);
    assert(fits);
    (void)fits;
    return call_refuse(exchange->call, &too_many_accounts,
                       REFUSAL_TERMS({"of", of}, {"limit", text}));
}

/* protobuf-c's fields are char *, also where they are only read. */
static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

static struct peer_call call_of(struct exchange *exchange, struct rpc_status *status)
{
    return (struct peer_call){call_task(exchange->call), exchange->gateway->identity, status};
}

/* ---- those below ---- */

static int ask_page(struct exchange *exchange, const char *top_id, struct account_set *set,
                    bool *goes_on)
{
    Identity__V1__ListMyAccountsRequest asked = IDENTITY__V1__LIST_MY_ACCOUNTS_REQUEST__INIT;
    Identity__V1__ListMyAccountsResponse *found = NULL;
    struct rpc_header headers[EXCHANGE_HEADERS];
    struct rpc_status status;
    asked.under_account_id = borrowed(top_id);
    asked.after_account_id = borrowed(set->count > 0 ? set->account_ids[set->count - 1] : "");
    asked.page_size = PAGE_SIZE;
    exchange_headers(exchange, headers);
    enum failure failure = view_accounts(call_of(exchange, &status), headers, &asked, &found);
    int no = exchange_result(exchange, failure, &status);
    if (no != 0)
        return no;
    if (set->count + found->n_accounts > ACCOUNT_SET_MAX)
        return account_set_refuse(exchange, "accounts", ACCOUNT_SET_MAX);
    for (size_t i = 0; i < found->n_accounts; i++)
        set->account_ids[set->count++] = found->accounts[i]->account_id;
    *goes_on = found->n_accounts > 0 && !text_is_empty(found->next_page_token);
    return 0;
}

int account_set_below(struct exchange *exchange, const char *top_id, struct account_set *set)
{
    bool goes_on = true;
    int no = 0;
    *set = (struct account_set){.count = 0};
    while (no == 0 && goes_on)
        no = ask_page(exchange, top_id, set, &goes_on);
    return no;
}

/* ---- customers ---- */

bool account_set_holds(const Identity__V1__Relation *relation)
{
    switch (relation->state) {
    case IDENTITY__V1__RELATION_STATE__RELATION_STATE_ACTIVE:
    case IDENTITY__V1__RELATION_STATE__RELATION_STATE_CHANGE_CONFIRMING:
    case IDENTITY__V1__RELATION_STATE__RELATION_STATE_DISSOCIATING:
        return relation->terms != NULL;
    default:
        return false;
    }
}

int account_set_relations(struct exchange *exchange,
                          const Identity__V1__ListRelationsRequest *asked,
                          Identity__V1__ListRelationsResponse **found)
{
    struct rpc_header headers[EXCHANGE_HEADERS];
    struct rpc_status status;
    exchange_headers(exchange, headers);
    enum failure failure = view_relations(call_of(exchange, &status), headers, asked, found);
    return exchange_result(exchange, failure, &status);
}

int account_set_customers(struct exchange *exchange, const char *partner_id,
                          struct account_set *set)
{
    Identity__V1__ListRelationsRequest asked = IDENTITY__V1__LIST_RELATIONS_REQUEST__INIT;
    Identity__V1__ListRelationsResponse *found = NULL;
    int no = 0, pages = 0;
    asked.account_id = borrowed(partner_id);
    asked.page_size = PAGE_SIZE;
    asked.role = IDENTITY__V1__RELATION_ROLE__RELATION_ROLE_AGENT;
    *set = (struct account_set){.count = 0};
    do {
        if (pages++ == PAGES_MAX)
            return account_set_refuse(exchange, "relations", (size_t)PAGES_MAX * PAGE_SIZE);
        no = account_set_relations(exchange, &asked, &found);
        for (size_t i = 0; no == 0 && i < found->n_relations; i++) {
            if (!account_set_holds(found->relations[i]))
                continue;
            if (set->count == ACCOUNT_SET_MAX)
                return account_set_refuse(exchange, "accounts", ACCOUNT_SET_MAX);
            set->account_ids[set->count] = found->relations[i]->customer_account_id;
            set->relations[set->count++] = found->relations[i];
        }
        asked.page_token = no == 0 ? found->next_page_token : borrowed("");
    } while (no == 0 && !text_is_empty(asked.page_token));
    return no;
}
