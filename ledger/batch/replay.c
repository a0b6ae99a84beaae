#include "ledger/batch/replay.h"

#include <string.h>

#include "ledger/batch/answer.h"
#include "ledger/batch/outcome.h"
#include "ledger/domain/order_kind.h"

struct replay {
    struct order order;
    struct chain chain;
    struct entry entry;
    struct quota quota;
    struct order_outcome outcome;
};

static bool is_sound(const struct ledger_find_request_entries_row *row)
{
    return answer_is_of(row->kind) && row->sequence > 0 && row->sequence < INT64_C(1) << 56 &&
           strlen(row->currency) < sizeof((struct order){0}).currency && row->recorded_us >= 0 &&
           row->effective_us >= 0;
}

static void take_order(const struct ledger_find_request_entries_row *row, struct order *order)
{
    *order = (struct order){.kind = (enum order_kind)row->kind,
                            .company_id = row->company_id,
                            .account_id = row->account_id,
                            .sub_account_id = row->sub_account_id,
                            .top_up_id = row->reference_id, /* or what else it refers to */
                            .amount_micros = row->amount_micros,
                            .remark = row->remark,
                            .tag = row->tag};
    memcpy(order->currency, row->currency, strlen(row->currency) + 1);
}

static bool take_leg(struct entry *entry, struct account *account, int64_t book,
                     int64_t amount_micros, int64_t balance_micros)
{
    if (book < 1 || book > BOOK_COUNT)
        return false;
    entry->postings[entry->posting_count++] =
        (struct posting){account, (enum book)(book - 1), amount_micros, balance_micros};
    return true;
}

static bool take_legs(const struct ledger_find_request_entries_row *row, struct entry *entry)
{
    if (row->book <= 0)
        return true;
    struct account *other = entry->counterparty != NULL ? entry->counterparty : entry->account;
    return row->has_other_book && row->change_micros != INT64_MIN &&
           take_leg(entry, entry->account, row->book, row->change_micros, row->balance_micros) &&
           take_leg(entry, other, row->other_book, -row->change_micros, row->other_balance_micros);
}

static bool take_entry(const struct ledger_find_request_entries_row *row, struct replay *replay)
{
    take_order(row, &replay->order);
    struct account *accounts = replay->outcome.accounts;
    accounts[0] = (struct account){.company_id = row->company_id, .id = row->account_id};
    memcpy(accounts[0].currency, replay->order.currency, sizeof accounts[0].currency);
    accounts[1] = accounts[0];
    accounts[1].id = row->other_account_id;
    bool has_counterparty =
        row->has_other_account_id && !id_equal(row->other_account_id, row->account_id);
    replay->chain = (struct chain){.company_id = row->company_id};
    replay->entry = (struct entry){.order = &replay->order,
                                   .chain = &replay->chain,
                                   .sequence = row->sequence,
                                   .recorded_us = row->recorded_us,
                                   .effective_us = row->effective_us,
                                   .amount_micros = row->amount_micros,
                                   .account = &accounts[0],
                                   .counterparty = has_counterparty ? &accounts[1] : NULL,
                                   .sub_account_id = row->sub_account_id};
    if (!has_counterparty && order_has(&replay->order, NEEDS_SOURCE_LOTS))
        replay->order.account_id = row->sub_account_id; /* it was settled where the money was */
    replay->outcome.entry = &replay->entry;
    return take_legs(row, &replay->entry) &&
           outcome_unpack(row->outcome, &replay->outcome, &replay->quota) &&
           answer_has_its_thing(&replay->outcome);
}

enum failure replay_pack(struct arena *arena, const struct ledger_find_request_entries_row *row,
                         struct bytes *answer)
{
    struct replay *replay = arena_alloc(arena, sizeof *replay);
    if (!is_sound(row) || !take_entry(row, replay))
        return FAILURE_INTERNAL;
    *answer = answer_pack(arena, &replay->order, &replay->outcome);
    return answer->data != NULL ? FAILURE_NONE : FAILURE_EXHAUSTED;
}
