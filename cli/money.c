/* kontor balance, transfer, revoke, purchase, hold, usage, bill, history, audit: money inside the
 * company. */
#include <stdio.h>

#include "cli/invocation.h"
#include "cli/options.h"
#include "ledger/v1/account.pb-c.h"
#include "ledger/v1/audit.pb-c.h"
#include "ledger/v1/hold.pb-c.h"
#include "ledger/v1/posting.pb-c.h"
#include "ledger/v1/purchase.pb-c.h"
#include "ledger/v1/transfer.pb-c.h"
#include "ledger/v1/usage.pb-c.h"

#define ACCOUNT &ledger__v1__account_service__descriptor
#define TRANSFER &ledger__v1__transfer_service__descriptor
#define PURCHASE &ledger__v1__purchase_service__descriptor
#define HOLD &ledger__v1__hold_service__descriptor
#define USAGE &ledger__v1__usage_service__descriptor

static const struct option balance_options[] = {
    {"as-of", "TIME", "as_of_time", 0, "\"2026-01-31T12:00:00Z\" or \"now-2h\".", NULL, NULL},
    {0},
};

static const struct option page_options[] = {PAGE_OPTIONS, {0}};

static const struct option transfer_options[] = {
    {"to", "ACCOUNT", "destination_account_id", OPTION_REQUIRED,
     "Who gets it: an account of the same company.", NULL, NULL},
    AMOUNT_OPTIONS,
    NOTE_OPTIONS,
    {"minimum-left", "AMOUNT", "conditions.minimum_left_micros", 0,
     "Refused unless this stays available here.", NULL, NULL},
    {0},
};

static const struct option revoke_options[] = {
    {"from", "ACCOUNT", "destination_account_id", OPTION_REQUIRED, "Who has it now.", NULL, NULL},
    AMOUNT_OPTIONS,
    NOTE_OPTIONS,
    {"accept-suspension", "", "suspension_acknowledged", OPTION_SWITCH,
     "Even if services of that account stop.", NULL, NULL},
    {0},
};

static const struct option revocable_options[] = {
    {"from", "ACCOUNT", "destination_account_id", OPTION_REQUIRED | OPTION_POSITIONAL,
     "Who has it now.", NULL, NULL},
    {0},
};

static const struct option transfer_list_options[] = {
    {"counterparty", "ACCOUNT", "counterparty_account_id", 0, "Only with this account.", NULL,
     NULL},
    {"tag", "TEXT", "tag", 0, "Only with this tag.", NULL, NULL},
    {"remark", "TEXT", "remark_contains", 0, "Only with this text in the remark.", NULL, NULL},
    TIME_OPTIONS,
    PAGE_OPTIONS,
    {0},
};

static const struct option purchase_options[] = {
    AMOUNT_OPTIONS,
    {"region", "REGION", "region", 0, "Where the product runs, for example cn-hangzhou.", NULL,
     NULL},
    ON_BEHALF_OPTION,
    NOTE_OPTIONS,
    {0},
};

static const struct option purchase_id_options[] = {
    {"purchase", "ID", "purchase_id", OPTION_REQUIRED | OPTION_POSITIONAL,
     "From what kontor purchase printed.", NULL, NULL},
    {0},
};

static const struct option refund_options[] = {
    {"purchase", "ID", "purchase_id", OPTION_REQUIRED | OPTION_POSITIONAL,
     "From what kontor purchase printed.", NULL, NULL},
    AMOUNT_OPTIONS,
    NOTE_OPTIONS,
    {0},
};

static const struct option hold_options[] = {
    AMOUNT_OPTIONS,
    {"expires", "TIME", "expire_time", OPTION_REQUIRED,
     "When it is given back by itself: \"now+2h\".", NULL, NULL},
    {"region", "REGION", "region", 0, "Where the product runs, for example cn-hangzhou.", NULL,
     NULL},
    NOTE_OPTIONS,
    {0},
};

static const struct option hold_id_options[] = {
    {"hold", "ID", "hold_id", OPTION_REQUIRED | OPTION_POSITIONAL,
     "From what kontor hold place printed.", NULL, NULL},
    {0},
};

static const struct option capture_options[] = {
    {"hold", "ID", "hold_id", OPTION_REQUIRED | OPTION_POSITIONAL,
     "From what kontor hold place printed.", NULL, NULL},
    AMOUNT_OPTIONS,
    {"final", "", "final", OPTION_SWITCH, "Gives back what is left of it.", NULL, NULL},
    NOTE_OPTIONS,
    {0},
};

static const struct option usage_options[] = {
    AMOUNT_OPTIONS,
    NOTE_OPTIONS,
    {"used", "TIME", "effective_time", 0, "When it was used; now when not given.", NULL, NULL},
    ON_BEHALF_OPTION,
    {0},
};

static const struct option settle_options[] = {
    {"due", "TIME", "due_time", 0, "When what stays unpaid is due.", NULL, NULL},
    NOTE_OPTIONS,
    {0},
};

static const struct option bill_options[] = {
    {"amount", "AMOUNT", "amount_micros", 0, "As much as possible when not given.", NULL, NULL},
    {"currency", "CODE", "currency", OPTION_REQUIRED, "The account's currency.", NULL, NULL},
    NOTE_OPTIONS,
    {0},
};

static const struct option history_options[] = {
    {"kind", "KIND", "kind", 0, "transfer, revoke, purchase, usage, top-up …", NULL, NULL},
    {"book", "BOOK", "book", 0, "own, transferred-in, outstanding …", NULL, NULL},
    {"counterparty", "ACCOUNT", "counterparty_account_id", 0, "Only with this account.", NULL,
     NULL},
    {"tag", "TEXT", "tag", 0, "Only with this tag.", NULL, NULL},
    {"remark", "TEXT", "remark_contains", 0, "Only with this text in the remark.", NULL, NULL},
    TIME_OPTIONS,
    PAGE_OPTIONS,
    {0},
};

static const char *const balance_examples[] = {"balance", "balance --as-of now-2h", NULL};
static const char *const transfer_examples[] = {
    "transfer --to 0198c5b2-… --amount 50000.00 --currency CNY --remark \"project A, first month\"",
    NULL};
static const char *const revoke_examples[] = {
    "revoke --from 0198c5b2-… --amount 41800.00 --currency CNY", NULL};
static const char *const purchase_examples[] = {
    "purchase --amount 8200.00 --currency CNY --region cn-hangzhou --remark \"four servers\"",
    "purchase --amount 300.00 --currency CNY --for 0198c5b2-…", NULL};
static const char *const hold_examples[] = {
    "hold place --amount 500.00 --currency CNY --expires now+2h --region cn-hangzhou", NULL};
static const char *const usage_examples[] = {
    "usage record --account 0198c5b2-… --amount 0.000125 --currency CNY --profile operator", NULL};
static const char *const audit_examples[] = {"audit", "audit --json > audit.json",
                                             "audit --profile operator", NULL};

/* ---- the audit is a stream: one message for every company with a finding, and the totals ---- */

static enum exit_code judge_audit(struct invocation *invocation,
                                  const Ledger__V1__AuditResponse *last)
{
    if (last == NULL || last->totals == NULL) {
        fprintf(stderr, "kontor: the audit did not come to its end\n");
        return EXIT_UNAVAILABLE;
    }
    bool sound = last->totals->findings == 0;
    for (size_t i = 0; i < last->totals->n_sums; i++)
        sound = sound && last->totals->sums[i]->sum_micros == 0;
    if (!invocation->as_json && invocation->only == NULL)
        puts(sound ? "the ledger is sound: every currency sums to zero"
                   : "the ledger is NOT sound");
    return sound ? EXIT_DONE : EXIT_REFUSED;
}

static enum exit_code end_audit(struct invocation *invocation, struct rpc_client_stream *stream,
                                enum failure failure, enum exit_code verdict)
{
    struct rpc_status status = {.sentence = "", .reason = ""};
    enum failure end = rpc_client_stream_finish(stream, &status);
    if (failure != FAILURE_NONE || end != FAILURE_NONE)
        return invocation_complain(invocation, failure != FAILURE_NONE ? failure : end, &status);
    if (status.code != CODE_OK)
        return invocation_complain_status(invocation, &status);
    return verdict;
}

static enum exit_code run_audit(struct invocation *invocation)
{
    ProtobufCMessage *request =
        invocation_request(invocation, invocation->command->service, invocation->command->method);
    struct rpc_client_stream *stream = NULL;
    if (request == NULL)
        return EXIT_USAGE;
    enum failure failure = invocation_open_stream(invocation, request, &stream);
    if (stream == NULL)
        return invocation_complain(invocation, failure, NULL);
    enum exit_code verdict = EXIT_UNAVAILABLE;
    bool ended = false;
    while (failure == FAILURE_NONE && !ended) {
        const ProtobufCMessage *message = NULL;
        failure = rpc_client_stream_receive(stream, &message);
        ended = message == NULL;
        if (failure != FAILURE_NONE || ended)
            continue;
        const Ledger__V1__AuditResponse *part = (const void *)message;
        invocation_print(invocation, message);
        if (part->totals != NULL)
            verdict = judge_audit(invocation, part);
    }
    return end_audit(invocation, stream, failure, verdict);
}

const struct command money_commands[] = {
    {.noun = "balance",
     .verb = "",
     .summary = "Shows the balance, and what of it is available and transferable, with all terms.",
     .service = ACCOUNT,
     .method = "GetBalance",
     .options = balance_options,
     .examples = balance_examples},
    {.noun = "lots",
     .verb = "",
     .summary = "Lists who funded what is left of transferred-in money.",
     .service = ACCOUNT,
     .method = "ListLots",
     .options = page_options},
    {.noun = "transfer",
     .verb = "",
     .summary = "Gives own money to another account of the company, to spend.",
     .service = TRANSFER,
     .method = "CreateTransfer",
     .options = transfer_options,
     .examples = transfer_examples},
    {.noun = "transfer",
     .verb = "list",
     .summary = "Lists transfers and revokes, newest first.",
     .service = TRANSFER,
     .method = "ListTransfers",
     .options = transfer_list_options},
    {.noun = "revoke",
     .verb = "",
     .summary = "Takes back what is left of what was transferred.",
     .service = TRANSFER,
     .method = "RevokeTransfer",
     .options = revoke_options,
     .examples = revoke_examples},
    {.noun = "revocable",
     .verb = "",
     .summary = "Shows how much can be taken back, with its terms.",
     .service = TRANSFER,
     .method = "GetRevocable",
     .options = revocable_options},
    {.noun = "purchase",
     .verb = "",
     .summary = "Buys: pays from transferred-in money, own cash, then credit.",
     .service = PURCHASE,
     .method = "CreatePurchase",
     .options = purchase_options,
     .examples = purchase_examples},
    {.noun = "purchase",
     .verb = "show",
     .summary = "Shows a purchase.",
     .service = PURCHASE,
     .method = "GetPurchase",
     .options = purchase_id_options},
    {.noun = "purchase",
     .verb = "refund",
     .summary = "Refunds one, in reverse order; operators only.",
     .service = PURCHASE,
     .method = "RefundPurchase",
     .options = refund_options},
    {.noun = "hold",
     .verb = "place",
     .summary = "Sets an amount aside for what will be bought.",
     .service = HOLD,
     .method = "PlaceHold",
     .options = hold_options,
     .examples = hold_examples},
    {.noun = "hold",
     .verb = "capture",
     .summary = "Pays from a hold, a part or all of it.",
     .service = HOLD,
     .method = "CaptureHold",
     .options = capture_options},
    {.noun = "hold",
     .verb = "void",
     .summary = "Gives back what was not captured.",
     .service = HOLD,
     .method = "VoidHold",
     .options = hold_id_options},
    {.noun = "hold",
     .verb = "show",
     .summary = "Shows a hold.",
     .service = HOLD,
     .method = "GetHold",
     .options = hold_id_options},
    {.noun = "usage",
     .verb = "record",
     .summary = "Records metered usage; operators only.",
     .service = USAGE,
     .method = "RecordUsage",
     .options = usage_options,
     .examples = usage_examples},
    {.noun = "usage",
     .verb = "settle",
     .summary = "Settles what was metered; operators only.",
     .service = USAGE,
     .method = "SettleUsage",
     .options = settle_options},
    {.noun = "bill",
     .verb = "pay",
     .summary = "Pays outstanding bills.",
     .service = USAGE,
     .method = "PayBills",
     .options = bill_options},
    {.noun = "history",
     .verb = "",
     .summary = "Lists postings, newest first.",
     .service = &ledger__v1__posting_service__descriptor,
     .method = "ListPostings",
     .options = history_options},
    {.noun = "audit",
     .verb = "",
     .summary = "Folds every posting of the company again and compares.",
     .service = &ledger__v1__audit_service__descriptor,
     .method = "Audit",
     .examples = audit_examples,
     .run = run_audit},
    {0},
};
