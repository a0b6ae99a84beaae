#include "payments/peers/stripe_card.h"

#include "payments/peers/stripe_answer.h"
#include "runtime/base/clock.h"

struct provider_answer stripe_create_customer(struct task *task, const struct provider *provider,
                                              struct id account_id, struct id reference)
{
    struct form form = {.size = 0};
    char id[ID_TEXT_SIZE];
    form_add(&form, "metadata[kontor_account]", id_format(account_id, id));
    struct stripe_exchange exchange =
        stripe_post(task, stripe_of(provider),
                    &(const struct stripe_post){"/v1/customers", &form, reference, "customer"});
    struct provider_answer answer =
        exchange.outcome == PROVIDER_DONE
            ? (struct provider_answer){.provider_id = stripe_text(task, exchange.json, "id")}
            : stripe_error_read(task, &exchange);
    if (exchange.outcome == PROVIDER_DONE)
        answer.outcome = answer.provider_id != NULL ? PROVIDER_DONE : PROVIDER_UNKNOWN;
    exchange_end(&exchange);
    return answer;
}

static struct provider_answer token_read(struct task *task, const json_t *method)
{
    struct provider_answer answer = {
        .provider_id = stripe_text(task, method, "id"),
        .card_country = stripe_text(task, json_object_get(method, "card"), "country")};
    answer.outcome = answer.provider_id != NULL ? PROVIDER_DONE : PROVIDER_UNKNOWN;
    return answer;
}

struct provider_answer stripe_tokenise(struct task *task, const struct provider *provider,
                                       struct id reference, const struct provider_card *card)
{
    struct form form = {.size = 0};
    form_add(&form, "type", "card");
    form_add(&form, "card[number]", card->number->digits);
    form_add_int64(&form, "card[exp_month]", card->expiry.month);
    form_add_int64(&form, "card[exp_year]", card->expiry.year);
    form_add(&form, "card[cvc]", card->security_code);
    form_add(&form, "billing_details[name]", card->holder_name);
    struct stripe_exchange exchange =
        stripe_post(task, stripe_of(provider),
                    &(const struct stripe_post){"/v1/payment_methods", &form, reference, "token"});
    form_wipe(&form);
    struct provider_answer answer = exchange.outcome == PROVIDER_DONE
                                        ? token_read(task, exchange.json)
                                        : stripe_error_read(task, &exchange);
    exchange_end(&exchange);
    return answer;
}

struct provider_answer stripe_remove_token(struct task *task, const struct provider *provider,
                                           const char *token)
{
    const struct form form = {.size = 0};
    char path[STRIPE_PATH_SIZE];
    if (!text_print(path, sizeof path, "/v1/payment_methods/%s/detach", token))
        return (struct provider_answer){.outcome = PROVIDER_NOT_SENT};
    struct stripe_exchange exchange =
        stripe_post(task, stripe_of(provider),
                    &(const struct stripe_post){path, &form, id_new(clock_now_us()), "detach"});
    struct provider_answer answer = {.outcome = exchange.outcome};
    exchange_end(&exchange);
    return answer;
}
