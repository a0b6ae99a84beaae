#include "gateway/service/relation.h"

#include "gateway/peers/ledger_peer.h"

int relation_ask(struct exchange *exchange, const char *customer_id,
                 struct identity_relation *relation)
{
    struct rpc_header headers[EXCHANGE_HEADERS];
    struct rpc_status status;
    struct peer_call call = {call_task(exchange->call), exchange->gateway->identity, &status};
    exchange_headers(exchange, headers);
    return exchange_result(exchange, identity_relation_of(call, headers, customer_id, relation),
                           &status);
}

int relation_tell(struct exchange *exchange, const struct identity_relation *relation)
{
    struct rpc_status status;
    struct peer_call call = {call_task(exchange->call), exchange->gateway->ledger, &status};
    return exchange_result(exchange, ledger_relation_update(call, relation), &status);
}

bool relation_is_of(const struct identity_relation *relation, const char *agent_id)
{
    struct id partner, agent;
    return id_parse(relation->agent_id, &partner) && id_parse(agent_id, &agent) &&
           id_equal(partner, agent);
}
