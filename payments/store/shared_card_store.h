/* Keeps the cards that were put on many accounts; no row for any other. */
#ifndef PAYMENTS_STORE_SHARED_CARD_STORE_H
#define PAYMENTS_STORE_SHARED_CARD_STORE_H

#include "payments/store/payment_method_store.h"

struct shared_card {
    struct id card_id;
    enum card_brand brand;
    const char *last_four;
    size_t accounts; /* that it was ever put on */
};

struct shared_cards {
    struct shared_card *items; /* lent by the task's arena */
    size_t count;
};

/* On how many accounts the card was ever put, whatever became of it. */
enum failure shared_card_store_count(struct transaction *transaction,
                                     const uint8_t fingerprint[CARD_FINGERPRINT_SIZE],
                                     size_t *accounts) must_check;
/* A card that has its row keeps its id. */
enum failure shared_card_store_keep(struct transaction *transaction, const struct shared_card *card,
                                    const uint8_t fingerprint[CARD_FINGERPRINT_SIZE]) must_check;
/* Newest first. */
enum failure shared_card_store_list(struct reader reader, struct id before_id, size_t limit,
                                    struct shared_cards *cards) must_check;

#endif
