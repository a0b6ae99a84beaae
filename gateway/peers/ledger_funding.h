/* Requests for more (LED-41), as the ledger's events tell of them. */
#ifndef GATEWAY_PEERS_LEDGER_FUNDING_H
#define GATEWAY_PEERS_LEDGER_FUNDING_H

#include <stdbool.h>

#include "runtime/base/arena.h"
#include "runtime/base/id.h"
#include "runtime/base/text.h"

struct ledger_funding {
    const char *agent_id;
    const char *customer_id;
    struct id request_id;
    int64_t micros; /* asked for, or granted */
    const char *currency;
    int64_t expire_us; /* of FundingRequested alone */
};

/* The payloads of ledger.v1.FundingRequested, FundingGranted and FundingDeclined. */
bool ledger_funding_requested_read(struct arena *arena, struct bytes payload,
                                   struct ledger_funding *funding) must_check;
bool ledger_funding_granted_read(struct arena *arena, struct bytes payload,
                                 struct ledger_funding *funding) must_check;
bool ledger_funding_declined_read(struct arena *arena, struct bytes payload,
                                  struct ledger_funding *funding) must_check;

#endif
