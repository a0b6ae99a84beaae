/* Lots: who funded which remaining cent (D.2, D.7, c-6). Spent first in, first out; taken back by
 * their source only, the newest first, what it transferred by a revoke and what it allocated as an
 * agent by a reclaim; given back by refunds the newest first. */
#ifndef LEDGER_DOMAIN_LOT_H
#define LEDGER_DOMAIN_LOT_H

#include "ledger/domain/facts.h"

/* The account that has money back, and by which right. */
struct lot_origin {
    struct id source_id;
    enum lot_kind kind;
};

int64_t lot_remaining(const struct lot *lot);

/* Whether the lots hold what the account was transferred and still has (T); true where not all open
 * lots were read. */
bool lots_agree(const struct account *account);

/* Opens a lot; lots of one origin that lie side by side are one lot. The account's last lot must be
 * among the facts. */
struct lot_grant {
    enum lot_kind kind;
    const struct account *source;
    int64_t micros;
};
void lot_grant(struct facts *facts, struct account *account, const struct entry *entry,
               const struct lot_grant *grant);

/* Whether the lots that were read can carry the amount within ORDER_LOTS_MAX of them; facts that
 * are shallow fall short when more lots could. */
bool lots_reach(struct facts *facts, const struct account *account, int64_t micros);

/* The sum of the oldest ORDER_LOTS_MAX open lots, of those that were read. */
int64_t lots_in_reach(const struct account *account);

/* Takes the amount from the oldest lots on (D.9 step 4) and notes each share in the purchase, when
 * there is one. */
void lots_spend(struct facts *facts, struct account *account, int64_t micros,
                struct purchase *purchase);

/* The sum that the origin's lots in this account still hold: granted - spent - revoked, of each lot
 * (D.7, E12). Of more than ORDER_LOTS_MAX open ones the newest that one order may touch;
 * lots_are_all_of tells. */
int64_t lots_remaining_of(const struct account *account, struct lot_origin origin);
bool lots_are_all_of(const struct account *account, struct lot_origin origin);

/* Whether this account ever had money of the origin (LED-11). */
bool lots_know(const struct account *account, struct lot_origin origin);

/* Takes the amount back from the origin's lots, the newest first; at most lots_remaining_of. Notes
 * each share in the transit, when there is one. */
void lots_revoke(struct facts *facts, struct account *account, struct lot_origin origin,
                 int64_t micros, struct transit *transit);

/* Gives back what a revoke or reclaim took that is returned, to the same lots. */
void lots_give_back(struct facts *facts, const struct transit *transit);

/* Gives the amount back to the lots that paid for the purchase, the newest first (E16). */
void lots_restore(struct facts *facts, struct purchase *purchase, int64_t micros);

#endif
