/* kontor account, contact, address, member, ready: the account and what it still lacks. */
#include "cli/options.h"
#include "cli/session.h"
#include "gateway/v1/readiness.pb-c.h"
#include "identity/v1/account.pb-c.h"
#include "identity/v1/role.pb-c.h"

#define ACCOUNT &identity__v1__account_service__descriptor
#define ROLE &identity__v1__role_service__descriptor

static const struct option send_options[] = {
    {"delivery", "KIND", "delivery", OPTION_REQUIRED,
     "email, sms or voice: the channel that was not verified at sign-up.", NULL, NULL},
    {"phone", "NUMBER", "phone", 0, "Mobile number, \"+8613800138000\", for sms and voice.", NULL,
     NULL},
    {0},
};

static const struct option verify_options[] = {
    {"code", "CODE", "code", OPTION_REQUIRED | OPTION_POSITIONAL, "The six digits that came.", NULL,
     NULL},
    {"verification", "ID", "verification_id", OPTION_REQUIRED,
     "The profile's last one when not given.", "verification_id", NULL},
    {0},
};

static const struct option address_options[] = {
    {"corporation", "NAME", "corporate.corporation_name", 0, "Makes it a corporate account.", NULL,
     NULL},
    {"name", "NAME", "individual.name", 0, "Makes it an individual account.", NULL, NULL},
    {"country", "CC", "@.address.country", OPTION_REQUIRED, "ISO 3166-1, for example CN.", NULL,
     NULL},
    {"region", "TEXT", "@.address.region", 0, "State or province.", NULL, NULL},
    {"city", "TEXT", "@.address.city", OPTION_REQUIRED, "The city.", NULL, NULL},
    {"street", "TEXT", "@.address.street", OPTION_REQUIRED, "Street and number.", NULL, NULL},
    {"postal-code", "TEXT", "@.address.postal_code", 0, "The postal code.", NULL, NULL},
    {"contact-name", "NAME", "corporate.contact.name", 0, "Corporate: who to ask about bills.",
     NULL, NULL},
    {"contact-email", "ADDRESS", "corporate.contact.email", 0, "Corporate: their address.", NULL,
     NULL},
    {"contact-phone", "NUMBER", "corporate.contact.phone", 0, "Corporate: their phone.", NULL,
     NULL},
    {0},
};

static const struct option member_options[] = {
    {"principal", "ID", "principal_id", OPTION_REQUIRED | OPTION_POSITIONAL, "Who.", NULL, NULL},
    {"role", "ROLE", "role", OPTION_REQUIRED, "account-administrator or member.", NULL, NULL},
    {0},
};

static const struct option page_options[] = {PAGE_OPTIONS, {0}};

static const struct option ready_options[] = {
    {"region", "REGION", "region", 0, "Where the product is to run, for example cn-hangzhou.", NULL,
     NULL},
    {0},
};

/* One who logged in by the number does so by the e-mail address from now on. */
static bool remember_address(struct invocation *invocation)
{
    const Identity__V1__ConfirmContactVerificationResponse *answer =
        (const void *)invocation->response;
    if (answer->account != NULL && answer->account->email_verified)
        session_remember_address(invocation, answer->account->email, "");
    return true;
}

static bool remember_verification(struct invocation *invocation)
{
    const Identity__V1__StartContactVerificationResponse *response =
        (const void *)invocation->response;
    profile_set(&invocation->profile, "verification_id", response->verification_id);
    return true;
}

static const char *choose_address(struct invocation *invocation)
{
    return invocation_value(invocation, "corporation") != NULL ? "corporate" : "individual";
}

static const char *const send_examples[] = {
    "contact send-code --delivery sms --phone +8613800138000", NULL};
static const char *const address_examples[] = {
    "address add --name \"Li Lei\" --country CN --city Hangzhou --street \"1 Wensan Road\"",
    "address add --corporation \"Blue Agency Ltd\" --country CN --city Hangzhou --street \"1 "
    "Wensan Road\" "
    "--contact-name \"Li Lei\" --contact-email billing@example.com",
    NULL};
static const char *const member_examples[] = {"member add 0198c5b2-… --role member", NULL};
static const char *const ready_examples[] = {"ready", "ready --region cn-hangzhou", NULL};

const struct command account_commands[] = {
    {.noun = "account",
     .verb = "show",
     .summary = "Shows the account.",
     .service = ACCOUNT,
     .method = "GetAccount"},
    {.noun = "account",
     .verb = "onboarding",
     .summary = "Lists what is still to be done, in order.",
     .service = ACCOUNT,
     .method = "GetOnboardingState"},
    {.noun = "account",
     .verb = "records",
     .summary = "Lists what happened since the registration.",
     .service = ACCOUNT,
     .method = "ListOnboardingRecords",
     .options = page_options},
    {.noun = "contact",
     .verb = "send-code",
     .summary = "Sends a code to the second channel.",
     .service = ACCOUNT,
     .method = "StartContactVerification",
     .options = send_options,
     .examples = send_examples,
     .remember = remember_verification},
    {.noun = "contact",
     .verb = "verify",
     .summary = "Verifies the second channel with the code.",
     .service = ACCOUNT,
     .method = "ConfirmContactVerification",
     .options = verify_options,
     .remember = remember_address},
    {.noun = "address",
     .verb = "add",
     .summary = "Adds the billing address, individual or corporate.",
     .service = ACCOUNT,
     .method = "AddBillingAddress",
     .options = address_options,
     .examples = address_examples,
     .choose = choose_address},
    {.noun = "member",
     .verb = "add",
     .summary = "Makes somebody a member of the account.",
     .service = ROLE,
     .method = "AddMember",
     .options = member_options,
     .examples = member_examples},
    {.noun = "member",
     .verb = "grant",
     .summary = "Gives a member one more role.",
     .service = ROLE,
     .method = "GrantRole",
     .options = member_options},
    {.noun = "member",
     .verb = "revoke",
     .summary = "Takes a role from a member.",
     .service = ROLE,
     .method = "RevokeRole",
     .options = member_options},
    {.noun = "member",
     .verb = "list",
     .summary = "Lists members with their roles.",
     .service = ROLE,
     .method = "ListMembers",
     .options = page_options},
    {.noun = "ready",
     .verb = "",
     .summary = "Lists everything that is missing before a purchase.",
     .service = &gateway__v1__readiness_service__descriptor,
     .method = "GetReadiness",
     .options = ready_options,
     .examples = ready_examples},
    {0},
};
