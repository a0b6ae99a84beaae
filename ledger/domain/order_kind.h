/* The kinds of orders: all that makes one differ from another, one row a kind. Their names on the
 * wire are in ledger/batch/order_message.h. */
#ifndef LEDGER_DOMAIN_ORDER_KIND_H
#define LEDGER_DOMAIN_ORDER_KIND_H

#include "ledger/domain/facts.h"

struct allowance;
struct refusal;
struct settling;

/* The amounts that an order of the kind may name (E35). */
enum amount_rule {
    AMOUNT_POSITIVE = 1,
    AMOUNT_NOT_NEGATIVE, /* zero says: as much as there is, or none from now on */
    AMOUNT_NOT_ZERO,     /* a correction goes both ways */
    AMOUNT_NONE          /* the facts say how much */
};

/* Demands of the kind on an order by itself, and the facts that its decision needs beside the
 * accounts and the quota that the order names. */
enum order_trait {
    MAY_BE_FINE = 1 << 0,  /* six decimals: metered usage and its like (settled 7, E18) */
    MUST_SAY_WHY = 1 << 1, /* in the remark */
    MUST_NAME_TOP_UP = 1 << 2,
    NEEDS_LOTS = 1 << 3,        /* the open lots: the account spends through D.9 */
    NEEDS_LAST_LOT = 1 << 4,    /* of the counterparty, which is given to */
    NEEDS_SOURCE_LOTS = 1 << 5, /* of the counterparty, which is taken from, by the
                                   account; it is settled in the counterparty's chain */
    NEEDS_BILLS = 1 << 6,       /* the unpaid ones */
    NEEDS_HOLD = 1 << 7,        /* named by reference_id */
    NEEDS_PURCHASE = 1 << 8,    /* named by reference_id */
    NEEDS_LINE = 1 << 9,        /* the company's credit line (D.3) */
    NEEDS_POOL = 1 << 10,       /* the pool, though the order names no sub-account (LED-20) */
    NEEDS_TRANSIT = 1 << 11,    /* named by reference_id, with its sender and its lots */
    NEEDS_RELATION = 1 << 12,   /* of its two accounts (order_relation) */
    OF_ALLOCATIONS = 1 << 13,   /* its lots are an agent's, not those of a transfer (D.2) */
    COUNTS_FOR_CAP = 1 << 14    /* it is spending, or gives it back (LED-31) */
};

struct order_rule {
    enum amount_rule amount;
    const char *amount_field; /* as the request calls it */
    unsigned traits;          /* of enum order_trait */

    /* May it be done? NULL: yes. Explains itself in the allowance, which comes empty, as far as it
     * came. Only an expiry is decided by nobody: its time has come. */
    const struct refusal *(*decide)(const struct settling *settling, struct allowance *allowance);

    /* Books what was decided in settling->entry and notes the rest in settling->outcome. */
    void (*book)(struct settling *settling);
};

const struct order_rule *order_rule(enum order_kind kind);
bool order_has(const struct order *order, enum order_trait trait);

/* Of what it gives, or takes back. */
enum lot_kind order_lot_kind(const struct order *order);

/* Whose it would be: of a transit its sender is the agent, and its receiver the customer. */
struct relation_ends order_relation(const struct order *order);

#endif
