/* The provider adapter for Stripe's public HTTP API (payment methods, payment intents, signed
 * webhooks). The address is a setting, so the same code speaks to a test account, to Stripe's own
 * mock and to the simulator beside it. */
#ifndef PAYMENTS_PEERS_STRIPE_H
#define PAYMENTS_PEERS_STRIPE_H

#include "payments/peers/provider.h"
#include "runtime/base/secret.h"
#include "runtime/http/http_client.h"

struct stripe_settings {
    const char *url;   /* "https://api.stripe.com", without a slash at the end */
    struct secret key; /* "sk_test_…" */
    struct secret
        webhook_secret; /* "whsec_…"; several, separated by commas, while it is being changed */
    int64_t timeout_ms; /* of one request */
};

/* Process lifetime; keeps http and what the settings point to. */
const struct provider *stripe_new(struct http_client *http, const struct stripe_settings *settings);

#endif
