#include "ledger/jobs/audit.h"

#include "ledger/ledger_message.h"
#include "runtime/base/amount.h"

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
    const struct audit_fold *fold = &audit->facts.fold;
    const struct rows *rows = &audit->facts.postings;
    char text[AMOUNT_TEXT_SIZE];
    for (size_t i = 0; i < fold->unbalanced_count; i++)
        find(audit, "ENTRY_NOT_BALANCED", "", fold->unbalanced[i].sequence,
             arena_printf(audit->arena, "The postings of the entry sum to %s, not to zero.",
                          amount_format(fold->unbalanced[i].sum_micros, NULL, text)));
    for (size_t row = 0; row < rows->count; row++) {
        struct ledger_audit_postings_row found = ledger_audit_postings_row(rows, row);
        find(audit, "ENTRY_NOT_BALANCED", id_to_message(audit->arena, found.account_id),
             found.sequence, "A posting stands there that the entry does not have.");
    }
}

static void find_balances(struct audit *audit)
{
    static const char *const names[BOOK_COUNT] = {"own",      "transferred_in", "refund_credit",
                                                  "unbilled", "outstanding",    "revenue",
                                                  "top_up",   "adjustment",     "clearing"};
    const struct audit_fold *fold = &audit->facts.fold;
    for (size_t i = 0; i < fold->balance_count; i++) {
        const struct audit_difference *found = &fold->balances[i];
        find(audit, "BALANCE_DIFFERS", id_to_message(audit->arena, found->account_id), 0,
             compared(audit, names[found->book], found->kept, found->told));
    }
}

static void find_versions(struct audit *audit)
{
    const struct audit_fold *fold = &audit->facts.fold;
    for (size_t i = 0; i < fold->version_count; i++) {
        const struct audit_difference *found = &fold->versions[i];
        find(audit, "VERSION_DIFFERS", id_to_message(audit->arena, found->account_id), 0,
             arena_printf(audit->arena,
                          "The version is kept as %lld; %lld entries touched the account.",
                          (long long)found->kept, (long long)found->told));
    }
}

static void find_lots(struct audit *audit)
{
    const struct audit_fold *fold = &audit->facts.fold;
    for (size_t i = 0; i < fold->lot_count; i++) {
        const struct audit_difference *found = &fold->lots[i];
        const char *what = found->sequence != 0 ? "what a lot was granted" : "transferred_in";
        find(audit, "LOTS_DIFFER", id_to_message(audit->arena, found->account_id), found->sequence,
             found->sentence != NULL ? found->sentence
                                     : compared(audit, what, found->kept, found->told));
    }
}

static void find_actors(struct audit *audit)
{
    const struct rows *rows = &audit->facts.actors;
    for (size_t row = 0; row < rows->count; row++) {
        struct ledger_audit_actors_row found = ledger_audit_actors_row(rows, row);
        find(audit, "ACTOR_DIFFERS", "", found.sequence,
             found.is_missing ? "The actor that is named is not there."
                              : "The actor is not the one that was named.");
    }
}

static void find_differing(struct audit *audit, const struct rows *rows, const char *kind,
                           const char *what)
{
    for (size_t row = 0; row < rows->count; row++) {
        struct ledger_audit_bills_row found = ledger_audit_bills_row(rows, row);
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

/* ---- a company ---- */

/* The first finding is the first place to look: an entry out of balance, then the chain, then what
 * hangs on them. The chain is the company's. */
static void compare_company(struct audit *audit)
{
    const struct audit_fold *fold = &audit->facts.fold;
    find_unbalanced(audit);
    if (fold->break_sentence != NULL && id_is_nil(audit->account_id))
        find(audit, "CHAIN_BROKEN", "", fold->break_sequence, fold->break_sentence);
    find_actors(audit);
    find_balances(audit);
    find_versions(audit);
    find_lots(audit);
    find_differing(audit, &audit->facts.lots, "LOTS_DIFFER", "what was revoked of a source");
    find_differing(audit, &audit->facts.holds, "HOLDS_DIFFER", "frozen");
    find_differing(audit, &audit->facts.frozen, "FROZEN_DIFFERS", "what was frozen after an entry");
    find_differing(audit, &audit->facts.bills, "BILLS_DIFFER", "outstanding");
    find_differing(audit, &audit->facts.purchases, "PURCHASES_DIFFER", "a purchase");
    find_differing(audit, &audit->facts.suspense, "SUSPENSE_DIFFERS", "what a top-up put here");
    find_differing(audit, &audit->facts.transits, "TRANSIT_DIFFERS",
                   "what stands in clearing for a transit");
    find_differing(audit, &audit->facts.grants, "GRANT_DIFFERS", "what a request was granted");
    find_differing(audit, &audit->facts.moves, "MOVE_DIFFERS", "what moved between two chains");
    find_credit(audit);
    find_quotas(audit);
}

enum failure audit_company(struct task *task, void *argument)
{
    struct audit *audit = argument;
    struct reader reader = reader_of(task, audit->database);
    audit->arena = task_arena(task);
    enum failure failure = audit_store_next_company(reader, audit->after, audit->only,
                                                    &audit->company_id, &audit->found);
    if (failure != FAILURE_NONE || !audit->found)
        return failure;
    audit->facts.company_id = audit->company_id;
    audit->facts.account_id = audit->account_id;
    failure = audit_store_read_facts(reader, &audit->facts);
    if (failure != FAILURE_NONE)
        return failure;
    compare_company(audit);
    return arena_exhausted(audit->arena) ? FAILURE_EXHAUSTED : FAILURE_NONE;
}
