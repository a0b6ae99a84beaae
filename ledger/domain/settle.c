#include "ledger/domain/settle.h"

#include <assert.h>
#include <stdlib.h>

#include "ledger/domain/agreement.h"
#include "ledger/domain/hold.h"
#include "ledger/domain/order_kind.h"

static const struct refusal refusals[] = {SETTLE_REFUSALS(REFUSAL_ROW)};

const struct refusal *settle_refusal(enum settle_verdict verdict)
{
    assert(verdict != SETTLE_ACCEPTED);
    return &refusals[verdict - 1];
}

static void copy_accounts(struct order_outcome *outcome, const struct account *account,
                          const struct account *counterparty)
{
    outcome->account_count = 0;
    if (account != NULL)
        outcome->accounts[outcome->account_count++] = *account;
    if (counterparty != NULL && account != NULL)
        outcome->accounts[outcome->account_count++] = *counterparty;
    assert(outcome->account_count <= OUTCOME_ACCOUNTS_MAX);
}

/* Compares with the copies taken before. */
static void note_suspension(struct order_outcome *outcome, const struct entry *entry)
{
    const struct account *after[] = {entry->account, entry->counterparty};
    for (size_t i = 0; i < outcome->account_count; i++)
        outcome->turned[i] = suspension_compare(&outcome->accounts[i], after[i]);
    assert(outcome->account_count >= 1);
    copy_accounts(outcome, entry->account, entry->counterparty);
}

/* A revoke is settled where the money is: in the chain of its counterparty. */
static bool is_settled_elsewhere(const struct order *order)
{
    return order_has(order, NEEDS_SOURCE_LOTS);
}

/* An order is its own account's, or of whom that pays for, which the quota judges (S14). */
static bool is_of_scope(const struct account *account, const struct order *order)
{
    return order->by_sub_account || id_equal(account_scope(account), order->scope_id);
}

static struct account *acting_account(struct facts *facts, const struct order *order)
{
    struct account *account = facts_account(facts, order->account_id);
    bool is_there =
        account != NULL && is_of_scope(account, order) &&
        (id_equal(account->company_id, order->company_id) || is_settled_elsewhere(order));
    return is_there ? account : NULL;
}

/* Of the order's two accounts those whose books its entry changes; what is of another chain, or
 * ends a transit, is a name in it. */
struct booked {
    struct account *account, *counterparty;
    struct id named_id; /* nil: none */
};

static struct booked booked_of(const struct settling *settling)
{
    const struct order *order = settling->order;
    struct account *account = settling->account, *counterparty = settling->counterparty;
    assert(account == NULL || account != counterparty);
    if (account == NULL || counterparty == NULL)
        return (struct booked){.account = account, .named_id = order->sub_account_id};
    if (!id_equal(account->company_id, order->company_id))
        return (struct booked){.account = counterparty, .named_id = account->id};
    if (order_has(order, NEEDS_TRANSIT) || !id_equal(counterparty->company_id, order->company_id))
        return (struct booked){.account = account, .named_id = counterparty->id};
    return (struct booked){account, counterparty, order->sub_account_id};
}

/* Out of the chain in which it was looked up. */
static bool has_moved(const struct settling *settling)
{
    const struct account *counterparty = settling->counterparty;
    const struct order *order = settling->order;
    return (settling->account == NULL && order->is_placed) ||
           (counterparty != NULL && is_settled_elsewhere(order) &&
            !id_equal(counterparty->company_id, order->company_id));
}

/* E31: behind this no sum that a decision makes can overflow; OUT_OF_RANGE of a kind is about what
 * a book would hold afterwards. */
static const struct refusal *decide(const struct settling *settling)
{
    int64_t micros = settling->order->amount_micros;
    if (has_moved(settling))
        return settle_refusal(SETTLE_MOVED); /* settled 11 */
    if (settling->order->let_in != 0 && settling->order->let_in <= settling->facts->freeze_epoch)
        return settle_refusal(SETTLE_FREEZE_MOVED);
    if (micros > ACCOUNT_MICROS_MAX || micros < -ACCOUNT_MICROS_MAX)
        return settle_refusal(SETTLE_OUT_OF_RANGE);
    if (!facts_has_room(settling->facts))
        return settle_refusal(SETTLE_TOO_LARGE);
    return order_rule(settling->order->kind)->decide(settling, &settling->outcome->allowance);
}

static struct settling take_facts(struct facts *facts, const struct order *order,
                                  struct order_outcome *outcome)
{
    struct settling settling = {.order = order,
                                .now_us = facts_now_us(facts, order->company_id),
                                .account = acting_account(facts, order),
                                .lots = order_lot_kind(order),
                                .facts = facts,
                                .outcome = outcome};
    if (!id_is_nil(order->counterparty_id))
        settling.counterparty = facts_account(facts, order->counterparty_id);
    if (settling.account != NULL && !id_is_nil(order->sub_account_id))
        settling.quota = facts_quota(facts, settling.account, order->sub_account_id);
    if (order_has(order, COUNTS_FOR_CAP))
        settling.cap = cap_of_order(facts, settling.account, order);
    if (order_has(order, NEEDS_HOLD))
        settling.hold = facts_hold(facts, entry_chain_of_reference(order), order->reference_id);
    if (order_has(order, NEEDS_PURCHASE))
        settling.purchase =
            facts_purchase(facts, entry_chain_of_reference(order), order->reference_id);
    if (order_has(order, NEEDS_LINE))
        settling.line = facts_credit_line(facts, order->company_id, order->currency);
    if (order_has(order, NEEDS_TRANSIT))
        settling.transit = facts_transit(facts, order->reference_id);
    if (order_has(order, NEEDS_RELATION))
        settling.relation = facts_relation(facts, order_relation(order));
    return settling;
}

static void begin_entry(struct settling *settling)
{
    struct booked booked = booked_of(settling);
    assert(booked.account != NULL && settling->outcome->refusal == NULL);
    settling->entry =
        facts_begin_entry(settling->facts, settling->order, booked.account, booked.counterparty);
    settling->entry->sub_account_id = booked.named_id;
    settling->outcome->entry = settling->entry;
    order_rule(settling->order->kind)->book(settling);
}

static void settle_order(struct facts *facts, const struct order *order,
                         struct order_outcome *outcome)
{
    struct settling settling = take_facts(facts, order, outcome);
    *outcome = (struct order_outcome){.allowance = allowance_empty()};
    struct booked booked = booked_of(&settling);
    copy_accounts(outcome, booked.account, booked.counterparty);
    facts->disagree = facts->disagree || !settling_agrees(&settling);
    if (facts->disagree)
        return;
    outcome->refusal = decide(&settling);
    if (outcome->refusal != NULL)
        return;
    begin_entry(&settling);
    facts_end_entry(facts, settling.entry, settling.now_us);
    if (settling.quota != NULL)
        outcome->quota = quota_terms(settling.quota);
    note_suspension(outcome, settling.entry);
}

/* One past the last order of the group that begins at first. */
static size_t group_end(const struct order *const *orders, size_t first, size_t count)
{
    assert(first < count);
    while (first + 1 < count && orders[first]->linked)
        first++;
    return first + 1;
}

/* The others hear a no of the same kind, or a repeated group would be cut: settled in part,
 * replayed in part. */
static void fail_group(const bool *skip, size_t failed, size_t count,
                       struct order_outcome *outcomes)
{
    assert(failed < count && outcomes[failed].refusal != NULL);
    bool not_yet = outcomes[failed].refusal->kind == NOT_YET;
    const struct refusal *refusal =
        settle_refusal(not_yet ? SETTLE_GROUP_NOT_YET : SETTLE_GROUP_FAILED);
    for (size_t i = 0; i < count; i++)
        if (i != failed && !skip[i])
            outcomes[i] =
                (struct order_outcome){.refusal = refusal, .allowance = allowance_empty()};
}

static void settle_group(struct facts *facts, const struct order *const *orders, const bool *skip,
                         size_t count, struct order_outcome *outcomes)
{
    assert(count > 1);
    struct facts_mark mark = facts_begin_group(facts);
    for (size_t i = 0; i < count; i++) {
        if (skip[i])
            continue;
        settle_order(facts, orders[i], &outcomes[i]);
        if (facts->disagree)
            break;
        if (outcomes[i].refusal != NULL) {
            facts_undo_group(facts, mark);
            fail_group(skip, i, count, outcomes);
            return;
        }
    }
    facts_end_group(facts);
}

void settle_orders(struct facts *facts, const struct order *const *orders, const bool *skip,
                   size_t count, struct order_outcome *outcomes)
{
    for (size_t first = 0, end; first < count && !facts->fell_short && !facts->disagree;
         first = end) {
        end = group_end(orders, first, count);
        if (end - first > 1)
            settle_group(facts, orders + first, skip + first, end - first, outcomes + first);
        else if (!skip[first])
            settle_order(facts, orders[first], &outcomes[first]);
    }
}

/* A hold ended at its time, whenever that is noted: whoever resumes by it resumed then, before what
 * fell due since (D.4, D.8). */
static void end_expiry(struct facts *facts, struct entry *entry, const struct hold *hold)
{
    assert(hold->state == HOLD_EXPIRED);
    struct account *account = hold->account;
    const struct account before = *account;
    account_judge_self_service(account, hold->expire_us);
    facts_end_entry(facts, entry, hold->expire_us);
    int64_t now_us = entry->chain->now_us;
    account_judge_self_service(account, now_us); /* an override may have ended since (LED-19) */
    suspension_judge(account, facts->grace_us, now_us);
    if (before.suspended && account->suspended)
        suspension_take(account, &before); /* it never ran */
}

static bool has_expired(const struct facts *facts, const struct hold *hold)
{
    assert(facts->hold_count > 0);
    return hold_is_active(hold) &&
           hold->expire_us <= facts_now_us(facts, hold->account->company_id);
}

static void settle_expiry(struct facts *facts, struct hold *hold, struct order *order,
                          struct order_outcome *outcome)
{
    assert(has_expired(facts, hold));
    *order = (struct order){.kind = ORDER_EXPIRE_HOLD,
                            .company_id = hold->account->company_id,
                            .account_id = hold->account->id,
                            .reference_id = entry_id(hold->account->company_id, hold->sequence),
                            .remark = "",
                            .tag = ""};
    *outcome = (struct order_outcome){.allowance = allowance_empty()};
    struct settling settling = {.order = order,
                                .now_us = facts_now_us(facts, hold->account->company_id),
                                .account = hold->account,
                                .hold = hold,
                                .facts = facts,
                                .outcome = outcome};
    copy_accounts(outcome, hold->account, NULL);
    begin_entry(&settling);
    end_expiry(facts, settling.entry, hold);
    note_suspension(outcome, settling.entry);
}

static int by_expiry(const void *a, const void *b)
{
    const struct hold *left = a, *right = b;
    if (left->expire_us != right->expire_us)
        return left->expire_us < right->expire_us ? -1 : 1;
    return (left->sequence > right->sequence) - (left->sequence < right->sequence);
}

/* Nobody refers to the holds yet: they may be put into the order of time, in which what is frozen
 * is noted. */
size_t settle_expired_holds(struct facts *facts, struct order *expiry,
                            struct order_outcome *outcomes)
{
    size_t used = 0;
    if (facts->hold_count > 1)
        qsort(facts->holds, facts->hold_count, sizeof *facts->holds, by_expiry);
    for (size_t i = 0; i < facts->hold_count; i++) {
        if (!has_expired(facts, &facts->holds[i]))
            continue;
        facts->disagree = facts->disagree || !hold_agrees(facts, &facts->holds[i]);
        if (facts->disagree)
            break;
        settle_expiry(facts, &facts->holds[i], &expiry[used], &outcomes[used]);
        used++;
    }
    assert(used <= facts->hold_count);
    return used;
}
