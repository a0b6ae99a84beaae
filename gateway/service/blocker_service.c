/* The blockers between an account and an act (GW-10, ID-35): the facts of every context, judged by
 * the table of domain/blocker.h. */
#include "gateway/domain/refusals.h"
#include "gateway/peers/ledger_standing.h"
#include "gateway/service/admission.h"
#include "gateway/service/ceiling_question.h"
#include "gateway/service/company.h"
#include "gateway/service/permission.h"
#include "gateway/service/readiness.h"
#include "gateway/service/blocker_rpc.h"
#include "runtime/base/currency.h"

struct question {
    struct exchange *exchange;
    const struct explain_blockers *request;
    const struct route *route; /* of the act; NULL: it is no rpc */
    struct readiness readiness;
    struct blocker_facts facts;
};

/* An operator asks for the account's sake, not for its own. */
static bool asks_for_itself(const struct question *question)
{
    return question->route != NULL &&
           (question->exchange->session.roles & ACCESS_ROLES_OF_OPERATORS) == 0;
}

/* Amounts would tell the balance, or what bands hide of it (GW-05), to whoever asks often enough.
 * An operator reads it by a look into the account, whose reason is kept. */
static bool may_read_balance(const struct question *question)
{
    const struct access_holder holder = exchange_holder(question->exchange);
    struct access_answer answer =
        access_explain(route_find_permission("ledger.balance.get"), &holder);
    return answer.outcome == ACCESS_ALLOW && !answer.is_masked;
}

/* ---- the facts ---- */

static const char *asked_currency(const struct question *question)
{
    const char *currency = question->request->currency;
    return text_is_empty(currency) ? question->readiness.currency : currency;
}

static int read_caller(struct question *question)
{
    struct exchange *exchange = question->exchange;
    const struct route *route = question->route;
    const struct access_holder holder = exchange_holder(exchange);
    struct blocker_facts *facts = &question->facts;
    if (!asks_for_itself(question))
        return 0;
    facts->access = access_decide(route, &holder);
    facts->step_up = admission_step_up(exchange, route);
    const struct money_act money = {.action = money_action_of(route),
                                    .amount_micros = question->request->amount_micros,
                                    .currency = asked_currency(question)};
    struct ceiling_answer ceiling;
    int no = ceiling_ask(exchange, route, &money, &ceiling);
    facts->ceiling = ceiling.verdict;
    facts->others_may_approve = ceiling.others_may_approve;
    return no;
}

static void read_freeze(struct question *question)
{
    enum freeze_level level = question->exchange->session.freeze.level;
    question->facts.freeze_level = level;
    if (question->route != NULL)
        question->facts.freeze = freeze_decide(question->route->permission, level);
}

static void take_standing(struct question *question, const struct ledger_standing *standing)
{
    struct blocker_facts *facts = &question->facts;
    facts->opened = standing->found;
    facts->closed = standing->closed;
    facts->frozen = standing->frozen;
    facts->overdue = standing->overdue;
    facts->suspended = standing->suspended;
    facts->read_only = standing->read_only;
    facts->transfer_gate = standing->transfer_gate;
    if (!standing->found || !may_read_balance(question))
        return;
    facts->asked_micros = question->request->amount_micros;
    facts->available_micros = standing->available_micros;
    facts->transferable_micros = standing->transferable_micros;
    facts->waiting_micros = standing->waiting_micros;
}

static int read_quota(struct question *question, const struct ledger_place *place)
{
    struct exchange *exchange = question->exchange;
    struct blocker_facts *facts = &question->facts;
    struct rpc_status status;
    char sub_account_id[ID_TEXT_SIZE];
    if (id_is_nil(question->request->sub_account_id) || !may_read_balance(question))
        return 0;
    facts->on_behalf = true;
    struct ledger_quota quota;
    enum failure failure = ledger_quota_get(
        (struct peer_call){call_task(exchange->call), exchange->gateway->ledger, &status}, place,
        id_format(question->request->sub_account_id, sub_account_id), &quota);
    facts->agreed = quota.agreed;
    facts->quota_known = quota.known;
    facts->quota_micros = quota.left_micros;
    return exchange_result(exchange, failure, &status);
}

static int read_ledger(struct question *question)
{
    struct exchange *exchange = question->exchange;
    struct ledger_place place = {.account_id = exchange->session.account_id};
    struct ledger_standing standing;
    struct rpc_status status;
    int no = company_find(exchange, &place.company_id);
    if (no != 0 || text_is_empty(place.company_id))
        return no;
    enum failure failure = ledger_standing_get(
        (struct peer_call){call_task(exchange->call), exchange->gateway->ledger, &status}, &place,
        &standing);
    no = exchange_result(exchange, failure, &status);
    if (no != 0)
        return no;
    take_standing(question, &standing);
    return standing.found ? read_quota(question, &place) : 0;
}

static int read_facts(struct question *question)
{
    struct blocker_facts *facts = &question->facts;
    int no = readiness_read(question->exchange, question->request->region, &question->readiness);
    if (no != 0)
        return no;
    *facts = (struct blocker_facts){.ready = question->readiness.facts,
                                    .transfer_gate = "",
                                    .currency = question->readiness.currency,
                                    .asked_currency = question->request->currency};
    facts->ready.another_pays =
        (blocker_acts(question->request->action) & ACT_FROM_AGENT) != 0; /* LED-20 */
    read_freeze(question);
    no = read_caller(question);
    return no == 0 ? read_ledger(question) : no;
}

/* ---- the answer ---- */

static Gateway__V1__Blocker *blocker_to_message(struct arena *arena,
                                                const struct blocker_found *found)
{
    Gateway__V1__Blocker *message = arena_alloc(arena, sizeof *message);
    gateway__v1__blocker__init(message);
    message->reason = arena_strdup(arena, found->refusal->reason);
    message->list = (Gateway__V1__BlockerList)found->blocker->list;
    message->sentence = arena_strdup(arena, found->refusal->sentence);
    message->mend = arena_strdup(arena, found->blocker->mend);
    message->owner = arena_strdup(arena, found->blocker->owner);
    return message;
}

static void answer_caller(struct question *question, Gateway__V1__ExplainBlockersResponse *response)
{
    struct exchange *exchange = question->exchange;
    if (!asks_for_itself(question))
        return;
    response->permission = permission_check(exchange->call, &exchange->session, question->route);
    if (question->facts.step_up != STEP_UP_PASSED)
        response->factors =
            arena_strdup(call_arena(exchange->call), step_up_accepted(exchange->session.factors));
}

static int explain_blockers(struct exchange *exchange, const struct explain_blockers *request,
                            Gateway__V1__ExplainBlockersResponse *response)
{
    struct arena *arena = call_arena(exchange->call);
    struct blocker_found found[BLOCKERS_MAX];
    struct question question = {
        .exchange = exchange, .request = request, .route = route_find_permission(request->action)};
    unsigned acts = blocker_acts(request->action);
    if (!text_is_empty(request->currency) && currency_find(request->currency) == NULL)
        return call_invalid(exchange->call, "currency", FAULT_MALFORMED,
                            "must be an active currency of ISO 4217");
    if (acts == 0)
        return call_refuse(exchange->call, &unknown_action, NO_TERMS);
    int no = read_facts(&question);
    if (no != 0)
        return no;
    size_t count = blockers_find(&question.facts, acts, found);
    response->clear = count == 0;
    response->n_blockers = count;
    response->blockers = arena_alloc_array(arena, count + 1, sizeof *response->blockers);
    for (size_t i = 0; i < count; i++)
        response->blockers[i] = blocker_to_message(arena, &found[i]);
    answer_caller(&question, response);
    return 0;
}
