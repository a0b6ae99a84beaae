/* kontor quota …: what sub-accounts may consume at the account's expense. */
#include "cli/invocation.h"
#include "cli/options.h"
#include "ledger/v1/quota.pb-c.h"

#define QUOTA &ledger__v1__quota_service__descriptor

#define SUB_ACCOUNT_OPTION                                                       \
    {                                                                            \
        "for", "ACCOUNT", "sub_account_id", OPTION_REQUIRED | OPTION_POSITIONAL, \
            "The sub-account.", NULL, NULL                                       \
    }

static const struct option set_options[] = {
    SUB_ACCOUNT_OPTION,
    {"line", "AMOUNT", "line_micros", OPTION_REQUIRED,
     "How much it may consume before it pays back; 0 for nothing more.", NULL, NULL},
    {"currency", "CODE", "currency", OPTION_REQUIRED, "The account's currency.", NULL, NULL},
    {0},
};

static const struct option offset_options[] = {
    SUB_ACCOUNT_OPTION, AMOUNT_OPTIONS, NOTE_OPTIONS, {0}};
static const struct option show_options[] = {SUB_ACCOUNT_OPTION, {0}};
static const struct option list_options[] = {PAGE_OPTIONS, {0}};

static const char *const set_examples[] = {
    "quota set --for 0198c5b2-… --line 1000.00 --currency CNY", NULL};
static const char *const offset_examples[] = {
    "quota offset --for 0198c5b2-… --amount 300.00 --currency CNY --remark \"paid in March\"",
    NULL};

const struct command quota_commands[] = {
    {.noun = "quota",
     .verb = "set",
     .summary = "Sets what a sub-account may buy on this account; administrators only.",
     .service = QUOTA,
     .method = "SetQuota",
     .options = set_options,
     .examples = set_examples},
    {.noun = "quota",
     .verb = "offset",
     .summary = "Makes room for what a sub-account paid back elsewhere; administrators only.",
     .service = QUOTA,
     .method = "OffsetQuota",
     .options = offset_options,
     .examples = offset_examples},
    {.noun = "quota",
     .verb = "show",
     .summary = "Shows a quota and what can be bought with it, with all terms.",
     .service = QUOTA,
     .method = "GetQuota",
     .options = show_options},
    {.noun = "quota",
     .verb = "list",
     .summary = "Lists the sub-accounts that this account pays for.",
     .service = QUOTA,
     .method = "ListQuotas",
     .options = list_options},
    {0},
};
