/* The policies of entry channels (ID-42): set and read by operators. */
#include "identity/service/channel_policy.h"

#include "identity/domain/promotion.h"
#include "identity/service/identity_service.h"
#include "identity/service/start.h"
#include "identity/store/promotion_store.h"
#include "identity/v1/channel_policy.pb-c.h"
#include "runtime/rpc/timestamp.h"

#define set_channel_policy_admit(call) operator_admit(call, ROLE_OPERATOR_ADMINISTRATOR)
#define set_channel_policy_read set_channel_policy_read
#define set_channel_policy_scope(call, request) caller_id(call)
#define get_channel_policies_admit(call) caller_admit(call)
#include "identity/service/channel_policy_rpc.h"

static_assert((int)POLICY_FACTOR == (int)IDENTITY__V1__POLICY_STEP__POLICY_STEP_FACTOR,
              "steps are the wire's");

static size_t steps_to_message(struct call *call, unsigned steps,
                               Identity__V1__PolicyStep **messages)
{
    size_t count = 0;
    *messages = arena_alloc_array(call_arena(call), POLICY_STEP_END, sizeof **messages);
    for (enum policy_step step = POLICY_NONE + 1; step < POLICY_STEP_END; step++)
        if ((steps & 1U << step) != 0)
            (*messages)[count++] = (Identity__V1__PolicyStep)step;
    return count;
}

Identity__V1__ChannelPolicy *
channel_policy_to_message(struct call *call, const struct channel_policy *policy, bool to_operator)
{
    struct arena *arena = call_arena(call);
    Identity__V1__ChannelPolicy *message = arena_alloc(arena, sizeof *message);
    identity__v1__channel_policy__init(message);
    message->entry_channel = (Identity__V1__EntryChannel)policy->channel;
    message->n_feature_steps = steps_to_message(call, policy->features, &message->feature_steps);
    message->n_provisioning_steps =
        steps_to_message(call, policy->provisioning, &message->provisioning_steps);
    message->has_trial = !text_is_empty(policy->trial_code);
    if (policy->set_us == 0)
        return message;
    message->set_time = timestamp_from_us(arena, policy->set_us);
    if (!to_operator)
        return message;
    message->trial_code = arena_strdup(arena, policy->trial_code);
    message->operator_principal_id = id_to_message(call, policy->set_by);
    return message;
}

/* Each once. */
static unsigned field_steps(struct call *call, const char *field,
                            const Identity__V1__PolicyStep *steps, size_t count)
{
    unsigned bits = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned step = (unsigned)steps[i];
        bool is_one = step > POLICY_NONE && step < POLICY_STEP_END;
        if (!is_one || (bits & 1U << step) != 0) {
            call_add_field_violation(call, field, FAULT_UNKNOWN_VALUE,
                                     "Must be steps of a policy, each once.");
            break;
        }
        bits |= 1U << step;
    }
    return bits;
}

static void set_channel_policy_read(struct call *call,
                                    const Identity__V1__SetChannelPolicyRequest *message,
                                    struct set_channel_policy *request)
{
    char *code = arena_strdup(call_arena(call), message->trial_code);
    set_channel_policy_fields(call, message, request);
    if ((int)request->entry_channel < ENTRY_DIRECT || (int)request->entry_channel > ENTRY_UPGRADE)
        call_add_field_violation(call, "entry_channel", FAULT_UNKNOWN_VALUE,
                                 "Must be DIRECT, REFERRAL, PARTNER or UPGRADE.");
    (void)field_steps(call, "feature_steps", request->feature_steps, request->n_feature_steps);
    (void)field_steps(call, "provisioning_steps", request->provisioning_steps,
                      request->n_provisioning_steps);
    if (!text_is_empty(code) && !promotion_code_read(code))
        call_add_field_violation(call, "trial_code", FAULT_MALFORMED,
                                 "Must be 3 to 32 letters, digits and \"-\".");
    request->trial_code = code;
}

/* It must be there to be given. */
static int admit_trial(struct mutation *mutation, const char *code)
{
    struct promotion promotion;
    bool found = false;
    if (text_is_empty(code))
        return 0;
    int no = promotion_store_lock(mutation->transaction, code, &promotion, &found);
    if (no != 0)
        return no;
    bool is_given = found && promotion.trial && promotion.ended_us == 0;
    return is_given ? 0
                    : call_refuse(mutation->call, promotion_refusal(PROMOTION_UNKNOWN), NO_TERMS);
}

static int set_channel_policy(struct mutation *mutation, const struct set_channel_policy *request,
                              Identity__V1__SetChannelPolicyResponse *response)
{
    struct call *call = mutation->call;
    const struct channel_policy policy = {
        .channel = (enum entry_channel)request->entry_channel,
        .features =
            field_steps(call, "feature_steps", request->feature_steps, request->n_feature_steps),
        .provisioning = field_steps(call, "provisioning_steps", request->provisioning_steps,
                                    request->n_provisioning_steps),
        .trial_code = request->trial_code,
        .set_by = caller_id(call),
        .set_us = mutation->now_us};
    int no = admit_trial(mutation, request->trial_code);
    if (no != 0)
        return no;
    response->policy = channel_policy_to_message(call, &policy, true);
    return channel_policy_store_put(mutation->transaction, &policy);
}

static int get_channel_policies(struct call *call, const struct get_channel_policies *request,
                                Identity__V1__GetChannelPoliciesResponse *response)
{
    int no = 0;
    (void)request;
    response->policies =
        arena_alloc_array(call_arena(call), ENTRY_UPGRADE, sizeof *response->policies);
    for (enum entry_channel channel = ENTRY_DIRECT; no == 0 && channel <= ENTRY_UPGRADE;
         channel++) {
        struct channel_policy policy;
        no = channel_policy_store_find(identity_reader(call), channel, &policy);
        if (no == 0)
            response->policies[response->n_policies++] =
                channel_policy_to_message(call, &policy, true);
    }
    return no;
}
