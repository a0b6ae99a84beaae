#include "gateway/service/readiness.h"

#include "gateway/domain/refusals.h"
#include "gateway/peers/ledger_standing.h"
#include "gateway/service/company.h"
#include "gateway/service/filter.h"
#include "gateway/service/freeze.h"
#include "gateway/service/relation.h"
#include "runtime/rpc/message_field.h"

static void name_agent(struct exchange *exchange)
{
    char *const *agents;
    size_t count = message_field_texts(exchange->request, "agent_account_id", &agents);
    company_name_others(exchange, agents, count);
    company_end_others(exchange);
}

/* The payer is the partner of the acting account by a relation that holds now, or of its company
 * (LED-38). */
static int find_payer(struct exchange *exchange, const char *agent_id, bool *found)
{
    struct identity_relation relation;
    struct identity_comparison comparison;
    int no = relation_ask(exchange, message_field_text(exchange->request, "account_id"), &relation);
    *found = no == 0 && relation_is_of(&relation, agent_id);
    if (no != 0 || *found)
        return no == 0 ? relation_tell(exchange, &relation) : no;
    no = company_compare(exchange, agent_id, &comparison);
    *found = no == 0 && comparison.verdict == COMPANY_SAME;
    if (no > 0)
        call_forget_refusal(exchange->call);
    return no < 0 ? no : 0;
}

/* Whether it pays for the acting account, by what the ledger was told. */
static int ask_agreed(struct exchange *exchange, const char *agent_id, bool *agreed)
{
    struct rpc_status status;
    struct ledger_quota quota;
    const char *company_id = "";
    int no = company_opened(exchange, agent_id, &company_id);
    *agreed = false;
    if (no != 0 || text_is_empty(company_id))
        return no;
    const struct ledger_place place = {agent_id, company_id};
    struct peer_call call = {call_task(exchange->call), exchange->gateway->ledger, &status};
    no = exchange_result(
        exchange,
        ledger_quota_get(call, &place, message_field_text(exchange->request, "account_id"), &quota),
        &status);
    *agreed = no == 0 && quota.agreed;
    return no;
}

/* LED-20, GW-03: nobody buys with the money of a stranger, in whose acts it would stand, nor of an
 * agent that is frozen; a stranger hears nothing of that. */
static int check_agent(struct exchange *exchange)
{
    const char *agent_id = message_field_text(exchange->request, "agent_account_id");
    struct identity_comparison comparison;
    struct id agent;
    bool agreed = false;
    if (!id_parse(agent_id, &agent))
        return 0;
    int no = find_payer(exchange, agent_id, &agreed);
    if (no == 0 && agreed)
        no = ask_agreed(exchange, agent_id, &agreed);
    exchange->stops_new = no == 0 && !agreed; /* what was done before it ended stays (E32) */
    if (exchange->stops_new)
        return call_refuse(exchange->call, &nobody_pays, NO_TERMS);
    if (no == 0)
        no = company_compare(exchange, agent_id, &comparison);
    return no == 0 ? freeze_check(exchange, &comparison.freeze, agent_id) : no;
}

/* ID-07: a purchase is refused with everything that is missing. */
static int demand(struct exchange *exchange)
{
    struct readiness_missing missing = {0};
    int no = check_agent(exchange);
    if (no == 0)
        no = readiness_find_missing(exchange, message_field_text(exchange->request, "region"),
                                    &missing);
    return no == 0 ? readiness_refuse(exchange, &missing) : no;
}

const struct filter filter_ready = {.name_others = name_agent,
                                    .before = demand,
                                    .looks_at = "region",
                                    .looks_at_too = readiness_user};
