/* kontor saga …, account state: what operators do about what does not end by itself, and about
 * accounts. */
#include "cli/invocation.h"
#include "cli/options.h"
#include "gateway/v1/closing.pb-c.h"
#include "gateway/v1/saga.pb-c.h"
#include "ledger/v1/account.pb-c.h"

#define SAGA &gateway__v1__saga_service__descriptor

static const struct option list_options[] = {
    {"min-tries", "NUMBER", "min_tries", 0, "Only those tried at least so often; 5 when not given.",
     NULL, NULL},
    PAGE_OPTIONS,
    {0},
};

static const struct option redrive_options[] = {
    {"saga", "ID", "saga_id", OPTION_REQUIRED | OPTION_POSITIONAL,
     "From saga list, or from the log.", NULL, NULL},
    {0},
};

static const struct option state_options[] = {
    {"state", "STATE", "state", OPTION_REQUIRED | OPTION_POSITIONAL, "active, frozen or closed.",
     NULL, NULL},
    {"fields", "LIST", "update_fields", 0, "What is changed: state.", NULL, "state"},
    {0},
};

static const char *const state_examples[] = {"account state closed --account 0198c5b2-…", NULL};

const struct command operator_commands[] = {
    {.noun = "account",
     .verb = "blockers",
     .summary = "Lists what keeps the account from being closed.",
     .service = &gateway__v1__closing_service__descriptor,
     .method = "ListClosingBlockers"},
    {.noun = "account",
     .verb = "state",
     .summary = "Freezes, closes or opens an account again; operators only.",
     .service = &ledger__v1__account_service__descriptor,
     .method = "UpdateAccount",
     .options = state_options,
     .examples = state_examples},
    {.noun = "saga",
     .verb = "list",
     .summary = "Lists what spans services and does not come to its end; operators only.",
     .service = SAGA,
     .method = "ListSagas",
     .options = list_options},
    {.noun = "saga",
     .verb = "redrive",
     .summary = "Tries one again now; operators only.",
     .service = SAGA,
     .method = "RedriveSaga",
     .options = redrive_options},
    {0},
};
