/* Stripe's JSON, read in the words of provider.h. */
#ifndef PAYMENTS_PEERS_STRIPE_ANSWER_H
#define PAYMENTS_PEERS_STRIPE_ANSWER_H

#include "payments/peers/stripe_exchange.h"

/* A short clean text of an object, in the task's arena; NULL when it is not there or not one. */
const char *stripe_text(struct task *task, const json_t *object, const char *key);

/* Of an answer that is not DONE. A 400 that is about the state of the intent tells that state; one
 * about the idempotency key or our own fault is nobody's decline. */
struct provider_answer stripe_error_read(struct task *task, const struct stripe_exchange *exchange);

struct provider_answer stripe_intent_read(struct task *task, const json_t *intent);

/* Of a payment intent, and the exchange is over. */
struct provider_answer stripe_intent_answer(struct task *task, struct stripe_exchange *exchange);

#endif
