/* Anchors and the statements that hang on them (c-14). */
#ifndef LEDGER_STORE_ANCHOR_STORE_H
#define LEDGER_STORE_ANCHOR_STORE_H

#include "ledger/domain/anchor.h"
#include "ledger/store/query_rows.h"
#include "runtime/database/database.h"

/* A company that is due, and where its anchors end. */
struct due_anchor {
    bool found;
    struct id company_id;
    int64_t number;              /* of its last anchor; 0: none */
    int64_t last_sequence;       /* that it reaches to */
    int64_t period_us;           /* its own */
    struct merkle_hash previous; /* its hash */
};
enum failure anchor_store_find_due(struct reader reader, struct id after, int64_t over_us,
                                   struct due_anchor *due) must_check;

/* An entry with its postings, of which a statement takes those of one account. */
struct told_entry {
    struct stated_entry stated; /* without postings */
    struct id other_account_id; /* of the second leg; nil: none */
    struct linked_posting postings[ENTRY_POSTINGS_MAX];
    size_t posting_count;
};
typedef bool told_entry_visit(void *argument, const struct told_entry *entry);

struct told_stretch {
    struct id company_id;
    int64_t after_sequence;
    int64_t to_sequence;
};
/* Visits the entries of a stretch in order, until a visit returns false. An entry that is missing,
 * or that no ledger wrote so, is FAILURE_INTERNAL. Texts are lent. */
enum failure anchor_store_walk(struct reader reader, const struct told_stretch *stretch,
                               told_entry_visit *visit, void *argument) must_check;

/* Whether it is in the account's statement; fills in the postings that are the account's. */
bool told_entry_is_of(const struct told_entry *entry, struct id account_id,
                      struct stated_entry *stated);

/* An account in an anchor. */
struct anchored_account {
    struct id account_id;
    struct told_state state;
    bool is_known;   /* false: no anchor has it yet */
    bool is_changed; /* to be kept */
};
/* All of the company by their ids, as of the anchor with the number; lent by the task's arena. */
enum failure anchor_store_read_accounts(struct reader reader, struct id company_id, int64_t number,
                                        struct anchored_account **accounts,
                                        size_t *count) must_check;

struct signed_anchor {
    struct anchor anchor;
    uint8_t public_key[SIGNATURE_KEY_SIZE];
    uint8_t signature[SIGNATURE_SIZE];
};
/* Keeps the changed accounts with it; nothing when another ledger was first. */
enum failure anchor_store_keep(struct reader reader, const struct signed_anchor *signed_anchor,
                               const struct anchored_account *accounts, size_t count) must_check;

/* Those of periods that began in [start_us, end_us), and the one before. */
struct asked_anchors {
    struct id company_id;
    int64_t start_us;
    int64_t end_us;
    size_t limit;
};
/* Lent by the task's arena. */
enum failure anchor_store_list(struct reader reader, const struct asked_anchors *asked,
                               struct signed_anchor **anchors, size_t *count) must_check;

/* Whether anything was ever anchored; and the keys that a company's anchors were signed with. */
enum failure anchor_store_has_any(struct reader reader, bool *has_any) must_check;
enum failure anchor_store_list_keys(struct reader reader, struct id company_id,
                                    struct rows *rows) must_check;

#endif
