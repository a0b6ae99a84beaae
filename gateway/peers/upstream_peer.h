/* Partners and how they stand (B.3), as identity keeps it. */
#ifndef GATEWAY_PEERS_UPSTREAM_PEER_H
#define GATEWAY_PEERS_UPSTREAM_PEER_H

#include <stdbool.h>
#include <stddef.h>

#include "gateway/peers/peer_call.h"
#include "runtime/base/arena.h"
#include "runtime/base/id.h"

struct identity_upstream {
    const char *agent_id;
    bool authorised;
    bool in_trouble; /* as it is noted */
};

struct identity_upstreams {
    struct identity_upstream *items; /* in the task's arena */
    size_t count;
    const char *next_token; /* "": it was the last page */
};

/* agent_id: "" for all. */
enum failure identity_upstreams_list(struct peer_call call, const char *agent_id, const char *token,
                                     struct identity_upstreams *found) must_check;

/* How it stands in the ledger. */
struct upstream_note {
    const char *agent_id;
    struct id request_id;
    bool closed, frozen, overdue;
};
enum failure identity_upstream_note(struct peer_call call,
                                    const struct upstream_note *note) must_check;

/* The account of ledger.v1.AccountOverdue, AccountSuspended or AccountResumed, by the event's type.
 * false: not such a payload. */
bool ledger_standing_event_account(struct arena *arena, const char *type, struct bytes payload,
                                   struct id *account_id) must_check;

#endif
