#include "ledger/store/audit_chain.h"

#include "ledger/store/queries.h"

#define STRETCH 500

static void link_from_row(const struct ledger_audit_chain_row *row, struct entry_link *link)
{
    link->form = row->form;
    link->sequence = row->sequence;
    link->kind = row->kind;
    link->account_id = row->account_id;
    link->amount_micros = row->amount_micros;
    link->currency = row->currency;
    link->remark = row->remark;
    link->tag = row->tag;
    link->reference_id = row->reference_id;
    link->sub_account_id = row->sub_account_id;
    link->request_key = row->request_key;
    link->body_key = row->body_key;
    link->actor_id = row->actor_id;
    link->actor_reference = row->actor_reference;
    link->outcome = row->outcome;
    link->effective_us = row->effective_us;
    link->recorded_us = row->recorded_us;
    link->posting_count = 0;
}

static void rest_from_row(const struct ledger_audit_chain_row *row, struct audited_entry *entry)
{
    entry->account = row->account;
    entry->other_account = row->other_account;
    entry->named = row->named;
    entry->other_account_id = row->other_account_id;
    entry->has_other_leg = row->book > 0;
    entry->is_muddled = row->book < 0 ? !row->has_posting_book : row->has_posting_book;
    if (row->book <= 0)
        entry->is_muddled = entry->is_muddled || row->change_micros != 0 ||
                            row->balance_micros != 0 || row->has_other_account ||
                            row->has_other_book || row->has_other_balance_micros;
    entry->kept_hash = row->hash;
    entry->has_lot = row->has_lot_granted_micros;
    entry->lot_is_of_source = row->lot_is_of_source;
    entry->lot_granted_micros = row->lot_granted_micros;
    entry->lot_spent_micros = row->lot_spent_micros;
    entry->lot_revoked_micros = row->lot_revoked_micros;
}

static void add_posting(struct entry_link *link, int64_t book, int64_t amount_micros,
                        int64_t balance_micros)
{
    if (link->posting_count == ENTRY_POSTINGS_MAX)
        return;
    struct linked_posting *posting = &link->postings[link->posting_count++];
    posting->book = book - 1;
    posting->amount_micros = amount_micros;
    posting->balance_micros = balance_micros;
}

/* The smallest amount has no other sign. */
static int64_t other_way(int64_t micros)
{
    return (int64_t)(0 - (uint64_t)micros);
}

/* The entry that begins at *row; moves *row behind it. */
static void fold_entry(struct audit_fold *fold, const struct rows *rows, size_t *row)
{
    struct ledger_audit_chain_row found = ledger_audit_chain_row(rows, *row);
    struct audited_entry entry;
    struct entry_link *link = &entry.link;
    link_from_row(&found, link);
    rest_from_row(&found, &entry);
    if (found.book > 0) {
        add_posting(link, found.book, found.change_micros, found.balance_micros);
        add_posting(link, found.other_book, other_way(found.change_micros),
                    found.other_balance_micros);
    }
    while (found.sequence == link->sequence) {
        if (found.has_posting_book)
            add_posting(link, found.posting_book, found.posting_amount_micros,
                        found.posting_balance_micros);
        if (++*row == rows->count)
            break;
        found = ledger_audit_chain_row(rows, *row);
    }
    audit_fold_add_entry(fold, &entry);
}

static enum failure send_stretch(struct transaction *transaction, const struct audit_walk *walk,
                                 int64_t after)
{
    const struct ledger_audit_chain in = {.chain = walk->chain,
                                          .after_sequence = after,
                                          .to_sequence = after + STRETCH,
                                          .with_ids = walk->with_ids};
    return ledger_audit_chain_send(transaction, &in);
}

static enum failure fold_stretch(struct transaction *transaction, struct audit_fold *fold,
                                 bool *more)
{
    struct arena *arena = transaction_arena(transaction);
    struct arena_mark mark = arena_mark(arena);
    struct rows rows;
    enum failure failure = transaction_receive(transaction, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    for (size_t row = 0; row < rows.count;)
        fold_entry(fold, &rows, &row);
    *more = rows.count > 0;
    arena_rewind(arena, mark);
    return FAILURE_NONE;
}

/* Stops at the first empty stretch, whatever the head says: should so many entries be missing, the
 * chain is broken there. One stretch more is under way then. */
enum failure audit_chain_walk(struct transaction *transaction, const struct audit_walk *walk,
                              struct audit_fold *fold)
{
    bool more = true;
    enum failure failure = send_stretch(transaction, walk, 0);
    for (int64_t after = 0; failure == FAILURE_NONE && more; after += STRETCH) {
        failure = send_stretch(transaction, walk, after + STRETCH);
        if (failure == FAILURE_NONE)
            failure = fold_stretch(transaction, fold, &more);
    }
    return failure == FAILURE_NONE ? transaction_receive(transaction, NULL) : failure;
}
