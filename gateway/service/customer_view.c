#include "gateway/service/customer_view.h"

#include "gateway/service/account_set.h"
#include "gateway/service/rate.h"
#include "gateway/service/seen_account.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/page.h"

static int ask_relations(struct exchange *exchange, const struct list_customers *request,
                         Identity__V1__ListRelationsResponse **found)
{
    Identity__V1__ListRelationsRequest asked = IDENTITY__V1__LIST_RELATIONS_REQUEST__INIT;
    char account_id[ID_TEXT_SIZE];
    asked.account_id = (char *)(uintptr_t)id_format(request->account_id, account_id);
    asked.page_size = (int32_t)request->page_size;
    asked.page_token = arena_strdup(call_arena(exchange->call), request->page_token);
    asked.role = IDENTITY__V1__RELATION_ROLE__RELATION_ROLE_AGENT;
    return account_set_relations(exchange, &asked, found);
}

static void note_hidden(struct arena *arena, Gateway__V1__CustomerView *view, struct seen_part part,
                        const char *permission)
{
    if (part.shown)
        return;
    if (view->hidden == NULL)
        view->hidden = arena_alloc_array(arena, 2, sizeof *view->hidden);
    view->hidden[view->n_hidden++] = arena_strdup(arena, permission);
}

static Gateway__V1__CustomerView *view_of(struct exchange *exchange,
                                          const Identity__V1__Relation *relation,
                                          const struct seen_account *seen)
{
    struct arena *arena = call_arena(exchange->call);
    Gateway__V1__CustomerView *view = arena_alloc(arena, sizeof *view);
    gateway__v1__customer_view__init(view);
    view->account_id = relation->customer_account_id;
    view->relation_id = relation->relation_id;
    view->permissions = relation->terms->permissions;
    view->n_permissions = relation->terms->n_permissions;
    view->balance = seen->has;
    view->consumption = seen->consumed;
    view->masked = seen->balance.masked || seen->consumption.masked;
    note_hidden(arena, view, seen->balance, SEEN_BALANCE);
    note_hidden(arena, view, seen->consumption, SEEN_CONSUMPTION);
    return view;
}

int list_customers(struct exchange *exchange, const struct list_customers *request,
                   Gateway__V1__ListCustomersResponse *response)
{
    struct arena *arena = call_arena(exchange->call);
    Identity__V1__ListRelationsResponse *found = NULL;
    struct act_span span = {request->start_us, request->end_us};
    if (!act_span_complete(&span, clock_now_us()))
        return call_invalid(exchange->call, "start_time", FAULT_OUT_OF_RANGE,
                            "Before end_time, by 366 days at most.");
    int no = ask_relations(exchange, request, &found);
    if (no == 0)
        no = rate_of_orders(exchange, found->n_relations);
    if (no != 0)
        return no;
    struct seen_accounts seen = {
        .items = arena_alloc_array(arena, found->n_relations, sizeof *seen.items), .span = &span};
    const Identity__V1__Relation **relations =
        arena_alloc_array(arena, found->n_relations, sizeof(void *));
    for (size_t i = 0; i < found->n_relations; i++) {
        if (!account_set_holds(found->relations[i]))
            continue;
        seen.items[seen.count].account_id = found->relations[i]->customer_account_id;
        relations[seen.count++] = found->relations[i];
    }
    no = seen_judge(exchange, &seen);
    if (no == 0)
        no = seen_read(exchange, &seen);
    if (no != 0)
        return no;
    response->customers = arena_alloc_array(arena, seen.count, sizeof *response->customers);
    for (size_t i = 0; i < seen.count; i++)
        if (seen.items[i].is_reached)
            response->customers[response->n_customers++] =
                view_of(exchange, relations[i], &seen.items[i]);
    response->balances_missing = seen.missing;
    if (!text_is_empty(found->next_page_token))
        response->next_page_token = page_token_of_text(exchange->call, found->next_page_token);
    return 0;
}
