/* Reads of what is kept: purchases, holds, transfers, postings, lots, changes, balances of the
 * past. */
#ifndef LEDGER_STORE_HISTORY_STORE_H
#define LEDGER_STORE_HISTORY_STORE_H

#include "ledger/domain/facts.h"
#include "ledger/store/query_rows.h"
#include "runtime/database/database.h"

struct purchase_found {
    struct purchase
        purchase; /* sequence 0: there is none; account and quota are stubs that only name theirs */
    const char *remark;
    const char *tag;
};
enum failure history_store_find_purchase(struct reader reader, struct id company_id,
                                         struct id account_id, int64_t sequence,
                                         struct purchase_found *found) must_check;

/* sequence 0: there is none. */
enum failure history_store_find_hold(struct reader reader, struct id company_id,
                                     struct id account_id, int64_t sequence,
                                     struct hold *hold) must_check;

/* The rows of all lists are read by the readers of query_rows.h. */
enum failure history_store_find_transfer(struct reader reader, struct id company_id,
                                         struct id account_id, int64_t sequence,
                                         struct rows *rows) must_check;

/* Postings that one call looks at, however few of them match what it is narrowed to. */
#define HISTORY_LOOK_MAX 1000

/* The entries that a list is narrowed to; zeros and empty texts match all. */
struct history_filter {
    struct id company_id;
    struct id account_id;
    struct id counterparty_id;
    struct id sub_account_id;
    int64_t state;
    int64_t kind;
    int64_t book;
    const char *tag;
    const char *remark_contains;
    int64_t effective_start_us;
    int64_t effective_end_us;
    int64_t after_sequence;  /* the list ends above it */
    int64_t before_sequence; /* the page goes on below (before_sequence, before_book) */
    int64_t before_book;
    size_t limit;
};

/* Both: newest first, at most limit that match. A last row of kind 0 says where the look ended with
 * more behind it (its sequence and book). */
enum failure history_store_list_transfers(struct reader reader, const struct history_filter *filter,
                                          struct rows *rows) must_check;
enum failure history_store_list_postings(struct reader reader, const struct history_filter *filter,
                                         struct rows *rows) must_check;

/* Newest first likewise. A last row of state 0, or of amount 0, says where the look ended. */
/* All that are active at the moment. */
struct active_holds {
    int64_t count;
    int64_t set_aside_micros;
};
enum failure history_store_sum_holds(struct reader reader, struct id company_id,
                                     struct id account_id, int64_t now_us,
                                     struct active_holds *active) must_check;

enum failure history_store_list_holds(struct reader reader, const struct history_filter *filter,
                                      int64_t now_us, struct rows *rows) must_check;
enum failure history_store_list_purchases(struct reader reader, const struct history_filter *filter,
                                          struct rows *rows) must_check;

/* A row of these lists as a hold and as a purchase; lent by the task's arena. */
struct ledger_find_hold_row;
struct ledger_find_purchase_row;
struct hold hold_from_row(struct task *task, const struct history_filter *of, int64_t sequence,
                          const struct ledger_find_hold_row *row);
struct purchase_found purchase_from_row(struct task *task, const struct history_filter *of,
                                        int64_t sequence,
                                        const struct ledger_find_purchase_row *row);

/* The bills that a list is narrowed to; zeros and empty texts match all. */
struct bill_filter {
    struct id company_id;
    struct id account_id;
    int64_t state; /* 1: unpaid, 2: paid */
    const char *tag;
    const char *remark_contains;
    int64_t start_us; /* when they are due */
    int64_t end_us;
    int64_t before_due_us; /* the page goes on below (before_due_us, before_sequence) */
    int64_t before_sequence;
    size_t limit;
};
/* The latest due first. A last row that owes 0 says where the look ended. */
enum failure history_store_list_bills(struct reader reader, const struct bill_filter *filter,
                                      struct rows *rows) must_check;

/* A stretch of a company's chain: what follows one place. */
struct history_stretch {
    struct id company_id;
    struct id account_id;
    struct id source_id; /* of lots; nil: of any source */
    int64_t after_sequence;
    int64_t count;
};
/* The first count lots that are open. */
enum failure history_store_list_open_lots(struct reader reader,
                                          const struct history_stretch *stretch,
                                          struct rows *rows) must_check;

/* Those of the count entries that are about the account; nil: all of them. */
enum failure history_store_list_changes(struct reader reader, const struct history_stretch *stretch,
                                        struct rows *rows) must_check;
enum failure history_store_chain_length(struct reader reader, struct id company_id,
                                        int64_t *length) must_check;

/* How many entries the company had recorded before a moment: the sequence of the last of them. */
enum failure history_store_count_before(struct reader reader, struct id company_id,
                                        int64_t moment_us, int64_t *count) must_check;

/* Fills an account's books, what it has set aside and its credit limit with what they were at a
 * moment. */
enum failure history_store_read_past(struct reader reader, int64_t as_of_us,
                                     struct account *account) must_check;

/* Accounts that have holds whose time has come. */
enum failure history_store_list_expired_holds(struct reader reader, int64_t now_us, size_t limit,
                                              struct rows *rows) must_check;

/* Distinct accounts of a company. */
struct company_accounts {
    struct id company_id;
    const struct id *account_ids;
    size_t count;
};

/* Those that there are, in any order, as they stand; accounts has room for all. */
enum failure history_store_read_balances(struct reader reader, int64_t now_us,
                                         const struct company_accounts *wanted,
                                         struct account *accounts, size_t *count) must_check;

/* An account's consumption. */
struct consumption {
    struct id account_id;
    const char *currency; /* lent by the task's arena; "" until it is set */
    int64_t micros;
};
struct consumption_span {
    int64_t start_us, end_us; /* the end does not count */
};

/* Of those accounts that there are; consumed has room for all that are wanted. */
enum failure history_store_read_consumption(struct reader reader,
                                            const struct company_accounts *wanted,
                                            struct consumption_span span,
                                            struct consumption *consumed, size_t *count) must_check;

/* The account whose ids are given, as it stands: holds whose time has come no longer count. *found
 * says whether there is one. */
enum failure history_store_read_balance(struct reader reader, int64_t now_us,
                                        struct account *account, bool *found) must_check;

#endif
