/* The keyed fingerprint of a card number (HMAC-SHA-256): tells equal cards without the number, and
 * tells nothing without the key. */
#ifndef PAYMENTS_FINGERPRINT_H
#define PAYMENTS_FINGERPRINT_H

#include "payments/store/payment_method_store.h"
#include "runtime/process/key_file.h"

#define FINGERPRINT_HEX_SIZE (2 * CARD_FINGERPRINT_SIZE + 1)

struct fingerprint_key {
    uint8_t bytes[KEY_FILE_SIZE];
};

void fingerprint_make(const struct fingerprint_key *key, const char *number,
                      uint8_t fingerprint[CARD_FINGERPRINT_SIZE]);

#endif
