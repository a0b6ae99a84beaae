#include "payments/service/payment_method_message.h"

#include "payments/payments.h"
#include "runtime/rpc/timestamp.h"

static const Payments__V1__PaymentMethodKind kinds[] = {
    [PAYMENT_METHOD_BANK_CARD] = PAYMENTS__V1__PAYMENT_METHOD_KIND__PAYMENT_METHOD_KIND_BANK_CARD,
    [PAYMENT_METHOD_PAYPAL] = PAYMENTS__V1__PAYMENT_METHOD_KIND__PAYMENT_METHOD_KIND_PAYPAL,
    [PAYMENT_METHOD_PAYTM] = PAYMENTS__V1__PAYMENT_METHOD_KIND__PAYMENT_METHOD_KIND_PAYTM,
};

static const Payments__V1__PaymentMethodState states[] = {
    [PAYMENT_METHOD_NEW] = PAYMENTS__V1__PAYMENT_METHOD_STATE__PAYMENT_METHOD_STATE_NEW,
    [PAYMENT_METHOD_VERIFYING] = PAYMENTS__V1__PAYMENT_METHOD_STATE__PAYMENT_METHOD_STATE_VERIFYING,
    [PAYMENT_METHOD_ACTIVE] = PAYMENTS__V1__PAYMENT_METHOD_STATE__PAYMENT_METHOD_STATE_ACTIVE,
    [PAYMENT_METHOD_FAILED] = PAYMENTS__V1__PAYMENT_METHOD_STATE__PAYMENT_METHOD_STATE_FAILED,
    [PAYMENT_METHOD_EXPIRED] = PAYMENTS__V1__PAYMENT_METHOD_STATE__PAYMENT_METHOD_STATE_EXPIRED,
    [PAYMENT_METHOD_REMOVED] = PAYMENTS__V1__PAYMENT_METHOD_STATE__PAYMENT_METHOD_STATE_REMOVED,
};

static const Payments__V1__HoldState hold_states[] = {
    [HOLD_RECORDED] = PAYMENTS__V1__HOLD_STATE__HOLD_STATE_RECORDED,
    [HOLD_AUTHORIZING] = PAYMENTS__V1__HOLD_STATE__HOLD_STATE_AUTHORIZING,
    [HOLD_UNKNOWN] = PAYMENTS__V1__HOLD_STATE__HOLD_STATE_UNKNOWN,
    [HOLD_AUTHORIZED] = PAYMENTS__V1__HOLD_STATE__HOLD_STATE_AUTHORIZED,
    [HOLD_VOIDING] = PAYMENTS__V1__HOLD_STATE__HOLD_STATE_VOIDING,
    [HOLD_VOIDED] = PAYMENTS__V1__HOLD_STATE__HOLD_STATE_VOIDED,
    [HOLD_DECLINED] = PAYMENTS__V1__HOLD_STATE__HOLD_STATE_DECLINED,
    [HOLD_FAILED] = PAYMENTS__V1__HOLD_STATE__HOLD_STATE_FAILED,
    [HOLD_LAPSED] = PAYMENTS__V1__HOLD_STATE__HOLD_STATE_LAPSED,
};

bool payment_method_kind_from_message(Payments__V1__PaymentMethodKind message,
                                      enum payment_method_kind *kind)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (kinds[i] == message) {
            *kind = (enum payment_method_kind)i;
            return true;
        }
    }
    return false;
}

static Payments__V1__CardBrand brand_to_message(enum card_brand brand)
{
    if (brand == CARD_BRAND_VISA)
        return PAYMENTS__V1__CARD_BRAND__CARD_BRAND_VISA;
    return brand == CARD_BRAND_MASTERCARD ? PAYMENTS__V1__CARD_BRAND__CARD_BRAND_MASTERCARD
                                          : PAYMENTS__V1__CARD_BRAND__CARD_BRAND_UNSPECIFIED;
}

static Payments__V1__Card *card_to_message(struct arena *arena, const struct payment_method *method)
{
    Payments__V1__Card *message = arena_alloc(arena, sizeof(*message));
    payments__v1__card__init(message);
    message->brand = brand_to_message(method->brand);
    message->last_four = arena_strdup(arena, method->last_four);
    message->expiry_month = (int32_t)method->expiry.month;
    message->expiry_year = (int32_t)method->expiry.year;
    message->holder_name = arena_strdup(arena, method->holder_name);
    message->country = arena_strdup(arena, method->card_country);
    return message;
}

static Payments__V1__Hold *hold_to_message(struct arena *arena, const struct payment_method *method)
{
    Payments__V1__Hold *message = arena_alloc(arena, sizeof(*message));
    payments__v1__hold__init(message);
    message->state = hold_states[method->hold_state];
    message->amount_micros = HOLD_AMOUNT_MICROS;
    message->currency = arena_strdup(arena, HOLD_CURRENCY);
    if (method->hold_authorized_us != 0)
        message->authorized_time = timestamp_from_us(arena, method->hold_authorized_us);
    if (method->hold_voided_us != 0)
        message->voided_time = timestamp_from_us(arena, method->hold_voided_us);
    return message;
}

Payments__V1__PaymentMethod *payment_method_to_message(struct arena *arena,
                                                       const struct payment_method *method)
{
    Payments__V1__PaymentMethod *message = arena_alloc(arena, sizeof(*message));
    payments__v1__payment_method__init(message);
    message->payment_method_id = id_to_message(arena, method->payment_method_id);
    message->account_id = id_to_message(arena, method->account_id);
    message->kind = kinds[method->kind];
    message->state = states[method->state];
    message->card = card_to_message(arena, method);
    message->hold = method->has_hold ? hold_to_message(arena, method) : NULL;
    message->failure_reason = arena_strdup(arena, method->failure_reason);
    message->create_time = timestamp_from_us(arena, method->created_us);
    return message;
}

Payments__V1__PaymentMethod *payment_method_to_nameless_message(struct arena *arena,
                                                                const struct payment_method *method)
{
    Payments__V1__PaymentMethod *message = payment_method_to_message(arena, method);
    message->card->holder_name = arena_strdup(arena, "");
    return message;
}

Payments__V1__SharedCard *shared_card_to_message(struct arena *arena,
                                                 const struct shared_card *card)
{
    Payments__V1__SharedCard *message = arena_alloc(arena, sizeof *message);
    payments__v1__shared_card__init(message);
    message->card_id = id_to_message(arena, card->card_id);
    message->brand = brand_to_message(card->brand);
    message->last_four = arena_strdup(arena, card->last_four);
    message->account_count = (int32_t)card->accounts;
    return message;
}
