/* How an account stands in the ledger: what it may do with its money now, and how much. */
#ifndef GATEWAY_PEERS_LEDGER_STANDING_H
#define GATEWAY_PEERS_LEDGER_STANDING_H

#include "gateway/peers/ledger_peer.h"

struct ledger_standing {
    bool found;
    bool closed, frozen, suspended, read_only, overdue;
    bool arriving;             /* money that accounts in other chains sent */
    const char *transfer_gate; /* why nothing may be passed on, "OVERDUE"; or a term's name */
    int64_t available_micros, transferable_micros;
    int64_t waiting_micros; /* of the credit limit, for its contract or another leave */
};

/* An account that the ledger does not know is not found. */
enum failure ledger_standing_get(struct peer_call call, const struct ledger_place *place,
                                 struct ledger_standing *standing) must_check;

/* Whether it may not spend (PAY-16). */
enum failure ledger_is_read_only(struct peer_call call, const struct ledger_place *place,
                                 bool *read_only) must_check;

/* How much the account lets a sub-account consume. */
struct ledger_quota {
    bool agreed; /* it pays for it (R5) */
    bool known;  /* a line was set, or none is needed */
    int64_t left_micros;
    bool is_used; /* what was paid is not all offset (D.10) */
};
enum failure ledger_quota_get(struct peer_call call, const struct ledger_place *place,
                              const char *sub_account_id, struct ledger_quota *quota) must_check;

/* Left at a customer of what the account allocated to it, and may take back (D.7). */
struct ledger_lots {
    int64_t remaining_micros;
    const char *currency;
};
enum failure ledger_lots_get(struct peer_call call, const struct ledger_place *place,
                             const char *customer_id, struct ledger_lots *lots) must_check;

#endif
