#include "payments/peers/stripe.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "payments/peers/stripe_card.h"
#include "payments/peers/stripe_payment.h"
#include "payments/peers/stripe_webhook.h"

#define TEST_KEY "sk_test_"

/* Numbers that Stripe documents for tests: with a test key they belong to nobody, so how often they
 * are tried says nothing. */
static const char *const test_numbers[] = {
    "4242424242424242", "4000056655665556", "5555555555554444", "2223003122003222",
    "5200828282828210", "5105105105105100", "4000001240000000", "4000001560000002",
    "4000002500000003", "4000002760000016", "4000003560000008", "4000003920000003",
    "4000007020000003", "4000007840000001", "4000008260000000", NULL,
};
static const char *const no_numbers[] = {NULL};

static bool stripe_serves_rail(const struct provider *provider, enum top_up_rail rail)
{
    (void)provider;
    return rail == TOP_UP_CARD;
}

const struct provider *stripe_new(struct http_client *http, const struct stripe_settings *settings)
{
    struct stripe *stripe = calloc(1, sizeof *stripe);
    assert(stripe != NULL);
    stripe->http = http;
    stripe->settings = *settings;
    stripe->provider = (struct provider){
        .name = "stripe",
        .test_numbers = strncmp(secret_reveal(settings->key), TEST_KEY, strlen(TEST_KEY)) == 0
                            ? test_numbers
                            : no_numbers,
        .serves_rail = stripe_serves_rail,
        .create_customer = stripe_create_customer,
        .tokenise = stripe_tokenise,
        .remove_token = stripe_remove_token,
        .authorize = stripe_authorize,
        .void_hold = stripe_void_hold,
        .charge = stripe_charge,
        .refund = stripe_refund,
        .inquire = stripe_inquire,
        .read_webhook = stripe_read_webhook,
    };
    return &stripe->provider;
}
