/* kontor company …: the verified legal entity behind an account. */
#include "cli/invocation.h"
#include "cli/options.h"
#include "identity/v1/company.pb-c.h"

#define COMPANY &identity__v1__company_service__descriptor

static const struct option submit_options[] = {
    {"country", "CC", "country", OPTION_REQUIRED, "Of the register, for example CN.", NULL, NULL},
    {"scheme", "SCHEME", "scheme", OPTION_REQUIRED,
     "uscc, lei, abn, acn, gstin, ein, eu-vat, siren or national.", NULL, NULL},
    {"number", "NUMBER", "registration_number", OPTION_REQUIRED, "The registration number.", NULL,
     NULL},
    {"name", "NAME", "name", OPTION_REQUIRED, "As in the register.", NULL, NULL},
    {0},
};

static const struct option list_options[] = {
    {"state", "STATE", "state", 0, "submitted, verified, rejected or revoked.", NULL, NULL},
    PAGE_OPTIONS,
    {0},
};

static const struct option approve_options[] = {
    {"submission", "ID", "submission_id", OPTION_REQUIRED | OPTION_POSITIONAL, "From company list.",
     NULL, NULL},
    {0},
};

static const struct option reject_options[] = {
    {"submission", "ID", "submission_id", OPTION_REQUIRED | OPTION_POSITIONAL, "From company list.",
     NULL, NULL},
    {"reason", "TEXT", "reason", OPTION_REQUIRED, "What the customer is told.", NULL, NULL},
    {0},
};

static const char *const submit_examples[] = {"company submit --country CN --scheme uscc --number "
                                              "91110000600037341L --name \"Blue Agency Ltd\"",
                                              NULL};
static const char *const list_examples[] = {
    "company list", "company list --profile operator --state submitted", NULL};
static const char *const reject_examples[] = {
    "company reject 0198c5b2-… --reason \"The licence has expired.\" --profile operator", NULL};

const struct command company_commands[] = {
    {.noun = "company",
     .verb = "submit",
     .summary = "Submits the account's own company for review.",
     .service = COMPANY,
     .method = "SubmitCompany",
     .options = submit_options,
     .examples = submit_examples},
    {.noun = "company",
     .verb = "list",
     .summary = "Lists submissions; for operators those of all accounts.",
     .service = COMPANY,
     .method = "ListSubmissions",
     .options = list_options,
     .examples = list_examples},
    {.noun = "company",
     .verb = "approve",
     .summary = "Approves a submission; operators only.",
     .service = COMPANY,
     .method = "ApproveCompany",
     .options = approve_options},
    {.noun = "company",
     .verb = "reject",
     .summary = "Rejects a submission with a reason; operators only.",
     .service = COMPANY,
     .method = "RejectCompany",
     .options = reject_options,
     .examples = reject_examples},
    {.noun = "company",
     .verb = "revoke",
     .summary = "Takes a verification back; operators only.",
     .service = COMPANY,
     .method = "RevokeCompany",
     .options = reject_options},
    {0},
};
