/* kontor contact, address: what the profile keeps of them, and what kind of address is meant. */
#include "cli/functions.h"
#include "cli/session.h"
#include "identity/v1/account.pb-c.h"
#include "identity/v1/contact_change.pb-c.h"

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

bool account_remember_change(struct invocation *invocation)
{
    const Identity__V1__StartContactChangeRequest *request = (const void *)invocation->request;
    const Identity__V1__StartContactChangeResponse *response = (const void *)invocation->response;
    bool by_email = request->delivery == IDENTITY__V1__DELIVERY__DELIVERY_EMAIL;
    profile_set(&invocation->profile, "change_id", response->change_id);
    profile_set(&invocation->profile, "change_channel", by_email ? "email" : "phone");
    return true;
}

/* One logs in by the new one, once it is there. */
bool account_remember_changed(struct invocation *invocation)
{
    const Identity__V1__ConfirmContactChangeResponse *response = (const void *)invocation->response;
    const Identity__V1__Account *account = response->account;
    if (response->effective_time == NULL && account != NULL)
        session_remember_address(invocation, account->email,
                                 account->email_verified ? "" : account->phone);
    return true;
}

const char *account_choose_address(struct invocation *invocation)
{
    return invocation_value(invocation, "corporation") != NULL ? "corporate" : "individual";
}
