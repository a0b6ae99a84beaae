/* At which prices partners sell on (domain/repricing.h). */
#ifndef LEDGER_STORE_REPRICING_STORE_H
#define LEDGER_STORE_REPRICING_STORE_H

#include "ledger/domain/repricing.h"
#include "runtime/database/database.h"

struct kept_repricing {
    struct id repricing_id;
    struct repricing repricing;
};
struct repricing_list {
    struct kept_repricing *items;
    size_t count;
};

enum failure repricing_store_insert(struct transaction *transaction, struct id partner_id,
                                    const struct kept_repricing *kept) must_check;

struct repricing_page {
    struct id partner_id;
    struct id before_id;
    struct id customer_id; /* nil: any */
    int64_t from_month;
    size_t limit;
};
enum failure repricing_store_list(struct reader reader, const struct repricing_page *page,
                                  struct repricing_list *list) must_check;

/* All of a month. */
enum failure repricing_store_read_month(struct reader reader, struct id partner_id, int64_t month,
                                        struct repricing_list *list) must_check;

/* The one that counts for a customer's charge of a product; NULL: none. */
const struct kept_repricing *repricing_list_choose(const struct repricing_list *list,
                                                   struct arena *arena, struct id customer_id,
                                                   const char *product_id);

#endif
