/* Reading lists: filters, page tokens and kinds that the list rpcs share. */
#ifndef LEDGER_SERVICE_HISTORY_H
#define LEDGER_SERVICE_HISTORY_H

#include "ledger/store/history_store.h"
#include "ledger/v1/posting.pb-c.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/page.h"

/* The kind as the wire names it. */
Ledger__V1__EntryKind history_kind_to_wire(int64_t order_kind);

/* The filter of a list's request; both lists call its members alike. */
#define HISTORY_FILTER(request)                                                     \
    ((struct history_filter){.company_id = (request)->company_id,                   \
                             .account_id = (request)->account_id,                   \
                             .counterparty_id = (request)->counterparty_account_id, \
                             .tag = (request)->tag,                                 \
                             .remark_contains = (request)->remark_contains,         \
                             .effective_start_us = (request)->effective_start_us,   \
                             .effective_end_us = (request)->effective_end_us,       \
                             .before_sequence = (request)->before.number,           \
                             .before_book = (request)->before.part,                 \
                             .limit = page_limit((request)->page_size)})

/* Adds a violation for a text that no entry can have. */
void history_check_texts(struct call *call, const char *tag, const char *remark_contains);

/* Makes places in the chain of recorded times, in one look at it for each; 0: not narrowed. */
enum failure history_find_times(struct reader reader, int64_t start_us, int64_t end_us,
                                struct history_filter *filter) must_check;

/* Where a row of a list stands, by its sequence and book; kind 0: there the look ended with more
 * behind it. */
struct history_place {
    struct page_place at;
    int64_t kind;
};
typedef struct history_place history_place(const struct rows *rows, size_t row);

/* Of which chain of an account a page is. Behind the last place in the chain where the account is
 * come those of its own, if it has moved out of that with entries (decision 17): its name is the
 * account's. */
struct history_page {
    struct id company_id, account_id;
    size_t limit;
    bool is_by_part;   /* the part of a place is its sequence, and not its number */
    bool has_left;     /* history_turn found: there is a chain of its own */
    bool is_of_before; /* history_turn found */
    size_t count;      /* of what was found that much is listed */
};

/* *company_id and *sequence become those of the chain that the page is of. A token from before the
 * move is of the account's own. */
enum failure history_turn(struct call *call, struct history_page *page, struct id *company_id,
                          int64_t *sequence) must_check;

/* How much of what was found is listed, and where the next page begins ("" after the last). */
void history_end(struct call *call, struct history_page *page, const struct rows *rows,
                 history_place *place, char **next_page_token);

/* The chain of the account in which a thing of this id stands, for reading it alone. */
struct id history_chain_of(struct id company_id, struct id account_id, struct id thing_id);

/* The page of a list whose filter is one of entries. */
#define HISTORY_PAGE(filter)                                  \
    ((struct history_page){.company_id = (filter).company_id, \
                           .account_id = (filter).account_id, \
                           .limit = (filter).limit})

#endif
