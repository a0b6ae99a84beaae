/* kontor login, logout, whoami, session …: who acts. */
#include <stdio.h>

#include "cli/invocation.h"
#include "cli/options.h"
#include "identity/v1/account.pb-c.h"
#include "identity/v1/session.pb-c.h"

#define SESSION &identity__v1__session_service__descriptor

static const struct option log_in_options[] = {
    {"email", "ADDRESS", "email", OPTION_REQUIRED, "The log-in name; the profile's last one when not given.", "email", NULL},
    {"device", "TEXT", "device", 0, "Shown by session list.", NULL, "kontor"},
    {"password", "", "password", OPTION_SECRET, "the password", NULL, NULL},
    {0},
};

static const struct option revoke_options[] = {
    {"session", "ID", "session_id", OPTION_REQUIRED | OPTION_POSITIONAL, "From session list.", NULL, NULL},
    {0},
};

static const struct option page_options[] = {PAGE_OPTIONS, {0}};

/* The token goes to the profile, never to a screen. */
static enum exit_code log_in(struct invocation *invocation)
{
    enum exit_code code = invocation_perform(invocation);
    if (code != EXIT_DONE)
        return code;
    Identity__V1__LogInResponse *session = (void *)invocation->response;
    profile_set(&invocation->profile, "session_token", session->session_token);
    profile_set(&invocation->profile, "account_id", session->account_id);
    profile_set(&invocation->profile, "principal_id", session->principal_id);
    profile_set(&invocation->profile, "email", invocation_value(invocation, "email"));
    bool kept = invocation_keep(invocation);
    char none[] = "";
    session->session_token = none;
    invocation_print(invocation, invocation->response);
    return kept ? EXIT_DONE : EXIT_UNREPORTED;
}

static enum exit_code log_out(struct invocation *invocation)
{
    enum exit_code code = invocation_perform(invocation);
    profile_set(&invocation->profile, "session_token", "");
    bool kept = invocation_keep(invocation);
    if (code == EXIT_DONE && !invocation->as_json)
        puts("logged out");
    return kept || code != EXIT_DONE ? code : EXIT_UNREPORTED;
}

/* An operator has no account of its own. */
static enum exit_code who_am_i(struct invocation *invocation)
{
    if (profile_get(&invocation->profile, "session_token")[0] == '\0') {
        fprintf(stderr, "kontor: profile %s is not logged in\n  → kontor login --email ADDRESS\n", invocation->profile_name);
        return EXIT_NOT_LOGGED_IN;
    }
    if (profile_get(&invocation->profile, "account_id")[0] != '\0' || invocation->account_id[0] != '\0') {
        enum exit_code code = invocation_perform(invocation);
        if (code == EXIT_DONE)
            invocation_print(invocation, invocation->response);
        return code;
    }
    const char *principal_id = profile_get(&invocation->profile, "principal_id");
    printf(invocation->as_json ? "{\"principalId\": \"%s\"}\n" : "principal %s, who acts for the provider\n", principal_id);
    return EXIT_DONE;
}

static const char *const log_in_examples[] = {
    "login --email agency@example.com",
    "login --profile project-a --email a@example.com --password-file secret.txt", NULL};
static const char *const who_examples[] = {"whoami", "whoami --profile project-a", NULL};

const struct command session_commands[] = {
    {.noun = "login", .verb = "", .summary = "Logs in; the session is kept in the profile.",
     .service = SESSION, .method = "LogIn", .options = log_in_options, .secret_file_option = "password-file",
     .examples = log_in_examples, .run = log_in, .keeps = true},
    {.noun = "logout", .verb = "", .summary = "Ends the session.",
     .service = SESSION, .method = "LogOut", .run = log_out, .keeps = true},
    {.noun = "whoami", .verb = "", .summary = "Shows who is logged in, and the account.",
     .service = &identity__v1__account_service__descriptor, .method = "GetAccount", .examples = who_examples, .run = who_am_i},
    {.noun = "session", .verb = "list", .summary = "Lists your live sessions.",
     .service = SESSION, .method = "ListSessions", .options = page_options},
    {.noun = "session", .verb = "revoke", .summary = "Ends one of them.",
     .service = SESSION, .method = "RevokeSession", .options = revoke_options},
    {.noun = "session", .verb = "revoke-all", .summary = "Ends all of them, this one too.",
     .service = SESSION, .method = "RevokeAllSessions"},
    {0},
};
