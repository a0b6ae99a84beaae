#include <string.h>

#include "ledger/service/answer.h"
#include "ledger/service/ledger.h"
#include "ledger/store/audit_store.h"
#include "ledger/v1/audit.pb-c.h"
#include "runtime/base/amount.h"
#include "runtime/rpc/field.h"

#define FINDINGS_MAX 100
#define CHAIN_STRETCH 500
#define CURRENCIES_MAX 64

/* One company under audit, in a task of its own: its memory ends with it. */
struct audit {
    struct ledger *ledger;
    struct arena *arena;
    struct id after, only; /* the company to look for: the next one after, or only this */
    struct id company_id;
    bool found;
    struct audited_facts facts;
    Ledger__V1__Finding *findings[FINDINGS_MAX];
    size_t finding_count;
    int64_t next_sequence; /* of the chain, to be checked */
    uint8_t hash[ENTRY_HASH_SIZE];
    int64_t recorded_us; /* of the entry before it */
    bool chain_is_broken;
    enum failure failure;
    struct event read, sent, ended;
};

static void find(struct audit *audit, const char *kind, const char *account_id, int64_t sequence, const char *sentence)
{
    if (audit->finding_count == FINDINGS_MAX)
        return;
    Ledger__V1__Finding *finding = arena_alloc(audit->arena, sizeof *finding);
    if (finding == NULL || sentence == NULL || account_id == NULL) {
        audit->failure = FAILURE_EXHAUSTED;
        return;
    }
    ledger__v1__finding__init(finding);
    finding->kind = arena_strdup(audit->arena, kind);
    finding->account_id = arena_strdup(audit->arena, account_id);
    finding->sequence = sequence;
    finding->sentence = arena_strdup(audit->arena, sentence);
    if (finding->kind == NULL || finding->account_id == NULL || finding->sentence == NULL)
        audit->failure = FAILURE_EXHAUSTED;
    else
        audit->findings[audit->finding_count++] = finding;
}

/* ---- folding ---- */

static const char *compared(struct audit *audit, const char *what, int64_t kept_micros, int64_t folded_micros)
{
    char kept[AMOUNT_TEXT_SIZE], folded[AMOUNT_TEXT_SIZE];
    return arena_printf(audit->arena, "%s is kept as %s and folds to %s.", what, amount_format(kept_micros, NULL, kept),
                        amount_format(folded_micros, NULL, folded));
}

static void find_unbalanced(struct audit *audit)
{
    const struct rows *rows = &audit->facts.unbalanced;
    char text[AMOUNT_TEXT_SIZE];
    for (size_t row = 0; row < rows->count; row++)
        find(audit, "ENTRY_NOT_BALANCED", "", row_int64(rows, row, 0),
             arena_printf(audit->arena, "The postings of the entry sum to %s, not to zero.", amount_format(row_int64(rows, row, 1), NULL,
                 text)));
}

/* What is audited may be corrupt: the number may be any. */
static const char *book_name(int64_t number)
{
    static const char *const names[BOOK_COUNT] = {"own", "transferred_in", "refund_credit", "unbilled", "outstanding", "revenue", "top_up",
                                                  "adjustment"};
    return number >= 1 && number <= BOOK_COUNT ? names[number - 1] : "no known book";
}

static void find_balances(struct audit *audit)
{
    const struct rows *rows = &audit->facts.balances;
    for (size_t row = 0; row < rows->count; row++)
        find(audit, "BALANCE_DIFFERS", answer_id(audit->arena, row_id(rows, row, 0)), 0,
             compared(audit, book_name(row_int64(rows, row, 1)), row_int64(rows, row, 2), row_int64(rows, row, 3)));
}

static void find_versions(struct audit *audit)
{
    const struct rows *rows = &audit->facts.versions;
    for (size_t row = 0; row < rows->count; row++)
        find(audit, "VERSION_DIFFERS", answer_id(audit->arena, row_id(rows, row, 0)), 0,
             arena_printf(audit->arena, "The version is kept as %lld; %lld entries touched the account.",
                          (long long)row_int64(rows, row, 1), (long long)row_int64(rows, row, 2)));
}

static void find_differing(struct audit *audit, const struct rows *rows, const char *kind, const char *what)
{
    for (size_t row = 0; row < rows->count; row++)
        find(audit, kind, answer_id(audit->arena, row_id(rows, row, 0)), 0, compared(audit, what, row_int64(rows, row, 1), row_int64(rows,
            row, 2)));
}

static void find_credit(struct audit *audit)
{
    const struct rows *rows = &audit->facts.credit;
    for (size_t row = 0; row < rows->count; row++)
        find(audit, "CREDIT_DIFFERS", "", 0, compared(audit, "allocated credit", row_int64(rows, row, 1), row_int64(rows, row, 2)));
}

static void find_quotas(struct audit *audit)
{
    const struct rows *rows = &audit->facts.quotas;
    char sub_account_id[ID_TEXT_SIZE];
    for (size_t row = 0; row < rows->count; row++) {
        const char *what = arena_printf(audit->arena, "%s of the quota of %s", row_text(rows, row, 4),
                                        id_format(row_id(rows, row, 3), sub_account_id));
        if (what == NULL)
            audit->failure = FAILURE_EXHAUSTED;
        else
            find(audit, "QUOTAS_DIFFER", answer_id(audit->arena, row_id(rows, row, 0)), 0,
                 compared(audit, what, row_int64(rows, row, 1), row_int64(rows, row, 2)));
    }
}

/* ---- the chain ---- */

static void link_from_row(const struct rows *rows, size_t row, struct entry_link *link)
{
    *link = (struct entry_link){
        .sequence = row_int64(rows, row, 0), .kind = row_int64(rows, row, 1), .account_id = row_id(rows, row, 2),
        .counterparty_id = row_id(rows, row, 3),
        .amount_micros = row_int64(rows, row, 4), .currency = row_text(rows, row, 5), .remark = row_text(rows, row,
            6), .tag = row_text(rows, row, 7),
        .reference_id = row_id(rows, row, 15), .effective_us = row_time_us(rows, row, 8), .recorded_us = row_time_us(rows, row, 9)};
}

static void add_posting(const struct rows *rows, size_t row, struct entry_link *link)
{
    if (row_is_null(rows, row, 11) || link->posting_count == ENTRY_POSTINGS_MAX)
        return;
    size_t i = link->posting_count++;
    link->postings[i].account_id = row_id(rows, row, 11);
    link->postings[i].book = row_int64(rows, row, 12) - 1;
    link->postings[i].amount_micros = row_int64(rows, row, 13);
    link->postings[i].balance_micros = row_int64(rows, row, 14);
}

static void break_chain(struct audit *audit, int64_t sequence, const char *sentence)
{
    find(audit, "CHAIN_BROKEN", "", sequence, sentence);
    audit->chain_is_broken = true; /* what follows hangs on it: the first break is the one to look at */
}

static bool text_is_hashable(const struct entry_link *link)
{
    return strlen(link->remark) <= ORDER_REMARK_SIZE_MAX && strlen(link->tag) <= ORDER_TAG_SIZE_MAX && strlen(link->currency) <= 3;
}

/* The entry that begins at *row; moves *row behind it. */
static void check_entry(struct audit *audit, const struct rows *rows, size_t *row)
{
    struct entry_link link;
    struct bytes kept = row_bytes(rows, *row, 10);
    uint8_t hash[ENTRY_HASH_SIZE];
    link_from_row(rows, *row, &link);
    for (; *row < rows->count && row_int64(rows, *row, 0) == link.sequence; ++*row)
        add_posting(rows, *row, &link);
    if (link.sequence != audit->next_sequence) {
        break_chain(audit, audit->next_sequence, "The entry is missing.");
        return;
    }
    if (text_is_hashable(&link))
        entry_link_hash(&link, audit->hash, hash);
    if (!text_is_hashable(&link) || kept.size != ENTRY_HASH_SIZE || memcmp(hash, kept.data, ENTRY_HASH_SIZE) != 0) {
        break_chain(audit, link.sequence, "The entry or one of its postings is not what was hashed.");
        return;
    }
    memcpy(audit->hash, hash, ENTRY_HASH_SIZE);
    audit->recorded_us = link.recorded_us;
    audit->next_sequence++;
}

struct stretch {
    struct audit *audit;
    struct event done;
    enum failure failure;
};

static void check_stretch(struct task *task, void *argument)
{
    struct stretch *stretch = argument;
    struct audit *audit = stretch->audit;
    int64_t after = audit->next_sequence - 1, to = amount_min(after + CHAIN_STRETCH, audit->facts.company.length);
    struct rows rows;
    stretch->failure = audit_store_read_chain(task, audit->ledger->database, audit->company_id, after, to, &rows);
    for (size_t row = 0; stretch->failure == FAILURE_NONE && row < rows.count && !audit->chain_is_broken;)
        check_entry(audit, &rows, &row);
    if (stretch->failure == FAILURE_NONE && !audit->chain_is_broken && audit->next_sequence <= to)
        break_chain(audit, audit->next_sequence, "The entry is missing.");
    event_signal(&stretch->done);
}

static enum failure check_chain(struct task *task, struct audit *audit)
{
    struct task_options options = {.name = "ledger_audit_chain", .arena_bytes_max = 8 * 1024 * 1024};
    audit->next_sequence = 1;
    if (audit->facts.company.length < 0)
        break_chain(audit, 0, "The head of the chain is missing.");
    while (audit->next_sequence <= audit->facts.company.length && !audit->chain_is_broken) {
        struct stretch stretch = {.audit = audit};
        enum failure failure = loop_spawn(audit->ledger->loop, &options, check_stretch, &stretch);
        if (failure != FAILURE_NONE)
            return failure;
        task_wait_to_the_end(task, &stretch.done);
        if (stretch.failure != FAILURE_NONE)
            return stretch.failure;
    }
    if (!audit->chain_is_broken && memcmp(audit->hash, audit->facts.company.hash, ENTRY_HASH_SIZE) != 0)
        break_chain(audit, audit->facts.company.length, "The head of the chain is not the hash of its last entry.");
    if (!audit->chain_is_broken && audit->facts.company.length > 0 && audit->recorded_us != audit->facts.company.recorded_us)
        break_chain(audit, audit->facts.company.length, "The head of the chain has another time than its last entry.");
    if (!audit->chain_is_broken && audit->facts.entries > audit->facts.company.length)
        break_chain(audit, audit->facts.company.length + 1, "An entry stands behind the head of the chain.");
    return FAILURE_NONE;
}

/* The first finding is the first place to look: an entry out of balance, then the chain, then what hangs on them. */
static enum failure compare_company(struct task *task, struct audit *audit)
{
    enum failure failure = audit_store_read_facts(task, audit->ledger->database, audit->company_id, &audit->facts);
    if (failure != FAILURE_NONE)
        return failure;
    find_unbalanced(audit);
    failure = check_chain(task, audit);
    find_balances(audit);
    find_versions(audit);
    find_differing(audit, &audit->facts.lots, "LOTS_DIFFER", "transferred_in");
    find_differing(audit, &audit->facts.holds, "HOLDS_DIFFER", "frozen");
    find_differing(audit, &audit->facts.frozen, "FROZEN_DIFFERS", "what was frozen after an entry");
    find_differing(audit, &audit->facts.bills, "BILLS_DIFFER", "outstanding");
    find_differing(audit, &audit->facts.purchases, "PURCHASES_DIFFER", "a purchase");
    find_credit(audit);
    find_quotas(audit);
    find_differing(audit, &audit->facts.suspense, "SUSPENSE_DIFFERS", "what a top-up put here");
    return failure == FAILURE_NONE ? audit->failure : failure;
}

static void audit_company(struct task *task, void *argument)
{
    struct audit *audit = argument;
    struct audited_company company;
    audit->arena = task_arena(task);
    audit->failure = audit_store_next_company(task, audit->ledger->database, audit->after, audit->only, &company, &audit->found);
    if (audit->failure == FAILURE_NONE && audit->found) {
        audit->company_id = company.company_id;
        audit->failure = compare_company(task, audit);
    }
    if (audit->failure == FAILURE_NONE && arena_exhausted(task_arena(task)))
        audit->failure = FAILURE_EXHAUSTED;
    event_signal(&audit->read);
    task_wait_to_the_end(task, &audit->sent);
    event_signal(&audit->ended);
}

/* ---- the rpc ---- */

struct totals {
    Ledger__V1__AuditTotals message;
    Ledger__V1__CurrencySum sums[CURRENCIES_MAX];
    Ledger__V1__CurrencySum *sum_places[CURRENCIES_MAX];
    char currencies[CURRENCIES_MAX][4];
};

static void add_sum(struct totals *totals, const char *currency, int64_t micros)
{
    size_t i = 0;
    while (i < totals->message.n_sums && strcmp(totals->currencies[i], currency) != 0)
        i++;
    if (i == CURRENCIES_MAX || currency[0] == '\0' || strlen(currency) > 3)
        return;
    if (i == totals->message.n_sums) {
        ledger__v1__currency_sum__init(&totals->sums[i]);
        memcpy(totals->currencies[i], currency, strlen(currency) + 1);
        totals->sums[i].currency = totals->currencies[i];
        totals->sum_places[i] = &totals->sums[i];
        totals->message.n_sums++;
    }
    totals->sums[i].sum_micros += micros;
}

static void add_totals(struct totals *totals, const struct audit *audit)
{
    totals->message.companies++;
    totals->message.accounts += audit->facts.accounts;
    totals->message.entries += audit->facts.entries;
    totals->message.postings += audit->facts.postings;
    totals->message.findings += (int64_t)audit->finding_count;
    for (size_t row = 0; row < audit->facts.sums.count; row++)
        add_sum(totals, row_text(&audit->facts.sums, row, 0), row_int64(&audit->facts.sums, row, 1));
}

static enum failure send_findings(struct call *call, struct audit *audit)
{
    if (audit->finding_count == 0)
        return FAILURE_NONE;
    Ledger__V1__AuditResponse response;
    ledger__v1__audit_response__init(&response);
    char company_id[ID_TEXT_SIZE];
    response.company_id = id_format(audit->company_id, company_id);
    response.findings = audit->findings;
    response.n_findings = audit->finding_count;
    return call_send(call, &response.base);
}

/* Audits the next company; audit->found says whether there was one. */
static enum failure audit_next(struct call *call, struct audit *audit, struct totals *totals)
{
    struct task_options options = {.name = "ledger_audit", .arena_bytes_max = 4 * 1024 * 1024};
    enum failure failure = loop_spawn(audit->ledger->loop, &options, audit_company, audit);
    if (failure != FAILURE_NONE)
        return failure;
    task_wait_to_the_end(call_task(call), &audit->read);
    failure = audit->failure == FAILURE_NONE ? send_findings(call, audit) : audit->failure;
    if (audit->found && failure == FAILURE_NONE)
        add_totals(totals, audit);
    event_signal(&audit->sent);
    task_wait_to_the_end(call_task(call), &audit->ended);
    return failure;
}

static enum code send_totals(struct call *call, struct totals *totals)
{
    Ledger__V1__AuditResponse response;
    ledger__v1__audit_response__init(&response);
    totals->message.sums = totals->sum_places;
    response.totals = &totals->message;
    enum failure failure = call_send(call, &response.base);
    return failure == FAILURE_NONE ? CODE_OK : call_fail(call, failure);
}

static enum code audit_service_audit_call(struct call *call)
{
    struct ledger *ledger = call_context(call);
    const ProtobufCMessage *message;
    enum failure failure = call_receive(call, &message);
    if (failure == FAILURE_NONE && message == NULL)
        failure = FAILURE_INVALID;
    if (failure != FAILURE_NONE)
        return call_fail(call, failure);
    const Ledger__V1__AuditRequest *request = (const Ledger__V1__AuditRequest *)message;
    struct id only = {{0}}, after = {{0}};
    if (request->company_id[0] != '\0')
        only = field_id(call, "company_id", request->company_id);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    struct totals *totals = arena_alloc(call_arena(call), sizeof *totals);
    struct audit *audit = arena_alloc(call_arena(call), sizeof *audit);
    if (totals == NULL || audit == NULL)
        return call_fail(call, FAILURE_EXHAUSTED);
    ledger__v1__audit_totals__init(&totals->message);
    for (bool more = true; failure == FAILURE_NONE && more; more = audit->found && id_is_nil(only)) {
        *audit = (struct audit){.ledger = ledger, .after = after, .only = only};
        failure = audit_next(call, audit, totals);
        after = audit->company_id;
    }
    return failure == FAILURE_NONE ? send_totals(call, totals) : call_fail(call, failure);
}
RPC_STREAM(audit_service_audit, Ledger__V1__AuditService, Ledger__V1__AuditRequest, Ledger__V1__AuditResponse)

void audit_service_mount(struct rpc_server *server, struct ledger *ledger)
{
    static Ledger__V1__AuditService_Service service = LEDGER__V1__AUDIT_SERVICE__INIT(audit_service_);
    rpc_server_mount(server, &service.base, ledger);
}
