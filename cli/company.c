/* kontor company …: the verified legal entity behind an account. */
#include "cli/invocation.h"
#include "identity/v1/company.pb-c.h"

#define COMPANY &identity__v1__company_service__descriptor

static const struct option submit_options[] = {
    {"country", "CC", "country", OPTION_REQUIRED, "Of the register, for example CN.", NULL, NULL},
    {"scheme", "SCHEME", "scheme", OPTION_REQUIRED, "uscc, lei, abn, acn, gstin, ein, eu-vat, siren or national.", NULL, NULL},
    {"number", "NUMBER", "registration_number", OPTION_REQUIRED, "The registration number.", NULL, NULL},
    {"name", "NAME", "name", OPTION_REQUIRED, "As in the register.", NULL, NULL},
    {0},
};

static const struct option list_options[] = {
    {"state", "STATE", "state", 0, "submitted, verified, rejected or revoked.", NULL, NULL},
    {"page-size", "NUMBER", "page_size", 0, "At most 100.", NULL, NULL},
    {"page-token", "TOKEN", "page_token", 0, "From the page before.", NULL, NULL},
    {0},
};

static const struct option approve_options[] = {
    {"submission", "ID", "submission_id", OPTION_REQUIRED | OPTION_POSITIONAL, "From company list.", NULL, NULL},
    {0},
};

static const struct option reject_options[] = {
    {"submission", "ID", "submission_id", OPTION_REQUIRED | OPTION_POSITIONAL, "From company list.", NULL, NULL},
    {"reason", "TEXT", "reason", OPTION_REQUIRED, "What the customer is told.", NULL, NULL},
    {0},
};

static const char *const submit_examples[] = {"company submit --country CN --scheme uscc --number 91110000600037341L --name \"Blue Agency Ltd\"", NULL};
static const char *const list_examples[] = {"company list", "company list --profile operator --state submitted", NULL};
static const char *const reject_examples[] = {"company reject 0198c5b2-… --reason \"The licence has expired.\" --profile operator", NULL};

const struct command company_commands[] = {
    {"company", "submit", "Submits the account's own company for review.", COMPANY, "SubmitCompany", submit_options, NULL, submit_examples, NULL, NULL, NULL},
    {"company", "list", "Lists submissions; for operators those of all accounts.", COMPANY, "ListSubmissions", list_options, NULL, list_examples, NULL, NULL, NULL},
    {"company", "approve", "Approves a submission; operators only.", COMPANY, "ApproveCompany", approve_options, NULL, NULL, NULL, NULL, NULL},
    {"company", "reject", "Rejects a submission with a reason; operators only.", COMPANY, "RejectCompany", reject_options, NULL, reject_examples, NULL, NULL, NULL},
    {"company", "revoke", "Takes a verification back; operators only.", COMPANY, "RevokeCompany", reject_options, NULL, NULL, NULL, NULL, NULL},
    {0},
};
