/* The address that one logs in by: an e-mail address, or the number of a sign-up by phone (S10). */
#ifndef IDENTITY_SERVICE_LOG_IN_ADDRESS_H
#define IDENTITY_SERVICE_LOG_IN_ADDRESS_H

#include "identity/service/code_sender.h"

struct log_in_address {
    char text[EMAIL_SIZE]; /* in its normal form */
    uint8_t index[KEYED_HASH_SIZE];
    bool is_phone;
};

/* One of both. */
void field_log_in_address(struct call *call, const char *email, const char *phone);

/* After that. */
struct log_in_address log_in_address_of(struct call *call, const char *email, const char *phone);

/* Sends a code to it. If nobody logs in by it, its owner is told so there; the caller sees no
 * difference (S10). */
int log_in_address_send(struct mutation *mutation, const struct log_in_address *address,
                        struct code_order *order, struct code_sent *sent) must_check;

#endif
