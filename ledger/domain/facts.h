/* The facts of one batch: everything its orders may touch, read under lock, decided upon in memory,
 * kept together. The caller gives the arrays (the domain allocates nothing); rows are found by id
 * and changed through facts_change, so that a group that fails can be undone as if it had never
 * been tried. */
#ifndef LEDGER_DOMAIN_FACTS_H
#define LEDGER_DOMAIN_FACTS_H

#include "ledger/domain/entry.h"
#include "ledger/domain/relation.h"

enum lot_kind { LOT_TRANSFER = 1, LOT_ALLOCATION };

/* Money transferred in by one source, or allocated by an agent, and what became of it (D.2). A
 * lot's sequence is that of the entry which opened it. */
struct lot {
    struct account *account;
    struct lot *next; /* of the same account, by sequence */
    int64_t sequence;
    enum lot_kind kind;
    struct id source_id;
    int64_t source; /* its number, of a new one */
    int64_t granted_micros;
    int64_t spent_micros;
    int64_t revoked_micros;
    bool beyond_reach; /* open, with as many newer ones of its source as one order may touch, or as
                          shallow facts have; those before it need not be known */
    bool is_new;
    bool changed;
};

/* An amount billed at one moment and due at another (U_prev item by item). */
struct bill {
    struct account *account;
    struct bill *next; /* of the same account, by (due, sequence) */
    int64_t sequence;
    int64_t due_us;
    int64_t owed_micros;
    int64_t paid_micros;
    bool is_new;
    bool changed;
};

struct quota;

enum hold_state { HOLD_ACTIVE = 1, HOLD_CAPTURED, HOLD_VOIDED, HOLD_EXPIRED };

struct hold {
    struct account *account;
    struct id chain_id; /* of its entry: its account's, or the one that its account moved out of */
    int64_t sequence;
    enum hold_state state;
    int64_t amount_micros;
    int64_t captured_micros;
    int64_t expire_us;
    int64_t placed_us;
    struct id sub_account_id; /* whom it was placed for (LED-20); nil: the account itself */
    struct quota *quota;      /* of that one, in which what is open counts; NULL: it has none */
    bool is_new;
    bool changed;
};

/* Which sources carried an amount (D.9 steps 4 to 6); credit is what became outstanding. */
struct payment {
    int64_t transferred_in_micros;
    int64_t own_micros;
    int64_t refund_credit_micros;
    int64_t credit_micros;
};

/* An account that pays on behalf of others. It settles for all of them at once (LED-20). */
struct quota_pool {
    struct account *account;
    int64_t settled_sequence; /* of the account's last settlement */
    bool changed;
};

/* By what an account pays for another (R5): a relation whose terms say so, or that both are of one
 * company. */
struct quota_basis {
    struct id relation_id; /* that has not ended; nil: there is none */
    bool agent_pays;       /* its terms say so now */
    bool agent_purchases;  /* PAY-16: before a line is set */
    int64_t paid_until_us; /* since when the agent pays no more; 0: it pays, or never did */
    bool same_company;
};

/* How much one sub-account may consume at the pool's expense, and has consumed (D.10). The
 * sub-account is but a name here: nothing of its own money is read. The undeducted part counts as
 * deducted as soon as the pool settles behind it, and the line only under the relation that it was
 * set under: ask quota_terms. */
struct quota {
    struct account *account; /* which pays */
    struct quota_pool *pool; /* NULL: of an account without one, for nothing is open yet */
    struct id sub_account_id;
    struct quota_basis basis;
    bool is_open;               /* a line was set, or something consumed */
    struct id line_relation_id; /* nil: set for an account of the same company */
    int64_t line_micros;        /* as set */
    int64_t deducted_micros;
    int64_t undeducted_micros;
    int64_t held_micros;      /* what its open holds set aside */
    int64_t metered_sequence; /* of the last usage */
    bool changed;
};

/* By whom a limit was set: the account itself, or somebody above it (LED-38). */
enum cap_level { CAP_OWN, CAP_ABOVE, CAP_LEVELS };

struct cap_level_limit {
    bool is_set;
    int64_t micros;
};

/* How much an account may spend in a month, and has spent in the one that is running (LED-31). */
struct cap {
    struct id account_id; /* whose spending it is, whoever pays */
    struct id chain_id;   /* by whose clock the batch judges it */
    struct cap_level_limit limits[CAP_LEVELS];
    int64_t month_start_us;
    int64_t month_end_us; /* exclusive */
    int64_t spent_micros;
    int64_t reserved_micros; /* what open holds of the month set aside */
    bool exceeded_told;      /* that it was exceeded, in this month */
    bool changed;
};

struct purchase_lot;

struct purchase {
    struct account *account;
    struct id chain_id; /* of its entry: its account's, or the one that its account moved out of */
    int64_t sequence;
    int64_t amount_micros;
    struct payment paid;
    struct payment refunded;
    int64_t recorded_us;
    int64_t counted_us;  /* the month that it is of: when its hold was placed, or it was bought */
    struct quota *quota; /* of whom it was bought for; NULL: the account itself */
    struct purchase_lot *lots; /* side by side, by the lots' sequences */
    size_t lot_count;
    bool is_new;
    bool changed;
};

/* A lot's share in a purchase, so that a refund finds its way back (E16). */
struct purchase_lot {
    struct purchase *purchase;
    struct lot *lot;
    int64_t paid_micros;
    int64_t refunded_micros;
    bool is_new;
    bool changed;
};

/* Money that left one chain for an account of another (settled 11): with the id of the entry that
 * sent it. */
enum transit_kind {
    TRANSIT_TRANSFER = 1,
    TRANSIT_REVOKE,
    TRANSIT_ALLOCATION = 4, /* LED-22; 3 is a return's in the list of transfers */
    TRANSIT_RECLAIM
};
enum transit_state { TRANSIT_UNDER_WAY = 1, TRANSIT_RECEIVED, TRANSIT_RETURNED };

struct transit_lot;

struct transit {
    struct id id;
    enum transit_kind kind;
    enum transit_state state;
    struct id sender_id;
    struct id receiver_id;
    int64_t amount_micros;
    char currency[4];
    int64_t sent_us;
    int64_t ended_us;         /* 0: under way */
    struct transit_lot *lots; /* side by side */
    size_t lot_count;
    bool is_new;
    bool changed;
};

/* How much a revoke or reclaim took from a lot, so that what is returned finds its way back. */
struct transit_lot {
    struct transit *transit;
    struct lot *lot;
    int64_t micros;
    bool is_new;
};

/* How much a company may allocate to its accounts' limits together, in one currency (D.3). */
struct credit_line {
    struct id company_id;
    char currency[4];
    int64_t line_micros;
    int64_t allocated_micros;
    bool changed;
};

struct undo {
    uint8_t *bytes; /* caller's, aligned for any type */
    size_t size;
    size_t size_max;
    bool open;
};

struct facts {
    struct account *accounts; /* by id */
    size_t account_count;
    struct chain *chains; /* by company id */
    size_t chain_count;
    struct credit_line *credit_lines; /* by (company id, currency) */
    size_t credit_line_count;

    struct lot *lots;
    size_t lot_count, lot_count_max;
    struct bill *bills;
    size_t bill_count, bill_count_max;
    struct hold *holds;
    size_t hold_count, hold_count_max;
    struct purchase *purchases;
    size_t purchase_count, purchase_count_max;
    struct purchase_lot *purchase_lots;
    size_t purchase_lot_count, purchase_lot_count_max;
    struct quota_pool
        *pools; /* with room for each order that names a sub-account, as the quotas have */
    size_t pool_count, pool_count_max;
    struct quota *quotas;
    size_t quota_count, quota_count_max;
    struct cap *caps; /* of all whose spending the orders are, as far as they have one */
    size_t cap_count, cap_count_max;
    struct transit *transits;
    size_t transit_count, transit_count_max;
    struct transit_lot *transit_lots;
    size_t transit_lot_count, transit_lot_count_max;
    struct relation *relations; /* the last of each two that orders rest on */
    size_t relation_count;
    struct entry *entries; /* accepted, in order */
    size_t entry_count, entry_count_max;

    bool disagree;   /* rows do: nothing that was decided counts (agreement.h) */
    bool is_shallow; /* lots and bills were read less deep than one order may touch them */
    bool fell_short; /* an order would have needed deeper ones: nothing that was decided counts */

    int64_t freeze_epoch; /* where the fence of freezes stands (GW-03); 0: that was not read, and
                             who keeps the batch looks */
    int64_t now_us;       /* by the clock of the batch's own work; of a company ask facts_now_us */
    int64_t payment_term_us; /* when credit and postpaid bills fall due */
    int64_t grace_us;        /* services of an account run so long that nobody warned (c-2) */
    struct undo undo;
};

/* NULL: not among the facts. */
struct account *facts_account(struct facts *facts, struct id account_id);
struct chain *facts_chain(const struct facts *facts, struct id company_id);
struct credit_line *facts_credit_line(struct facts *facts, struct id company_id,
                                      const char *currency);
struct hold *facts_hold(struct facts *facts, struct id chain_id, struct id hold_id);
struct purchase *facts_purchase(struct facts *facts, struct id chain_id, struct id purchase_id);
struct transit *facts_transit(struct facts *facts, struct id transit_id);
struct relation *facts_relation(struct facts *facts, struct relation_ends ends);
struct quota *facts_quota(struct facts *facts, const struct account *account,
                          struct id sub_account_id);

/* The time by the company's clock; for one that has nothing here, that of the batch. */
int64_t facts_now_us(const struct facts *facts, struct id company_id);

/* Adds a row that was read, in its account's order; a row that is there already is returned as it
 * is. NULL: no room. */
struct lot *facts_read_lot(struct facts *facts, const struct lot *row);
struct bill *facts_read_bill(struct facts *facts, const struct bill *row);

/* Notes that lots or bills were not read deep enough, unless they were read as deep as may be. Then
 * the whole batch is to be read deep and decided again. */
void facts_fall_short(struct facts *facts);

/* Keeps the object as it is, in case the open group fails. Call before the first change. */
void facts_change(struct facts *facts, void *object, size_t size);
#define FACTS_CHANGE(facts, object) facts_change((facts), (object), sizeof *(object))

/* Opens the entry of an accepted order: the next place in the company's chain. Room was asked for
 * before. Its recorded time never goes back along the chain, though a clock was ahead once; it says
 * the order, and nothing is judged by it: what is due, held or over is judged by the chain's
 * now_us, which is the entry's effective time unless the order names one. */
struct entry *facts_begin_entry(struct facts *facts, const struct order *order,
                                struct account *account, struct account *counterparty);

/* Closes it: versions, suspension as judged at the moment at which it happened, double entry
 * asserted. */
void facts_end_entry(struct facts *facts, struct entry *entry, int64_t moment_us);

/* Whether one more order of any kind surely finds room in the arrays and the undo log. */
bool facts_has_room(const struct facts *facts);

/* A group: what is done between begin and undo can be undone. */
struct facts_mark {
    size_t lot_count, bill_count, hold_count, purchase_count, purchase_lot_count, pool_count,
        quota_count, transit_count, transit_lot_count, entry_count;
};
struct facts_mark facts_begin_group(struct facts *facts);
void facts_undo_group(struct facts *facts, struct facts_mark mark);
void facts_end_group(struct facts *facts);

#endif
