#include "payments/peers/stripe.h"

#include <assert.h>
#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "payments/domain/hold.h"
#include "payments/peers/form.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"

#define TEST_KEY "sk_test_"
#define API_VERSION "Stripe-Version: 2023-10-16"
#define ANSWER_BYTES_MAX ((size_t)256 * 1024)
#define URL_SIZE 512
#define HEADER_SIZE 128
#define SIGNATURE_TOLERANCE_S 300
#define SIGNATURE_HEX_SIZE 64

struct stripe {
    struct provider provider; /* first: what others see */
    struct http_client *http;
    struct stripe_settings settings;
};

static const struct stripe *stripe_of(const struct provider *provider)
{
    return (const struct stripe *)(const void *)provider;
}

/* ---- one request ---- */

/* What came back: the HTTP status and the JSON, or only an outcome. Freed by exchange_end. */
struct stripe_exchange {
    enum provider_outcome
        outcome; /* DONE when answered with 200, else what is known without looking at the JSON */
    int64_t status;
    json_t *json;
};

static enum provider_outcome outcome_of_status(int64_t status)
{
    if (status >= 200 && status < 300)
        return PROVIDER_DONE;
    if (status == 404)
        return PROVIDER_NOT_FOUND;
    if (status == 401 || status == 403 || status == 429) /* turned away at the door */
        return PROVIDER_NOT_SENT;
    if (status == 400 || status == 402)
        return PROVIDER_DECLINED;
    return PROVIDER_UNKNOWN; /* 409 while the key is in use, and everything that is the provider's
                                own trouble */
}

static enum provider_outcome outcome_of_answer(const struct http_answer *answer)
{
    switch (answer->outcome) {
    case HTTP_ANSWERED:
        return outcome_of_status(answer->status);
    case HTTP_NOT_SENT:
        return PROVIDER_NOT_SENT;
    case HTTP_UNKNOWN:
        return PROVIDER_UNKNOWN;
    }
    return PROVIDER_UNKNOWN;
}

static struct stripe_exchange send_request(struct task *task, const struct stripe *stripe,
                                           const struct http_request *request)
{
    struct http_answer answer = {.outcome = HTTP_NOT_SENT};
    enum failure failure = http_client_send(task, stripe->http, request, &answer);
    struct stripe_exchange exchange = {.outcome = outcome_of_answer(&answer),
                                       .status = answer.status};
    if (failure != FAILURE_NONE) {
        exchange.outcome = answer.outcome == HTTP_NOT_SENT ? PROVIDER_NOT_SENT : PROVIDER_UNKNOWN;
        return exchange;
    }
    if (answer.outcome == HTTP_ANSWERED)
        exchange.json = json_loadb((const char *)answer.body.data, answer.body.size,
                                   JSON_REJECT_DUPLICATES, NULL);
    if (exchange.outcome == PROVIDER_DONE && !json_is_object(exchange.json))
        exchange.outcome = PROVIDER_UNKNOWN;
    if (answer.outcome == HTTP_ANSWERED && (answer.status == 401 || answer.status == 403))
        log_write(LOG_ERROR, "provider_key_refused", log_int64("status", answer.status));
    return exchange;
}

static void exchange_end(struct stripe_exchange *exchange)
{
    json_decref(exchange->json);
}

/* POSTs the form with our reference as idempotency key; suffix tells the steps of one reference
 * apart. */
static struct stripe_exchange post(struct task *task, const struct stripe *stripe, const char *path,
                                   const struct form *form, struct id reference, const char *suffix)
{
    char url[URL_SIZE], key[HEADER_SIZE], id[ID_TEXT_SIZE];
    bool fits =
        text_print(url, sizeof url, "%s%s", stripe->settings.url, path) &&
        text_print(key, sizeof key, "Idempotency-Key: %s-%s", id_format(reference, id), suffix);
    if (!fits || form->overflowed)
        return (struct stripe_exchange){.outcome = PROVIDER_NOT_SENT};
    const char *const headers[] = {"Content-Type: application/x-www-form-urlencoded", API_VERSION,
                                   key, NULL};
    const struct http_request request = {
        .method = "POST",
        .url = url,
        .headers = headers,
        .bearer = stripe->settings.key,
        .body = {(const uint8_t *)form->text, form->size},
        .timeout_ms = stripe->settings.timeout_ms,
        .answer_bytes_max = ANSWER_BYTES_MAX,
    };
    return send_request(task, stripe, &request);
}

static struct stripe_exchange get(struct task *task, const struct stripe *stripe, const char *path)
{
    char url[URL_SIZE];
    if (!text_print(url, sizeof url, "%s%s", stripe->settings.url, path))
        return (struct stripe_exchange){.outcome = PROVIDER_NOT_SENT};
    const char *const headers[] = {API_VERSION, NULL};
    const struct http_request request = {
        .method = "GET",
        .url = url,
        .headers = headers,
        .bearer = stripe->settings.key,
        .timeout_ms = stripe->settings.timeout_ms,
        .answer_bytes_max = ANSWER_BYTES_MAX,
    };
    return send_request(task, stripe, &request);
}

/* ---- reading answers ---- */

static const char *text_of(struct task *task, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL || !text_is_clean(text, 255) ? NULL : arena_strdup(task_arena(task), text);
}

static const char *decline_code_of(struct task *task, const json_t *error)
{
    const char *code = text_of(task, error, "decline_code");
    return code != NULL ? code : text_of(task, error, "code");
}

static void currency_read(const json_t *object, char currency[4])
{
    const char *code = json_string_value(json_object_get(object, "currency"));
    if (code == NULL || strlen(code) != 3)
        return;
    for (size_t i = 0; i < 3; i++)
        currency[i] = (char)toupper((unsigned char)code[i]);
}

static enum provider_outcome outcome_of_intent(const char *status)
{
    static const struct {
        const char *status;
        enum provider_outcome outcome;
    } outcomes[] = {
        {"requires_capture", PROVIDER_HELD},    {"succeeded", PROVIDER_PAID},
        {"canceled", PROVIDER_RELEASED},        {"processing", PROVIDER_PROCESSING},
        {"requires_action", PROVIDER_DECLINED}, {"requires_payment_method", PROVIDER_DECLINED},
    };
    for (size_t i = 0; status != NULL && i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
        if (strcmp(outcomes[i].status, status) == 0)
            return outcomes[i].outcome;
    }
    return PROVIDER_UNKNOWN;
}

static struct provider_answer intent_read(struct task *task, const json_t *intent)
{
    struct provider_answer answer = {.provider_id = text_of(task, intent, "id")};
    const char *status = json_string_value(json_object_get(intent, "status"));
    answer.outcome = answer.provider_id == NULL ? PROVIDER_UNKNOWN : outcome_of_intent(status);
    answer.amount_minor = json_integer_value(
        json_object_get(intent, answer.outcome == PROVIDER_PAID ? "amount_received" : "amount"));
    currency_read(intent, answer.currency);
    if (answer.outcome == PROVIDER_DECLINED)
        answer.code = text_equal(status, "requires_action")
                          ? "authentication_required"
                          : decline_code_of(task, json_object_get(intent, "last_payment_error"));
    return answer;
}

/* A 400 that is about the state of the intent tells that state; one about the idempotency key or
 * our own fault is nobody's decline. */
static struct provider_answer error_read(struct task *task, const struct stripe_exchange *exchange)
{
    const json_t *error = json_object_get(exchange->json, "error");
    const json_t *intent = json_object_get(error, "payment_intent");
    const char *type = json_string_value(json_object_get(error, "type"));
    struct provider_answer answer = {.outcome = exchange->outcome};
    if (exchange->outcome != PROVIDER_DECLINED)
        return answer;
    if (text_equal(type, "card_error"))
        return (struct provider_answer){.outcome = PROVIDER_DECLINED,
                                        .code = decline_code_of(task, error),
                                        .provider_id = text_of(task, intent, "id")};
    if (json_is_object(intent))
        return intent_read(task, intent);
    answer.code = decline_code_of(task, error);
    answer.outcome = text_equal(type, "idempotency_error") ? PROVIDER_UNKNOWN : PROVIDER_DECLINED;
    log_write(LOG_ERROR, "provider_refused_request", log_int64("status", exchange->status),
              log_text("type", type), log_text("code", answer.code));
    return answer;
}

static struct provider_answer intent_answer(struct task *task, struct stripe_exchange *exchange)
{
    struct provider_answer answer = exchange->outcome == PROVIDER_DONE
                                        ? intent_read(task, exchange->json)
                                        : error_read(task, exchange);
    exchange_end(exchange);
    return answer;
}

/* ---- customers and tokens ---- */

static bool stripe_serves_rail(const struct provider *provider, enum top_up_rail rail)
{
    (void)provider;
    return rail == TOP_UP_CARD;
}

static struct provider_answer stripe_create_customer(struct task *task,
                                                     const struct provider *provider,
                                                     struct id account_id, struct id reference)
{
    struct form form = {.size = 0};
    char id[ID_TEXT_SIZE];
    form_add(&form, "metadata[kontor_account]", id_format(account_id, id));
    struct stripe_exchange exchange =
        post(task, stripe_of(provider), "/v1/customers", &form, reference, "customer");
    struct provider_answer answer =
        exchange.outcome == PROVIDER_DONE
            ? (struct provider_answer){.provider_id = text_of(task, exchange.json, "id")}
            : error_read(task, &exchange);
    if (exchange.outcome == PROVIDER_DONE)
        answer.outcome = answer.provider_id != NULL ? PROVIDER_DONE : PROVIDER_UNKNOWN;
    exchange_end(&exchange);
    return answer;
}

static struct provider_answer token_read(struct task *task, const json_t *method)
{
    struct provider_answer answer = {.provider_id = text_of(task, method, "id"),
                                     .card_country =
                                         text_of(task, json_object_get(method, "card"), "country")};
    answer.outcome = answer.provider_id != NULL ? PROVIDER_DONE : PROVIDER_UNKNOWN;
    return answer;
}

static struct provider_answer stripe_tokenise(struct task *task, const struct provider *provider,
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
        post(task, stripe_of(provider), "/v1/payment_methods", &form, reference, "token");
    form_wipe(&form);
    struct provider_answer answer = exchange.outcome == PROVIDER_DONE
                                        ? token_read(task, exchange.json)
                                        : error_read(task, &exchange);
    exchange_end(&exchange);
    return answer;
}

static struct provider_answer
stripe_remove_token(struct task *task, const struct provider *provider, const char *token)
{
    const struct form form = {.size = 0};
    char path[URL_SIZE];
    if (!text_print(path, sizeof path, "/v1/payment_methods/%s/detach", token))
        return (struct provider_answer){.outcome = PROVIDER_NOT_SENT};
    struct stripe_exchange exchange =
        post(task, stripe_of(provider), path, &form, id_new(clock_now_us()), "detach");
    struct provider_answer answer = {.outcome = exchange.outcome};
    exchange_end(&exchange);
    return answer;
}

/* ---- orders ---- */

static void order_form(struct form *form, const struct provider_order *order, const char *step)
{
    char reference[ID_TEXT_SIZE], account[ID_TEXT_SIZE], currency[4] = "";
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

static struct provider_answer stripe_authorize(struct task *task, const struct provider *provider,
                                               const struct provider_order *order)
{
    struct form form = {.size = 0};
    order_form(&form, order, "hold");
    form_add(&form, "capture_method", "manual");
    form_add(&form, "setup_future_usage",
             "off_session"); /* attaches the method to the customer: it may be charged again */
    struct stripe_exchange exchange = post(task, stripe_of(provider), "/v1/payment_intents", &form,
                                           order->reference, "authorize");
    return intent_answer(task, &exchange);
}

static struct provider_answer stripe_charge(struct task *task, const struct provider *provider,
                                            const struct provider_order *order)
{
    struct form form = {.size = 0};
    order_form(&form, order, "top_up");
    struct stripe_exchange exchange =
        post(task, stripe_of(provider), "/v1/payment_intents", &form, order->reference, "charge");
    return intent_answer(task, &exchange);
}

/* Without an idempotency key of a fixed name: a void that failed with 500 would answer 500 for
 * ever; cancelling twice is harmless. */
static struct provider_answer stripe_void_hold(struct task *task, const struct provider *provider,
                                               struct id reference, const char *provider_id)
{
    const struct form form = {.size = 0};
    char path[URL_SIZE];
    (void)reference;
    if (!text_print(path, sizeof path, "/v1/payment_intents/%s/cancel", provider_id))
        return (struct provider_answer){.outcome = PROVIDER_NOT_SENT};
    struct stripe_exchange exchange =
        post(task, stripe_of(provider), path, &form, id_new(clock_now_us()), "void");
    return intent_answer(task, &exchange);
}

static struct provider_answer refund_read(struct task *task, const json_t *refund)
{
    const char *status = json_string_value(json_object_get(refund, "status"));
    struct provider_answer answer = {.outcome = PROVIDER_UNKNOWN,
                                     .provider_id = text_of(task, refund, "id")};
    if (answer.provider_id == NULL || status == NULL)
        return answer;
    if (strcmp(status, "succeeded") == 0)
        answer.outcome = PROVIDER_REFUNDED;
    else if (strcmp(status, "pending") == 0 || strcmp(status, "requires_action") == 0)
        answer.outcome = PROVIDER_PROCESSING;
    else if (strcmp(status, "failed") == 0 || strcmp(status, "canceled") == 0)
        answer.outcome = PROVIDER_DECLINED;
    answer.code =
        answer.outcome == PROVIDER_DECLINED ? text_of(task, refund, "failure_reason") : NULL;
    return answer;
}

/* What became of refunds of this payment; NOT_FOUND: there is none, or none that did not fail. */
static struct provider_answer find_refund(struct task *task, const struct provider *provider,
                                          const char *provider_id)
{
    char path[URL_SIZE];
    struct provider_answer answer = {.outcome = PROVIDER_NOT_SENT};
    if (!text_print(path, sizeof path, "/v1/refunds?limit=10&payment_intent=%s", provider_id))
        return answer;
    struct stripe_exchange exchange = get(task, stripe_of(provider), path);
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
static struct provider_answer stripe_refund(struct task *task, const struct provider *provider,
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
    struct stripe_exchange exchange =
        post(task, stripe_of(provider), "/v1/refunds", &form, id_new(clock_now_us()), "refund");
    answer = exchange.outcome == PROVIDER_DONE ? refund_read(task, exchange.json)
                                               : error_read(task, &exchange);
    if (answer.outcome == PROVIDER_DECLINED && text_equal(answer.code, "charge_already_refunded"))
        answer.outcome = PROVIDER_PROCESSING; /* the next look tells how it went */
    exchange_end(&exchange);
    return answer;
}

static struct provider_answer search(struct task *task, const struct provider *provider,
                                     struct id reference)
{
    char path[URL_SIZE], id[ID_TEXT_SIZE];
    bool fits = text_print(
        path, sizeof path,
        "/v1/payment_intents/search?query=metadata%%5B%%27kontor_reference%%27%%5D%%3A%%27%s%%27",
        id_format(reference, id));
    assert(fits);
    (void)fits;
    struct stripe_exchange exchange = get(task, stripe_of(provider), path);
    const json_t *data = json_object_get(exchange.json, "data");
    struct provider_answer answer = {.outcome = exchange.outcome};
    if (exchange.outcome == PROVIDER_DONE)
        answer = json_array_size(data) > 0
                     ? intent_read(task, json_array_get(data, 0))
                     : (struct provider_answer){.outcome = PROVIDER_NOT_FOUND};
    else if (exchange.outcome == PROVIDER_DECLINED) /* the search was refused, not the payment */
        answer.outcome = PROVIDER_UNKNOWN;
    exchange_end(&exchange);
    return answer;
}

static struct provider_answer stripe_inquire(struct task *task, const struct provider *provider,
                                             struct id reference, const char *provider_id)
{
    char path[URL_SIZE];
    if (provider_id == NULL)
        return search(task, provider, reference);
    if (!text_print(path, sizeof path, "/v1/payment_intents/%s", provider_id))
        return (struct provider_answer){.outcome = PROVIDER_NOT_SENT};
    struct stripe_exchange exchange = get(task, stripe_of(provider), path);
    return intent_answer(task, &exchange);
}

/* ---- webhooks ---- */

/* Any "v1=" of the header that is the HMAC of "<t>.<body>". */
static bool signature_matches(const char *header, const char *expected)
{
    for (const char *at = strstr(header, "v1="); at != NULL; at = strstr(at + 3, "v1=")) {
        size_t size = strcspn(at + 3, ",");
        if (size == SIGNATURE_HEX_SIZE && bytes_equal_secret(at + 3, expected, SIGNATURE_HEX_SIZE))
            return true;
    }
    return false;
}

static void signature_make(const char *stamp, size_t stamp_size, struct bytes body,
                           struct bytes secret, char hex[SIGNATURE_HEX_SIZE + 1])
{
    uint8_t mac[32];
    char *text = malloc(stamp_size + 1 + body.size);
    assert(text != NULL);
    memcpy(text, stamp, stamp_size);
    text[stamp_size] = '.';
    if (body.size > 0)
        memcpy(text + stamp_size + 1, body.data, body.size);
    hmac_sha256(secret, text, stamp_size + 1 + body.size, mac);
    free(text);
    bytes_to_hex(mac, sizeof mac, hex);
}

bool stripe_signature_is_valid(const char *header, struct bytes body, struct secret secrets,
                               int64_t now_s)
{
    if (header == NULL || strncmp(header, "t=", 2) != 0)
        return false;
    size_t stamp_size = strspn(header + 2, "0123456789");
    if (stamp_size == 0 || stamp_size > 12 || header[2 + stamp_size] != ',')
        return false;
    int64_t age_s = now_s - strtoll(header + 2, NULL, 10);
    if (age_s > SIGNATURE_TOLERANCE_S || age_s < -SIGNATURE_TOLERANCE_S)
        return false;
    bool valid = false;
    for (const char *secret = secret_reveal(secrets); secret != NULL && *secret != '\0';) {
        char expected[SIGNATURE_HEX_SIZE + 1];
        size_t size = strcspn(secret, ",");
        signature_make(header + 2, stamp_size, body, (struct bytes){(const uint8_t *)secret, size},
                       expected);
        valid |= size > 0 && signature_matches(header, expected);
        secret += size + (secret[size] == ',' ? 1 : 0);
    }
    return valid;
}

static struct id id_of(const json_t *object, const char *key)
{
    struct id id = {{0}};
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL && id_parse(text, &id) ? id : (struct id){{0}};
}

static bool event_read(struct task *task, const json_t *root, struct provider_event *event)
{
    const json_t *metadata =
        json_object_get(json_object_get(json_object_get(root, "data"), "object"), "metadata");
    *event = (struct provider_event){
        .event_id = text_of(task, root, "id"),
        .type = text_of(task, root, "type"),
        .account_id = id_of(metadata, "kontor_account"),
        .reference = id_of(metadata, "kontor_reference"),
    };
    return event->event_id != NULL && event->type != NULL;
}

/* The provider's stamp is of the real time, so it is compared with the real time, not with a clock
 * that tests turn. */
static bool stripe_read_webhook(struct task *task, const struct provider *provider,
                                const char *signature, struct bytes body,
                                struct provider_event *event)
{
    if (!stripe_signature_is_valid(signature, body, stripe_of(provider)->settings.webhook_secret,
                                   (int64_t)time(NULL)))
        return false;
    json_t *root = json_loadb((const char *)body.data, body.size, JSON_REJECT_DUPLICATES, NULL);
    bool understood = event_read(task, root, event);
    json_decref(root);
    return understood;
}

/* Numbers that Stripe documents for tests: with a test key they belong to nobody, so how often they
 * are tried says nothing. */
static const char *const test_numbers[] = {
    "4242424242424242", "4000056655665556", "5555555555554444", "2223003122003222",
    "5200828282828210", "5105105105105100", "4000001240000000", "4000001560000002",
    "4000002500000003", "4000002760000016", "4000003560000008", "4000003920000003",
    "4000007020000003", "4000007840000001", "4000008260000000", NULL,
};
static const char *const no_numbers[] = {NULL};

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
