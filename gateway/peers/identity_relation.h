/* Relations of partners and customers, as the gateway asks identity for them (B.1, ID-12). */
#ifndef GATEWAY_PEERS_IDENTITY_RELATION_H
#define GATEWAY_PEERS_IDENTITY_RELATION_H

#include "gateway/peers/payments_peer.h"
#include "gateway/peers/peer_call.h"

/* Appends the relations that keep an account open. */
enum failure identity_closing_blockers(struct peer_call call, const char *account_id,
                                       struct closing_blocker blockers[CLOSING_BLOCKERS_MAX],
                                       size_t *count) must_check;

/* From now on it has no partner and no customers, or may have them again. An identity of the last
 * release does not know. */
enum failure identity_closed_set(struct peer_call call, const char *account_id, bool closed,
                                 struct id request_id) must_check;

/* The partner of a customer; "" when it has none. */
enum failure identity_partner_of(struct peer_call call, const char *account_id,
                                 const char **agent_id) must_check;

/* Of identity.v1.UpstreamAtRisk or UpstreamRecovered. false: not such a payload. */
struct identity_risk {
    struct id relation_id;
    const char *agent_id;
    const char *customer_id;
    bool at_risk;
    int64_t since_us;
};
bool identity_event_risk(struct arena *arena, const char *type, struct bytes payload,
                         struct identity_risk *risk) must_check;

/* The relation that an answer says has ended. false: it says of none. */
struct identity_relation;
bool identity_relation_end(const ProtobufCMessage *answer,
                           struct identity_relation *relation) must_check;

#endif
