/* The acts of a company in the ledger (ledger.v1.ActService), as acts of any other context. */
#ifndef GATEWAY_PEERS_LEDGER_ACT_PEER_H
#define GATEWAY_PEERS_LEDGER_ACT_PEER_H

#include "gateway/peers/act_peer.h"

/* Of an action that is none of the ledger's there are no acts, and the ledger is not asked. */
enum failure ledger_act_list(struct peer_call call, const char *company_id,
                             const struct peer_act_question *question,
                             struct peer_act_page *page) must_check;

#endif
