#include "payments/store/shared_card_store.h"

#include <assert.h>

#include "payments/store/queries.h"

static_assert(CARD_ACCOUNTS_EVER_MAX == 5, "as the table and its migration say");

enum failure shared_card_store_count(struct transaction *transaction,
                                     const uint8_t fingerprint[CARD_FINGERPRINT_SIZE],
                                     size_t *accounts)
{
    struct rows rows;
    enum failure failure = payments_shared_card_count(
        transaction,
        &(struct payments_shared_card_count){.fingerprint = {fingerprint, CARD_FINGERPRINT_SIZE}},
        &rows);
    *accounts =
        failure == FAILURE_NONE ? (size_t)payments_shared_card_count_row(&rows, 0).accounts : 0;
    return failure;
}

enum failure shared_card_store_keep(struct transaction *transaction, const struct shared_card *card,
                                    const uint8_t fingerprint[CARD_FINGERPRINT_SIZE])
{
    return payments_shared_card_keep(
        transaction,
        &(struct payments_shared_card_keep){.card_id = card->card_id,
                                            .fingerprint = {fingerprint, CARD_FINGERPRINT_SIZE},
                                            .brand = card_brand_name(card->brand),
                                            .last_four = card->last_four,
                                            .accounts = (int64_t)card->accounts},
        NULL);
}

enum failure shared_card_store_list(struct reader reader, struct id before_id, size_t limit,
                                    struct shared_cards *cards)
{
    struct rows rows;
    enum failure failure = payments_shared_card_list_alone(
        reader,
        &(struct payments_shared_card_list){.before_id = before_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    cards->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *cards->items);
    cards->count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct payments_shared_card_list_row row = payments_shared_card_list_row(&rows, i);
        cards->items[i] = (struct shared_card){row.card_id, card_brand_find(row.brand),
                                               row.last_four, (size_t)row.accounts};
    }
    return FAILURE_NONE;
}
