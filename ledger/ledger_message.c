#include "ledger/ledger_message.h"

#include "ledger/domain/hold.h"
#include "runtime/rpc/timestamp.h"

void *message_new(struct arena *arena, const ProtobufCMessageDescriptor *descriptor)
{
    ProtobufCMessage *message = arena_alloc(arena, descriptor->sizeof_message);
    protobuf_c_message_init(descriptor, message);
    return message;
}

char *unconst(const char *text)
{
    union {
        const char *given;
        char *lent;
    } same = {.given = text};
    return same.lent;
}

char *id_to_message(struct arena *arena, struct id id)
{
    char *text = arena_alloc(arena, ID_TEXT_SIZE);
    return id_format(id, text);
}

char *entry_id_to_message(struct arena *arena, struct id company_id, int64_t sequence)
{
    return id_to_message(arena, entry_id(company_id, sequence));
}

Ledger__V1__Account *account_to_message(struct arena *arena, const struct account *account)
{
    Ledger__V1__Account *message = message_new(arena, &ledger__v1__account__descriptor);
    message->account_id = id_to_message(arena, account->id);
    message->company_id = id_to_message(arena, account->company_id);
    message->corporate = account->corporate;
    message->company_verified = id_equal(account->verified_company_id, account->company_id);
    message->verified_company_id = id_is_nil(account->verified_company_id)
                                       ? arena_strdup(arena, "")
                                       : id_to_message(arena, account->verified_company_id);
    message->currency = arena_strdup(arena, account->currency);
    message->state = (Ledger__V1__AccountState)account->state;
    message->payment_mode = (Ledger__V1__PaymentMode)account->payment_mode;
    message->buffer_micros = account->buffer_micros;
    message->pay_on_behalf = account->pay_on_behalf;
    message->receivables = account->receivables;
    message->override_until_time = account->override_until_us != 0
                                       ? timestamp_from_us(arena, account->override_until_us)
                                       : NULL;
    message->opened_time = timestamp_from_us(arena, account->opened_us);
    message->spending_permission = (Ledger__V1__SpendingPermission)account->spending;
    message->spending_set_time = timestamp_from_us(
        arena, account->spending_set_us != 0 ? account->spending_set_us : account->opened_us);
    message->spending_set_by_principal_id = id_is_nil(account->spending_set_by)
                                                ? arena_strdup(arena, "")
                                                : id_to_message(arena, account->spending_set_by);
    return message;
}

Ledger__V1__Balance *balance_to_message(struct arena *arena, const struct account *account,
                                        int64_t now_us)
{
    Ledger__V1__Balance *balance = message_new(arena, &ledger__v1__balance__descriptor);
    balance->account_id = id_to_message(arena, account->id);
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
    balance->read_only = !account_may_spend(account);
    return balance;
}

Ledger__V1__Balance *balance_of_past_to_message(struct arena *arena, const struct account *account,
                                                int64_t as_of_us)
{
    Ledger__V1__Balance *balance = balance_to_message(arena, account, as_of_us);
    balance->version = balance->effective_credit_limit_micros = balance->available_micros = 0;
    balance->overdue = balance->suspended = balance->read_only = false;
    return balance;
}

Ledger__V1__Allowance *allowance_to_message(struct arena *arena, const struct allowance *allowance)
{
    Ledger__V1__Allowance *message = message_new(arena, &ledger__v1__allowance__descriptor);
    Ledger__V1__Term **terms =
        arena_alloc_array(arena, ALLOWANCE_TERMS_MAX, sizeof(Ledger__V1__Term *));
    Ledger__V1__Term *rows =
        arena_alloc_array(arena, ALLOWANCE_TERMS_MAX, sizeof(Ledger__V1__Term));
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

Ledger__V1__CreditLimit *credit_limit_to_message(struct arena *arena, const struct account *account)
{
    Ledger__V1__CreditLimit *limit = message_new(arena, &ledger__v1__credit_limit__descriptor);
    limit->account_id = id_to_message(arena, account->id);
    limit->currency = arena_strdup(arena, account->currency);
    limit->limit_micros = account->credit_limit_micros;
    limit->effective_limit_micros = account_limit_effective(account);
    limit->contract_state = (Ledger__V1__ContractState)account->contract_state;
    limit->confirmed_time =
        account->confirmed_us != 0 ? timestamp_from_us(arena, account->confirmed_us) : NULL;
    return limit;
}

static Ledger__V1__HoldState hold_state_seen(const struct hold *hold, int64_t now_us)
{
    if (hold->state == HOLD_ACTIVE && hold->expire_us <= now_us)
        return LEDGER__V1__HOLD_STATE__HOLD_STATE_EXPIRED;
    return (Ledger__V1__HoldState)hold->state;
}

Ledger__V1__Hold *hold_to_message(struct arena *arena, const struct hold *hold, int64_t now_us)
{
    Ledger__V1__Hold *message = message_new(arena, &ledger__v1__hold__descriptor);
    message->hold_id = entry_id_to_message(arena, hold->account->company_id, hold->sequence);
    message->account_id = id_to_message(arena, hold->account->id);
    message->amount_micros = hold->amount_micros;
    message->captured_micros = hold->captured_micros;
    message->currency = arena_strdup(arena, hold->account->currency);
    message->state = hold_state_seen(hold, now_us);
    message->expire_time = timestamp_from_us(arena, hold->expire_us);
    if (!id_is_nil(hold->sub_account_id))
        message->sub_account_id = id_to_message(arena, hold->sub_account_id);
    message->placed_time = timestamp_from_us(arena, hold->placed_us);
    return message;
}

Ledger__V1__Payment *payment_to_message(struct arena *arena, const struct payment *payment)
{
    Ledger__V1__Payment *message = message_new(arena, &ledger__v1__payment__descriptor);
    message->transferred_in_micros = payment->transferred_in_micros;
    message->own_micros = payment->own_micros;
    message->refund_credit_micros = payment->refund_credit_micros;
    message->credit_micros = payment->credit_micros;
    return message;
}

Ledger__V1__Purchase *purchase_to_message(struct arena *arena, const struct purchase *purchase,
                                          const char *remark, const char *tag)
{
    Ledger__V1__Purchase *message = message_new(arena, &ledger__v1__purchase__descriptor);
    message->purchase_id = entry_id_to_message(arena, purchase->chain_id, purchase->sequence);
    message->account_id = id_to_message(arena, purchase->account->id);
    message->amount_micros = purchase->amount_micros;
    message->currency = arena_strdup(arena, purchase->account->currency);
    message->paid = payment_to_message(arena, &purchase->paid);
    message->refunded = payment_to_message(arena, &purchase->refunded);
    message->remark = unconst(remark);
    message->tag = unconst(tag);
    message->recorded_time = timestamp_from_us(arena, purchase->recorded_us);
    if (purchase->quota != NULL)
        message->sub_account_id = id_to_message(arena, purchase->quota->sub_account_id);
    return message;
}

Ledger__V1__Quota *quota_to_message(struct arena *arena, const struct account *account,
                                    struct id sub_account_id, const struct quota_terms *terms)
{
    Ledger__V1__Quota *message = message_new(arena, &ledger__v1__quota__descriptor);
    message->account_id = id_to_message(arena, account->id);
    message->sub_account_id = id_to_message(arena, sub_account_id);
    message->currency = arena_strdup(arena, account->currency);
    message->line_micros = terms->line_micros;
    message->deducted_micros = terms->deducted_micros;
    message->undeducted_micros = terms->undeducted_micros;
    message->held_micros = terms->held_micros;
    message->available_micros = quota_available(terms);
    return message;
}
