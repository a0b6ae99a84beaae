/* One request to Stripe and what came back. */
#ifndef PAYMENTS_PEERS_STRIPE_EXCHANGE_H
#define PAYMENTS_PEERS_STRIPE_EXCHANGE_H

#include <jansson.h>

#include "payments/peers/form.h"
#include "payments/peers/stripe.h"

#define STRIPE_PATH_SIZE 512

struct stripe {
    struct provider provider; /* first: what others see */
    struct http_client *http;
    struct stripe_settings settings;
};

static inline const struct stripe *stripe_of(const struct provider *provider)
{
    return (const struct stripe *)(const void *)provider;
}

/* The HTTP status and the JSON, or only an outcome. Freed by exchange_end. */
struct stripe_exchange {
    /* DONE when answered with 200, else what is known without looking at the JSON */
    enum provider_outcome outcome;
    int64_t status;
    json_t *json;
};

/* A POST under an idempotency key: our reference, and what tells the steps of one reference apart.
 */
struct stripe_post {
    const char *path;
    const struct form *form;
    struct id reference;
    const char *step;
};
struct stripe_exchange stripe_post(struct task *task, const struct stripe *stripe,
                                   const struct stripe_post *post);
struct stripe_exchange stripe_get(struct task *task, const struct stripe *stripe, const char *path);
void exchange_end(struct stripe_exchange *exchange);

#endif
