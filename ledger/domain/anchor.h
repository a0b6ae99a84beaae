/* Anchors (c-14): what a stretch of a company's chain came to, signed, each linked to the one
 * before; and how an account's statement hangs on them. docs/proof.md has the format. */
#ifndef LEDGER_DOMAIN_ANCHOR_H
#define LEDGER_DOMAIN_ANCHOR_H

#include "ledger/domain/entry.h"
#include "ledger/domain/merkle.h"
#include "runtime/base/signature.h"

/* Entries of one anchor; more of one period have several anchors. */
#define ANCHOR_ENTRIES_MAX 8192

struct anchor {
    struct id company_id;
    int64_t number;    /* from 1 */
    int64_t period_us; /* when the period began in which its entries were recorded */
    int64_t first_sequence;
    int64_t last_sequence;
    struct merkle_hash entries_root; /* over the entries' hashes */
    int64_t account_count;
    struct merkle_hash accounts_root; /* over all accounts' states, by account id */
    struct merkle_hash previous;      /* the hash of the anchor before; zeros: there is none */
};

#define ANCHOR_SIZE 168
void anchor_pack(const struct anchor *anchor, uint8_t packed[ANCHOR_SIZE]);

/* Names the anchor for the next one, and in public. */
struct merkle_hash anchor_hash(const struct anchor *anchor);

/* An entry as a statement of one of its accounts tells it: its hash, and of the postings only those
 * of that account. */
struct stated_entry {
    int64_t sequence;
    int64_t kind;
    struct id account_id;
    struct id counterparty_id;
    struct id sub_account_id;
    int64_t amount_micros;
    const char *currency;
    const char *remark;
    const char *tag;
    struct id reference_id;
    struct id actor_reference;
    int64_t effective_us;
    int64_t recorded_us;
    struct merkle_hash hash;
    size_t posting_count;
    struct {
        int64_t book, amount_micros, balance_micros; /* books from 1, in their order */
    } postings[ENTRY_POSTINGS_MAX];
};

/* All that an account was told, folded: how many entries, and a hash over them. */
struct told_state {
    int64_t entries;
    struct merkle_hash hash; /* zeros: none yet */
};
void told_state_add(struct told_state *state, const struct stated_entry *entry);

/* Its leaf among the accounts of an anchor. */
struct merkle_hash told_state_leaf(struct id account_id, const struct told_state *state);

/* When the period of a moment began; interval_us: how long one is. */
int64_t anchor_period(int64_t moment_us, int64_t interval_us);

#endif
