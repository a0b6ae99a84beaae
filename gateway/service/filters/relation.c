/* How the acting account, or the customer that the request names, stands (B.1): overdue in the
 * ledger, with holds there or top-ups in payments under way. Identity decides by it, and hears it
 * in a header that no caller can write. */
#include "gateway/domain/relation.h"
#include "gateway/peers/ledger_standing.h"
#include "gateway/service/closing.h"
#include "gateway/service/company.h"
#include "gateway/service/filter.h"
#include "runtime/rpc/message_field.h"

/* An account that was never opened there owes nothing. */
static int ask_ledger(struct exchange *exchange, const char *account_id, bool *overdue,
                      struct closing_blockers *found)
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
    *overdue = relation_is_overdue(standing.transfer_gate);
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

static int ask(struct exchange *exchange)
{
    const char *customer_id = message_field_text(exchange->request, "customer_account_id");
    const char *account_id = text_is_empty(customer_id)
                                 ? message_field_text(exchange->request, "account_id")
                                 : customer_id;
    struct closing_blockers found = {.count = 0};
    bool overdue = false, unfinished = false;
    int no = ask_ledger(exchange, account_id, &overdue, &found);
    if (no == 0)
        no = ask_payments(exchange, account_id, &found);
    for (size_t i = 0; no == 0 && i < found.count; i++)
        unfinished |= relation_is_unfinished(found.rows[i].reason);
    exchange->standing = relation_standing_text(overdue, unfinished);
    return no;
}

const struct filter filter_relation = {.before = ask};
