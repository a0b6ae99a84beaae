/* An order: one wish to move money, freed of the wire. One flat struct for all kinds, so that a
 * batch of mixed orders is an array. An order that is wrong by itself (E35) has a mistake, found by
 * order_check; an order that the facts say no to has a refusal, decided by its kind. */
#ifndef LEDGER_DOMAIN_ORDER_H
#define LEDGER_DOMAIN_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/actor.h"
#include "runtime/base/origin.h"

#define ORDER_REMARK_SIZE_MAX 256
#define ORDER_TAG_SIZE_MAX 64
#define ORDER_LOTS_MAX 1000  /* lots that one order may touch */
#define ORDER_BILLS_MAX 1000 /* bills that one order may pay */

#define ORDER_LET_IN_NEVER (-1) /* only its answer is asked for, if it has one */

/* Named as in the oneof ledger.v1.Order.kind, numbered as ledger.v1.EntryKind. */
enum order_kind {
    ORDER_CREATE_TRANSFER = 1,
    ORDER_REVOKE_TRANSFER,
    ORDER_CREATE_PURCHASE,
    ORDER_REFUND_PURCHASE,
    ORDER_RECORD_USAGE,
    ORDER_SETTLE_USAGE,
    ORDER_PAY_BILLS,
    ORDER_CREDIT_TOP_UP,
    ORDER_CREATE_ADJUSTMENT,
    ORDER_PLACE_HOLD,
    ORDER_CAPTURE_HOLD,
    ORDER_VOID_HOLD,
    ORDER_EXPIRE_HOLD, /* never from outside: the sweep's */
    ORDER_SET_CREDIT_LIMIT,
    ORDER_CONFIRM_CREDIT_LIMIT,
    ORDER_SET_QUOTA,
    ORDER_OFFSET_QUOTA,
    ORDER_RELEASE_TOP_UP, /* out of the provider's suspense */
    ORDER_RECEIVE_TRANSIT,
    ORDER_RETURN_TRANSIT,
    ORDER_ALLOCATE_TO_SUB_ACCOUNT,
    ORDER_RECLAIM_FROM_SUB_ACCOUNT,
    ORDER_KIND_COUNT
};

struct order {
    enum order_kind kind;
    struct id company_id;      /* the chain that the account is booked in, or that of a revoke's
                                  counterparty */
    struct id scope_id;        /* the chain that who orders was opened in, of its request ids */
    bool is_placed;            /* that was looked up, and may have changed since */
    struct id account_id;      /* the acting account */
    struct id counterparty_id; /* destination of a transfer, revoke, allocation, reclaim; sender or
                                  receiver of a transit; nil otherwise */
    struct id sub_account_id;  /* whom it is paid for, or whose quota it is (LED-20); nil: the
                                  account itself */
    struct id request_id;
    struct origin origin; /* who chose the request id */
    struct id
        request_key;    /* order_request_key of the two above; nil: the order has no request id */
    struct id body_key; /* the first half of order_hash */
    const struct actor *actor; /* who asks, or our own step; NULL: nobody, a time that came */
    struct id top_up_id;
    struct id reference_id; /* the purchase of a refund, the hold of a capture, void or expiry, the
                               transit of its end, what an allocation grants (LED-41) */
    int64_t amount_micros;
    char currency[4];
    const char *remark;           /* never NULL */
    const char *tag;              /* never NULL */
    const char *contract_hash;    /* of the contract that is confirmed (LED-42); NULL: none is */
    int64_t effective_us;         /* 0: when it is recorded */
    int64_t due_us;               /* settlement; 0: by the payment term */
    int64_t expire_us;            /* hold */
    int64_t minimum_left_micros;  /* condition; 0: none */
    int64_t expected_version;     /* condition; 0: none */
    bool suspension_acknowledged; /* E10 */
    bool accept_read_only;        /* PAY-16 */
    int64_t let_in;   /* GW-03: 1 and how many freezes had come into force when it was let in; 0: by
                         no   door that freezes close; no part of the hash */
    bool by_customer; /* not one of the provider's own services or operators; no part of the hash */
    bool final;       /* the capture ends its hold */
    bool linked;      /* one group with the next order */
    bool by_sub_account; /* who orders is not the account, but whom it pays for (LED-20) */
};

/* The hash of the order's body: the same order has the same hash whether it came alone, in bulk or
 * streamed. The request id, its origin and the place in a group are not part of it (E32). */
void order_hash(const struct order *order, uint8_t hash[32]);

/* The one name of a request for ever: the first half of SHA-256 over its scope, origin and request
 * id. */
struct id order_request_key(struct id scope_id, struct id origin_id, struct id request_id);

/* The thing that its entry refers to: the top-up, or the one of reference_id; nil: nothing. */
struct id order_reference(const struct order *order);

/* nil: nobody. */
struct id order_actor_reference(const struct order *order);

#endif
