/* The demands of an account on factors (ID-32). */
#include "identity/domain/mfa_policy.h"
#include "identity/domain/role.h"
#include "identity/service/fields.h"
#include "identity/service/start.h"
#include "identity/store/mfa_policy_store.h"
#include "identity/store/role_store.h"
#include "identity/v1/mfa_policy.pb-c.h"

#define set_mfa_policy_admit(call) caller_admit(call)
#define set_mfa_policy_read set_mfa_policy_read
#include "identity/service/mfa_policy_rpc.h"

#define ROLES_MAX 8

static_assert((int)MFA_DEMAND_NONE == (int)IDENTITY__V1__MFA_DEMAND__MFA_DEMAND_NONE &&
                  (int)MFA_DEMAND_REQUIRED == (int)IDENTITY__V1__MFA_DEMAND__MFA_DEMAND_REQUIRED,
              "demands are the wire's");

static Identity__V1__MfaPolicy *policy_to_message(struct call *call,
                                                  const struct mfa_policy *policy)
{
    Identity__V1__MfaPolicy *message = arena_alloc(call_arena(call), sizeof *message);
    identity__v1__mfa_policy__init(message);
    message->money = (Identity__V1__MfaDemand)policy->money;
    message->who_may_what = (Identity__V1__MfaDemand)policy->who_may_what;
    message->n_required_roles =
        roles_to_message(call, policy->required_roles, &message->required_roles);
    return message;
}

static void field_demand(struct call *call, const char *field, Identity__V1__MfaDemand value)
{
    if ((int)value < MFA_DEMAND_UNSPECIFIED || (int)value > MFA_DEMAND_REQUIRED)
        call_add_field_violation(call, field, FAULT_UNKNOWN_VALUE, "The demand is unknown.");
}

static void set_mfa_policy_read(struct call *call, const Identity__V1__SetMfaPolicyRequest *message,
                                struct set_mfa_policy *request)
{
    set_mfa_policy_fields(call, message, request);
    field_demand(call, "money", request->money);
    field_demand(call, "who_may_what", request->who_may_what);
    if (request->n_required_roles > ROLES_MAX)
        call_add_field_violation(call, "required_roles", FAULT_OUT_OF_RANGE, "There are too many.");
    else
        for (size_t i = 0; i < request->n_required_roles; i++)
            field_role(call, "required_roles", request->required_roles[i]);
}

static enum mfa_demand demand_read(Identity__V1__MfaDemand wire)
{
    return wire == IDENTITY__V1__MFA_DEMAND__MFA_DEMAND_UNSPECIFIED ? MFA_DEMAND_WHEN_ENROLLED
                                                                    : (enum mfa_demand)wire;
}

static int set_mfa_policy(struct mutation *mutation, const struct set_mfa_policy *request,
                          Identity__V1__SetMfaPolicyResponse *response)
{
    struct call *call = mutation->call;
    struct mfa_policy policy = {demand_read(request->money), demand_read(request->who_may_what),
                                ROLE_NONE};
    int no = administrator_lock(mutation, request->account_id);
    if (no != 0)
        return no;
    for (size_t i = 0; i < request->n_required_roles; i++)
        policy.required_roles |= (unsigned)role_of_message(request->required_roles[i]);
    response->policy = policy_to_message(call, &policy);
    return mfa_policy_store_put(mutation->transaction, request->account_id, &policy);
}

static int get_mfa_policy(struct call *call, const struct get_mfa_policy *request,
                          Identity__V1__GetMfaPolicyResponse *response)
{
    struct mfa_policy policy;
    int no = mfa_policy_store_read(identity_reader(call), request->account_id, &policy);
    if (no == 0)
        response->policy = policy_to_message(call, &policy);
    return no;
}
