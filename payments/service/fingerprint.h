/* The keyed fingerprint of a card number (HMAC-SHA-256): tells equal cards without the number, and tells nothing without the key. */
#ifndef PAYMENTS_SERVICE_FINGERPRINT_H
#define PAYMENTS_SERVICE_FINGERPRINT_H

#include "payments/store/payment_method_store.h"

#define FINGERPRINT_KEY_SIZE 32
#define FINGERPRINT_HEX_SIZE (2 * CARD_FINGERPRINT_SIZE + 1)

struct fingerprint_key {
    uint8_t bytes[FINGERPRINT_KEY_SIZE];
};

/* Reads the key file, making it with mode 0600 (and its folder) when it is not there. false: one line was logged, naming the file.
 * Blocks; for the start of the process. */
bool fingerprint_key_load(struct fingerprint_key *key, const char *directory) must_check;

void fingerprint_make(const struct fingerprint_key *key, const char *number, uint8_t fingerprint[CARD_FINGERPRINT_SIZE]);

#endif
