/* Which of the gateway's own refusals are kept as acts (GW-07): what somebody who is known tried to
 * change, or to do with money, and was told that the rules say no. Malformed requests, limits and
 * failures are no decision on anybody; they have their line in the log. */
#ifndef GATEWAY_DOMAIN_ACT_H
#define GATEWAY_DOMAIN_ACT_H

#include <stdbool.h>
#include <stdint.h>

#include "gateway/domain/route.h"
#include "runtime/base/refusal.h"

bool act_keeps_refusal(const struct route *route, enum code code);

/* The span of time that a list of acts tells of: a year at most, and the last 31 days when nobody
 * says. */
#define ACT_DAY_US (INT64_C(24) * 3600 * 1000000)
#define ACT_SPAN_MAX_US (366 * ACT_DAY_US)
#define ACT_SPAN_DEFAULT_US (31 * ACT_DAY_US)

struct act_span {
    int64_t from_us;  /* inclusive; 0: not said */
    int64_t until_us; /* exclusive; 0: not said */
};

/* Fills in what was not said. false: it ends before it begins, or is too long. */
bool act_span_complete(struct act_span *span, int64_t now_us);

/* The ledger names an act by its rpc, "create_transfer"; a list by its permission,
 * "ledger.transfer.create". */
#define ACT_RPC_SIZE 64

/* NULL: no rpc of the ledger that is public. */
const char *act_permission(const char *rpc);

/* false: no rpc of the ledger that changes something has it. */
bool act_rpc_of_ledger(const char *permission, char rpc[ACT_RPC_SIZE]);

#endif
