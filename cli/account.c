/* kontor contact, address: what the profile keeps of them, and what kind of address is meant. */
#include "cli/functions.h"
#include "cli/session.h"
#include "identity/v1/account.pb-c.h"

/* One who logged in by the number does so by the e-mail address from now on. */
bool account_remember_address(struct invocation *invocation)
{
    const Identity__V1__ConfirmContactVerificationResponse *answer =
        (const void *)invocation->response;
    if (answer->account != NULL && answer->account->email_verified)
        session_remember_address(invocation, answer->account->email, "");
    return true;
}

bool account_remember_verification(struct invocation *invocation)
{
    const Identity__V1__StartContactVerificationResponse *response =
        (const void *)invocation->response;
    profile_set(&invocation->profile, "verification_id", response->verification_id);
    return true;
}

const char *account_choose_address(struct invocation *invocation)
{
    return invocation_value(invocation, "corporation") != NULL ? "corporate" : "individual";
}
