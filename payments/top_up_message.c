#include "payments/top_up_message.h"

#include "payments/payments.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

static const struct {
    enum top_up_rail rail;
    Payments__V1__TopUpRail message;
} rails[] = {
    {TOP_UP_CARD, PAYMENTS__V1__TOP_UP_RAIL__TOP_UP_RAIL_CARD},
    {TOP_UP_ALIPAY, PAYMENTS__V1__TOP_UP_RAIL__TOP_UP_RAIL_ALIPAY},
    {TOP_UP_UNIONPAY, PAYMENTS__V1__TOP_UP_RAIL__TOP_UP_RAIL_UNIONPAY},
    {TOP_UP_WIRE, PAYMENTS__V1__TOP_UP_RAIL__TOP_UP_RAIL_WIRE},
};

static const Payments__V1__TopUpState states[] = {
    [TOP_UP_CREATED] = PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_CREATED,
    [TOP_UP_PENDING] = PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_PENDING,
    [TOP_UP_UNKNOWN] = PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_UNKNOWN,
    [TOP_UP_SUCCEEDED] = PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_SUCCEEDED,
    [TOP_UP_CREDITED] = PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_CREDITED,
    [TOP_UP_FAILED] = PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_FAILED,
    [TOP_UP_AWAITING_FUNDS] = PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_AWAITING_FUNDS,
    [TOP_UP_MANUAL] = PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_MANUAL,
    [TOP_UP_IN_SUSPENSE] = PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_IN_SUSPENSE,
    [TOP_UP_RETURNING] = PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_RETURNING,
    [TOP_UP_REFUNDING] = PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_REFUNDING,
    [TOP_UP_RETURNED] = PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_RETURNED,
};

Payments__V1__TopUpRail top_up_rail_to_message(enum top_up_rail rail)
{
    return rails[rail].message;
}

bool top_up_rail_from_message(Payments__V1__TopUpRail message, enum top_up_rail *rail)
{
    for (size_t i = 0; i < sizeof(rails) / sizeof(rails[0]); i++) {
        if (rails[i].message == message) {
            *rail = rails[i].rail;
            return true;
        }
    }
    return false;
}

static void fill_ids(struct arena *arena, const struct top_up *top_up, Payments__V1__TopUp *message)
{
    message->top_up_id = id_to_message(arena, top_up->top_up_id);
    message->account_id = id_to_message(arena, top_up->account_id);
    message->target_account_id = id_to_message(arena, top_up->target_account_id);
    if (!id_is_nil(top_up->payment_method_id))
        message->payment_method_id = id_to_message(arena, top_up->payment_method_id);
}

static void fill_texts(struct arena *arena, const struct top_up *top_up,
                       Payments__V1__TopUp *message)
{
    message->currency = arena_strdup(arena, top_up->currency->code);
    message->remark = arena_strdup(arena, top_up->remark);
    message->failure_reason = arena_strdup(arena, top_up->failure_reason);
    message->advice = arena_strdup(arena, top_up->failure_advice);
    message->wire_reference =
        arena_strdup(arena, top_up->wire_reference != NULL ? top_up->wire_reference : "");
    message->suspense_reason = arena_strdup(arena, top_up->suspense_reason);
}

/* Absent while it has not come. */
static Google__Protobuf__Timestamp *time_to_message(struct arena *arena, int64_t time_us)
{
    return time_us != 0 ? timestamp_from_us(arena, time_us) : NULL;
}

static void fill_times(struct arena *arena, const struct top_up *top_up,
                       Payments__V1__TopUp *message)
{
    message->create_time = time_to_message(arena, top_up->created_us);
    message->succeeded_time = time_to_message(arena, top_up->succeeded_us);
    message->credited_time = time_to_message(arena, top_up->credited_us);
    message->suspense_time = time_to_message(arena, top_up->suspense_us);
    message->returned_time = time_to_message(arena, top_up->returned_us);
}

bool top_up_state_from_message(Payments__V1__TopUpState message, enum top_up_state *state)
{
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        if (states[i] == message) {
            *state = (enum top_up_state)i;
            return true;
        }
    }
    return false;
}

Payments__V1__TopUp *top_up_to_message(struct arena *arena, const struct top_up *top_up,
                                       int64_t now_us)
{
    Payments__V1__TopUp *message = arena_alloc(arena, sizeof(*message));
    payments__v1__top_up__init(message);
    message->rail = top_up_rail_to_message(top_up->rail);
    message->state = states[top_up->state];
    message->amount_micros = top_up->amount_micros;
    message->still_processing = top_up_is_slow(top_up->state, top_up->created_us, now_us);
    fill_ids(arena, top_up, message);
    fill_texts(arena, top_up, message);
    fill_times(arena, top_up, message);
    return message;
}

ProtobufCMessage *top_up_row_to_message(struct call *call, const void *top_up)
{
    return (ProtobufCMessage *)top_up_to_message(call_arena(call), top_up, clock_now_us());
}
