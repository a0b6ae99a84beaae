/* kontor signup …, kontor account open: how an account comes to be. */
#include <stdio.h>
#include <string.h>

#include "cli/functions.h"
#include "cli/secret_input.h"
#include "cli/session.h"
#include "identity/v1/sign_up.pb-c.h"

#define SIGN_UP &identity__v1__sign_up_service__descriptor
/* By what one logs in afterwards is what the code went to. */
static char *log_in_phone(const Identity__V1__StartSignUpRequest *started)
{
    static char none[] = "";
    return started->channel == IDENTITY__V1__CHANNEL__CHANNEL_PHONE ? started->phone : none;
}

bool sign_up_remember(struct invocation *invocation)
{
    const Identity__V1__StartSignUpResponse *response = (const void *)invocation->response;
    profile_set(&invocation->profile, "sign_up_id", response->sign_up_id);
    const Identity__V1__StartSignUpRequest *started = (const void *)invocation->request;
    session_remember_address(invocation, started->email, log_in_phone(started));
    return true;
}

/* "Use this phone instead": then it is the number by which one logs in. */
bool sign_up_remember_phone(struct invocation *invocation)
{
    const Identity__V1__SendCodeRequest *sent = (const void *)invocation->request;
    if (sent->phone[0] != '\0')
        session_remember_address(invocation, "", sent->phone);
    return true;
}

bool sign_up_forget(struct invocation *invocation)
{
    profile_set(&invocation->profile, "sign_up_id", "");
    return true;
}

/* ---- account open: start, code, verify and log in, in one go ---- */

static enum exit_code send_code(struct invocation *invocation, char *sign_up_id)
{
    Identity__V1__SendCodeRequest *request =
        (void *)invocation_request(invocation, SIGN_UP, "SendCode");
    ProtobufCMessage *response;
    if (request == NULL)
        return EXIT_USAGE;
    request->sign_up_id = sign_up_id;
    return invocation_call(invocation, SIGN_UP, "SendCode", &request->base, &response);
}

static enum exit_code verify_code(struct invocation *invocation, char *sign_up_id, const char *code)
{
    invocation->new_request_id[0] = '\0';
    Identity__V1__VerifyCodeRequest *request =
        (void *)invocation_request(invocation, SIGN_UP, "VerifyCode");
    if (request == NULL)
        return EXIT_USAGE;
    request->sign_up_id = sign_up_id;
    request->code = arena_strdup(task_arena(invocation->task), code);
    return invocation_call(invocation, SIGN_UP, "VerifyCode", &request->base,
                           &invocation->response);
}

/* A wrong digit is asked for again, as often as identity allows (ID-11). The sign-up is kept, so
 * that another command may go on. */
static enum exit_code ask_and_verify(struct invocation *invocation, char *sign_up_id)
{
    enum exit_code code;
    do {
        const char *typed =
            secret_input_ask(task_arena(invocation->task), "The code that was sent to you");
        if (typed[0] == '\0') {
            fprintf(stderr, "kontor: no code was given\n  → kontor signup verify CODE goes on with "
                            "this sign-up\n");
            return EXIT_REFUSED;
        }
        code = verify_code(invocation, sign_up_id, typed);
    } while (code == EXIT_REFUSED && strcmp(invocation->refused_reason, "CODE_WRONG") == 0);
    if (code != EXIT_DONE)
        fprintf(stderr, "  → kontor signup send-code, then kontor signup verify CODE go on with "
                        "this sign-up\n");
    return code;
}

static enum exit_code log_in(struct invocation *invocation,
                             const Identity__V1__StartSignUpRequest *started)
{
    const ProtobufCServiceDescriptor *service = &identity__v1__session_service__descriptor;
    Identity__V1__LogInRequest *request = (void *)invocation_request(invocation, service, "LogIn");
    Identity__V1__LogInResponse *session;
    if (request == NULL)
        return EXIT_USAGE;
    request->phone = log_in_phone(started);
    request->email = request->phone[0] != '\0' ? request->email : started->email;
    request->password = started->password;
    enum exit_code code = session_log_in(invocation, request, &session);
    if (code != EXIT_DONE)
        return code;
    sign_up_forget(invocation);
    return invocation_keep(invocation) ? EXIT_DONE : EXIT_UNREPORTED;
}

enum exit_code sign_up_open(struct invocation *invocation)
{
    enum exit_code code = invocation_perform(invocation);
    if (code != EXIT_DONE)
        return code;
    const Identity__V1__StartSignUpRequest *started = (const void *)invocation->request;
    char *sign_up_id =
        ((const Identity__V1__StartSignUpResponse *)(const void *)invocation->response)->sign_up_id;
    sign_up_remember(invocation);
    if (!invocation_keep(invocation))
        return EXIT_UNREPORTED;
    code = send_code(invocation, sign_up_id);
    if (code == EXIT_DONE)
        code = ask_and_verify(invocation, sign_up_id);
    if (code == EXIT_DONE)
        code = log_in(invocation, started);
    if (code == EXIT_DONE)
        invocation_print(invocation, invocation->response);
    return code;
}
