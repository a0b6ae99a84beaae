#include "cli/step_up.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/secret_input.h"
#include "identity/v1/session.pb-c.h"
#include "runtime/rpc/status.h"

#define DIGITS 6

static bool is_enrolled(struct arena *arena, const struct rpc_status *status)
{
    struct status read;
    return status_unpack(arena, status->packed, &read) &&
           text_equal(status_term(&read, "enrolled"), "true");
}

static bool asks_for_a_factor(const struct rpc_status *status)
{
    return strcmp(status->reason, "MFA_REQUIRED") == 0 ||
           strcmp(status->reason, "DEVICE_NOT_TRUSTED") == 0;
}

static void fill(Identity__V1__ProveFactorRequest *request, char *code)
{
    bool of_app = strlen(code) == DIGITS && strspn(code, "0123456789") == DIGITS;
    request->proof_case = of_app ? IDENTITY__V1__PROVE_FACTOR_REQUEST__PROOF_TOTP_CODE
                                 : IDENTITY__V1__PROVE_FACTOR_REQUEST__PROOF_RECOVERY_CODE;
    if (of_app)
        request->totp_code = code;
    else
        request->recovery_code = code;
}

static bool prove(struct invocation *invocation, char *code)
{
    const ProtobufCServiceDescriptor *service = &identity__v1__session_service__descriptor;
    Identity__V1__ProveFactorRequest request = IDENTITY__V1__PROVE_FACTOR_REQUEST__INIT;
    ProtobufCMessage *answer = NULL;
    struct arena *arena = task_arena(invocation->task);
    const struct rpc_header headers[] = {
        {"authorization",
         arena_printf(arena, "Bearer %s", profile_get(&invocation->profile, "session_token"))},
        {NULL, NULL}};
    const struct rpc_call_options options = {.headers = headers};
    struct rpc_status status = {.sentence = "", .reason = ""};
    fill(&request, code);
    enum failure failure = rpc_client_call(invocation->task, invocation->client, service,
                                           rpc_method_index(service, "ProveFactor"), &request.base,
                                           &options, &answer, &status);
    if (failure != FAILURE_NONE || status.code != CODE_OK) {
        fprintf(stderr, "kontor: %s\n",
                status.sentence[0] != '\0' ? status.sentence : "the code could not be proved");
        return false;
    }
    const char *complaint;
    profile_set(&invocation->profile, "session_token",
                ((Identity__V1__ProveFactorResponse *)(void *)answer)->session_token);
    if (profile_write(&invocation->profile, &complaint))
        return true;
    fprintf(stderr, "kontor: %s\n", complaint);
    return false;
}

bool step_up_offer(struct invocation *invocation, const struct rpc_status *status)
{
    struct arena *arena = task_arena(invocation->task);
    if (!asks_for_a_factor(status) || invocation->as_json || !isatty(STDIN_FILENO) ||
        !isatty(STDERR_FILENO) || !is_enrolled(arena, status))
        return false;
    const char *code =
        secret_input_ask(arena, "This needs a factor. Code of your app, or a recovery code");
    return code[0] != '\0' && prove(invocation, arena_strdup(arena, code));
}
