#include "ledger/store/price_store.h"

#include "ledger/store/queries.h"

enum failure price_store_read_revision(struct reader reader, int64_t *revision)
{
    struct rows rows;
    enum failure failure = ledger_read_price_revision_alone(reader, &rows);
    if (failure == FAILURE_NONE)
        *revision = ledger_read_price_revision_row(&rows, 0).revision;
    return failure;
}

enum failure price_store_take_revision(struct transaction *transaction)
{
    return ledger_take_price_revision(transaction, NULL);
}

/* ---- books ---- */

enum failure price_book_store_insert(struct transaction *transaction, const struct price_book *book,
                                     bool *kept)
{
    struct rows rows;
    enum failure failure = ledger_insert_price_book(
        transaction,
        &(struct ledger_insert_price_book){
            .price_book_id = book->book_id, .name = book->name, .create_us = book->created_us},
        &rows);
    *kept = failure == FAILURE_NONE && rows.count == 1;
    return failure;
}

enum failure price_book_store_count(struct transaction *transaction, int64_t *count)
{
    struct rows rows;
    enum failure failure = ledger_count_price_books(transaction, &rows);
    if (failure == FAILURE_NONE)
        *count = ledger_count_price_books_row(&rows, 0).count;
    return failure;
}

enum failure price_book_store_list(struct reader reader, const char *after_id, size_t limit,
                                   struct price_book_list *list)
{
    struct rows rows;
    enum failure failure = ledger_list_price_books_alone(
        reader, &(struct ledger_list_price_books){.after_id = after_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    list->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *list->items);
    for (list->count = 0; list->count < rows.count; list->count++) {
        struct ledger_list_price_books_row row = ledger_list_price_books_row(&rows, list->count);
        list->items[list->count] = (struct price_book){row.price_book_id, row.name, row.create_us};
    }
    return FAILURE_NONE;
}

/* ---- prices ---- */

static struct dated_price price_of(const struct ledger_list_prices_row *row)
{
    return (struct dated_price){
        .price_id = row->price_id,
        .place = {row->price_book_id, row->sku_id, row->region_id, row->currency},
        .price = {.model = (enum price_model)row->model, .package_micros = row->package_micros},
        .from_us = row->from_us,
        .until_us = row->until_us,
        .created_us = row->create_us};
}

static void add_tier(struct price *price, const struct ledger_list_prices_row *row)
{
    if (row->place != 0 && price->tier_count < PRICE_TIERS_MAX)
        price->tiers[price->tier_count++] =
            (struct price_tier){row->up_to_micros, row->nanos, row->flat_micros};
}

/* Somebody's hand may have changed rows; what is no price charges nothing. */
static enum failure agree(const struct price *price)
{
    return price_check(price) == NULL ? FAILURE_NONE : FAILURE_INTERNAL;
}

enum failure price_store_list(struct reader reader, const struct price_page *page,
                              struct price_list *list)
{
    struct rows rows;
    enum failure failure =
        ledger_list_prices_alone(reader,
                                 &(struct ledger_list_prices){.before_id = page->before_id,
                                                              .price_book_id = page->book_id,
                                                              .sku_id = page->sku_id,
                                                              .region_id = page->region_id,
                                                              .from_us = page->from_us,
                                                              .until_us = page->until_us,
                                                              .limit = (int64_t)page->limit},
                                 &rows);
    if (failure != FAILURE_NONE)
        return failure;
    list->items = arena_alloc_array(reader_arena(reader), page->limit + 1, sizeof *list->items);
    list->count = 0;
    for (size_t i = 0; i < rows.count; i++) {
        struct ledger_list_prices_row row = ledger_list_prices_row(&rows, i);
        if (list->count == 0 || !id_equal(list->items[list->count - 1].price_id, row.price_id))
            list->items[list->count++] = price_of(&row);
        add_tier(&list->items[list->count - 1].price, &row);
    }
    for (size_t i = 0; i < list->count && failure == FAILURE_NONE; i++)
        failure = agree(&list->items[i].price);
    return failure;
}

enum failure price_store_read_place(struct transaction *transaction,
                                    const struct price_place *place, struct price_begin *begin)
{
    struct rows rows;
    enum failure failure =
        ledger_read_price_place(transaction,
                                &(struct ledger_read_price_place){.price_book_id = place->book_id,
                                                                  .sku_id = place->sku_id,
                                                                  .currency = place->currency,
                                                                  .region_id = place->region_id,
                                                                  .from_us = begin->from_us},
                                &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct ledger_read_price_place_row row = ledger_read_price_place_row(&rows, 0);
    begin->has_book = row.has_book;
    begin->count = row.count;
    begin->is_taken = row.is_taken;
    return FAILURE_NONE;
}

enum failure price_store_insert(struct transaction *transaction, struct dated_price *dated)
{
    const struct price *price = &dated->price;
    int64_t up_to[PRICE_TIERS_MAX], nanos[PRICE_TIERS_MAX], flat[PRICE_TIERS_MAX];
    struct rows rows;
    for (size_t i = 0; i < price->tier_count; i++) {
        up_to[i] = price->tiers[i].up_to_micros;
        nanos[i] = price->tiers[i].nanos;
        flat[i] = price->tiers[i].flat_micros;
    }
    enum failure failure = ledger_insert_price(
        transaction,
        &(struct ledger_insert_price){.price_id = dated->price_id,
                                      .price_book_id = dated->place.book_id,
                                      .sku_id = dated->place.sku_id,
                                      .currency = dated->place.currency,
                                      .region_id = dated->place.region_id,
                                      .model = (int64_t)price->model,
                                      .package_micros = price->package_micros,
                                      .from_us = dated->from_us,
                                      .create_us = dated->created_us,
                                      .up_to_micros = int64_array(up_to, price->tier_count),
                                      .nanos = int64_array(nanos, price->tier_count),
                                      .flat_micros = int64_array(flat, price->tier_count)},
        &rows);
    if (failure == FAILURE_NONE)
        dated->until_us = ledger_insert_price_row(&rows, 0).until_us;
    return failure;
}

/* ---- of an account ---- */

enum failure price_store_read_account(struct reader reader, const struct price_wanted *wanted,
                                      struct price_spans *spans)
{
    struct rows rows;
    enum failure failure = ledger_read_account_prices_alone(
        reader,
        &(struct ledger_read_account_prices){.account_id = wanted->account_id,
                                             .sku_id = wanted->sku_id,
                                             .region_id = wanted->region_id,
                                             .currency = wanted->currency,
                                             .from_us = wanted->from_us,
                                             .until_us = wanted->until_us},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    spans->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *spans->items);
    spans->count = 0;
    for (size_t i = 0; i < rows.count; i++) {
        struct ledger_read_account_prices_row row = ledger_read_account_prices_row(&rows, i);
        if (row.list_prices.place <= 1 || spans->count == 0)
            spans->items[spans->count++] =
                (struct price_span){(enum price_source)row.source, row.since_us, row.end_us,
                                    price_of(&row.list_prices)};
        add_tier(&spans->items[spans->count - 1].price.price, &row.list_prices);
    }
    for (size_t i = 0; i < spans->count && failure == FAILURE_NONE; i++)
        failure = agree(&spans->items[i].price.price);
    return failure;
}

enum failure price_store_read_assignments(struct transaction *transaction,
                                          const struct price_assignment *assignment,
                                          struct price_begin *begin)
{
    struct rows rows;
    enum failure failure = ledger_read_price_assignments(
        transaction,
        &(struct ledger_read_price_assignments){.account_id = assignment->account_id,
                                                .price_book_id = assignment->book_id,
                                                .since_us = assignment->since_us},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct ledger_read_price_place_row row = ledger_read_price_place_row(&rows, 0);
    begin->has_book = row.has_book;
    begin->count = row.count;
    begin->is_taken = row.is_taken;
    return FAILURE_NONE;
}

enum failure price_store_assign(struct transaction *transaction,
                                const struct price_assignment *assignment)
{
    return ledger_assign_price_book(
        transaction,
        &(struct ledger_assign_price_book){.account_id = assignment->account_id,
                                           .since_us = assignment->since_us,
                                           .price_book_id = assignment->book_id},
        NULL);
}

enum failure association_store_keep(struct transaction *transaction,
                                    const struct association *association)
{
    enum failure failure = price_store_take_revision(transaction);
    return failure != FAILURE_NONE
               ? failure
               : ledger_keep_association(transaction,
                                         &(struct ledger_keep_association){
                                             .customer_id = association->customer_id,
                                             .since_us = association->since_us,
                                             .relation_id = association->relation_id,
                                             .agent_id = association->agent_id,
                                             .price_book_id = association->book_id,
                                             .shares_discount = association->shares_discount,
                                             .resells = association->resells},
                                         NULL);
}
