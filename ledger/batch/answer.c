#include "ledger/batch/answer.h"

#include <assert.h>
#include <string.h>

#include "ledger/batch/order_messages.h"
#include "ledger/domain/order_kind.h"
#include "ledger/domain/transit.h"
#include "ledger/ledger_message.h"
#include "ledger/v1/top_up.pb-c.h"
#include "ledger/v1/transfer.pb-c.h"
#include "ledger/v1/transit.pb-c.h"
#include "ledger/v1/usage.pb-c.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/status.h"
#include "runtime/rpc/timestamp.h"

#define DOMAIN "ledger.kontor"

_Static_assert((int)LEDGER__V1__TRANSFER_KIND__TRANSFER_KIND_REVOKE == (int)TRANSIT_REVOKE,
               "kinds have the same numbers");
_Static_assert((int)LEDGER__V1__TRANSFER_KIND__TRANSFER_KIND_RECLAIM == (int)TRANSIT_RECLAIM,
               "kinds have the same numbers");

/* ---- what an accepted order is answered: the thing, and one thing more ---- */

static char *tell_entry_id(struct arena *arena, const struct order_outcome *outcome)
{
    const struct entry *entry = outcome->entry;
    return entry_id_to_message(arena, entry->chain->company_id, entry->sequence);
}

/* A revoke that is a transit is booked where the money was: the destination is its account. */
static bool is_settled_elsewhere(const struct entry *entry)
{
    return entry->counterparty == NULL &&
           entry_posted(entry, entry->account, BOOK_TRANSFERRED_IN) < 0;
}

static void *tell_transfer(struct arena *arena, const struct order_outcome *outcome)
{
    const struct entry *entry = outcome->entry;
    const struct order *order = entry->order;
    Ledger__V1__Transfer *transfer = message_new(arena, &ledger__v1__transfer__descriptor);
    transfer->transfer_id = tell_entry_id(arena, outcome);
    bool is_turned = is_settled_elsewhere(entry);
    enum lot_kind lots = order_lot_kind(order);
    transfer->kind = (Ledger__V1__TransferKind)(order_has(order, NEEDS_SOURCE_LOTS)
                                                    ? transit_kind_taking_back(lots)
                                                    : transit_kind_giving(lots));
    transfer->source_account_id =
        id_to_message(arena, is_turned ? entry_counterparty_id(entry) : entry->account->id);
    transfer->destination_account_id =
        id_to_message(arena, is_turned ? entry->account->id : entry_counterparty_id(entry));
    transfer->amount_micros = entry->amount_micros;
    transfer->currency = unconst(order->currency);
    transfer->remark = unconst(order->remark);
    transfer->tag = unconst(order->tag);
    transfer->effective_time = timestamp_from_us(arena, entry->effective_us);
    transfer->recorded_time = timestamp_from_us(arena, entry->recorded_us);
    return transfer;
}

static void *tell_charge(struct arena *arena, const struct order_outcome *outcome)
{
    const struct entry *entry = outcome->entry;
    const struct order *order = entry->order;
    Ledger__V1__Charge *charge = message_new(arena, &ledger__v1__charge__descriptor);
    charge->charge_id = tell_entry_id(arena, outcome);
    charge->account_id = id_to_message(arena, entry->account->id);
    charge->amount_micros = entry->amount_micros;
    charge->currency = unconst(entry->account->currency);
    charge->paid = payment_to_message(arena, &outcome->paid);
    charge->remark = unconst(order->remark);
    charge->tag = unconst(order->tag);
    charge->effective_time = timestamp_from_us(arena, entry->effective_us);
    charge->recorded_time = timestamp_from_us(arena, entry->recorded_us);
    return charge;
}

/* The amount is of own cash: below zero it left the account. */
static void *tell_cash_movement(struct arena *arena, const struct order_outcome *outcome)
{
    const struct entry *entry = outcome->entry;
    const struct order *order = entry->order;
    Ledger__V1__CashMovement *movement = message_new(arena, &ledger__v1__cash_movement__descriptor);
    movement->cash_movement_id = tell_entry_id(arena, outcome);
    movement->account_id = id_to_message(arena, entry->account->id);
    movement->amount_micros = entry_posted(entry, entry->account, BOOK_OWN);
    movement->currency = unconst(order->currency);
    movement->top_up_id =
        id_is_nil(order->top_up_id) ? unconst("") : id_to_message(arena, order->top_up_id);
    movement->remark = unconst(order->remark);
    movement->tag = unconst(order->tag);
    movement->effective_time = timestamp_from_us(arena, entry->effective_us);
    movement->recorded_time = timestamp_from_us(arena, entry->recorded_us);
    return movement;
}

static void *tell_purchase(struct arena *arena, const struct order_outcome *outcome)
{
    const struct order *order = outcome->entry->order;
    return purchase_to_message(arena, &outcome->purchase, order->remark, order->tag);
}

static void *tell_hold(struct arena *arena, const struct order_outcome *outcome)
{
    return hold_to_message(arena, &outcome->hold, outcome->entry->recorded_us);
}

static void *tell_credit_limit(struct arena *arena, const struct order_outcome *outcome)
{
    return credit_limit_to_message(arena, &outcome->accounts[0]);
}

static void *tell_quota(struct arena *arena, const struct order_outcome *outcome)
{
    return quota_to_message(arena, outcome->entry->account, outcome->entry->sub_account_id,
                            &outcome->quota);
}

static void *tell_cleared(struct arena *arena, const struct order_outcome *outcome)
{
    const struct entry *entry = outcome->entry;
    const struct order *order = entry->order;
    Ledger__V1__Cleared *cleared = message_new(arena, &ledger__v1__cleared__descriptor);
    cleared->cleared_id = tell_entry_id(arena, outcome);
    cleared->transit_id = id_to_message(arena, order_reference(order));
    cleared->account_id = id_to_message(arena, entry->account->id);
    cleared->counterparty_account_id = id_to_message(arena, entry_counterparty_id(entry));
    cleared->amount_micros = entry->amount_micros;
    cleared->currency = unconst(entry->account->currency);
    cleared->recorded_time = timestamp_from_us(arena, entry->recorded_us);
    return cleared;
}

/* The money that is under way to another chain; its id is the entry's. */
static void *more_transit_id(struct arena *arena, const struct order_outcome *outcome)
{
    return outcome->entry->counterparty == NULL ? tell_entry_id(arena, outcome) : NULL;
}

static void *more_nothing(struct arena *arena, const struct order_outcome *outcome)
{
    (void)arena, (void)outcome;
    return NULL;
}

/* The purchase that a capture became. */
static void *more_purchase_id(struct arena *arena, const struct order_outcome *outcome)
{
    return tell_entry_id(arena, outcome);
}

/* The quota that it counts in, when it is for a sub-account. */
static void *more_quota(struct arena *arena, const struct order_outcome *outcome)
{
    bool counts = !id_is_nil(outcome->entry->sub_account_id);
    return counts ? tell_quota(arena, outcome) : NULL;
}

/* Every response of an order has the same shape: 1 the thing, 2 the balances, 3 one thing more. The
 * descriptors say where. An expiry is never answered. */
#define ORDER_ANSWER(CASE, member, Message, kind, thing, more) \
    [kind] = {&ledger__v1__##member##_response__descriptor, tell_##thing, more_##more},
static const struct {
    const ProtobufCMessageDescriptor *response;
    void *(*tell)(struct arena *arena, const struct order_outcome *outcome);
    void *(*tell_more)(struct arena *arena,
                       const struct order_outcome *outcome); /* NULL: nothing */
} answers[ORDER_KIND_COUNT] = {ORDER_MESSAGES(ORDER_ANSWER)};
#undef ORDER_ANSWER

bool answer_is_of(int64_t kind)
{
    return kind > 0 && kind < ORDER_KIND_COUNT && answers[kind].response != NULL;
}

bool answer_has_its_thing(const struct order_outcome *outcome)
{
    enum order_kind kind = outcome->entry->order->kind;
    return (answers[kind].tell != tell_purchase || outcome->purchase.sequence > 0) &&
           (answers[kind].tell != tell_hold || outcome->hold.sequence > 0);
}

static void set_field(ProtobufCMessage *message, unsigned number, const void *value,
                      size_t value_size, size_t count)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field(message->descriptor, number);
    assert(field != NULL);
    memcpy((char *)message + field->offset, value, value_size);
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        memcpy((char *)message + field->quantifier_offset, &count, sizeof count);
}

bool answer_tells_of(const struct order *order, const struct account *account)
{
    return order_lot_kind(order) != LOT_ALLOCATION || id_equal(account->id, order->account_id);
}

/* As of the moment it was recorded. */
static struct bytes pack_acceptance(struct arena *arena, const struct order_outcome *outcome)
{
    const struct entry *entry = outcome->entry;
    enum order_kind kind = entry->order->kind;
    assert(answers[kind].response != NULL);
    ProtobufCMessage *response = message_new(arena, answers[kind].response);
    void *thing = answers[kind].tell(arena, outcome);
    void *more = answers[kind].tell_more(arena, outcome);
    Ledger__V1__Balance **balances =
        arena_alloc_array(arena, OUTCOME_ACCOUNTS_MAX, sizeof(Ledger__V1__Balance *));
    size_t told = 0;
    for (size_t i = 0; i < outcome->account_count; i++)
        if (answer_tells_of(entry->order, &outcome->accounts[i]))
            balances[told++] = balance_to_message(arena, &outcome->accounts[i], entry->recorded_us);
    set_field(response, 1, &thing, sizeof thing, 0);
    set_field(response, 2, &balances, sizeof balances, told);
    if (more != NULL)
        set_field(response, 3, &more, sizeof more, 0);
    return message_pack(arena, response);
}

static struct bytes pack_refusal(struct arena *arena, const struct order *order,
                                 const struct order_outcome *outcome)
{
    const struct refusal *refusal = outcome->refusal;
    struct status_violation violation = {
        .name = refusal->reason, .subject = "", .sentence = refusal->sentence};
    struct status status = {
        .code = refusal->code,
        .sentence = refusal->sentence,
        .reason = refusal->reason,
        .domain = DOMAIN,
        .terms = answer_terms(arena, &outcome->allowance, order->currency),
        .retry_after_ms = refusal->kind == NOT_YET ? STATUS_NOT_YET_RETRY_MS : 0,
        .precondition_violations = &violation,
        .precondition_violation_count = refusal->code == CODE_FAILED_PRECONDITION ? 1 : 0};
    return status_pack(arena, &status);
}

struct bytes answer_pack(struct arena *arena, const struct order *order,
                         const struct order_outcome *outcome)
{
    return outcome->refusal != NULL ? pack_refusal(arena, order, outcome)
                                    : pack_acceptance(arena, outcome);
}

struct bytes answer_mismatch(struct arena *arena, enum code *code)
{
    static const char reason[] = "IDEMPOTENCY_MISMATCH";
    static const char sentence[] = "The request id was used before with another body.";
    struct status_violation violation = {
        .name = reason, .subject = "request_id", .sentence = sentence};
    struct status status = {.code = CODE_FAILED_PRECONDITION,
                            .sentence = sentence,
                            .reason = reason,
                            .domain = DOMAIN,
                            .precondition_violations = &violation,
                            .precondition_violation_count = 1};
    *code = status.code;
    return status_pack(arena, &status);
}

struct bytes answer_invalid(struct arena *arena, const struct status_violation *violations,
                            size_t count, enum code *code)
{
    struct status status = {
        .code = CODE_INVALID_ARGUMENT,
        .sentence = arena_printf(arena, "%s %s", violations->name, violations->sentence),
        .reason = "INVALID_ARGUMENT",
        .domain = DOMAIN,
        .field_violations = violations,
        .field_violation_count = count};
    *code = status.code;
    return status_pack(arena, &status);
}
