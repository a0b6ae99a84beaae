/* The ledger as the gateway sees it: accounts are opened there, top-ups are credited there. */
#ifndef GATEWAY_PEERS_LEDGER_PEER_H
#define GATEWAY_PEERS_LEDGER_PEER_H

#include <stdbool.h>

#include "gateway/peers/payments_peer.h"
#include "gateway/peers/peer_call.h"
#include "runtime/base/id.h"

/* An account and the chain in which its money began, from which the ledger finds it. */
struct ledger_place {
    const char *account_id;
    const char *company_id;
};

struct ledger_account {
    bool found;
    bool corporate;
    struct id chain_id;
    struct id verified_company_id; /* nil: none */
    const char *currency;          /* "" until it is set */
};

/* verified: the place's company is, and the account is of it. *account is told unless it is
 * refused.
 */
struct ledger_opening {
    bool corporate;
    bool verified;
    bool with_entries; /* it moves though it has some */
    const char *country;
    struct id request_id;
};
enum failure ledger_account_open(struct peer_call call, const struct ledger_place *place,
                                 const struct ledger_opening *opening,
                                 struct ledger_account *account) must_check;

/* Whether it was told that the account stays where it is: until nothing of its own chain hangs on
 * it (settled 11), or for good. */
bool ledger_account_stays(const struct rpc_status *status);

enum failure ledger_account_get(struct peer_call call, const struct ledger_place *place,
                                struct ledger_account *account) must_check;

/* Whose the account is now: of which verified company (ID-18), nil: of none; and that it became an
 * organisation's (ID-31), which a ledger of before does not know. */
struct ledger_facts {
    bool converted;
    struct id verified_company_id;
    struct id request_id;
};
enum failure ledger_facts_update(struct peer_call call, const struct ledger_place *place,
                                 const struct ledger_facts *facts) must_check;

enum failure ledger_currency_set(struct peer_call call, const struct ledger_place *place,
                                 const char *currency, struct id request_id) must_check;

enum failure ledger_top_up_credit(struct peer_call call, const struct ledger_place *place,
                                  const struct payments_top_up *top_up,
                                  struct id request_id) must_check;

/* Promises never to credit it; request_id is that of the credit, which IDEMPOTENCY_MISMATCH says
 * was faster. */
enum failure ledger_top_up_forgo(struct peer_call call, const struct ledger_place *place,
                                 const struct payments_top_up *top_up,
                                 struct id request_id) must_check;

/* Out of the account of suspense, where it was credited; tag: "CREDITED" or "RETURNED". */
enum failure ledger_top_up_release(struct peer_call call, const struct ledger_place *place,
                                   const struct payments_top_up *top_up,
                                   const char *tag) must_check;

/* Opens the account of suspense of a currency. */
enum failure ledger_suspense_open(struct peer_call call, const struct ledger_place *place,
                                  const char *currency, struct id request_id) must_check;

/* Appends what the ledger knows; an account that it does not know has nothing. */
enum failure ledger_closing_blockers(struct peer_call call, const struct ledger_place *place,
                                     struct closing_blocker blockers[CLOSING_BLOCKERS_MAX],
                                     size_t *count) must_check;

/* As payments_fence_raise, of orders. */
enum failure ledger_fence_raise(struct peer_call call, int64_t freeze_epoch) must_check;

/* The payload of ledger.v1.MoneySent. */
struct ledger_money_sent {
    struct id transit_id;
    const char *sender_id;
    const char *receiver_id;
    const char *remark;
    const char *tag;
};
bool ledger_money_sent_read(struct arena *arena, struct bytes payload,
                            struct ledger_money_sent *sent) must_check;

/* The ledger finds the accounts, wherever they are booked by then. */
enum failure ledger_transit_receive(struct peer_call call,
                                    const struct ledger_money_sent *sent) must_check;
enum failure ledger_transit_return(struct peer_call call,
                                   const struct ledger_money_sent *sent) must_check;

/* Says how a relation is (R5). */
struct identity_relation;
enum failure ledger_relation_update(struct peer_call call,
                                    const struct identity_relation *relation) must_check;

/* Says that a relation is at risk, or no more (B.3). */
struct identity_risk;
enum failure ledger_relation_update_risk(struct peer_call call,
                                         const struct identity_risk *risk) must_check;

/* The payloads of ledger.v1.CreditLimitPending, CreditLimitActivated and CreditLimitChanged, which
 * begin alike. */
struct ledger_limit_notice {
    const char *account_id;
    int64_t limit_micros;
    const char *currency;
};

bool ledger_limit_pending_read(struct arena *arena, struct bytes payload,
                               struct ledger_limit_notice *notice) must_check;
bool ledger_limit_activated_read(struct arena *arena, struct bytes payload,
                                 struct ledger_limit_notice *notice) must_check;
bool ledger_limit_changed_read(struct arena *arena, struct bytes payload,
                               struct ledger_limit_notice *notice) must_check;

#endif
