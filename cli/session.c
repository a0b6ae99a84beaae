/* kontor login, logout, whoami, session …: who acts. */
#include <stdio.h>

#include "cli/functions.h"
#include "cli/secret_input.h"
#include "cli/session.h"
#include "identity/v1/account.pb-c.h"
#include "identity/v1/session.pb-c.h"

#define SESSION &identity__v1__session_service__descriptor

#define EMAIL_HELP "The log-in name; the profile's last one when not given."

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

bool session_choose_address(const struct invocation *invocation, char **email, char **phone)
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

enum exit_code session_run_send_code(struct invocation *invocation)
{
    enum exit_code code = invocation_fill(invocation);
    Identity__V1__SendLogInCodeRequest *request = (void *)invocation->request;
    if (code != EXIT_DONE || !session_choose_address(invocation, &request->email, &request->phone))
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
enum exit_code session_run_log_in(struct invocation *invocation)
{
    Identity__V1__LogInResponse *session = NULL;
    enum exit_code code = invocation_fill(invocation);
    Identity__V1__LogInRequest *request = (void *)invocation->request;
    if (code != EXIT_DONE || !session_choose_address(invocation, &request->email, &request->phone))
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

enum exit_code session_run_log_out(struct invocation *invocation)
{
    enum exit_code code = invocation_perform(invocation);
    profile_set(&invocation->profile, "session_token", "");
    bool kept = invocation_keep(invocation);
    if (code == EXIT_DONE && invocation_is_for_people(invocation))
        puts("logged out");
    return kept || code != EXIT_DONE ? code : EXIT_UNREPORTED;
}

/* An operator has no account of its own. */
enum exit_code session_run_who_am_i(struct invocation *invocation)
{
    if (profile_get(&invocation->profile, "session_token")[0] == '\0' &&
        !invocation->profile.is_program) {
        fprintf(stderr, "kontor: profile %s is not logged in\n  → kontor login --email ADDRESS\n",
                invocation->profile_name);
        return EXIT_NOT_LOGGED_IN;
    }
    if (invocation->profile.is_program ||
        profile_get(&invocation->profile, "account_id")[0] != '\0' ||
        invocation->account_id[0] != '\0') {
        enum exit_code code = invocation_perform(invocation);
        if (code == EXIT_DONE)
            invocation_print(invocation, invocation->response);
        return code;
    }
    const char *principal_id = profile_get(&invocation->profile, "principal_id");
    if (!invocation->as_json && invocation->filter == NULL) {
        printf("principal %s, who acts for the provider\n", principal_id);
        return EXIT_DONE;
    }
    json_t *json = json_pack("{s:s}", "principalId", principal_id);
    invocation_print_json(invocation, json, 0);
    json_decref(json);
    return EXIT_DONE;
}
