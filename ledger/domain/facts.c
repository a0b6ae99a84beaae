#include "ledger/domain/facts.h"

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/domain/suspension.h"
#include "runtime/base/amount.h"

static int account_against_id(const void *id, const void *account)
{
    return id_compare(*(const struct id *)id, ((const struct account *)account)->id);
}

struct account *facts_account(struct facts *facts, struct id account_id)
{
    return facts->account_count == 0 ? NULL
                                     : bsearch(&account_id, facts->accounts, facts->account_count,
                                               sizeof *facts->accounts, account_against_id);
}

static int chain_against_id(const void *id, const void *chain)
{
    return id_compare(*(const struct id *)id, ((const struct chain *)chain)->company_id);
}

struct chain *facts_chain(const struct facts *facts, struct id company_id)
{
    return facts->chain_count == 0 ? NULL
                                   : bsearch(&company_id, facts->chains, facts->chain_count,
                                             sizeof *facts->chains, chain_against_id);
}

int64_t facts_now_us(const struct facts *facts, struct id company_id)
{
    const struct chain *chain = facts_chain(facts, company_id);
    assert(chain == NULL || chain->now_us > 0);
    return chain != NULL ? chain->now_us : facts->now_us;
}

struct credit_line *facts_credit_line(struct facts *facts, struct id company_id,
                                      const char *currency)
{
    for (size_t i = 0; i < facts->credit_line_count; i++) {
        struct credit_line *line = &facts->credit_lines[i];
        if (id_equal(line->company_id, company_id) && strcmp(line->currency, currency) == 0)
            return line;
    }
    return NULL;
}

struct hold *facts_hold(struct facts *facts, struct id chain_id, struct id hold_id)
{
    int64_t sequence = entry_sequence(chain_id, hold_id);
    assert(facts->hold_count <= facts->hold_count_max);
    for (size_t i = 0; sequence != 0 && i < facts->hold_count; i++) {
        struct hold *hold = &facts->holds[i];
        if (hold->sequence == sequence && id_equal(hold->chain_id, chain_id))
            return hold;
    }
    return NULL;
}

struct purchase *facts_purchase(struct facts *facts, struct id chain_id, struct id purchase_id)
{
    int64_t sequence = entry_sequence(chain_id, purchase_id);
    assert(facts->purchase_count <= facts->purchase_count_max);
    for (size_t i = 0; sequence != 0 && i < facts->purchase_count; i++) {
        struct purchase *purchase = &facts->purchases[i];
        if (purchase->sequence == sequence && id_equal(purchase->chain_id, chain_id))
            return purchase;
    }
    return NULL;
}

struct quota *facts_quota(struct facts *facts, const struct account *account,
                          struct id sub_account_id)
{
    assert(facts->quota_count <= facts->quota_count_max);
    for (size_t i = 0; i < facts->quota_count; i++) {
        struct quota *quota = &facts->quotas[i];
        if (quota->account == account && id_equal(quota->sub_account_id, sub_account_id))
            return quota;
    }
    return NULL;
}

struct transit *facts_transit(struct facts *facts, struct id transit_id)
{
    assert(facts->transit_count <= facts->transit_count_max);
    for (size_t i = 0; i < facts->transit_count; i++)
        if (id_equal(facts->transits[i].id, transit_id))
            return &facts->transits[i];
    return NULL;
}

struct relation *facts_relation(struct facts *facts, struct relation_ends ends)
{
    assert(facts->relation_count == 0 || facts->relations != NULL);
    for (size_t i = 0; i < facts->relation_count; i++)
        if (id_equal(facts->relations[i].ends.agent_id, ends.agent_id) &&
            id_equal(facts->relations[i].ends.customer_id, ends.customer_id))
            return &facts->relations[i];
    return NULL;
}

struct lot *facts_read_lot(struct facts *facts, const struct lot *row)
{
    assert(row->account != NULL && row->sequence > 0);
    struct account *account = row->account;
    struct lot **place = &account->lots;
    if (account->lots_last != NULL && account->lots_last->sequence < row->sequence)
        place = &account->lots_last->next;
    while (*place != NULL && (*place)->sequence < row->sequence)
        place = &(*place)->next;
    if (*place != NULL && (*place)->sequence == row->sequence)
        return *place;
    if (facts->lot_count == facts->lot_count_max)
        return NULL;
    struct lot *lot = &facts->lots[facts->lot_count++];
    *lot = *row;
    lot->next = *place;
    *place = lot;
    if (lot->next == NULL)
        account->lots_last = lot;
    return lot;
}

static bool bill_is_before(const struct bill *a, const struct bill *b)
{
    return a->due_us != b->due_us ? a->due_us < b->due_us : a->sequence < b->sequence;
}

struct bill *facts_read_bill(struct facts *facts, const struct bill *row)
{
    assert(row->account != NULL && row->owed_micros >= row->paid_micros);
    if (facts->bill_count == facts->bill_count_max)
        return NULL;
    struct bill *bill = &facts->bills[facts->bill_count++];
    *bill = *row;
    struct bill **place = &row->account->bills;
    while (*place != NULL && bill_is_before(*place, bill))
        place = &(*place)->next;
    bill->next = *place;
    *place = bill;
    return bill;
}

void facts_fall_short(struct facts *facts)
{
    facts->fell_short = facts->fell_short || facts->is_shallow;
}

struct undo_header {
    alignas(16) void *object;
    size_t size;
};

static size_t aligned(size_t size)
{
    return (size + 15) & ~(size_t)15;
}

void facts_change(struct facts *facts, void *object, size_t size)
{
    struct undo *undo = &facts->undo;
    if (!undo->open)
        return;
    assert(undo->size + sizeof(struct undo_header) + aligned(size) <= undo->size_max);
    memcpy(undo->bytes + undo->size, object, size);
    undo->size += aligned(size);
    struct undo_header header = {.object = object, .size = size};
    memcpy(undo->bytes + undo->size, &header,
           sizeof header); /* behind the copy: the log is read backwards */
    undo->size += sizeof header;
}

struct entry *facts_begin_entry(struct facts *facts, const struct order *order,
                                struct account *account, struct account *counterparty)
{
    assert(facts->entry_count < facts->entry_count_max);
    struct chain *chain = facts_chain(facts, account->company_id);
    assert(chain != NULL);
    FACTS_CHANGE(facts, chain);
    FACTS_CHANGE(facts, account);
    if (counterparty != NULL)
        FACTS_CHANGE(facts, counterparty);
    assert(chain->now_us > 0);
    chain->recorded_us = amount_max(chain->now_us, chain->recorded_us);
    chain->length++;
    struct entry *entry = &facts->entries[facts->entry_count++];
    *entry = (struct entry){.order = order,
                            .chain = chain,
                            .sequence = chain->length,
                            .recorded_us = chain->recorded_us,
                            .effective_us =
                                order->effective_us != 0 ? order->effective_us : chain->now_us,
                            .amount_micros = order->amount_micros,
                            .account = account,
                            .counterparty = counterparty,
                            .sub_account_id = order->sub_account_id};
    return entry;
}

static void touch(struct account *account, int64_t grace_us, int64_t moment_us)
{
    assert(account_own(account) >= 0 && account_transferred_in(account) >= 0 &&
           account_refund_credit(account) >= 0);
    assert(account_unbilled(account) >= 0 && account_outstanding(account) >= 0 &&
           account->frozen_micros >= 0);
    account->version++;
    suspension_judge(account, grace_us, moment_us);
    account->changed = true;
}

void facts_end_entry(struct facts *facts, struct entry *entry, int64_t moment_us)
{
    entry_drop_zeros(entry);
    assert(entry_is_balanced(entry)); /* D.15: the sum of postings is zero */
    touch(entry->account, facts->grace_us, moment_us);
    if (entry->counterparty != NULL)
        touch(entry->counterparty, facts->grace_us, moment_us);
}

bool facts_has_room(const struct facts *facts)
{
    size_t saved = sizeof(struct undo_header) + aligned(sizeof(struct account));
    size_t one_order =
        ORDER_LOTS_MAX * saved + 16 * saved; /* an account is the largest thing an order changes */
    return facts->lot_count < facts->lot_count_max && facts->bill_count < facts->bill_count_max &&
           facts->hold_count < facts->hold_count_max &&
           facts->purchase_count < facts->purchase_count_max &&
           facts->purchase_lot_count + ORDER_LOTS_MAX <= facts->purchase_lot_count_max &&
           facts->transit_count < facts->transit_count_max &&
           facts->transit_lot_count + ORDER_LOTS_MAX <= facts->transit_lot_count_max &&
           facts->entry_count < facts->entry_count_max &&
           (!facts->undo.open || facts->undo.size + one_order <= facts->undo.size_max);
}

struct facts_mark facts_begin_group(struct facts *facts)
{
    assert(!facts->undo.open);
    facts->undo.open = true;
    facts->undo.size = 0;
    return (struct facts_mark){
        facts->lot_count,          facts->bill_count, facts->hold_count,  facts->purchase_count,
        facts->purchase_lot_count, facts->pool_count, facts->quota_count, facts->transit_count,
        facts->transit_lot_count,  facts->entry_count};
}

void facts_undo_group(struct facts *facts, struct facts_mark mark)
{
    assert(facts->undo.open && mark.entry_count <= facts->entry_count);
    struct undo *undo = &facts->undo;
    while (undo->size > 0) {
        struct undo_header header;
        undo->size -= sizeof header;
        memcpy(&header, undo->bytes + undo->size, sizeof header);
        undo->size -= aligned(header.size);
        memcpy(header.object, undo->bytes + undo->size, header.size);
    }
    facts->lot_count = mark.lot_count;
    facts->bill_count = mark.bill_count;
    facts->hold_count = mark.hold_count;
    facts->purchase_count = mark.purchase_count;
    facts->purchase_lot_count = mark.purchase_lot_count;
    facts->pool_count = mark.pool_count;
    facts->quota_count = mark.quota_count;
    facts->transit_count = mark.transit_count;
    facts->transit_lot_count = mark.transit_lot_count;
    facts->entry_count = mark.entry_count;
    facts_end_group(facts);
}

void facts_end_group(struct facts *facts)
{
    assert(facts->undo.open);
    facts->undo.open = false;
    facts->undo.size = 0;
}
