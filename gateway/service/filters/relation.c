/* How the acting account, or the customer that the request names, stands (B.1): overdue in the
 * ledger, with holds there or top-ups in payments under way. Identity decides by it, and hears it
 * in a header that no caller can write. */
#include "gateway/domain/relation.h"
#include "gateway/peers/identity_relation.h"
#include "gateway/peers/ledger_standing.h"
#include "gateway/service/closing.h"
#include "gateway/service/company.h"
#include "gateway/service/filter.h"
#include "gateway/service/relation.h"
#include "runtime/rpc/message_field.h"

/* An account that was never opened there owes nothing. */
static int ask_ledger(struct exchange *exchange, const char *account_id,
                      struct relation_standing *told, struct closing_blockers *found)
{
    struct rpc_status status;
    struct ledger_standing standing;
    struct peer_call call = {call_task(exchange->call), exchange->gateway->ledger, &status};
    const char *company_id = "";
    int no = company_opened(exchange, account_id, &company_id);
    if (no != 0 || text_is_empty(company_id))
        return no;
    const struct ledger_place place = {account_id, company_id};
    no = exchange_result(exchange, ledger_standing_get(call, &place, &standing), &status);
    if (no != 0 || !standing.found)
        return no;
    told->overdue = standing.overdue;
    told->closed = standing.closed;
    told->in_transit = standing.arriving;
    return exchange_result(
        exchange, ledger_closing_blockers(call, &place, found->rows, &found->count), &status);
}

static int ask_payments(struct exchange *exchange, const char *account_id,
                        struct closing_blockers *found)
{
    struct rpc_status status;
    struct peer_call call = {call_task(exchange->call), exchange->gateway->payments, &status};
    return exchange_result(
        exchange, payments_closing_blockers(call, account_id, found->rows, &found->count), &status);
}

/* Of an end or a switch: whether the partner, the acting account or the customer's, has paid what
 * is not offset (B.2), and whether money that it allocated is left. */
static int ask_partner(struct exchange *exchange, const char *customer_id, bool is_switch,
                       struct relation_standing *told)
{
    struct rpc_status status;
    struct peer_call identity = {call_task(exchange->call), exchange->gateway->identity, &status};
    struct peer_call ledger = {call_task(exchange->call), exchange->gateway->ledger, &status};
    const char *agent_id = message_field_text(exchange->request, "account_id"), *company_id = "";
    int no = 0;
    if (text_equal(agent_id, customer_id))
        no = exchange_result(exchange, identity_partner_of(identity, customer_id, &agent_id),
                             &status);
    if (no == 0)
        no = company_opened(exchange, agent_id, &company_id);
    if (no != 0 || text_is_empty(company_id))
        return no;
    const struct ledger_place place = {agent_id, company_id};
    struct ledger_quota quota;
    struct ledger_lots lots = {.remaining_micros = 0};
    no = exchange_result(exchange, ledger_quota_get(ledger, &place, customer_id, &quota), &status);
    if (no == 0 && is_switch)
        no =
            exchange_result(exchange, ledger_lots_get(ledger, &place, customer_id, &lots), &status);
    told->quota_used = no == 0 && quota.is_used;
    told->lots_micros = lots.remaining_micros;
    told->lots_currency = lots.currency;
    return no;
}

int relation_standing_ask(struct exchange *exchange)
{
    const char *customer_id = message_field_text(exchange->request, "customer_account_id");
    bool is_end = !text_is_empty(customer_id);
    bool is_switch = !text_is_empty(message_field_text(exchange->request, "replaced_relation_id"));
    const char *account_id =
        is_end ? customer_id : message_field_text(exchange->request, "account_id");
    struct closing_blockers found = {.count = 0};
    struct relation_standing standing = {.overdue = false};
    char *text = arena_alloc(call_arena(exchange->call), RELATION_STANDING_SIZE);
    int no = ask_ledger(exchange, account_id, &standing, &found);
    if (no == 0)
        no = ask_payments(exchange, account_id, &found);
    if (no == 0 && (is_end || is_switch))
        no = ask_partner(exchange, account_id, is_switch, &standing);
    for (size_t i = 0; no == 0 && i < found.count; i++)
        relation_standing_add(&standing, found.rows[i].reason);
    standing.closed &= !is_end;
    relation_standing_print(&standing, text);
    exchange->standing = text;
    return no;
}

/* The ledger hears of an end before it is answered: so no purchase is paid by the partner after.
 * Should it be away, the saga of the event tells it. */
static void tell_end(struct exchange *exchange)
{
    struct identity_relation relation;
    if (identity_relation_end(exchange->response, &relation) &&
        relation_tell(exchange, &relation) > 0)
        call_forget_refusal(exchange->call);
}

const struct filter filter_relation = {.before = relation_standing_ask, .after = tell_end};
