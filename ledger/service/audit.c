#include "ledger/service/audit.h"

#include <string.h>

#include "ledger/ledger_message.h"
#include "runtime/loop/aside.h"
#include "ledger/store/audit_store.h"
#include "runtime/base/amount.h"

#define CHAIN_STRETCH 500

static void find(struct audit *audit, const char *kind, const char *account_id, int64_t sequence,
                 const char *sentence)
{
    if (audit->finding_count == FINDINGS_MAX)
        return;
    Ledger__V1__Finding *finding = message_new(audit->arena, &ledger__v1__finding__descriptor);
    finding->kind = arena_strdup(audit->arena, kind);
    finding->account_id = arena_strdup(audit->arena, account_id);
    finding->sequence = sequence;
    finding->sentence = arena_strdup(audit->arena, sentence);
    audit->findings[audit->finding_count++] = finding;
}

/* ---- folding ---- */

static const char *compared(struct audit *audit, const char *what, int64_t kept_micros,
                            int64_t folded_micros)
{
    char kept[AMOUNT_TEXT_SIZE], folded[AMOUNT_TEXT_SIZE];
    return arena_printf(audit->arena, "%s is kept as %s and folds to %s.", what,
                        amount_format(kept_micros, NULL, kept),
                        amount_format(folded_micros, NULL, folded));
}

static void find_unbalanced(struct audit *audit)
{
    const struct rows *rows = &audit->facts.unbalanced;
    char text[AMOUNT_TEXT_SIZE];
    for (size_t row = 0; row < rows->count; row++) {
        struct ledger_audit_unbalanced_entries_row found =
            ledger_audit_unbalanced_entries_row(rows, row);
        find(audit, "ENTRY_NOT_BALANCED", "", found.sequence,
             arena_printf(audit->arena, "The postings of the entry sum to %s, not to zero.",
                          amount_format(found.sum_micros, NULL, text)));
    }
}

/* The number may be any: audited rows may be corrupt. */
static const char *book_name(int64_t number)
{
    static const char *const names[BOOK_COUNT] = {"own",      "transferred_in", "refund_credit",
                                                  "unbilled", "outstanding",    "revenue",
                                                  "top_up",   "adjustment"};
    return number >= 1 && number <= BOOK_COUNT ? names[number - 1] : "no known book";
}

static void find_balances(struct audit *audit)
{
    const struct rows *rows = &audit->facts.balances;
    for (size_t row = 0; row < rows->count; row++) {
        struct ledger_audit_balances_row found = ledger_audit_balances_row(rows, row);
        find(audit, "BALANCE_DIFFERS", id_to_message(audit->arena, found.account_id), 0,
             compared(audit, book_name(found.book), found.kept_micros, found.told_micros));
    }
}

static void find_versions(struct audit *audit)
{
    const struct rows *rows = &audit->facts.versions;
    for (size_t row = 0; row < rows->count; row++) {
        struct ledger_audit_versions_row found = ledger_audit_versions_row(rows, row);
        find(audit, "VERSION_DIFFERS", id_to_message(audit->arena, found.account_id), 0,
             arena_printf(audit->arena,
                          "The version is kept as %lld; %lld entries touched the account.",
                          (long long)found.kept_micros, (long long)found.told_micros));
    }
}

static void find_differing(struct audit *audit, const struct rows *rows, const char *kind,
                           const char *what)
{
    for (size_t row = 0; row < rows->count; row++) {
        struct ledger_audit_versions_row found = ledger_audit_versions_row(rows, row);
        find(audit, kind, id_to_message(audit->arena, found.account_id), 0,
             compared(audit, what, found.kept_micros, found.told_micros));
    }
}

static void find_credit(struct audit *audit)
{
    const struct rows *rows = &audit->facts.credit;
    for (size_t row = 0; row < rows->count; row++) {
        struct ledger_audit_credit_row found = ledger_audit_credit_row(rows, row);
        find(audit, "CREDIT_DIFFERS", "", 0,
             compared(audit, "allocated credit", found.kept_micros, found.told_micros));
    }
}

static void find_quotas(struct audit *audit)
{
    const struct rows *rows = &audit->facts.quotas;
    char sub_account_id[ID_TEXT_SIZE];
    for (size_t row = 0; row < rows->count; row++) {
        struct ledger_audit_quotas_row found = ledger_audit_quotas_row(rows, row);
        const char *what = arena_printf(audit->arena, "%s of the quota of %s", found.term,
                                        id_format(found.sub_account_id, sub_account_id));
        find(audit, "QUOTAS_DIFFER", id_to_message(audit->arena, found.account_id), 0,
             compared(audit, what, found.kept_micros, found.told_micros));
    }
}

/* ---- the chain ---- */

static void link_from_row(const struct ledger_audit_chain_row *row, struct entry_link *link)
{
    *link = (struct entry_link){.sequence = row->sequence,
                                .kind = row->kind,
                                .account_id = row->account_id,
                                .counterparty_id = row->counterparty_id,
                                .amount_micros = row->amount_micros,
                                .currency = row->currency,
                                .remark = row->remark,
                                .tag = row->tag,
                                .reference_id = row->reference_id,
                                .effective_us = row->effective_us,
                                .recorded_us = row->recorded_us};
}

static void add_posting(const struct ledger_audit_chain_row *row, struct entry_link *link)
{
    if (!row->has_posting_account_id || link->posting_count == ENTRY_POSTINGS_MAX)
        return;
    size_t i = link->posting_count++;
    link->postings[i].account_id = row->posting_account_id;
    link->postings[i].book = row->posting_book - 1;
    link->postings[i].amount_micros = row->posting_amount_micros;
    link->postings[i].balance_micros = row->posting_balance_micros;
}

static void break_chain(struct audit *audit, int64_t sequence, const char *sentence)
{
    find(audit, "CHAIN_BROKEN", "", sequence, sentence);
    audit->chain_is_broken =
        true; /* what follows hangs on it: the first break is the one to look at */
}

static bool text_is_hashable(const struct entry_link *link)
{
    return strlen(link->remark) <= ORDER_REMARK_SIZE_MAX &&
           strlen(link->tag) <= ORDER_TAG_SIZE_MAX && strlen(link->currency) <= 3;
}

/* The entry that begins at *row; moves *row behind it. */
static void check_entry(struct audit *audit, const struct rows *rows, size_t *row)
{
    struct entry_link link;
    struct ledger_audit_chain_row found = ledger_audit_chain_row(rows, *row);
    struct bytes kept = found.hash;
    uint8_t hash[ENTRY_HASH_SIZE];
    link_from_row(&found, &link);
    while (found.sequence == link.sequence) {
        add_posting(&found, &link);
        if (++*row == rows->count)
            break;
        found = ledger_audit_chain_row(rows, *row);
    }
    if (link.sequence != audit->next_sequence) {
        break_chain(audit, audit->next_sequence, "The entry is missing.");
        return;
    }
    if (text_is_hashable(&link))
        entry_link_hash(&link, audit->hash, hash);
    if (!text_is_hashable(&link) || kept.size != ENTRY_HASH_SIZE ||
        memcmp(hash, kept.data, ENTRY_HASH_SIZE) != 0) {
        break_chain(audit, link.sequence,
                    "The entry or one of its postings is not what was hashed.");
        return;
    }
    memcpy(audit->hash, hash, ENTRY_HASH_SIZE);
    audit->recorded_us = link.recorded_us;
    audit->next_sequence++;
}

/* A stretch of the chain, aside: however long the chain is, so much of it is in memory. */
static enum failure check_stretch(struct task *task, void *argument)
{
    struct audit *audit = argument;
    int64_t after = audit->next_sequence - 1,
            to = amount_min(after + CHAIN_STRETCH, audit->facts.company.length);
    struct rows rows;
    enum failure failure = audit_store_read_chain(reader_of(task, audit->database),
                                                  audit->company_id, after, to, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    for (size_t row = 0; row < rows.count && !audit->chain_is_broken;)
        check_entry(audit, &rows, &row);
    if (!audit->chain_is_broken && audit->next_sequence <= to)
        break_chain(audit, audit->next_sequence, "The entry is missing.");
    return FAILURE_NONE;
}

static enum failure walk_chain(struct task *task, struct audit *audit)
{
    enum failure failure = FAILURE_NONE;
    audit->next_sequence = 1;
    if (audit->facts.company.length < 0)
        break_chain(audit, 0, "The head of the chain is missing.");
    while (failure == FAILURE_NONE && audit->next_sequence <= audit->facts.company.length &&
           !audit->chain_is_broken) {
        struct aside aside = {.work = check_stretch, .argument = audit};
        failure = aside_do(task, &aside, "ledger_audit_chain", 8 * 1024 * 1024);
        aside_end(task, &aside);
    }
    return failure;
}

static enum failure check_chain(struct task *task, struct audit *audit)
{
    enum failure failure = walk_chain(task, audit);
    if (failure != FAILURE_NONE || audit->chain_is_broken)
        return failure;
    const struct audited_company *head = &audit->facts.company;
    if (memcmp(audit->hash, head->hash, ENTRY_HASH_SIZE) != 0)
        break_chain(audit, head->length,
                    "The head of the chain is not the hash of its last entry.");
    else if (head->length > 0 && audit->recorded_us != head->recorded_us)
        break_chain(audit, head->length,
                    "The head of the chain has another time than its last entry.");
    else if (audit->facts.entries > head->length)
        break_chain(audit, head->length + 1, "An entry stands behind the head of the chain.");
    return FAILURE_NONE;
}

/* The first finding is the first place to look: an entry out of balance, then the chain, then what
 * hangs on them. The chain is the company's. */
static enum failure compare_company(struct task *task, struct audit *audit)
{
    enum failure failure = audit_store_read_facts(
        reader_of(task, audit->database), audit->company_id, audit->account_id, &audit->facts);
    if (failure != FAILURE_NONE)
        return failure;
    find_unbalanced(audit);
    if (id_is_nil(audit->account_id))
        failure = check_chain(task, audit);
    find_balances(audit);
    find_versions(audit);
    find_differing(audit, &audit->facts.lots, "LOTS_DIFFER", "transferred_in");
    find_differing(audit, &audit->facts.holds, "HOLDS_DIFFER", "frozen");
    find_differing(audit, &audit->facts.frozen, "FROZEN_DIFFERS", "what was frozen after an entry");
    find_differing(audit, &audit->facts.bills, "BILLS_DIFFER", "outstanding");
    find_differing(audit, &audit->facts.purchases, "PURCHASES_DIFFER", "a purchase");
    find_differing(audit, &audit->facts.suspense, "SUSPENSE_DIFFERS", "what a top-up put here");
    find_credit(audit);
    find_quotas(audit);
    return failure == FAILURE_NONE && arena_exhausted(audit->arena) ? FAILURE_EXHAUSTED : failure;
}

enum failure audit_company(struct task *task, void *argument)
{
    struct audit *audit = argument;
    struct audited_company company;
    audit->arena = task_arena(task);
    enum failure failure = audit_store_next_company(reader_of(task, audit->database), audit->after,
                                                    audit->only, &company, &audit->found);
    if (failure != FAILURE_NONE || !audit->found)
        return failure;
    audit->company_id = company.company_id;
    return compare_company(task, audit);
}
