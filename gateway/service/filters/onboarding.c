#include <assert.h>

#include "gateway/peers/payments_peer.h"
#include "gateway/service/filter.h"
#include "runtime/rpc/message_field.h"
#include "identity/v1/account.pb-c.h"

/* ID-09: identity lists the steps; whether there is a payment method, payments knows. */
static int complete(struct exchange *exchange)
{
    assert(exchange->request->descriptor ==
           &identity__v1__get_onboarding_state_request__descriptor);
    Identity__V1__GetOnboardingStateRequest *request =
        (Identity__V1__GetOnboardingStateRequest *)(void *)exchange->request;
    bool present = false;
    struct rpc_status status;
    int no = payments_method_present(
        (struct peer_call){call_task(exchange->call), exchange->gateway->payments, &status},
        message_field_text(exchange->request, "account_id"), &present);
    request->payment_method_present = present;
    return exchange_result(exchange, no, &status);
}

const struct filter filter_onboarding = {.before = complete};
