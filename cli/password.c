/* kontor password …: a forgotten password set anew (ID-33). */
#include "cli/functions.h"
#include "cli/session.h"
#include "identity/v1/password.pb-c.h"

#define PASSWORD &identity__v1__password_service__descriptor

enum exit_code password_run_send_code(struct invocation *invocation)
{
    enum exit_code code = invocation_fill(invocation);
    Identity__V1__SendPasswordResetCodeRequest *request = (void *)invocation->request;
    if (code != EXIT_DONE || !session_choose_address(invocation, &request->email, &request->phone))
        return EXIT_USAGE;
    code = invocation_call(invocation, PASSWORD, "SendPasswordResetCode", &request->base,
                           &invocation->response);
    if (code != EXIT_DONE)
        return code;
    const Identity__V1__SendPasswordResetCodeResponse *sent = (const void *)invocation->response;
    profile_set(&invocation->profile, "reset_id", sent->reset_id);
    session_remember_address(invocation, request->email, request->phone);
    bool kept = invocation_keep(invocation);
    invocation_print(invocation, invocation->response);
    return kept ? EXIT_DONE : EXIT_UNREPORTED;
}

/* The profile's session has ended with the others. */
enum exit_code password_run_reset(struct invocation *invocation)
{
    enum exit_code code = invocation_fill(invocation);
    Identity__V1__ResetPasswordRequest *request = (void *)invocation->request;
    if (code != EXIT_DONE || !session_choose_address(invocation, &request->email, &request->phone))
        return EXIT_USAGE;
    code = invocation_call(invocation, PASSWORD, "ResetPassword", &request->base,
                           &invocation->response);
    if (code != EXIT_DONE)
        return code;
    profile_set(&invocation->profile, "session_token", "");
    profile_set(&invocation->profile, "reset_id", "");
    session_remember_address(invocation, request->email, request->phone);
    return invocation_keep(invocation) ? EXIT_DONE : EXIT_UNREPORTED;
}
