/* Payment intents: authorised, charged, given back, refunded, and asked about. */
#ifndef PAYMENTS_PEERS_STRIPE_PAYMENT_H
#define PAYMENTS_PEERS_STRIPE_PAYMENT_H

#include "payments/peers/stripe_exchange.h"

struct provider_answer stripe_authorize(struct task *task, const struct provider *provider,
                                        const struct provider_order *order);
struct provider_answer stripe_charge(struct task *task, const struct provider *provider,
                                     const struct provider_order *order);
struct provider_answer stripe_void_hold(struct task *task, const struct provider *provider,
                                        struct id reference, const char *provider_id);
struct provider_answer stripe_refund(struct task *task, const struct provider *provider,
                                     struct id reference, const char *provider_id);
struct provider_answer stripe_inquire(struct task *task, const struct provider *provider,
                                      struct id reference, const char *provider_id);

#endif
