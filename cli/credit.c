/* kontor limit …: credit limits and their contracts. */
#include "cli/invocation.h"
#include "ledger/v1/credit.pb-c.h"

#define CREDIT &ledger__v1__credit_service__descriptor

static const struct option line_options[] = {
    {"amount", "AMOUNT", "line_micros", OPTION_REQUIRED,
     "What the company may allocate to its accounts together.", NULL, NULL},
    {"currency", "CODE", "currency", OPTION_REQUIRED, "The currency.", NULL, NULL},
    {0},
};

static const struct option set_options[] = {
    {"amount", "AMOUNT", "limit_micros", OPTION_REQUIRED, "The limit, such as 10000.00.", NULL,
     NULL},
    {"currency", "CODE", "currency", OPTION_REQUIRED, "The account's currency.", NULL, NULL},
    {0},
};

static const char *const line_examples[] = {
    "limit line --account 0198c5b2-… --amount 100000.00 --currency CNY --profile operator", NULL};
static const char *const set_examples[] = {
    "limit set --account 0198c5b2-… --amount 10000.00 --currency CNY --profile operator", NULL};
static const char *const confirm_examples[] = {"limit confirm", NULL};

const struct command credit_commands[] = {
    {.noun = "limit",
     .verb = "line",
     .summary = "Sets what a company may allocate as credit; operators only.",
     .service = CREDIT,
     .method = "SetCreditLine",
     .options = line_options,
     .examples = line_examples},
    {.noun = "limit",
     .verb = "set",
     .summary = "Sets an account's credit limit; operators only. The first waits for its contract.",
     .service = CREDIT,
     .method = "SetCreditLimit",
     .options = set_options,
     .examples = set_examples},
    {.noun = "limit",
     .verb = "confirm",
     .summary = "Confirms the contract, as the account's administrator.",
     .service = CREDIT,
     .method = "ConfirmCreditLimit",
     .examples = confirm_examples},
    {.noun = "limit",
     .verb = "show",
     .summary = "Shows the limit and whether it is in effect.",
     .service = CREDIT,
     .method = "GetCreditLimit"},
    {0},
};
