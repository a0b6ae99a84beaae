/* An entry: what an accepted order became. Its postings sum to zero, it has one place in its
 * company's chain, and its id says which. Entries and postings are written once and never changed.
 */
#ifndef LEDGER_DOMAIN_ENTRY_H
#define LEDGER_DOMAIN_ENTRY_H

#include "ledger/domain/account.h"
#include "ledger/domain/order.h"
#include "runtime/base/text.h"

#define ENTRY_POSTINGS_MAX 8
#define ENTRY_HASH_SIZE 32
#define ENTRY_OUTCOME_SIZE_MAX 512
#define ENTRY_SEQUENCE_MAX ((INT64_C(1) << 56) - 1)

/* The head of a company's chain: every entry's hash covers the one before it. */
struct chain {
    struct id company_id;
    int64_t number;      /* names it inside this database; nobody is told */
    int64_t length;      /* the sequence of the last entry */
    int64_t recorded_us; /* of the last entry; recorded time never goes back along a chain */
    int64_t now_us;      /* by the company's clock, when the batch is decided */
    uint8_t hash[ENTRY_HASH_SIZE];
    struct id
        revision_found; /* names the state of everything the company has here, as decided upon */
    struct id revision; /* and as it will be after the commit; the same when nothing is kept */
};

struct posting {
    struct account *account;
    enum book book;
    int64_t amount_micros;
    int64_t balance_micros; /* of the book, afterwards */
};

struct entry {
    const struct order *order;
    struct chain *chain;
    int64_t sequence;
    int64_t recorded_us;
    int64_t effective_us;
    int64_t amount_micros;
    struct account *account;
    struct account *counterparty; /* NULL: none */
    struct id sub_account_id;     /* whom the account pays for (LED-20); nil: itself */
    struct posting postings[ENTRY_POSTINGS_MAX];
    size_t posting_count;
    int64_t frozen_since_us; /* when what the account has set aside became frozen_micros; 0: it did
                                not change */
    int64_t frozen_micros;
    uint8_t hash[ENTRY_HASH_SIZE];
};

/* The id of an entry is its place: a UUID (version 8) of the company's mark and the sequence. No
 * index is needed to find it again. nil: no entry has such a sequence. */
struct id entry_id(struct id company_id, int64_t sequence);

/* The sequence that an id of this company stands for; 0 when the id is not one of this company's.
 */
int64_t entry_sequence(struct id company_id, struct id id);

/* The chain of the order's account in which the thing that it refers to stands: where the account
 * is, or where it was opened. */
struct id entry_chain_of_reference(const struct order *order);

/* The other account of the entry: the counterparty, or the sub-account that it is about; nil: there
 * is none. */
struct id entry_counterparty_id(const struct entry *entry);

/* Adds to a book of an account; the same book twice is one posting. Zero adds nothing. */
void entry_post(struct entry *entry, struct account *account, enum book book,
                int64_t amount_micros);

/* How much it moved in a book of an account. */
int64_t entry_posted(const struct entry *entry, const struct account *account, enum book book);

/* Drops postings that came to nothing, as of prepaid usage that is settled as it is recorded. */
void entry_drop_zeros(struct entry *entry);

bool entry_is_balanced(const struct entry *entry);

/* How an entry is hashed: FIRST is what was recorded before there were actors, and stays valid. */
enum entry_form { ENTRY_FORM_FIRST = 1, ENTRY_FORM_SECOND };

struct linked_posting {
    struct id account_id;
    int64_t book;
    int64_t amount_micros;
    int64_t balance_micros;
};

/* The part of an entry that the audit and the batch hash alike. Text is borrowed. Numbers are no
 * part of it: an id means the same in every database. */
struct entry_link {
    int64_t form; /* of enum entry_form; none other is right */
    int64_t sequence;
    int64_t kind;
    struct id account_id;
    struct id counterparty_id;
    int64_t amount_micros;
    const char *currency;
    const char *remark;
    const char *tag;
    struct id reference_id; /* what a refund, capture or top-up refers to */
    /* Of the second form; nil: none. In the first the sub-account stands where a counterparty does.
     */
    struct id sub_account_id;
    struct id request_key;
    struct id body_key;
    struct id actor_id;
    struct id actor_reference;
    struct bytes outcome; /* what the answer says beyond the entry; no data: nobody is answered */
    int64_t effective_us;
    int64_t recorded_us;
    size_t posting_count;
    struct linked_posting postings[ENTRY_POSTINGS_MAX];
};

/* Puts the postings into the order in which they are hashed. */
void entry_link_sort(struct entry_link *link);

/* SHA-256 over the previous hash and the entry; postings in the order of (account id, book). */
void entry_link_hash(const struct entry_link *link, const uint8_t previous[ENTRY_HASH_SIZE],
                     uint8_t hash[ENTRY_HASH_SIZE]);

/* outcome as in entry_link. Fills entry->hash and moves the chain's head on to it. Entries of a
 * chain are linked in the order of their sequences. */
void entry_chain(struct entry *entry, struct bytes outcome);

#endif
