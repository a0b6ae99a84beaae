/* The subjects that a try of a card counts for (S5): account, card, principal, source. Inside of
 * the mutation's transaction. */
#ifndef PAYMENTS_SERVICE_ATTEMPTS_H
#define PAYMENTS_SERVICE_ATTEMPTS_H

#include "payments/payments.h"
#include "payments/store/tried_store.h"
#include "runtime/idempotency/call_once.h"

struct attempt_by {
    struct id account_id;
    struct id principal_id;
    uint8_t card[CARD_FINGERPRINT_SIZE];
    uint8_t source[CARD_FINGERPRINT_SIZE]; /* keyed, so that no address is kept */
    struct tried tried;
    struct attempt_seen seen[ATTEMPT_LIMIT_COUNT];
};

/* Reads the caller. A card that everybody has (the provider's test numbers) is not counted as a
 * card, nor is a caller without principal or source as those: that is a service of ours. */
void attempts_read(struct mutation *mutation, enum attempt_action action, struct id account_id,
                   const uint8_t card[CARD_FINGERPRINT_SIZE], struct attempt_by *by);

/* Waits for concurrent tries with one of the same four, and counts the tries made. */
enum failure attempts_count(struct transaction *transaction, struct attempt_by *by) must_check;

/* May it be tried now? The refusal names the limit. */
int attempts_judge(struct call *call, const struct attempt_by *by);

/* It will be: counted with the transaction, before the provider is asked. */
enum failure attempts_keep(struct transaction *transaction, struct attempt_by *by,
                           struct id tried_id) must_check;

#endif
