/* Signed messages of Stripe. */
#ifndef PAYMENTS_PEERS_STRIPE_WEBHOOK_H
#define PAYMENTS_PEERS_STRIPE_WEBHOOK_H

#include "payments/peers/stripe_exchange.h"

/* Whether the Stripe-Signature header "t=…,v1=…" is one of secret's over body, at most 300 s before
 * or after now_s. Shown for tests. */
bool stripe_signature_is_valid(const char *header, struct bytes body, struct secret secrets,
                               int64_t now_s);

bool stripe_read_webhook(struct task *task, const struct provider *provider, const char *signature,
                         struct bytes body, struct provider_event *event);

#endif
