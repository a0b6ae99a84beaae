#include <string.h>

#include "ledger/domain/audit.h"
#include "ledger/jobs/audit.h"
#include "ledger/service/audit_rpc.h"
#include "runtime/loop/aside.h"
#include "runtime/rpc/field.h"

#define MEMORY_MAX (32 * 1024 * 1024) /* the accounts of a pass, and stretches of a chain */
#define RETRY_AFTER_MS 5000

/* ---- what is answered ---- */

struct totals {
    Ledger__V1__AuditTotals message;
    Ledger__V1__CurrencySum sums[AUDIT_CURRENCIES_MAX];
    Ledger__V1__CurrencySum *sum_places[AUDIT_CURRENCIES_MAX];
    char currencies[AUDIT_CURRENCIES_MAX][4];
};

static void add_sum(struct totals *totals, const char *currency, int64_t micros)
{
    size_t i = 0;
    while (i < totals->message.n_sums && strcmp(totals->currencies[i], currency) != 0)
        i++;
    if (i == AUDIT_CURRENCIES_MAX || currency[0] == '\0' || strlen(currency) > 3)
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
    const struct audit_fold *fold = &audit->facts.fold;
    totals->message.companies++;
    totals->message.accounts += audit->facts.accounts;
    totals->message.entries += fold->entries;
    totals->message.postings += fold->postings;
    totals->message.findings += (int64_t)audit->finding_count;
    for (size_t i = 0; i < fold->sum_count && id_is_nil(audit->account_id); i++)
        add_sum(totals, fold->sums[i].currency, fold->sums[i].micros);
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

static int send_totals(struct call *call, struct totals *totals)
{
    Ledger__V1__AuditResponse response;
    ledger__v1__audit_response__init(&response);
    totals->message.sums = totals->sum_places;
    response.totals = &totals->message;
    return call_send(call, &response.base);
}

/* ---- one audit a company at a time ---- */

static bool is_audited(const struct ledger *ledger, struct id company_id)
{
    for (size_t i = 0; i < ledger->audit_count; i++)
        if (id_equal(ledger->audits[i], company_id))
            return true;
    return false;
}

/* The nil id stands for everything. */
static enum audit_verdict take_place(struct ledger *ledger, struct id company_id)
{
    if (is_audited(ledger, company_id))
        return AUDIT_RUNNING;
    if (ledger->audit_count == AUDITS_MAX)
        return AUDIT_TOO_MANY;
    ledger->audits[ledger->audit_count++] = company_id;
    return AUDIT_ACCEPTED;
}

static void leave_place(struct ledger *ledger, struct id company_id)
{
    size_t i = 0;
    while (!id_equal(ledger->audits[i], company_id))
        i++;
    ledger->audits[i] = ledger->audits[--ledger->audit_count];
}

static int refuse(struct call *call, enum audit_verdict verdict)
{
    return call_refuse_retry(call, audit_refusal(verdict), NO_TERMS, RETRY_AFTER_MS);
}

/* ---- who asks for what ---- */

struct inquiry {
    struct ledger *ledger;
    enum audit_scope scope;
    struct id company_id, account_id; /* nil: every company; account_id only for AUDIT_ACCOUNT */
    struct totals totals;
};

/* An account of one's own must be named; the gateway names it, and the company. */
static int read_inquiry(struct call *call, const Ledger__V1__AuditRequest *request,
                        struct inquiry *inquiry)
{
    const char *roles = call_header(call, "kontor-roles");
    struct audit_caller caller = {.inside = call_header(call, "kontor-principal-id") == NULL,
                                  .operates = actor_roles_hold(roles, "OPERATOR"),
                                  .administers = actor_roles_hold(roles, "ACCOUNT_ADMINISTRATOR"),
                                  .names_company = request->company_id[0] != '\0'};
    struct id account_id = {{0}}, main_account_id = {{0}};
    char *company_id = request->company_id;
    bool whole = caller.inside || caller.operates;
    int no = caller.names_company ? placing_chain(call, request->account_id, &company_id) : 0;
    if (no != 0)
        return no;
    if (caller.names_company || !whole)
        inquiry->company_id = field_id(call, "company_id", company_id);
    if (!whole)
        account_id = field_id(call, "account_id", request->account_id);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    if (!whole) {
        no = audit_store_find_main_account(reader_of(call_task(call), inquiry->ledger->database),
                                           inquiry->company_id, &main_account_id);
        if (no != 0)
            return no;
        caller.of_main_account = id_equal(account_id, main_account_id);
    }
    inquiry->scope = audit_scope_of(&caller);
    if (inquiry->scope == AUDIT_ACCOUNT)
        inquiry->account_id = account_id;
    return 0;
}

/* ---- the rpc ---- */

/* One company aside, its findings sent while their memory lasts. */
static enum failure audit_once(struct call *call, struct inquiry *inquiry, struct audit *audit)
{
    struct aside aside = {.work = audit_company, .argument = audit};
    enum failure failure = aside_do(call_task(call), &aside, "ledger_audit", MEMORY_MAX);
    if (failure == FAILURE_NONE && audit->found) {
        failure = send_findings(call, audit);
        if (failure == FAILURE_NONE)
            add_totals(&inquiry->totals, audit);
    }
    aside_end(call_task(call), &aside);
    return failure;
}

/* Every company, one after the other. */
static enum failure audit_everything(struct call *call, struct inquiry *inquiry,
                                     struct audit *audit)
{
    struct id after = {{0}};
    enum failure failure = FAILURE_NONE;
    for (bool more = true; failure == FAILURE_NONE && more; more = audit->found) {
        *audit = (struct audit){.database = inquiry->ledger->database, .after = after};
        failure = audit_once(call, inquiry, audit);
        after = audit->company_id;
    }
    return failure;
}

static int run_inquiry(struct call *call, struct inquiry *inquiry)
{
    struct audit *audit = arena_alloc(call_arena(call), sizeof *audit);
    int no;
    *audit = (struct audit){.database = inquiry->ledger->database,
                            .only = inquiry->company_id,
                            .account_id = inquiry->account_id};
    if (inquiry->scope == AUDIT_EVERYTHING)
        no = audit_everything(call, inquiry, audit);
    else
        no = audit_once(call, inquiry, audit);
    return no == 0 ? send_totals(call, &inquiry->totals) : no;
}

static int audit_service_audit_call(struct call *call)
{
    struct ledger *ledger = call_context(call);
    const ProtobufCMessage *message;
    enum failure failure = call_receive(call, &message);
    if (failure == FAILURE_NONE && message == NULL)
        failure = FAILURE_INVALID;
    if (failure != FAILURE_NONE)
        return failure;
    struct inquiry *inquiry = arena_alloc(call_arena(call), sizeof *inquiry);
    *inquiry = (struct inquiry){.ledger = ledger};
    ledger__v1__audit_totals__init(&inquiry->totals.message);
    int no = read_inquiry(call, (const Ledger__V1__AuditRequest *)message, inquiry);
    if (no != 0)
        return no;
    enum audit_verdict verdict = take_place(ledger, inquiry->company_id);
    if (verdict != AUDIT_ACCEPTED)
        return refuse(call, verdict);
    no = run_inquiry(call, inquiry);
    leave_place(ledger, inquiry->company_id);
    return no;
}
