#include "gateway/service/act_scope.h"

#include <assert.h>

#include "gateway/service/account_set.h"
#include "gateway/service/company.h"
#include "gateway/service/rate.h"
#include "runtime/database/act_log.h"
#include "runtime/rpc/message.h"

#define ACCOUNTS_MAX ACT_ACCOUNTS_MAX
static_assert(ACCOUNTS_MAX == ACCOUNT_SET_MAX, "a list of acts is of as many");

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
    question->scope_count = ++question->asked.account_count;
    int no = company_chain(exchange, account_id, &company_id);
    if (no != 0 || text_is_empty(company_id) || has_company(question, company_id))
        return no;
    if (question->company_count == ACT_COMPANIES_MAX)
        return account_set_refuse(exchange, "companies", ACT_COMPANIES_MAX);
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

/* Without the account itself. */
static int list_below(struct exchange *exchange, const char *top_id, struct account_set *below)
{
    int no = account_set_below(exchange, top_id, below);
    size_t kept = 0;
    for (size_t i = 0; no == 0 && i < below->count; i++)
        if (!text_equal(below->account_ids[i], top_id))
            below->account_ids[kept++] = below->account_ids[i];
    below->count = kept;
    if (no == 0 && kept == ACCOUNTS_MAX)
        return account_set_refuse(exchange, "accounts", ACCOUNTS_MAX);
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

static int judge_all(struct exchange *exchange, const struct account_set *below,
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
    struct account_set *below = arena_alloc(call_arena(exchange->call), sizeof *below);
    *hidden = (struct hidden_accounts){0};
    int no = list_below(exchange, id_format(account_id, top_id), below);
    return no == 0 ? judge_all(exchange, below, question, hidden) : no;
}
