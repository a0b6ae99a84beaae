#include "payments/peers/stripe_payment.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "payments/peers/stripe_answer.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"

static void order_form(struct form *form, const struct provider_order *order, const char *step)
{
    char reference[ID_TEXT_SIZE], account[ID_TEXT_SIZE], currency[4] = "";
    assert(order->amount_micros > 0 && amount_is_whole(order->amount_micros, order->currency));
    for (size_t i = 0; i < 3; i++)
        currency[i] = (char)tolower((unsigned char)order->currency->code[i]);
    form_add_int64(form, "amount", amount_to_minor(order->amount_micros, order->currency));
    form_add(form, "currency", currency);
    form_add(form, "customer", order->customer);
    form_add(form, "payment_method", order->token);
    form_add(form, "payment_method_types[0]", "card");
    form_add(form, "confirm", "true");
    form_add(form, "error_on_requires_action", "true");
    form_add(form, "metadata[kontor_reference]", id_format(order->reference, reference));
    form_add(form, "metadata[kontor_account]", id_format(order->account_id, account));
    form_add(form, "metadata[kontor_step]", step);
}

struct provider_answer stripe_authorize(struct task *task, const struct provider *provider,
                                        const struct provider_order *order)
{
    struct form form = {.size = 0};
    order_form(&form, order, "hold");
    form_add(&form, "capture_method", "manual");
    form_add(&form, "setup_future_usage",
             "off_session"); /* attaches the method to the customer: it may be charged again */
    struct stripe_exchange exchange = stripe_post(
        task, stripe_of(provider),
        &(const struct stripe_post){"/v1/payment_intents", &form, order->reference, "authorize"});
    return stripe_intent_answer(task, &exchange);
}

struct provider_answer stripe_charge(struct task *task, const struct provider *provider,
                                     const struct provider_order *order)
{
    struct form form = {.size = 0};
    order_form(&form, order, "top_up");
    struct stripe_exchange exchange = stripe_post(
        task, stripe_of(provider),
        &(const struct stripe_post){"/v1/payment_intents", &form, order->reference, "charge"});
    return stripe_intent_answer(task, &exchange);
}

/* Without an idempotency key of a fixed name: a void that failed with 500 would answer 500 for
 * ever; cancelling twice is harmless. */
struct provider_answer stripe_void_hold(struct task *task, const struct provider *provider,
                                        struct id reference, const char *provider_id)
{
    const struct form form = {.size = 0};
    char path[STRIPE_PATH_SIZE];
    (void)reference;
    if (!text_print(path, sizeof path, "/v1/payment_intents/%s/cancel", provider_id))
        return (struct provider_answer){.outcome = PROVIDER_NOT_SENT};
    struct stripe_exchange exchange =
        stripe_post(task, stripe_of(provider),
                    &(const struct stripe_post){path, &form, id_new(clock_now_us()), "void"});
    return stripe_intent_answer(task, &exchange);
}

static struct provider_answer refund_read(struct task *task, const json_t *refund)
{
    const char *status = json_string_value(json_object_get(refund, "status"));
    struct provider_answer answer = {.outcome = PROVIDER_UNKNOWN,
                                     .provider_id = stripe_text(task, refund, "id")};
    if (answer.provider_id == NULL || status == NULL)
        return answer;
    if (strcmp(status, "succeeded") == 0)
        answer.outcome = PROVIDER_REFUNDED;
    else if (strcmp(status, "pending") == 0 || strcmp(status, "requires_action") == 0)
        answer.outcome = PROVIDER_PROCESSING;
    else if (strcmp(status, "failed") == 0 || strcmp(status, "canceled") == 0)
        answer.outcome = PROVIDER_DECLINED;
    answer.code =
        answer.outcome == PROVIDER_DECLINED ? stripe_text(task, refund, "failure_reason") : NULL;
    return answer;
}

/* The outcome of this payment's refunds; NOT_FOUND: there is none, or none that did not fail. */
static struct provider_answer find_refund(struct task *task, const struct provider *provider,
                                          const char *provider_id)
{
    char path[STRIPE_PATH_SIZE];
    struct provider_answer answer = {.outcome = PROVIDER_NOT_SENT};
    if (!text_print(path, sizeof path, "/v1/refunds?limit=10&payment_intent=%s", provider_id))
        return answer;
    struct stripe_exchange exchange = stripe_get(task, stripe_of(provider), path);
    const json_t *data = json_object_get(exchange.json, "data");
    answer.outcome = exchange.outcome == PROVIDER_DECLINED ? PROVIDER_UNKNOWN : exchange.outcome;
    if (exchange.outcome == PROVIDER_DONE)
        answer.outcome = json_is_array(data) ? PROVIDER_NOT_FOUND : PROVIDER_UNKNOWN;
    for (size_t i = 0; exchange.outcome == PROVIDER_DONE && i < json_array_size(data); i++) {
        struct provider_answer one = refund_read(task, json_array_get(data, i));
        if (one.outcome != PROVIDER_DECLINED)
            answer = one;
    }
    exchange_end(&exchange);
    return answer;
}

/* Asked first, so that no key need be remembered; were two asked for at once, the provider refuses
 * more than was paid. */
struct provider_answer stripe_refund(struct task *task, const struct provider *provider,
                                     struct id reference, const char *provider_id)
{
    struct form form = {.size = 0};
    char id[ID_TEXT_SIZE];
    if (provider_id == NULL)
        return (struct provider_answer){.outcome = PROVIDER_DECLINED, .code = "payment_unknown"};
    struct provider_answer answer = find_refund(task, provider, provider_id);
    if (answer.outcome != PROVIDER_NOT_FOUND)
        return answer;
    form_add(&form, "payment_intent", provider_id);
    form_add(&form, "metadata[kontor_reference]", id_format(reference, id));
    form_add(&form, "metadata[kontor_step]", "refund");
    struct stripe_exchange exchange = stripe_post(
        task, stripe_of(provider),
        &(const struct stripe_post){"/v1/refunds", &form, id_new(clock_now_us()), "refund"});
    answer = exchange.outcome == PROVIDER_DONE ? refund_read(task, exchange.json)
                                               : stripe_error_read(task, &exchange);
    if (answer.outcome == PROVIDER_DECLINED && text_equal(answer.code, "charge_already_refunded"))
        answer.outcome = PROVIDER_PROCESSING; /* the next look tells how it went */
    exchange_end(&exchange);
    return answer;
}

static struct provider_answer search(struct task *task, const struct provider *provider,
                                     struct id reference)
{
    char path[STRIPE_PATH_SIZE], id[ID_TEXT_SIZE];
    bool fits = text_print(
        path, sizeof path,
        "/v1/payment_intents/search?query=metadata%%5B%%27kontor_reference%%27%%5D%%3A%%27%s%%27",
        id_format(reference, id));
    assert(fits);
    (void)fits;
    struct stripe_exchange exchange = stripe_get(task, stripe_of(provider), path);
    const json_t *data = json_object_get(exchange.json, "data");
    struct provider_answer answer = {.outcome = exchange.outcome};
    if (exchange.outcome == PROVIDER_DONE)
        answer = json_array_size(data) > 0
                     ? stripe_intent_read(task, json_array_get(data, 0))
                     : (struct provider_answer){.outcome = PROVIDER_NOT_FOUND};
    else if (exchange.outcome == PROVIDER_DECLINED) /* the search was refused, not the payment */
        answer.outcome = PROVIDER_UNKNOWN;
    exchange_end(&exchange);
    return answer;
}

struct provider_answer stripe_inquire(struct task *task, const struct provider *provider,
                                      struct id reference, const char *provider_id)
{
    char path[STRIPE_PATH_SIZE];
    if (provider_id == NULL)
        return search(task, provider, reference);
    if (!text_print(path, sizeof path, "/v1/payment_intents/%s", provider_id))
        return (struct provider_answer){.outcome = PROVIDER_NOT_SENT};
    struct stripe_exchange exchange = stripe_get(task, stripe_of(provider), path);
    return stripe_intent_answer(task, &exchange);
}
