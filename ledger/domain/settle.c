#include "ledger/domain/settle.h"

#include <assert.h>

#include "ledger/domain/cash.h"
#include "ledger/domain/credit.h"
#include "ledger/domain/hold.h"
#include "ledger/domain/purchase.h"
#include "ledger/domain/transfer.h"
#include "ledger/domain/usage.h"

static const struct refusal refusals[] = {SETTLE_REFUSALS(REFUSAL_ROW)};

const struct refusal *settle_refusal(enum settle_verdict verdict)
{
    assert(verdict != SETTLE_ACCEPTED);
    return &refusals[verdict - 1];
}

/* What every kind works on. */
struct settling {
    struct facts *facts;
    const struct order *order;
    struct outcome *outcome;
    struct account *account;
    struct account *counterparty;
    struct quota *quota; /* of the order's sub-account; NULL: none */
    struct entry *entry;
    int64_t now_us;
};

static struct entry *begin(struct settling *c)
{
    c->entry = facts_begin_entry(c->facts, c->order, c->account, c->counterparty);
    return c->entry;
}

static const struct refusal *settle_transfer(struct settling *c)
{
    enum transfer_verdict verdict =
        transfer_decide(c->account, c->counterparty, c->order, c->now_us, &c->outcome->allowance);
    if (verdict != TRANSFER_ACCEPTED)
        return transfer_refusal(verdict);
    transfer_book(c->facts, begin(c));
    return NULL;
}

static const struct refusal *settle_revoke(struct settling *c)
{
    enum revoke_verdict verdict =
        revoke_decide(c->account, c->counterparty, c->order, &c->outcome->allowance);
    if (verdict != REVOKE_ACCEPTED)
        return revoke_refusal(verdict);
    revoke_book(c->facts, begin(c));
    return NULL;
}

static const struct refusal *settle_purchase(struct settling *c)
{
    enum purchase_verdict verdict =
        purchase_decide(c->account, c->quota, c->order, &c->outcome->allowance);
    if (verdict != PURCHASE_ACCEPTED)
        return purchase_refusal(verdict);
    c->outcome->purchase = *purchase_book(c->facts, begin(c), c->quota);
    return NULL;
}

static const struct refusal *settle_refund(struct settling *c)
{
    struct purchase *purchase =
        facts_purchase(c->facts, c->order->company_id, c->order->reference_id);
    enum refund_verdict verdict =
        refund_decide(c->account, purchase, c->order, &c->outcome->allowance);
    if (verdict != REFUND_ACCEPTED)
        return refund_refusal(verdict);
    refund_book(c->facts, begin(c), purchase);
    c->quota = purchase->quota;
    c->outcome->purchase = *purchase;
    return NULL;
}

static const struct refusal *settle_usage(struct settling *c)
{
    enum usage_verdict verdict = usage_decide(c->account, c->quota, c->order);
    if (verdict != USAGE_ACCEPTED)
        return usage_refusal(verdict);
    c->outcome->paid = usage_book(c->facts, begin(c), c->quota);
    return NULL;
}

static const struct refusal *settle_settlement(struct settling *c)
{
    enum usage_verdict verdict = settlement_decide(c->account);
    if (verdict != USAGE_ACCEPTED)
        return usage_refusal(verdict);
    c->outcome->paid = settlement_book(c->facts, begin(c));
    return NULL;
}

static const struct refusal *settle_bill_payment(struct settling *c)
{
    enum usage_verdict verdict = bill_payment_decide(c->account, c->order, &c->outcome->allowance);
    if (verdict != USAGE_ACCEPTED)
        return usage_refusal(verdict);
    c->outcome->paid = bill_payment_book(c->facts, begin(c));
    return NULL;
}

static const struct refusal *settle_top_up(struct settling *c)
{
    enum top_up_verdict verdict = top_up_decide(c->account, c->order);
    if (verdict != TOP_UP_ACCEPTED)
        return top_up_refusal(verdict);
    cash_book(begin(c));
    return NULL;
}

static const struct refusal *settle_release(struct settling *c)
{
    enum release_verdict verdict = release_decide(c->account, c->order, &c->outcome->allowance);
    if (verdict != RELEASE_ACCEPTED)
        return release_refusal(verdict);
    cash_book(begin(c));
    return NULL;
}

static const struct refusal *settle_adjustment(struct settling *c)
{
    enum adjustment_verdict verdict =
        adjustment_decide(c->account, c->order, &c->outcome->allowance);
    if (verdict != ADJUSTMENT_ACCEPTED)
        return adjustment_refusal(verdict);
    cash_book(begin(c));
    return NULL;
}

static const struct refusal *settle_hold_place(struct settling *c)
{
    enum hold_verdict verdict =
        hold_place_decide(c->account, c->order, c->now_us, &c->outcome->allowance);
    if (verdict != HOLD_ACCEPTED)
        return hold_refusal(verdict);
    c->outcome->hold = *hold_place_book(c->facts, begin(c));
    return NULL;
}

static const struct refusal *settle_hold_capture(struct settling *c)
{
    struct hold *hold = facts_hold(c->facts, c->order->company_id, c->order->reference_id);
    enum hold_verdict verdict =
        hold_capture_decide(c->account, hold, c->order, c->now_us, &c->outcome->allowance);
    if (verdict != HOLD_ACCEPTED)
        return hold_refusal(verdict);
    hold_capture_book(c->facts, begin(c), hold);
    c->outcome->hold = *hold;
    return NULL;
}

static const struct refusal *settle_hold_void(struct settling *c)
{
    struct hold *hold = facts_hold(c->facts, c->order->company_id, c->order->reference_id);
    enum hold_verdict verdict = hold_void_decide(c->account, hold, c->now_us);
    if (verdict != HOLD_ACCEPTED)
        return hold_refusal(verdict);
    hold_end_book(c->facts, begin(c), hold, HOLD_VOIDED);
    c->outcome->hold = *hold;
    return NULL;
}

static const struct refusal *settle_limit_set(struct settling *c)
{
    struct credit_line *line =
        facts_credit_line(c->facts, c->order->company_id, c->order->currency);
    enum credit_verdict verdict =
        limit_set_decide(c->account, line, c->order, c->now_us, &c->outcome->allowance);
    if (verdict != CREDIT_ACCEPTED)
        return credit_refusal(verdict);
    c->outcome->previous_limit_micros = c->account->credit_limit_micros;
    c->outcome->previous_contract = c->account->contract_state;
    limit_set_book(c->facts, begin(c), line);
    return NULL;
}

static const struct refusal *settle_limit_confirm(struct settling *c)
{
    enum credit_verdict verdict = limit_confirm_decide(c->account, c->now_us);
    if (verdict != CREDIT_ACCEPTED)
        return credit_refusal(verdict);
    c->outcome->previous_contract = c->account->contract_state;
    limit_confirm_book(begin(c));
    return NULL;
}

static const struct refusal *settle_quota_set(struct settling *c)
{
    enum quota_verdict verdict = quota_set_decide(c->account, c->order);
    if (verdict != QUOTA_ACCEPTED)
        return quota_refusal(verdict);
    c->quota = quota_set_book(c->facts, begin(c), c->quota);
    return NULL;
}

static const struct refusal *settle_quota_offset(struct settling *c)
{
    enum quota_verdict verdict =
        quota_offset_decide(c->account, c->quota, c->order, &c->outcome->allowance);
    if (verdict != QUOTA_ACCEPTED)
        return quota_refusal(verdict);
    quota_deduct(c->facts, c->quota, -begin(c)->amount_micros);
    return NULL;
}

static const struct refusal *(*const settle_kind[ORDER_KIND_COUNT])(struct settling *c) = {
    [ORDER_TRANSFER] = settle_transfer,
    [ORDER_REVOKE] = settle_revoke,
    [ORDER_PURCHASE] = settle_purchase,
    [ORDER_REFUND] = settle_refund,
    [ORDER_USAGE] = settle_usage,
    [ORDER_SETTLEMENT] = settle_settlement,
    [ORDER_BILL_PAYMENT] = settle_bill_payment,
    [ORDER_TOP_UP] = settle_top_up,
    [ORDER_ADJUSTMENT] = settle_adjustment,
    [ORDER_HOLD_PLACE] = settle_hold_place,
    [ORDER_HOLD_CAPTURE] = settle_hold_capture,
    [ORDER_HOLD_VOID] = settle_hold_void,
    [ORDER_LIMIT_SET] = settle_limit_set,
    [ORDER_LIMIT_CONFIRM] = settle_limit_confirm,
    [ORDER_QUOTA_SET] = settle_quota_set,
    [ORDER_QUOTA_OFFSET] = settle_quota_offset,
    [ORDER_TOP_UP_RELEASE] = settle_release,
};

static void copy_accounts(struct outcome *outcome, const struct account *account,
                          const struct account *counterparty)
{
    outcome->account_count = 0;
    if (account != NULL)
        outcome->accounts[outcome->account_count++] = *account;
    if (counterparty != NULL && account != NULL &&
        id_equal(account->company_id, counterparty->company_id))
        outcome->accounts[outcome->account_count++] = *counterparty;
}

/* Compares with the copies taken before. */
static void note_suspension(struct outcome *outcome, const struct entry *entry)
{
    const struct account *after[] = {entry->account, entry->counterparty};
    for (size_t i = 0; i < outcome->account_count; i++) {
        outcome->stopped[i] = !outcome->accounts[i].suspended && after[i]->suspended;
        outcome->resumed[i] = outcome->accounts[i].suspended && !after[i]->suspended;
    }
    copy_accounts(outcome, entry->account, entry->counterparty);
}

static struct account *acting_account(struct facts *facts, const struct order *order)
{
    struct account *account = facts_account(facts, order->account_id);
    return account != NULL && id_equal(account->company_id, order->company_id) ? account : NULL;
}

/* E31: behind this no sum that a decision makes can overflow; OUT_OF_RANGE of a kind is about what
 * a book would hold afterwards. */
static const struct refusal *try(struct settling *c)
{
    if (c->order->amount_micros > ACCOUNT_MICROS_MAX ||
        c->order->amount_micros < -ACCOUNT_MICROS_MAX)
        return settle_refusal(SETTLE_OUT_OF_RANGE);
    return facts_has_room(c->facts) ? settle_kind[c->order->kind](c)
                                    : settle_refusal(SETTLE_TOO_LARGE);
}

static void settle_order(struct facts *facts, const struct order *order, struct outcome *outcome)
{
    struct settling c = {.facts = facts,
                         .order = order,
                         .outcome = outcome,
                         .account = acting_account(facts, order)};
    *outcome = (struct outcome){.allowance = allowance_empty()};
    if (!id_is_nil(order->counterparty_id))
        c.counterparty = facts_account(facts, order->counterparty_id);
    if (c.account != NULL && !id_is_nil(order->sub_account_id))
        c.quota = facts_quota(facts, c.account, order->sub_account_id);
    c.now_us = facts->now_us;
    copy_accounts(outcome, c.account, c.counterparty);
    outcome->refusal = try(&c);
    if (outcome->refusal != NULL)
        return;
    facts_end_entry(facts, c.entry, facts->now_us);
    outcome->entry = c.entry;
    if (c.quota != NULL)
        outcome->quota = quota_terms(c.quota);
    note_suspension(outcome, c.entry);
}

/* One past the last order of the group that begins at first. */
static size_t group_end(const struct order *const *orders, size_t first, size_t count)
{
    while (first + 1 < count && orders[first]->linked)
        first++;
    return first + 1;
}

/* The others hear a no of the same kind, or a repeated group would be cut: settled in part,
 * replayed in part. */
static void fail_group(const bool *skip, size_t first, size_t failed, size_t end,
                       struct outcome *outcomes)
{
    bool not_yet = outcomes[failed].refusal->kind == NOT_YET;
    const struct refusal *refusal =
        settle_refusal(not_yet ? SETTLE_GROUP_NOT_YET : SETTLE_GROUP_FAILED);
    for (size_t i = first; i < end; i++)
        if (i != failed && !skip[i])
            outcomes[i] = (struct outcome){.refusal = refusal, .allowance = allowance_empty()};
}

static void settle_group(struct facts *facts, const struct order *const *orders, const bool *skip,
                         size_t first, size_t end, struct outcome *outcomes)
{
    struct facts_mark mark = facts_begin_group(facts);
    for (size_t i = first; i < end; i++) {
        if (skip[i])
            continue;
        settle_order(facts, orders[i], &outcomes[i]);
        if (outcomes[i].refusal != NULL) {
            facts_undo_group(facts, mark);
            fail_group(skip, first, i, end, outcomes);
            return;
        }
    }
    facts_end_group(facts);
}

void settle_orders(struct facts *facts, const struct order *const *orders, const bool *skip,
                   size_t count, struct outcome *outcomes)
{
    for (size_t first = 0, end; first < count; first = end) {
        end = group_end(orders, first, count);
        if (end - first > 1)
            settle_group(facts, orders, skip, first, end, outcomes);
        else if (!skip[first])
            settle_order(facts, orders[first], &outcomes[first]);
    }
}

/* A hold ended at its time, whenever that is noted: whoever resumes by it resumed then, before what
 * fell due since (D.4, D.8). */
static void end_expiry(struct facts *facts, struct entry *entry, const struct hold *hold)
{
    struct account *account = hold->account;
    account_look(account, hold->expire_us);
    facts_end_entry(facts, entry, hold->expire_us);
    account_look(account, facts->now_us); /* an override may have ended since (LED-19) */
    account->suspended = account_suspended_next(account, facts->now_us);
}

static void settle_expiry(struct facts *facts, struct hold *hold, struct order *order,
                          struct outcome *outcome)
{
    *order = (struct order){.kind = ORDER_HOLD_EXPIRE,
                            .company_id = hold->account->company_id,
                            .account_id = hold->account->id,
                            .reference_id = entry_id(hold->account->company_id, hold->sequence),
                            .remark = "",
                            .tag = ""};
    *outcome = (struct outcome){.allowance = allowance_empty()};
    copy_accounts(outcome, hold->account, NULL);
    struct entry *entry = facts_begin_entry(facts, order, hold->account, NULL);
    hold_end_book(facts, entry, hold, HOLD_EXPIRED);
    end_expiry(facts, entry, hold);
    outcome->entry = entry;
    outcome->hold = *hold;
    note_suspension(outcome, entry);
}

/* The one whose time came first, so that what is frozen is noted in the order of time. */
static struct hold *first_expired(struct facts *facts)
{
    struct hold *first = NULL;
    for (size_t i = 0; i < facts->hold_count; i++) {
        struct hold *hold = &facts->holds[i];
        bool expired = hold->state == HOLD_ACTIVE && hold->expire_us <= facts->now_us;
        if (expired && (first == NULL || hold->expire_us < first->expire_us))
            first = hold;
    }
    return first;
}

size_t settle_expired_holds(struct facts *facts, struct order *expiry, struct outcome *outcomes)
{
    size_t used = 0;
    for (struct hold *hold; (hold = first_expired(facts)) != NULL; used++)
        settle_expiry(facts, hold, &expiry[used], &outcomes[used]);
    return used;
}
