/* The demands of an account on whoever acts in it (ID-43). */
#include <inttypes.h>

#include "identity/domain/session_policy.h"
#include "identity/service/company_service.h"
#include "identity/service/fields.h"
#include "identity/service/security.h"
#include "identity/service/start.h"
#include "identity/service/words.h"
#include "identity/store/role_store.h"
#include "identity/store/session_policy_store.h"
#include "identity/v1/session_policy.pb-c.h"
#include "runtime/rpc/field.h"

#define set_session_policy_admit(call) caller_admit(call)
#define set_session_policy_read set_session_policy_read
#define clear_session_networks_admit(call) operator_admit(call, ROLE_OPERATOR_REVIEW)
#define clear_session_networks_read clear_session_networks_read
#include "identity/service/session_policy_rpc.h"

#define REASON_BYTES_MAX 200

static Identity__V1__SessionPolicy *policy_to_message(struct call *call,
                                                      const struct session_policy *policy)
{
    Identity__V1__SessionPolicy *message = arena_alloc(call_arena(call), sizeof *message);
    identity__v1__session_policy__init(message);
    message->n_networks = words_to_message(call, policy->networks, &message->networks);
    message->lifetime_minutes = (int32_t)policy->lifetime_minutes;
    message->idle_minutes = (int32_t)policy->idle_minutes;
    message->sessions_max = (int32_t)policy->sessions_max;
    message->device_trust_hours = (int32_t)policy->device_trust_hours;
    return message;
}

/* 0 demands nothing. */
static void field_limit(struct call *call, const char *field, int64_t value, int64_t min,
                        int64_t max)
{
    if (value != 0 && (value < min || value > max))
        call_add_field_violation(
            call, field, FAULT_OUT_OF_RANGE,
            arena_printf(call_arena(call), "Must be 0, or %" PRId64 " to %" PRId64 ".", min, max));
}

static void set_session_policy_read(struct call *call,
                                    const Identity__V1__SetSessionPolicyRequest *message,
                                    struct set_session_policy *request)
{
    set_session_policy_fields(call, message, request);
    field_networks(call, "networks", request->networks, request->n_networks,
                   SESSION_POLICY_NETWORKS_MAX);
    field_limit(call, "lifetime_minutes", request->lifetime_minutes,
                SESSION_POLICY_LIFETIME_MINUTES_MIN, SESSION_POLICY_LIFETIME_MINUTES_MAX);
    field_limit(call, "idle_minutes", request->idle_minutes, SESSION_POLICY_IDLE_MINUTES_MIN,
                SESSION_POLICY_IDLE_MINUTES_MAX);
    field_limit(call, "sessions_max", request->sessions_max, 1, SESSION_POLICY_SESSIONS_MAX);
    field_limit(call, "device_trust_hours", request->device_trust_hours, 1,
                SESSION_POLICY_TRUST_HOURS_MAX);
}

static int set_session_policy(struct mutation *mutation, const struct set_session_policy *request,
                              Identity__V1__SetSessionPolicyResponse *response)
{
    struct call *call = mutation->call;
    const struct session_policy policy = {
        .networks = words_join(call, request->networks, request->n_networks),
        .lifetime_minutes = request->lifetime_minutes,
        .idle_minutes = request->idle_minutes,
        .sessions_max = request->sessions_max,
        .device_trust_hours = request->device_trust_hours};
    int no = administrator_lock(mutation, request->account_id);
    if (no != 0)
        return no;
    enum session_policy_setting_verdict verdict =
        session_policy_set_decide(&policy, caller_address(call), request->may_shut_out);
    if (verdict != SESSION_POLICY_SET)
        return call_refuse(call, session_policy_setting_refusal(verdict),
                           REFUSAL_TERMS({"network", caller_network(call)}));
    response->policy = policy_to_message(call, &policy);
    no = session_policy_store_put(mutation->transaction, request->account_id, &policy);
    return no != 0 ? no
                   : security_note(call, mutation->transaction,
                                   &(struct security_event){.account_id = request->account_id,
                                                            .kind = SECURITY_SESSION_POLICY_SET,
                                                            .noted_us = mutation->now_us});
}

/* ---- by an operator, for whoever shut themself out ---- */

static void clear_session_networks_read(struct call *call,
                                        const Identity__V1__ClearSessionNetworksRequest *message,
                                        struct clear_session_networks *request)
{
    clear_session_networks_fields(call, message, request);
    field_text(call, "reason", request->reason, 1, REASON_BYTES_MAX);
}

static int clear_session_networks(struct mutation *mutation,
                                  const struct clear_session_networks *request,
                                  Identity__V1__ClearSessionNetworksResponse *response)
{
    struct call *call = mutation->call;
    struct transaction *transaction = mutation->transaction;
    struct account_row account;
    struct session_policy policy;
    bool exists = false;
    int no = account_store_lock(transaction, request->account_id, &account, &exists);
    if (no == 0 && !exists)
        return call_refuse(call, &account_not_found, NO_TERMS);
    if (no == 0)
        no = session_policy_store_read_within(transaction, request->account_id, &policy);
    if (no != 0)
        return no;
    policy.networks = "";
    response->policy = policy_to_message(call, &policy);
    no = session_policy_store_put(transaction, request->account_id, &policy);
    return no != 0
               ? no
               : security_tell(call, transaction,
                               &(struct security_event){.principal_id = account.account.owner_id,
                                                        .account_id = request->account_id,
                                                        .actor_id = caller_id(call),
                                                        .kind = SECURITY_SESSION_NETWORKS_CLEARED,
                                                        .detail = request->reason,
                                                        .noted_us = mutation->now_us});
}

static int get_session_policy(struct call *call, const struct get_session_policy *request,
                              Identity__V1__GetSessionPolicyResponse *response)
{
    struct session_policy policy;
    int no = session_policy_store_read(identity_reader(call), request->account_id, &policy);
    if (no == 0)
        response->policy = policy_to_message(call, &policy);
    return no;
}
