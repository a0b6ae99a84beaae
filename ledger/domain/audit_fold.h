/* The audit's fold: entry by entry along a chain, each is hashed anew onto the one before, its
 * postings are added to the books of the accounts and its lots are followed; then what is kept is
 * compared. It reads rows that may be corrupt, so nothing that stands in them is taken for granted.
 */
#ifndef LEDGER_DOMAIN_AUDIT_FOLD_H
#define LEDGER_DOMAIN_AUDIT_FOLD_H

#include "ledger/domain/entry.h"
#include "runtime/base/text.h"

/* Differences of one sort that are told, unbalanced entries too. */
#define AUDIT_DIFFERENCES_MAX 10
#define AUDIT_CURRENCIES_MAX 64

/* The lots of an account as its transfers tell them (D.2): one opens a lot, or adds to the last
 * one when that is of its source. */
struct folded_lots {
    int64_t kept_count, count;
    int64_t remaining_micros; /* of all */
    int64_t sequence;         /* of the last one: as kept, whose it is and what was transferred */
    int64_t granted_micros, told_micros;
    int64_t source;                 /* a number */
    int64_t kept_first, first_open; /* first_open 0: none is open */
    bool are_passed_over;           /* one was spent behind one that is open (D.9) */
    bool are_given_back;            /* something came back, to whichever */
    bool differ;
};

struct folded_account {
    struct id id;
    int64_t number; /* by which entries name it */
    char currency[4];
    int64_t kept_version, version;
    int64_t kept_books[BOOK_COUNT], books[BOOK_COUNT];
    int64_t sum_micros; /* of its postings, whatever their currency */
    struct folded_lots lots;
};

/* A value that is kept of an account, and what its entries tell. */
struct audit_difference {
    struct id account_id;
    int64_t sequence;     /* of the entry to blame; 0: no single one */
    const char *sentence; /* NULL: kept and told say it all */
    enum book book;       /* of a balance */
    int64_t kept, told;
};

/* An entry as it stands there, beside the lot that it opened. Of its accounts the fold fills in the
 * ids that it knows. */
struct audited_entry {
    struct entry_link link;
    int64_t account, other_account; /* numbers; 0: none */
    int64_t named;                  /* that of the sub-account, when it is an account here */
    struct id other_account_id;
    bool has_other_leg;     /* the second posting is the other account's */
    bool is_muddled;        /* legs beside a row that has none, or the other way about */
    struct bytes kept_hash; /* of any size */
    bool has_lot;
    bool lot_is_of_source;
    int64_t lot_source; /* a number: whose lot it opens or adds to, by its kind */
    int64_t lot_granted_micros, lot_spent_micros, lot_revoked_micros;
};

struct audit_fold {
    struct folded_account *accounts; /* these; postings of others are passed over */
    size_t account_count, account_max;
    uint32_t *places; /* of accounts + 1 by their numbers; 0: free */
    size_t place_count;
    struct id only; /* entries and postings of this account are counted; nil: all */
    bool is_first;  /* checks the chain and counts; a later pass is for more accounts */

    int64_t next_sequence;
    uint8_t hash[ENTRY_HASH_SIZE];
    int64_t recorded_us;        /* of the last entry */
    const char *break_sentence; /* NULL: the chain is whole */
    int64_t break_sequence;

    int64_t entries, postings;
    bool has_revokes; /* an entry takes back, or a lot says so */
    struct {
        int64_t sequence, sum_micros;
    } unbalanced[AUDIT_DIFFERENCES_MAX];
    size_t unbalanced_count;
    struct audit_difference balances[AUDIT_DIFFERENCES_MAX], versions[AUDIT_DIFFERENCES_MAX],
        lots[AUDIT_DIFFERENCES_MAX];
    size_t balance_count, version_count, lot_count;
    struct {
        char currency[4];
        int64_t micros;
    } sums[AUDIT_CURRENCIES_MAX];
    size_t sum_count;
};

/* Makes room for account_max accounts in memory that the caller lends: zeroed, as many accounts and
 * audit_fold_place_count places. */
size_t audit_fold_place_count(size_t account_max);
void audit_fold_init(struct audit_fold *fold, struct folded_account *accounts, uint32_t *places,
                     size_t account_max);

/* Begins a pass along the whole chain, with no accounts yet. */
void audit_fold_begin_pass(struct audit_fold *fold, bool is_first);

/* An account to be filled in, in the order of ids; there must be room. */
struct folded_account *audit_fold_add_account(struct audit_fold *fold, struct id id,
                                              int64_t number);

/* The next entry, by sequence. Its postings need not say whose they are. */
void audit_fold_add_entry(struct audit_fold *fold, struct audited_entry *entry);

/* After the last entry of the first pass: whether the chain ends as its head says. A length of -1:
 * the head is gone. */
void audit_fold_check_head(struct audit_fold *fold, int64_t length, int64_t recorded_us,
                           const uint8_t hash[ENTRY_HASH_SIZE]);

/* After the last entry of a pass: what differs of its accounts. */
void audit_fold_compare(struct audit_fold *fold);

#endif
