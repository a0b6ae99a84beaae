#include "gateway/service/seen_account.h"

#include "gateway/domain/access.h"
#include "gateway/peers/view_peer.h"
#include "gateway/service/company.h"
#include "gateway/service/mask.h"
#include "runtime/rpc/timestamp.h"

#define ASKED_MAX 100 /* the ledger's own maximum */

/* ---- who may ---- */

static struct seen_part part_of(struct exchange *exchange, const struct identity_session *session,
                                const char *permission)
{
    const struct access_holder holder = identity_session_holder(session);
    const struct access_answer access = access_explain(route_find_permission(permission), &holder);
    bool is_shown = access.outcome == ACCESS_ALLOW;
    return (struct seen_part){is_shown, is_shown && (access.is_masked || exchange->is_masked)};
}

/* Identity lists what a program's roles reach; its key may reach less (GW-13). */
static bool is_reached(const struct exchange *exchange, const struct identity_answer *answer)
{
    const struct identity_session *session = &answer->session;
    bool acts = answer->status.code == CODE_OK &&
                (session->roles != 0 || session->custom.count > 0 || session->partner != NULL);
    return exchange->session.scope == NULL || acts;
}

static void take_answer(struct exchange *exchange, const struct identity_answer *answer,
                        struct seen_account *account)
{
    const struct identity_session *session = &answer->session;
    account->is_reached = is_reached(exchange, answer);
    account->partner_account_id = "";
    if (answer->status.code != CODE_OK)
        return;
    if (session->partner != NULL)
        account->partner_account_id = session->partner->account_id;
    account->balance = part_of(exchange, session, SEEN_BALANCE);
    account->consumption = part_of(exchange, session, SEEN_CONSUMPTION);
}

int seen_judge(struct exchange *exchange, const struct seen_accounts *seen)
{
    struct identity_answer *answers =
        arena_alloc_array(call_arena(exchange->call), seen->count, sizeof *answers);
    for (size_t i = 0; i < seen->count; i++)
        answers[i].question =
            (struct identity_question){.token = exchange->token,
                                       .certificate = exchange->certificate,
                                       .source_address = call_source_address(exchange->call),
                                       .account_id = seen->items[i].account_id};
    int no = identity_session_resolve_all(call_task(exchange->call), &exchange->gateway->questions,
                                          answers, seen->count);
    for (size_t i = 0; no == 0 && i < seen->count; i++)
        take_answer(exchange, &answers[i], &seen->items[i]);
    return no;
}

/* ---- what they have ---- */

static bool is_asked(const struct seen_accounts *seen, const struct seen_account *account)
{
    return account->balance.shown || (seen->span != NULL && account->consumption.shown);
}

static void take_balance(struct exchange *exchange, struct seen_accounts *seen,
                         Ledger__V1__Balance *balance)
{
    for (size_t i = 0; i < seen->count; i++) {
        struct seen_account *account = &seen->items[i];
        if (!account->balance.shown || !text_equal(account->account_id, balance->account_id))
            continue;
        if (account->balance.masked && !seen->is_summed)
            masks_hide(exchange->gateway->masks, &balance->base);
        account->has = balance;
    }
}

static void take_consumption(struct exchange *exchange, struct seen_accounts *seen,
                             Ledger__V1__Consumption *consumed)
{
    for (size_t i = 0; i < seen->count; i++) {
        struct seen_account *account = &seen->items[i];
        if (!account->consumption.shown || !text_equal(account->account_id, consumed->account_id))
            continue;
        if (account->consumption.masked && !seen->is_summed)
            masks_hide(exchange->gateway->masks, &consumed->base);
        account->consumed = consumed;
    }
}

/* Those of the company of the first that is still to be asked of, as many as one question takes. */
static enum failure ask_company(struct exchange *exchange, struct seen_accounts *seen, size_t first)
{
    struct arena *arena = call_arena(exchange->call);
    Ledger__V1__GetBalancesRequest request = LEDGER__V1__GET_BALANCES_REQUEST__INIT;
    Ledger__V1__GetBalancesResponse *found = NULL;
    struct rpc_status status;
    request.company_id = arena_strdup(arena, seen->items[first].company_id);
    request.account_ids = arena_alloc_array(arena, ASKED_MAX, sizeof *request.account_ids);
    if (seen->span != NULL) {
        request.start_time = timestamp_from_us(arena, seen->span->from_us);
        request.end_time = timestamp_from_us(arena, seen->span->until_us);
    }
    for (size_t i = first; i < seen->count && request.n_account_ids < ASKED_MAX; i++) {
        struct seen_account *account = &seen->items[i];
        if (!text_equal(account->company_id, request.company_id))
            continue;
        request.account_ids[request.n_account_ids++] = arena_strdup(arena, account->account_id);
        account->company_id = "";
    }
    enum failure failure = view_balances(
        (struct peer_call){call_task(exchange->call), exchange->gateway->ledger, &status}, &request,
        &found);
    if (failure == FAILURE_NONE && status.code != CODE_OK)
        failure = FAILURE_UNAVAILABLE;
    for (size_t i = 0; failure == FAILURE_NONE && i < found->n_balances; i++)
        take_balance(exchange, seen, found->balances[i]);
    for (size_t i = 0; failure == FAILURE_NONE && i < found->n_consumptions; i++)
        take_consumption(exchange, seen, found->consumptions[i]);
    return failure;
}

int seen_read(struct exchange *exchange, struct seen_accounts *seen)
{
    int no = 0;
    for (size_t i = 0; no == 0 && i < seen->count; i++) {
        struct seen_account *account = &seen->items[i];
        account->company_id = "";
        if (is_asked(seen, account))
            no = company_chain(exchange, account->account_id, &account->company_id);
    }
    for (size_t i = 0; no == 0 && i < seen->count; i++) {
        if (text_is_empty(seen->items[i].company_id))
            continue;
        enum failure failure = ask_company(exchange, seen, i);
        if (failure == FAILURE_CANCELLED || failure == FAILURE_EXHAUSTED)
            return failure;
        seen->missing |= failure != FAILURE_NONE;
    }
    return no;
}
