/* Payments as the gateway sees it: an account's currency and methods, the facts payments needs from
 * identity, and the end of a top-up. */
#ifndef GATEWAY_PEERS_PAYMENTS_PEER_H
#define GATEWAY_PEERS_PAYMENTS_PEER_H

#include <stdbool.h>

#include "gateway/peers/peer_call.h"
#include "runtime/base/id.h"

/* *currency is "" while none is set, also for an account that payments does not know yet. */
enum failure payments_currency_get(struct peer_call call, const char *account_id,
                                   const char **currency) must_check;

/* Whether the account has a method that may be charged now. */
enum failure payments_method_present(struct peer_call call, const char *account_id,
                                     bool *present) must_check;

struct payments_facts {
    const char *account_id;
    struct id request_id;
    const char *country;
    bool corporate;
    const char *principal_name;
    bool billing_address_present;
    int64_t as_of_us;
};

enum failure payments_facts_update(struct peer_call call,
                                   const struct payments_facts *facts) must_check;

/* The account of payments.v1.CurrencySet. false: not such a payload. */
bool payments_event_account(struct arena *arena, struct bytes payload,
                            struct id *account_id) must_check;

/* The payload of payments.v1.TopUpSucceeded. */
struct payments_top_up {
    struct id top_up_id;
    const char *account_id;
    const char *target_account_id;
    int64_t amount_micros;
    const char *currency;
    const char *remark;
};

/* In the arena. false: not such a payload. */
bool payments_top_up_read(struct arena *arena, struct bytes payload,
                          struct payments_top_up *top_up) must_check;

/* The payloads of payments.v1.TopUpReturnDecided and TopUpReturned, which begin as TopUpSucceeded
 * does. *was_in_suspense is told by the latter. */
bool payments_return_decided_read(struct arena *arena, struct bytes payload,
                                  struct payments_top_up *top_up) must_check;
bool payments_returned_read(struct arena *arena, struct bytes payload,
                            struct payments_top_up *top_up, bool *was_in_suspense) must_check;

/* The payload of payments.v1.TopUpFailed; amount_micros is 0 in events of before it was told. */
bool payments_failed_read(struct arena *arena, struct bytes payload, struct payments_top_up *top_up,
                          const char **reason) must_check;

/* Something that keeps an account from being closed. */
struct closing_blocker {
    const char *reason;
    const char *sentence;
    int64_t amount_micros;
    const char *currency;    /* "": there is no amount */
    const char *relation_id; /* "": it is none */
    int64_t count;           /* of resources; 0: it is none */
    int64_t until_us;        /* when the last term ends; 0: it is none */
};
#define CLOSING_BLOCKERS_MAX 32

/* Appends what payments knows. */
enum failure payments_closing_blockers(struct peer_call call, const char *account_id,
                                       struct closing_blocker blockers[CLOSING_BLOCKERS_MAX],
                                       size_t *count) must_check;

/* No top-ups to the account any more, or again. */
enum failure payments_closed_set(struct peer_call call, const char *account_id, bool closed,
                                 struct id request_id) must_check;

/* Where the money of a top-up is, as payments knows. */
struct payments_received {
    bool may_be_credited; /* SUCCEEDED, IN_SUSPENSE */
    bool in_suspense;
    bool credited;
    bool was_in_suspense; /* now or before */
};
enum failure payments_top_up_get(struct peer_call call, const struct payments_top_up *top_up,
                                 struct payments_received *received) must_check;

/* *received is as it is afterwards. */
enum failure payments_top_up_mark_credited(struct peer_call call,
                                           const struct payments_top_up *top_up,
                                           struct payments_received *received) must_check;
enum failure payments_top_up_suspend(struct peer_call call, const struct payments_top_up *top_up,
                                     const char *reason) must_check;
enum failure payments_refund_start(struct peer_call call,
                                   const struct payments_top_up *top_up) must_check;

/* No recharge is accepted any more that was let in when fewer freezes had come into force. */
enum failure payments_fence_raise(struct peer_call call, int64_t freeze_epoch) must_check;

#endif
