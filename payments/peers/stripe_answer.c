#include "payments/peers/stripe_answer.h"

#include <ctype.h>
#include <string.h>

#include "runtime/base/log.h"

const char *stripe_text(struct task *task, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL || !text_is_clean(text, 255) ? NULL : arena_strdup(task_arena(task), text);
}

static const char *decline_code_of(struct task *task, const json_t *error)
{
    const char *code = stripe_text(task, error, "decline_code");
    return code != NULL ? code : stripe_text(task, error, "code");
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

struct provider_answer stripe_intent_read(struct task *task, const json_t *intent)
{
    struct provider_answer answer = {.provider_id = stripe_text(task, intent, "id")};
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

struct provider_answer stripe_error_read(struct task *task, const struct stripe_exchange *exchange)
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
                                        .provider_id = stripe_text(task, intent, "id")};
    if (json_is_object(intent))
        return stripe_intent_read(task, intent);
    answer.code = decline_code_of(task, error);
    answer.outcome = text_equal(type, "idempotency_error") ? PROVIDER_UNKNOWN : PROVIDER_DECLINED;
    log_write(LOG_ERROR, "provider_refused_request", log_int64("status", exchange->status),
              log_text("type", type), log_text("code", answer.code));
    return answer;
}

struct provider_answer stripe_intent_answer(struct task *task, struct stripe_exchange *exchange)
{
    struct provider_answer answer = exchange->outcome == PROVIDER_DONE
                                        ? stripe_intent_read(task, exchange->json)
                                        : stripe_error_read(task, exchange);
    exchange_end(exchange);
    return answer;
}
