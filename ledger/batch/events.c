#include "ledger/batch/events.h"

#include <string.h>

#include "ledger/batch/account_event.h"
#include "ledger/domain/order_kind.h"
#include "ledger/ledger_message.h"
#include "ledger/v1/event.pb-c.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/timestamp.h"

/* a limit, or a transit and a grant; a cap is exceeded; and two accounts, which resume only to be
 * stopped later */
#define EVENTS_PER_OUTCOME 7

enum failure batch_events_init(struct batch_events *events, struct arena *arena, int64_t now_us,
                               size_t outcome_count)
{
    *events = (struct batch_events){
        .arena = arena, .now_us = now_us, .count_max = EVENTS_PER_OUTCOME * outcome_count};
    events->rows = arena_try_alloc_array(arena, events->count_max, sizeof *events->rows);
    return events->rows != NULL ? FAILURE_NONE : FAILURE_EXHAUSTED;
}

static void append_event(struct batch_events *events, struct id company_id,
                         struct account_event event)
{
    events->exhausted =
        events->exhausted || event.payload.data == NULL || events->count == events->count_max;
    if (!events->exhausted)
        events->rows[events->count++] =
            (struct kept_event){company_id, id_new(events->now_us), event.type, event.payload};
}

static void tell(struct batch_events *events, struct id company_id, const ProtobufCMessage *message)
{
    append_event(
        events, company_id,
        (struct account_event){message->descriptor->name, message_pack(events->arena, message)});
}

static void append_limit(struct batch_events *events, const struct order *order,
                         const struct order_outcome *outcome)
{
    const struct account *account = &outcome->accounts[0];
    char account_id[ID_TEXT_SIZE];
    char currency[4];
    id_format(account->id, account_id);
    memcpy(currency, account->currency, sizeof currency);
    if (order->kind == ORDER_CONFIRM_CREDIT_LIMIT) {
        Ledger__V1__CreditLimitActivated activated;
        ledger__v1__credit_limit_activated__init(&activated);
        activated.account_id = account_id;
        activated.limit_micros = account->credit_limit_micros;
        activated.currency = currency;
        tell(events, account->company_id, &activated.base);
    } else if (account->contract_state == CONTRACT_PENDING) {
        Ledger__V1__CreditLimitPending pending;
        ledger__v1__credit_limit_pending__init(&pending);
        pending.account_id = account_id;
        pending.limit_micros = account->credit_limit_micros;
        pending.currency = currency;
        tell(events, account->company_id, &pending.base);
    } else {
        Ledger__V1__CreditLimitChanged changed;
        ledger__v1__credit_limit_changed__init(&changed);
        changed.account_id = account_id;
        changed.previous_limit_micros = outcome->previous_limit_micros;
        changed.limit_micros = account->credit_limit_micros;
        changed.currency = currency;
        tell(events, account->company_id, &changed.base);
    }
}

static void append_transit(struct batch_events *events, const struct entry *entry,
                           const struct transit *transit)
{
    Ledger__V1__MoneySent sent;
    ledger__v1__money_sent__init(&sent);
    sent.account_id = id_to_message(events->arena, transit->sender_id);
    sent.transit_id = id_to_message(events->arena, transit->id);
    sent.receiver_account_id = id_to_message(events->arena, transit->receiver_id);
    sent.remark = unconst(entry->order->remark);
    sent.tag = unconst(entry->order->tag);
    tell(events, entry->chain->company_id, &sent.base);
}

/* LED-41 */
static void append_grant(struct batch_events *events, const struct order *order,
                         const struct entry *entry)
{
    Ledger__V1__FundingGranted granted;
    ledger__v1__funding_granted__init(&granted);
    granted.customer_account_id = id_to_message(events->arena, order->counterparty_id);
    granted.agent_account_id = id_to_message(events->arena, order->account_id);
    granted.funding_request_id = id_to_message(events->arena, order->reference_id);
    granted.granted_micros = entry->amount_micros;
    granted.currency = unconst(order->currency);
    tell(events, entry->chain->company_id, &granted.base);
}

/* LED-31 */
static void append_exceeded(struct batch_events *events, const struct order *order,
                            const struct order_outcome *outcome)
{
    const struct cap *cap = &outcome->exceeded;
    Ledger__V1__CapExceeded exceeded;
    ledger__v1__cap_exceeded__init(&exceeded);
    exceeded.account_id = id_to_message(events->arena, cap->account_id);
    exceeded.cap_micros = cap_limit(cap);
    exceeded.used_micros = cap->spent_micros;
    exceeded.currency = unconst(order->currency);
    exceeded.month_start_time = timestamp_from_us(events->arena, cap->month_start_us);
    exceeded.month_end_time = timestamp_from_us(events->arena, cap->month_end_us);
    tell(events, outcome->entry->chain->company_id, &exceeded.base);
}

static void append_suspension(struct batch_events *events, const struct order_outcome *outcome)
{
    for (size_t i = 0; i < outcome->account_count; i++) {
        const struct account *account = &outcome->accounts[i];
        struct account_event told[ACCOUNT_EVENTS_MAX];
        size_t count = account_events_of(events->arena, account, outcome->turned[i], told);
        for (size_t j = 0; j < count; j++)
            append_event(events, account->company_id, told[j]);
    }
}

void batch_events_tell_outcome(struct batch_events *events, const struct order *order,
                               const struct order_outcome *outcome)
{
    if (outcome->refusal != NULL || outcome->entry == NULL)
        return;
    if (order->kind == ORDER_SET_CREDIT_LIMIT || order->kind == ORDER_CONFIRM_CREDIT_LIMIT)
        append_limit(events, order, outcome);
    if (outcome->transit.is_new)
        append_transit(events, outcome->entry, &outcome->transit);
    if (order_has(order, OF_ALLOCATIONS) && !id_is_nil(order->reference_id))
        append_grant(events, order, outcome->entry);
    if (!id_is_nil(outcome->exceeded.account_id))
        append_exceeded(events, order, outcome);
    append_suspension(events, outcome);
}
