#include "gateway/service/act_scope.h"

#include <assert.h>

#include "gateway/domain/refusals.h"
#include "gateway/peers/view_peer.h"
#include "gateway/service/company.h"
#include "gateway/service/rate.h"
#include "runtime/database/act_log.h"
#include "runtime/rpc/message.h"

#define ACCOUNTS_MAX ACT_ACCOUNTS_MAX
#define PAGE_SIZE 100 /* identity's own maximum */

static int refuse_too_many(struct exchange *exchange, const char *of, size_t limit)
{
    char text[32];
    bool fits = text_print(text, sizeof text, "%zu", limit);
    assert(fits);
    (void)fits;
    return call_refuse(exchange->call, &too_many_accounts,
                       REFUSAL_TERMS({"of", of}, {"limit", text}));
}

/* ---- one account more ---- */

static bool has_company(const struct act_question *question, const char *company_id)
{
    for (size_t i = 0; i < question->company_count; i++)
        if (text_equal(question->company_ids[i], company_id))
            return true;
    return false;
}

/* An account that was never opened in the ledger has no acts in it. */
static int add(struct exchange *exchange, const char *account_id, struct act_question *question)
{
    const char *company_id;
    struct id *accounts = (struct id *)(uintptr_t)question->asked.account_ids;
    assert(question->asked.account_count < ACCOUNTS_MAX);
    if (!id_parse(account_id, &accounts[question->asked.account_count]))
        return FAILURE_INTERNAL;
    question->asked.account_count++;
    int no = company_chain(exchange, account_id, &company_id);
    if (no != 0 || text_is_empty(company_id) || has_company(question, company_id))
        return no;
    if (question->company_count == ACT_COMPANIES_MAX)
        return refuse_too_many(exchange, "companies", ACT_COMPANIES_MAX);
    question->company_ids[question->company_count++] = company_id;
    return 0;
}

int act_scope_of(struct exchange *exchange, struct id account_id, struct act_question *question)
{
    struct arena *arena = call_arena(exchange->call);
    char text[ID_TEXT_SIZE];
    question->asked.account_ids = arena_alloc_array(arena, ACCOUNTS_MAX, sizeof(struct id));
    question->company_ids =
        arena_alloc_array(arena, ACT_COMPANIES_MAX, sizeof *question->company_ids);
    return id_is_nil(account_id) ? 0 : add(exchange, id_format(account_id, text), question);
}

/* ---- those below ---- */

struct below {
    const char *account_ids[ACCOUNTS_MAX];
    size_t count;
};

static int ask_page(struct exchange *exchange, const char *top_id, struct below *below,
                    bool *goes_on)
{
    Identity__V1__ListMyAccountsRequest asked = IDENTITY__V1__LIST_MY_ACCOUNTS_REQUEST__INIT;
    Identity__V1__ListMyAccountsResponse *found = NULL;
    struct rpc_header headers[EXCHANGE_HEADERS];
    struct rpc_status status;
    asked.under_account_id = (char *)(uintptr_t)top_id;
    asked.after_account_id =
        (char *)(uintptr_t)(below->count > 0 ? below->account_ids[below->count - 1] : "");
    asked.page_size = PAGE_SIZE;
    exchange_headers(exchange, headers);
    enum failure failure = view_accounts(
        (struct peer_call){call_task(exchange->call), exchange->gateway->identity, &status},
        headers, &asked, &found);
    int no = exchange_result(exchange, failure, &status);
    if (no != 0)
        return no;
    if (below->count + found->n_accounts > ACCOUNTS_MAX)
        return refuse_too_many(exchange, "accounts", ACCOUNTS_MAX);
    for (size_t i = 0; i < found->n_accounts; i++)
        below->account_ids[below->count++] = found->accounts[i]->account_id;
    *goes_on = found->n_accounts > 0 && !text_is_empty(found->next_page_token);
    return 0;
}

/* The account itself stands among them where a grant in it or above it is the caller's; an
 * operator's look is none. */
static int list_below(struct exchange *exchange, const char *top_id, struct below *below)
{
    bool goes_on = true;
    int no = 0;
    while (no == 0 && goes_on)
        no = ask_page(exchange, top_id, below, &goes_on);
    size_t kept = 0;
    for (size_t i = 0; no == 0 && i < below->count; i++)
        if (!text_equal(below->account_ids[i], top_id))
            below->account_ids[kept++] = below->account_ids[i];
    below->count = kept;
    if (no == 0 && kept == ACCOUNTS_MAX)
        return refuse_too_many(exchange, "accounts", ACCOUNTS_MAX);
    return no == 0 ? rate_of_orders(exchange, kept) : no;
}

static int judge(struct exchange *exchange, const struct identity_answer *answer,
                 struct act_question *question, struct hidden_accounts *hidden)
{
    const struct identity_session *session = &answer->session;
    const char *account_id = answer->question.account_id;
    bool is_known = answer->status.code == CODE_OK;
    bool acts = is_known && (session->roles != 0 || session->custom.count > 0);
    if (exchange->session.scope != NULL && !acts)
        return 0; /* a key reaches less than its program's roles */
    const struct access_holder holder = identity_session_holder(session);
    const struct access_answer access =
        is_known ? access_explain(exchange->route, &holder) : (struct access_answer){0};
    if (!is_known || access.outcome != ACCESS_ALLOW) {
        hidden->ids[hidden->count++] = (char *)(uintptr_t)account_id;
        return 0;
    }
    exchange->is_masked |= access.is_masked;
    return add(exchange, account_id, question);
}

static int judge_all(struct exchange *exchange, const struct below *below,
                     struct act_question *question, struct hidden_accounts *hidden)
{
    struct arena *arena = call_arena(exchange->call);
    struct identity_answer *answers = arena_alloc_array(arena, below->count, sizeof *answers);
    for (size_t i = 0; i < below->count; i++)
        answers[i].question =
            (struct identity_question){.token = exchange->token,
                                       .certificate = exchange->certificate,
                                       .source_address = call_source_address(exchange->call),
                                       .account_id = below->account_ids[i]};
    int no = identity_session_resolve_all(call_task(exchange->call), &exchange->gateway->questions,
                                          answers, below->count);
    hidden->ids = arena_alloc_array(arena, below->count, sizeof *hidden->ids);
    for (size_t i = 0; no == 0 && i < below->count; i++)
        no = judge(exchange, &answers[i], question, hidden);
    return no;
}

int act_scope_below(struct exchange *exchange, struct id account_id, struct act_question *question,
                    struct hidden_accounts *hidden)
{
    char top_id[ID_TEXT_SIZE];
    struct below *below = arena_alloc(call_arena(exchange->call), sizeof *below);
    *hidden = (struct hidden_accounts){0};
    below->count = 0;
    int no = list_below(exchange, id_format(account_id, top_id), below);
    return no == 0 ? judge_all(exchange, below, question, hidden) : no;
}
