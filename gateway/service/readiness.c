#include "gateway/service/readiness.h"

#include "gateway/peers/identity_peer.h"
#include "gateway/peers/payments_peer.h"
#include "runtime/rpc/message_field.h"

static int read_facts(struct exchange *exchange, struct readiness_facts *facts)
{
    struct task *task = call_task(exchange->call);
    const char *account_id = message_field_text(exchange->request, "account_id");
    struct identity_account account;
    const char *currency;
    struct rpc_status status;
    enum failure failure = identity_account_get(
        (struct peer_call){task, exchange->gateway->identity, &status}, account_id, &account);
    int no = exchange_result(exchange, failure, &status);
    if (no != 0)
        return no;
    failure = payments_currency_get((struct peer_call){task, exchange->gateway->payments, &status},
                                    account_id, &currency);
    no = exchange_result(exchange, failure, &status);
    if (no != 0)
        return no;
    facts->billing_address_present = account.billing_address_present;
    facts->real_name_registered = account.corporate && !text_is_empty(account.company_id);
    facts->currency_set = !text_is_empty(currency);
    failure =
        payments_method_present((struct peer_call){task, exchange->gateway->payments, &status},
                                account_id, &facts->payment_method_present);
    return exchange_result(exchange, failure, &status);
}

int readiness_find_missing(struct exchange *exchange, const char *region,
                           struct readiness_missing *missing)
{
    struct readiness_facts facts = {.region = region};
    if (!text_is_empty(region) && !region_is_valid(region))
        return call_invalid(exchange->call, "region", FAULT_MALFORMED,
                            "A region has 1 to 32 bytes of a-z, 0-9 and \"-\".");
    int no = read_facts(exchange, &facts);
    if (no == 0)
        missing->count = readiness_missing(missing->steps, &facts);
    return no;
}
