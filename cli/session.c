/* kontor login, logout, whoami, session …: who acts. */
#include <stdio.h>

#include "cli/options.h"
#include "cli/secret_input.h"
#include "cli/session.h"
#include "identity/v1/account.pb-c.h"
#include "identity/v1/session.pb-c.h"

#define SESSION &identity__v1__session_service__descriptor

#define EMAIL_HELP "The log-in name; the profile's last one when not given."
#define PHONE_HELP "In its place, after a sign-up by phone, until the e-mail address is verified."

static const struct option log_in_options[] = {
    {"email", "ADDRESS", "email", 0, EMAIL_HELP, "email", NULL},
    {"phone", "NUMBER", "phone", 0, PHONE_HELP, "phone", NULL},
    {"code", "CODE", "code", 0,
     "After too many failures, not yours perhaps: the six digits that login send-code sent.", NULL,
     NULL},
    {"device", "TEXT", "device", 0, "Shown by session list.", NULL, "kontor"},
    {"password", "", "password", OPTION_SECRET, "the password", NULL, NULL},
    {0},
};

static const struct option send_code_options[] = {
    {"email", "ADDRESS", "email", 0, EMAIL_HELP, "email", NULL},
    {"phone", "NUMBER", "phone", 0, PHONE_HELP, "phone", NULL},
    {0},
};

static const struct option revoke_options[] = {
    {"session", "ID", "session_id", OPTION_REQUIRED | OPTION_POSITIONAL, "From session list.", NULL,
     NULL},
    {0},
};

static const struct option page_options[] = {PAGE_OPTIONS, {0}};

enum exit_code session_log_in(struct invocation *invocation, Identity__V1__LogInRequest *request,
                              Identity__V1__LogInResponse **response)
{
    struct profile *profile = &invocation->profile;
    ProtobufCMessage *answer = NULL;
    request->device_token =
        arena_strdup(task_arena(invocation->task), profile_get(profile, "device_token"));
    if (request->device_token == NULL)
        return invocation_complain(invocation, FAILURE_EXHAUSTED, NULL);
    enum exit_code code = invocation_call(invocation, SESSION, "LogIn", &request->base, &answer);
    if (code != EXIT_DONE)
        return code;
    Identity__V1__LogInResponse *session = (void *)answer;
    profile_set(profile, "session_token", session->session_token);
    profile_set(profile, "account_id", session->account_id);
    profile_set(profile, "principal_id", session->principal_id);
    if (session->device_token[0] != '\0') /* else the device was known by the one kept */
        profile_set(profile, "device_token", session->device_token);
    *response = session;
    return code;
}

void session_remember_address(struct invocation *invocation, const char *email, const char *phone)
{
    bool by_phone = phone[0] != '\0';
    profile_set(&invocation->profile, "phone", phone);
    profile_set(&invocation->profile, "email", by_phone ? "" : email);
}

/* What stands on the command line goes before what the profile knows. */
static bool choose_address(const struct invocation *invocation, char **email, char **phone)
{
    static char none[] = "";
    if (invocation_given(invocation, "phone") && !invocation_given(invocation, "email"))
        *email = none;
    if (invocation_given(invocation, "email") && !invocation_given(invocation, "phone"))
        *phone = none;
    if ((*email)[0] != '\0' || (*phone)[0] != '\0')
        return true;
    fprintf(stderr, "kontor: --email is missing: %s\n", EMAIL_HELP);
    return false;
}

static enum exit_code send_log_in_code(struct invocation *invocation)
{
    enum exit_code code = invocation_fill(invocation);
    Identity__V1__SendLogInCodeRequest *request = (void *)invocation->request;
    if (code != EXIT_DONE || !choose_address(invocation, &request->email, &request->phone))
        return EXIT_USAGE;
    code = invocation_call(invocation, SESSION, "SendLogInCode", &request->base,
                           &invocation->response);
    if (code != EXIT_DONE)
        return code;
    const Identity__V1__SendLogInCodeResponse *sent = (const void *)invocation->response;
    profile_set(&invocation->profile, "code_id", sent->code_id);
    session_remember_address(invocation, request->email, request->phone);
    bool kept = invocation_keep(invocation);
    invocation_print(invocation, invocation->response);
    return kept ? EXIT_DONE : EXIT_UNREPORTED;
}

/* The tokens go to the profile, never to a screen. */
static enum exit_code log_in(struct invocation *invocation)
{
    Identity__V1__LogInResponse *session = NULL;
    enum exit_code code = secret_input_read(invocation) ? invocation_fill(invocation) : EXIT_USAGE;
    Identity__V1__LogInRequest *request = (void *)invocation->request;
    if (code != EXIT_DONE || !choose_address(invocation, &request->email, &request->phone))
        return EXIT_USAGE;
    if (request->code[0] != '\0')
        request->code_id = arena_strdup(task_arena(invocation->task),
                                        profile_get(&invocation->profile, "code_id"));
    if (request->code_id == NULL)
        return invocation_complain(invocation, FAILURE_EXHAUSTED, NULL);
    code = session_log_in(invocation, request, &session);
    if (code != EXIT_DONE)
        return code;
    profile_set(&invocation->profile, "code_id", "");
    session_remember_address(invocation, request->email, request->phone);
    bool kept = invocation_keep(invocation);
    char none[] = "";
    session->session_token = session->device_token = none;
    invocation_print(invocation, &session->base);
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
        fprintf(stderr, "kontor: profile %s is not logged in\n  → kontor login --email ADDRESS\n",
                invocation->profile_name);
        return EXIT_NOT_LOGGED_IN;
    }
    if (profile_get(&invocation->profile, "account_id")[0] != '\0' ||
        invocation->account_id[0] != '\0') {
        enum exit_code code = invocation_perform(invocation);
        if (code == EXIT_DONE)
            invocation_print(invocation, invocation->response);
        return code;
    }
    const char *principal_id = profile_get(&invocation->profile, "principal_id");
    printf(invocation->as_json ? "{\"principalId\": \"%s\"}\n"
                               : "principal %s, who acts for the provider\n",
           principal_id);
    return EXIT_DONE;
}

static const char *const log_in_examples[] = {
    "login --email agency@example.com",
    "login --profile project-a --email a@example.com --password-file secret.txt", NULL};
static const char *const send_code_examples[] = {"login send-code --email agency@example.com",
                                                 NULL};
static const char *const who_examples[] = {"whoami", "whoami --profile project-a", NULL};

const struct command session_commands[] = {
    {.noun = "login",
     .verb = "",
     .summary = "Logs in; the session is kept in the profile.",
     .service = SESSION,
     .method = "LogIn",
     .options = log_in_options,
     .secret_file_option = "password-file",
     .examples = log_in_examples,
     .run = log_in,
     .keeps = true},
    {.noun = "login",
     .verb = "send-code",
     .summary = "Sends a code for a log-in that has to wait after too many failures.",
     .service = SESSION,
     .method = "SendLogInCode",
     .options = send_code_options,
     .examples = send_code_examples,
     .run = send_log_in_code,
     .keeps = true},
    {.noun = "logout",
     .verb = "",
     .summary = "Ends the session.",
     .service = SESSION,
     .method = "LogOut",
     .run = log_out,
     .keeps = true},
    {.noun = "whoami",
     .verb = "",
     .summary = "Shows who is logged in, and the account.",
     .service = &identity__v1__account_service__descriptor,
     .method = "GetAccount",
     .examples = who_examples,
     .run = who_am_i},
    {.noun = "session",
     .verb = "list",
     .summary = "Lists your live sessions.",
     .service = SESSION,
     .method = "ListSessions",
     .options = page_options},
    {.noun = "session",
     .verb = "revoke",
     .summary = "Ends one of them.",
     .service = SESSION,
     .method = "RevokeSession",
     .options = revoke_options},
    {.noun = "session",
     .verb = "revoke-all",
     .summary = "Ends all of them, this one too; reads may pass for one more second.",
     .service = SESSION,
     .method = "RevokeAllSessions"},
    {0},
};
