/* kontor signup …, kontor account open: how an account comes to be. */
#include <stdio.h>
#include <string.h>

#include "cli/secret_input.h"
#include "cli/session.h"
#include "identity/v1/sign_up.pb-c.h"

#define SIGN_UP &identity__v1__sign_up_service__descriptor
#define TERMS_ACCEPTED                                                              \
    "membership_agreement.accepted privacy_policy.accepted product_terms.accepted " \
    "terms_of_use.accepted"
#define TERMS_VERSION                                                            \
    "membership_agreement.version privacy_policy.version product_terms.version " \
    "terms_of_use.version"

#define TERMS_HELP                                                                              \
    "Accepts the membership agreement, the privacy policy, the product terms and the terms of " \
    "use."

static const struct option start_options[] = {
    {"country", "CC", "country", OPTION_REQUIRED,
     "Where the mobile number and the card are registered, for example CN.", NULL, NULL},
    {"email", "ADDRESS", "email", OPTION_REQUIRED, "Log-in name and address for notifications.",
     NULL, NULL},
    {"phone", "NUMBER", "phone", 0,
     "Mobile number, \"+8613800138000\"; needed when the channel is the phone.", NULL, NULL},
    {"channel", "CHANNEL", "channel", 0, "email (default) or phone.", NULL, NULL},
    {"accept-terms", "", TERMS_ACCEPTED, OPTION_SWITCH, TERMS_HELP, NULL, NULL},
    {"terms-version", "VERSION", TERMS_VERSION, 0, "The version that was shown.", NULL, "2026-01"},
    {"password", "", "password", OPTION_SECRET, "the password", NULL, NULL},
    {"password-again", "", "password_confirmation", OPTION_SECRET | OPTION_REPEATS,
     "the password again", NULL, NULL},
    {0},
};

static const struct option send_options[] = {
    {"sign-up", "ID", "sign_up_id", OPTION_REQUIRED,
     "The sign-up; the profile's last one when not given.", "sign_up_id", NULL},
    {"delivery", "KIND", "delivery", 0, "email, sms or voice.", NULL, NULL},
    {"phone", "NUMBER", "phone", 0, "Use this phone instead.", NULL, NULL},
    {0},
};

static const struct option verify_options[] = {
    {"code", "CODE", "code", OPTION_REQUIRED | OPTION_POSITIONAL, "The six digits that came.", NULL,
     NULL},
    {"sign-up", "ID", "sign_up_id", OPTION_REQUIRED,
     "The sign-up; the profile's last one when not given.", "sign_up_id", NULL},
    {0},
};

/* By what one logs in afterwards is what the code went to. */
static char *log_in_phone(const Identity__V1__StartSignUpRequest *started)
{
    static char none[] = "";
    return started->channel == IDENTITY__V1__CHANNEL__CHANNEL_PHONE ? started->phone : none;
}

static bool remember_sign_up(struct invocation *invocation)
{
    const Identity__V1__StartSignUpResponse *response = (const void *)invocation->response;
    profile_set(&invocation->profile, "sign_up_id", response->sign_up_id);
    const Identity__V1__StartSignUpRequest *started = (const void *)invocation->request;
    session_remember_address(invocation, started->email, log_in_phone(started));
    return true;
}

/* "Use this phone instead": then it is the number by which one logs in. */
static bool remember_phone(struct invocation *invocation)
{
    const Identity__V1__SendCodeRequest *sent = (const void *)invocation->request;
    if (sent->phone[0] != '\0')
        session_remember_address(invocation, "", sent->phone);
    return true;
}

static bool forget_sign_up(struct invocation *invocation)
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
    forget_sign_up(invocation);
    return invocation_keep(invocation) ? EXIT_DONE : EXIT_UNREPORTED;
}

static enum exit_code open_account(struct invocation *invocation)
{
    enum exit_code code = invocation_perform(invocation);
    if (code != EXIT_DONE)
        return code;
    const Identity__V1__StartSignUpRequest *started = (const void *)invocation->request;
    char *sign_up_id =
        ((const Identity__V1__StartSignUpResponse *)(const void *)invocation->response)->sign_up_id;
    remember_sign_up(invocation);
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

static const char *const start_examples[] = {
    "signup start --country CN --email agency@example.com --accept-terms",
    "signup start --country CN --email agency@example.com --phone +8613800138000 --channel phone "
    "--accept-terms "
    "--password-file secret.txt",
    NULL};
static const char *const send_examples[] = {
    "signup send-code", "signup send-code --delivery sms --phone +8613800138000", NULL};
static const char *const verify_examples[] = {"signup verify 123456", NULL};
static const char *const open_examples[] = {
    "account open --country CN --email agency@example.com --accept-terms", NULL};

const struct command sign_up_commands[] = {
    {.noun = "account",
     .verb = "open",
     .summary = "Opens an account: signs up, asks for the code that was sent, logs in.",
     .service = SIGN_UP,
     .method = "StartSignUp",
     .options = start_options,
     .secret_file_option = "password-file",
     .examples = open_examples,
     .run = open_account,
     .keeps = true,
     .answer = &identity__v1__verify_code_response__descriptor},
    {.noun = "signup",
     .verb = "start",
     .summary = "Starts a sign-up; nothing is sent yet.",
     .service = SIGN_UP,
     .method = "StartSignUp",
     .options = start_options,
     .secret_file_option = "password-file",
     .examples = start_examples,
     .remember = remember_sign_up},
    {.noun = "signup",
     .verb = "send-code",
     .summary = "Sends a code of six digits, by e-mail or to the phone.",
     .service = SIGN_UP,
     .method = "SendCode",
     .options = send_options,
     .examples = send_examples,
     .remember = remember_phone},
    {.noun = "signup",
     .verb = "verify",
     .summary = "Opens the account with the code.",
     .service = SIGN_UP,
     .method = "VerifyCode",
     .options = verify_options,
     .examples = verify_examples,
     .remember = forget_sign_up},
    {0},
};
