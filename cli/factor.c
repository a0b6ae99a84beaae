/* kontor factor …, step-up: what is proved beside the password (ID-32). */
#include "cli/functions.h"
#include "cli/invocation.h"
#include "identity/v1/factor.pb-c.h"
#include "identity/v1/session.pb-c.h"

/* The token goes to the profile, never to a screen. */
static enum exit_code keep_and_print(struct invocation *invocation, char **token)
{
    char none[] = "";
    profile_set(&invocation->profile, "session_token", *token);
    bool kept = invocation_keep(invocation);
    *token = none;
    invocation_print(invocation, invocation->response);
    return kept ? EXIT_DONE : EXIT_UNREPORTED;
}

enum exit_code factor_run_confirm(struct invocation *invocation)
{
    enum exit_code code = invocation_perform(invocation);
    if (code != EXIT_DONE)
        return code;
    Identity__V1__ConfirmTotpResponse *confirmed = (void *)invocation->response;
    return keep_and_print(invocation, &confirmed->session_token);
}

enum exit_code factor_run_step_up(struct invocation *invocation)
{
    enum exit_code code = invocation_perform(invocation);
    if (code != EXIT_DONE)
        return code;
    Identity__V1__ProveFactorResponse *proved = (void *)invocation->response;
    return keep_and_print(invocation, &proved->session_token);
}

bool factor_remember(struct invocation *invocation)
{
    const Identity__V1__EnrollTotpResponse *enrolled = (const void *)invocation->response;
    profile_set(&invocation->profile, "factor_id", enrolled->factor_id);
    return true;
}
