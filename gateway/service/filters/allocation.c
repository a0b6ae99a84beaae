/* An agent allocates to its customer alone (LED-22), by their relation as it is now. Money that is
 * reclaimed needs none (D.7). */
#include "gateway/domain/allocation.h"
#include "gateway/service/company.h"
#include "gateway/service/filter.h"
#include "gateway/service/freeze.h"
#include "gateway/service/relation.h"
#include "runtime/rpc/message_field.h"

static void name_others(struct exchange *exchange)
{
    char *const *customers;
    size_t count = message_field_texts(exchange->request, "destination_account_id", &customers);
    company_name_others(exchange, customers, count);
    company_end_others(exchange);
}

static int check_relation(struct exchange *exchange, const char *customer_id)
{
    struct identity_relation relation;
    int no = relation_ask(exchange, customer_id, &relation);
    if (no != 0)
        return no;
    bool is_agent = relation_is_of(&relation, message_field_text(exchange->request, "account_id"));
    enum allocation_verdict verdict = allocation_decide(is_agent, relation.allocates);
    exchange->stops_new = verdict != ALLOCATION_ACCEPTED; /* what was done under it stays (E32) */
    return verdict == ALLOCATION_ACCEPTED ? relation_tell(exchange, &relation)
                                          : call_refuse(exchange->call, allocation_refusal(verdict),
                                                        REFUSAL_TERMS({"account_id", customer_id}));
}

static int check(struct exchange *exchange)
{
    const char *customer_id = message_field_text(exchange->request, "destination_account_id");
    struct identity_comparison comparison;
    struct id customer;
    if (!id_parse(customer_id, &customer)) /* which the ledger says */
        return 0;
    int no = check_relation(exchange, customer_id);
    if (no == 0)
        no = company_compare(exchange, customer_id, &comparison);
    return no == 0 ? freeze_check(exchange, &comparison.freeze, customer_id) : no;
}

const struct filter filter_allocation = {
    .name_others = name_others, .before = check, .looks_at = "destination_account_id"};
