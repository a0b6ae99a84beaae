/* The catalogue (domain/catalogue.h): regions, products and SKUs. */
#ifndef LEDGER_STORE_CATALOGUE_STORE_H
#define LEDGER_STORE_CATALOGUE_STORE_H

#include "ledger/domain/catalogue.h"
#include "runtime/database/database.h"

/* How many there are of a kind, retired ones too. */
enum failure catalogue_store_count(struct transaction *transaction, enum catalogue_kind kind,
                                   int64_t *count) must_check;

/* *kept is false when another has the id. */
enum failure region_store_insert(struct transaction *transaction, const struct region *region,
                                 bool *kept) must_check;
enum failure product_store_insert(struct transaction *transaction, const struct product *product,
                                  bool *kept) must_check;
enum failure sku_store_insert(struct transaction *transaction, const struct sku *sku,
                              bool *kept) must_check;

/* Held until the transaction ends. */
enum failure region_store_lock(struct transaction *transaction, const char *region_id,
                               struct region *region, bool *found) must_check;
enum failure product_store_lock(struct transaction *transaction, const char *product_id,
                                struct product *product, bool *found) must_check;
enum failure sku_store_lock(struct transaction *transaction, const char *sku_id, struct sku *sku,
                            bool *found) must_check;

enum failure catalogue_store_retire(struct transaction *transaction, enum catalogue_kind kind,
                                    const char *id, int64_t retired_us) must_check;

struct catalogue_page {
    const char *product_id; /* of SKUs; "": of any */
    const char *after_id;   /* "": from the first */
    bool with_retired;
    size_t limit;
};
struct region_list {
    struct region *items;
    size_t count;
};
struct product_list {
    struct product *items;
    size_t count;
};
struct sku_list {
    struct sku *items;
    size_t count;
};
enum failure region_store_list(struct reader reader, const struct catalogue_page *page,
                               struct region_list *list) must_check;
enum failure product_store_list(struct reader reader, const struct catalogue_page *page,
                                struct product_list *list) must_check;
enum failure sku_store_list(struct reader reader, const struct catalogue_page *page,
                            struct sku_list *list) must_check;

#endif
