#include "ledger/batch/answer.h"

#include <assert.h>
#include <string.h>

#include "ledger/batch/order_message.h"
#include "ledger/domain/hold.h"
#include "ledger/v1/top_up.pb-c.h"
#include "ledger/v1/transfer.pb-c.h"
#include "ledger/v1/usage.pb-c.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/status.h"
#include "runtime/rpc/timestamp.h"

#define DOMAIN "ledger.kontor"

/* An initialised message in the arena; NULL at its maximum. */
static void *message_new(struct arena *arena, const ProtobufCMessageDescriptor *descriptor)
{
    ProtobufCMessage *message = arena_alloc(arena, descriptor->sizeof_message);
    if (message != NULL)
        protobuf_c_message_init(descriptor, message);
    return message;
}

/* protobuf-c's texts are not const; nothing writes to them. */
static char *unconst(const char *text)
{
    union {
        const char *given;
        char *lent;
    } same = {.given = text};
    return same.lent;
}

char *answer_id(struct arena *arena, struct id id)
{
    char *text = arena_alloc(arena, ID_TEXT_SIZE);
    return text != NULL ? id_format(id, text) : NULL;
}

char *answer_entry_id(struct arena *arena, struct id company_id, int64_t sequence)
{
    return answer_id(arena, entry_id(company_id, sequence));
}

Ledger__V1__Balance *answer_balance(struct arena *arena, const struct account *account,
                                    int64_t now_us)
{
    Ledger__V1__Balance *balance = message_new(arena, &ledger__v1__balance__descriptor);
    if (balance == NULL)
        return NULL;
    balance->account_id = answer_id(arena, account->id);
    balance->currency = arena_strdup(arena, account->currency);
    balance->version = account->version;
    balance->cash_micros = account_cash(account);
    balance->own_micros = account_own(account);
    balance->transferred_in_micros = account_transferred_in(account);
    balance->refund_credit_micros = account_refund_credit(account);
    balance->unbilled_micros = account_unbilled(account);
    balance->outstanding_micros = account_outstanding(account);
    balance->frozen_micros = account->frozen_micros;
    balance->credit_limit_micros = account->credit_limit_micros;
    balance->effective_credit_limit_micros = account_limit_effective(account);
    balance->available_micros = account_available(account);
    balance->overdue = account_is_overdue(account, now_us);
    balance->suspended = account->suspended;
    return balance->account_id != NULL && balance->currency != NULL ? balance : NULL;
}

Ledger__V1__Allowance *answer_allowance(struct arena *arena, const struct allowance *allowance)
{
    Ledger__V1__Allowance *message = message_new(arena, &ledger__v1__allowance__descriptor);
    Ledger__V1__Term **terms =
        arena_alloc_array(arena, ALLOWANCE_TERMS_MAX, sizeof(Ledger__V1__Term *));
    Ledger__V1__Term *rows =
        arena_alloc_array(arena, ALLOWANCE_TERMS_MAX, sizeof(Ledger__V1__Term));
    if (message == NULL || terms == NULL || rows == NULL)
        return NULL;
    message->amount_micros = allowance->micros;
    message->binding = unconst(allowance->binding);
    message->terms = terms;
    message->n_terms = allowance->term_count;
    for (size_t i = 0; i < allowance->term_count; i++) {
        ledger__v1__term__init(&rows[i]);
        rows[i].name = unconst(allowance->terms[i].name);
        rows[i].amount_micros = allowance->terms[i].micros;
        terms[i] = &rows[i];
    }
    return message;
}

Ledger__V1__CreditLimit *answer_credit_limit(struct arena *arena, const struct account *account)
{
    Ledger__V1__CreditLimit *limit = message_new(arena, &ledger__v1__credit_limit__descriptor);
    if (limit == NULL)
        return NULL;
    limit->account_id = answer_id(arena, account->id);
    limit->currency = arena_strdup(arena, account->currency);
    limit->limit_micros = account->credit_limit_micros;
    limit->effective_limit_micros = account_limit_effective(account);
    limit->contract_state = (Ledger__V1__ContractState)account->contract_state;
    limit->confirmed_time =
        account->confirmed_us != 0 ? timestamp_from_us(arena, account->confirmed_us) : NULL;
    return limit->account_id != NULL && limit->currency != NULL ? limit : NULL;
}

static Ledger__V1__HoldState hold_state_seen(const struct hold *hold, int64_t now_us)
{
    if (hold->state == HOLD_ACTIVE && hold->expire_us <= now_us)
        return LEDGER__V1__HOLD_STATE__HOLD_STATE_EXPIRED;
    return (Ledger__V1__HoldState)hold->state;
}

Ledger__V1__Hold *answer_hold(struct arena *arena, const struct hold *hold, int64_t now_us)
{
    Ledger__V1__Hold *message = message_new(arena, &ledger__v1__hold__descriptor);
    if (message == NULL)
        return NULL;
    message->hold_id = answer_entry_id(arena, hold->account->company_id, hold->sequence);
    message->account_id = answer_id(arena, hold->account->id);
    message->amount_micros = hold->amount_micros;
    message->captured_micros = hold->captured_micros;
    message->currency = arena_strdup(arena, hold->account->currency);
    message->state = hold_state_seen(hold, now_us);
    message->expire_time = timestamp_from_us(arena, hold->expire_us);
    message->placed_time = timestamp_from_us(arena, hold->placed_us);
    bool all = message->hold_id != NULL && message->account_id != NULL &&
               message->currency != NULL && message->placed_time != NULL;
    return all ? message : NULL;
}

static Ledger__V1__Payment *payment_message(struct arena *arena, const struct payment *payment)
{
    Ledger__V1__Payment *message = message_new(arena, &ledger__v1__payment__descriptor);
    if (message == NULL)
        return NULL;
    message->transferred_in_micros = payment->transferred_in_micros;
    message->own_micros = payment->own_micros;
    message->refund_credit_micros = payment->refund_credit_micros;
    message->credit_micros = payment->credit_micros;
    return message;
}

Ledger__V1__Purchase *answer_purchase(struct arena *arena, const struct purchase *purchase,
                                      const char *remark, const char *tag)
{
    Ledger__V1__Purchase *message = message_new(arena, &ledger__v1__purchase__descriptor);
    if (message == NULL)
        return NULL;
    message->purchase_id =
        answer_entry_id(arena, purchase->account->company_id, purchase->sequence);
    message->account_id = answer_id(arena, purchase->account->id);
    message->amount_micros = purchase->amount_micros;
    message->currency = arena_strdup(arena, purchase->account->currency);
    message->paid = payment_message(arena, &purchase->paid);
    message->refunded = payment_message(arena, &purchase->refunded);
    message->remark = unconst(remark);
    message->tag = unconst(tag);
    message->recorded_time = timestamp_from_us(arena, purchase->recorded_us);
    if (purchase->quota != NULL)
        message->sub_account_id = answer_id(arena, purchase->quota->sub_account_id);
    bool all = message->purchase_id != NULL && message->account_id != NULL &&
               message->currency != NULL && message->refunded != NULL &&
               message->sub_account_id != NULL;
    return all ? message : NULL;
}

Ledger__V1__Quota *answer_quota(struct arena *arena, const struct account *account,
                                struct id sub_account_id, const struct quota_terms *terms)
{
    Ledger__V1__Quota *message = message_new(arena, &ledger__v1__quota__descriptor);
    if (message == NULL)
        return NULL;
    message->account_id = answer_id(arena, account->id);
    message->sub_account_id = answer_id(arena, sub_account_id);
    message->currency = arena_strdup(arena, account->currency);
    message->line_micros = terms->line_micros;
    message->deducted_micros = terms->deducted_micros;
    message->undeducted_micros = terms->undeducted_micros;
    message->available_micros = quota_available(terms);
    return message->account_id != NULL && message->sub_account_id != NULL &&
                   message->currency != NULL
               ? message
               : NULL;
}

_Static_assert((int)LEDGER__V1__TRANSFER_KIND__TRANSFER_KIND_REVOKE == (int)ORDER_REVOKE,
               "kinds have the same numbers");

/* ---- what an accepted order is answered: the thing, and one thing more ---- */

static void *tell_transfer(struct arena *arena, const struct order_outcome *outcome, int64_t now_us)
{
    const struct entry *entry = outcome->entry;
    const struct order *order = entry->order;
    (void)now_us;
    Ledger__V1__Transfer *transfer = message_new(arena, &ledger__v1__transfer__descriptor);
    if (transfer == NULL)
        return NULL;
    transfer->transfer_id = answer_entry_id(arena, entry->chain->company_id, entry->sequence);
    transfer->kind = (Ledger__V1__TransferKind)order->kind; /* the same numbers, on purpose */
    transfer->source_account_id = answer_id(arena, entry->account->id);
    transfer->destination_account_id = answer_id(arena, entry->counterparty->id);
    transfer->amount_micros = entry->amount_micros;
    transfer->currency = unconst(order->currency);
    transfer->remark = unconst(order->remark);
    transfer->tag = unconst(order->tag);
    transfer->effective_time = timestamp_from_us(arena, entry->effective_us);
    transfer->recorded_time = timestamp_from_us(arena, entry->recorded_us);
    bool all = transfer->transfer_id != NULL && transfer->source_account_id != NULL &&
               transfer->destination_account_id != NULL;
    return all ? transfer : NULL;
}

static void *tell_charge(struct arena *arena, const struct order_outcome *outcome, int64_t now_us)
{
    const struct entry *entry = outcome->entry;
    const struct order *order = entry->order;
    (void)now_us;
    Ledger__V1__Charge *charge = message_new(arena, &ledger__v1__charge__descriptor);
    if (charge == NULL)
        return NULL;
    charge->charge_id = answer_entry_id(arena, entry->chain->company_id, entry->sequence);
    charge->account_id = answer_id(arena, entry->account->id);
    charge->amount_micros = entry->amount_micros;
    charge->currency = unconst(entry->account->currency);
    charge->paid = payment_message(arena, &outcome->paid);
    charge->remark = unconst(order->remark);
    charge->tag = unconst(order->tag);
    charge->effective_time = timestamp_from_us(arena, entry->effective_us);
    charge->recorded_time = timestamp_from_us(arena, entry->recorded_us);
    return charge->charge_id != NULL && charge->account_id != NULL ? charge : NULL;
}

/* micros of own cash: below zero it left the account. */
static void *cash_message(struct arena *arena, const struct entry *entry, int64_t micros)
{
    const struct order *order = entry->order;
    Ledger__V1__CashMovement *movement = message_new(arena, &ledger__v1__cash_movement__descriptor);
    if (movement == NULL)
        return NULL;
    movement->cash_movement_id = answer_entry_id(arena, entry->chain->company_id, entry->sequence);
    movement->account_id = answer_id(arena, entry->account->id);
    movement->amount_micros = micros;
    movement->currency = unconst(order->currency);
    movement->top_up_id =
        id_is_nil(order->top_up_id) ? unconst("") : answer_id(arena, order->top_up_id);
    movement->remark = unconst(order->remark);
    movement->tag = unconst(order->tag);
    movement->effective_time = timestamp_from_us(arena, entry->effective_us);
    movement->recorded_time = timestamp_from_us(arena, entry->recorded_us);
    bool all = movement->cash_movement_id != NULL && movement->account_id != NULL &&
               movement->top_up_id != NULL;
    return all ? movement : NULL;
}

static void *tell_cash(struct arena *arena, const struct order_outcome *outcome, int64_t now_us)
{
    (void)now_us;
    return cash_message(arena, outcome->entry, outcome->entry->amount_micros);
}

static void *tell_cash_out(struct arena *arena, const struct order_outcome *outcome, int64_t now_us)
{
    (void)now_us;
    return cash_message(arena, outcome->entry, -outcome->entry->amount_micros);
}

static void *tell_purchase(struct arena *arena, const struct order_outcome *outcome, int64_t now_us)
{
    const struct order *order = outcome->entry->order;
    (void)now_us;
    return answer_purchase(arena, &outcome->purchase, order->remark, order->tag);
}

static void *tell_hold(struct arena *arena, const struct order_outcome *outcome, int64_t now_us)
{
    return answer_hold(arena, &outcome->hold, now_us);
}

static void *tell_credit_limit(struct arena *arena, const struct order_outcome *outcome,
                               int64_t now_us)
{
    (void)now_us;
    return answer_credit_limit(arena, &outcome->accounts[0]);
}

static void *tell_quota(struct arena *arena, const struct order_outcome *outcome, int64_t now_us)
{
    (void)now_us;
    return answer_quota(arena, outcome->entry->account, outcome->entry->sub_account_id,
                        &outcome->quota);
}

/* Each sets *more, NULL when there is nothing; false at the arena's maximum. */
static bool more_nothing(struct arena *arena, const struct order_outcome *outcome, void **more)
{
    (void)arena, (void)outcome;
    *more = NULL;
    return true;
}

/* The purchase that a capture became. */
static bool more_entry_id(struct arena *arena, const struct order_outcome *outcome, void **more)
{
    const struct entry *entry = outcome->entry;
    *more = answer_entry_id(arena, entry->chain->company_id, entry->sequence);
    return *more != NULL;
}

/* The quota that it counts in, when it is for a sub-account. */
static bool more_quota(struct arena *arena, const struct order_outcome *outcome, void **more)
{
    bool counts = !id_is_nil(outcome->entry->sub_account_id);
    *more = counts ? tell_quota(arena, outcome, 0) : NULL;
    return !counts || *more != NULL;
}

/* Every response of an order has the same shape: 1 the thing, 2 the balances, 3 one thing more. The
 * descriptors say where. An expiry is never answered. */
#define ORDER_ANSWER(CASE, member, Message, kind, thing, more) \
    [kind] = {&ledger__v1__##member##_response__descriptor, tell_##thing, more_##more},
static const struct {
    const ProtobufCMessageDescriptor *response;
    void *(*tell)(struct arena *arena, const struct order_outcome *outcome, int64_t now_us);
    bool (*tell_more)(struct arena *arena, const struct order_outcome *outcome, void **more);
} answers[ORDER_KIND_COUNT] = {ORDER_MESSAGES(ORDER_ANSWER)};
#undef ORDER_ANSWER

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

static struct bytes pack_acceptance(struct arena *arena, const struct order *order,
                                    const struct order_outcome *outcome, int64_t now_us)
{
    assert(answers[order->kind].response != NULL);
    ProtobufCMessage *response = message_new(arena, answers[order->kind].response);
    void *thing = answers[order->kind].tell(arena, outcome, now_us);
    Ledger__V1__Balance **balances =
        arena_alloc_array(arena, OUTCOME_ACCOUNTS_MAX, sizeof(Ledger__V1__Balance *));
    void *more;
    if (response == NULL || thing == NULL || balances == NULL ||
        !answers[order->kind].tell_more(arena, outcome, &more))
        return (struct bytes){0};
    for (size_t i = 0; i < outcome->account_count; i++)
        if ((balances[i] = answer_balance(arena, &outcome->accounts[i], now_us)) == NULL)
            return (struct bytes){0};
    set_field(response, 1, &thing, sizeof thing, 0);
    set_field(response, 2, &balances, sizeof balances, outcome->account_count);
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
    return status.terms != NULL ? status_pack(arena, &status) : (struct bytes){0};
}

struct bytes answer_pack(struct arena *arena, const struct order *order,
                         const struct order_outcome *outcome, int64_t now_us)
{
    return outcome->refusal != NULL ? pack_refusal(arena, order, outcome)
                                    : pack_acceptance(arena, order, outcome, now_us);
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
    return status.sentence != NULL ? status_pack(arena, &status) : (struct bytes){0};
}
