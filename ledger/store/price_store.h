/* Price books, prices, and by which book an account buys (domain/price_book.h). */
#ifndef LEDGER_STORE_PRICE_STORE_H
#define LEDGER_STORE_PRICE_STORE_H

#include "ledger/domain/price_book.h"
#include "runtime/database/database.h"

/* Grows with each change of prices and of the books that count for accounts, in the same
 * transaction: what was read by price_store_read_account holds as long as it stays. It is read
 * before the prices. */
enum failure price_store_read_revision(struct reader reader, int64_t *revision) must_check;

/* Each change begins with it: no other change is under way until the transaction ends. */
enum failure price_store_take_revision(struct transaction *transaction) must_check;

/* *kept is false when another has the id. */
enum failure price_book_store_insert(struct transaction *transaction, const struct price_book *book,
                                     bool *kept) must_check;
enum failure price_book_store_count(struct transaction *transaction, int64_t *count) must_check;

struct price_book_list {
    struct price_book *items;
    size_t count;
};
enum failure price_book_store_list(struct reader reader, const char *after_id, size_t limit,
                                   struct price_book_list *list) must_check;

/* Reads what is there of the place beside the begin itself. */
enum failure price_store_read_place(struct transaction *transaction,
                                    const struct price_place *place,
                                    struct price_begin *begin) must_check;

/* Until when it counts is told. */
enum failure price_store_insert(struct transaction *transaction,
                                struct dated_price *price) must_check;

struct price_page {
    struct id before_id;
    const char *book_id, *sku_id, *region_id; /* "": any */
    int64_t from_us, until_us;                /* 0: without an end */
    size_t limit;
};
struct price_list {
    struct dated_price *items;
    size_t count;
};
enum failure price_store_list(struct reader reader, const struct price_page *page,
                              struct price_list *list) must_check;

/* ---- of an account ---- */

/* Of usage, by what it is priced. */
struct price_wanted {
    struct id account_id;
    const char *sku_id, *region_id, *currency;
    int64_t from_us, until_us; /* in which it begins; exclusive */
};
struct price_spans {
    struct price_span *items;
    size_t count;
};

/* All prices that may count; price_span_choose says which does. */
enum failure price_store_read_account(struct reader reader, const struct price_wanted *wanted,
                                      struct price_spans *spans) must_check;

struct price_assignment {
    struct id account_id;
    const char *book_id; /* "": the list */
    int64_t since_us;
};

/* Reads what is there of the account's books beside the begin itself. */
enum failure price_store_read_assignments(struct transaction *transaction,
                                          const struct price_assignment *assignment,
                                          struct price_begin *begin) must_check;
enum failure price_store_assign(struct transaction *transaction,
                                const struct price_assignment *assignment) must_check;

struct association {
    struct id customer_id;
    struct id relation_id;
    struct id agent_id;  /* nil: it ended */
    const char *book_id; /* that its terms name; "": none */
    bool shares_discount;
    bool resells;
    int64_t since_us;
};
enum failure association_store_keep(struct transaction *transaction,
                                    const struct association *association) must_check;

#endif
