#include "identity/service/account_service.h"

#include <assert.h>

#include "identity/service/channel_policy.h"
#include "identity/service/fields.h"
#include "identity/store/role_store.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define add_billing_address_linkage extern
#define add_billing_address_read add_billing_address_read
#define add_billing_address_done(call, request, response) \
    account_answer((call), (request)->account_id, &(response)->account)
#define start_contact_verification_linkage extern
#define start_contact_verification_read start_contact_verification_read
#define start_contact_verification_kept start_contact_verification_kept
#define start_contact_verification_done(call, request, response) messages_deliver(call)
#define confirm_contact_verification_linkage extern
#define confirm_contact_verification_read confirm_contact_verification_read
#define confirm_contact_verification_done(call, request, response) \
    account_answer((call), (request)->account_id, &(response)->account)
#define set_environment_read set_environment_read
#define set_environment_done(call, request, response) \
    account_answer((call), (request)->account_id, &(response)->account)
#define set_region_linkage extern
#define set_region_read set_region_read
#define set_region_done(call, request, response) \
    account_answer((call), (request)->account_id, &(response)->account)
#define confirm_region_linkage extern
#define confirm_region_read confirm_region_read
#define confirm_region_done(call, request, response) \
    account_answer((call), (request)->account_id, &(response)->account)
#define list_onboarding_records_linkage extern
#define upgrade_account_linkage extern
#define upgrade_account_done(call, request, response) \
    account_answer((call), (request)->account_id, &(response)->account)
#define convert_account_linkage extern
#define convert_account_admit(call) caller_admit(call)
#define convert_account_read convert_account_read
#define convert_account_done(call, request, response) \
    (messages_deliver(call), account_answer((call), (request)->account_id, &(response)->account))
#define export_onboarding_linkage extern
#define list_my_accounts_admit(call) caller_admit(call)
#include "identity/service/account_rpc.h"

/* ---- SetEnvironment (GW-09) ---- */

static_assert((int)ENVIRONMENT_DEVELOPMENT ==
                      (int)IDENTITY__V1__ENVIRONMENT__ENVIRONMENT_DEVELOPMENT &&
                  (int)ENVIRONMENT_TEST == (int)IDENTITY__V1__ENVIRONMENT__ENVIRONMENT_TEST &&
                  (int)ENVIRONMENT_PRODUCTION ==
                      (int)IDENTITY__V1__ENVIRONMENT__ENVIRONMENT_PRODUCTION,
              "environments are the wire's");

static void set_environment_read(struct call *call,
                                 const Identity__V1__SetEnvironmentRequest *message,
                                 struct set_environment *request)
{
    set_environment_fields(call, message, request);
    int environment = (int)request->environment;
    if (environment < ENVIRONMENT_DEVELOPMENT || environment > ENVIRONMENT_PRODUCTION)
        call_add_field_violation(call, "environment", FAULT_UNKNOWN_VALUE,
                                 "The environment is not DEVELOPMENT, TEST or PRODUCTION.");
}

static int set_environment(struct mutation *mutation, const struct set_environment *request,
                           Identity__V1__SetEnvironmentResponse *response)
{
    struct account_row row;
    (void)response;
    int no = account_lock(mutation, request->account_id, &row);
    return no != 0 ? no
                   : account_store_set_environment(mutation->transaction, request->account_id,
                                                   (enum environment)request->environment);
}

/* ---- GetAccount ---- */

/* The billing address is kept as one of the messages it came in; the type says which. */
static ProtobufCMessage *open_billing_address(struct call *call, const struct account_row *row,
                                              const ProtobufCMessageDescriptor *descriptor)
{
    struct bytes packed = keys_open(&identity_of(call)->keys, call_arena(call),
                                    LABEL_BILLING_ADDRESS, row->billing_address_sealed);
    return packed.data != NULL ? message_unpack(call_arena(call), descriptor, packed) : NULL;
}

static bool answer_billing_address(struct call *call, const struct account_row *row,
                                   Identity__V1__GetAccountResponse *response)
{
    switch (row->account.type) {
    case ACCOUNT_TYPE_INDIVIDUAL:
        response->individual = (Identity__V1__IndividualBillingAddress *)open_billing_address(
            call, row, &identity__v1__individual_billing_address__descriptor);
        response->billing_address_case =
            IDENTITY__V1__GET_ACCOUNT_RESPONSE__BILLING_ADDRESS_INDIVIDUAL;
        return response->individual != NULL;
    case ACCOUNT_TYPE_CORPORATE:
        response->corporate = (Identity__V1__CorporateBillingAddress *)open_billing_address(
            call, row, &identity__v1__corporate_billing_address__descriptor);
        response->billing_address_case =
            IDENTITY__V1__GET_ACCOUNT_RESPONSE__BILLING_ADDRESS_CORPORATE;
        return response->corporate != NULL;
    case ACCOUNT_TYPE_NONE:
        break;
    }
    return true;
}

static int get_account(struct call *call, const struct get_account *request,
                       Identity__V1__GetAccountResponse *response)
{
    struct account_row row;
    struct channel_policy policy;
    int no = account_read(call, request->account_id, &row);
    if (no == 0)
        no = channel_policy_store_find(identity_reader(call), channel_policy_channel(&row.account),
                                       &policy);
    if (no != 0)
        return no;
    response->account = account_to_message(call, &row);
    response->channel_policy = channel_policy_to_message(call, &policy, false);
    bool opened = response->account != NULL && answer_billing_address(call, &row, response);
    return opened ? 0 : FAILURE_INTERNAL;
}

/* ---- GetOnboardingState (ID-09) ---- */

static Identity__V1__OnboardingStepKind step_kind(enum onboarding_step_kind kind)
{
    switch (kind) {
    case ONBOARDING_VERIFY_SECOND_CHANNEL:
        return IDENTITY__V1__ONBOARDING_STEP_KIND__ONBOARDING_STEP_KIND_VERIFY_SECOND_CHANNEL;
    case ONBOARDING_ADD_BILLING_ADDRESS:
        return IDENTITY__V1__ONBOARDING_STEP_KIND__ONBOARDING_STEP_KIND_ADD_BILLING_ADDRESS;
    case ONBOARDING_ADD_PAYMENT_METHOD:
        return IDENTITY__V1__ONBOARDING_STEP_KIND__ONBOARDING_STEP_KIND_ADD_PAYMENT_METHOD;
    case ONBOARDING_VERIFY_COMPANY:
        return IDENTITY__V1__ONBOARDING_STEP_KIND__ONBOARDING_STEP_KIND_VERIFY_COMPANY;
    }
    assert(false);
    return IDENTITY__V1__ONBOARDING_STEP_KIND__ONBOARDING_STEP_KIND_UNSPECIFIED;
}

static Identity__V1__OnboardingStepState step_state(enum onboarding_step_state state)
{
    switch (state) {
    case ONBOARDING_OPEN:
        return IDENTITY__V1__ONBOARDING_STEP_STATE__ONBOARDING_STEP_STATE_OPEN;
    case ONBOARDING_IN_REVIEW:
        return IDENTITY__V1__ONBOARDING_STEP_STATE__ONBOARDING_STEP_STATE_IN_REVIEW;
    case ONBOARDING_DONE:
        return IDENTITY__V1__ONBOARDING_STEP_STATE__ONBOARDING_STEP_STATE_DONE;
    }
    assert(false);
    return IDENTITY__V1__ONBOARDING_STEP_STATE__ONBOARDING_STEP_STATE_UNSPECIFIED;
}

static Identity__V1__OnboardingStep *step_to_message(struct call *call,
                                                     const struct onboarding_step *step,
                                                     const struct account *account)
{
    Identity__V1__OnboardingStep *message = arena_alloc(call_arena(call), sizeof *message);
    identity__v1__onboarding_step__init(message);
    message->kind = step_kind(step->kind);
    message->state = step_state(step->state);
    if (step->kind == ONBOARDING_VERIFY_SECOND_CHANNEL)
        message->channel = (Identity__V1__Channel)channel_complement(account->sign_up_channel);
    return message;
}

static int get_onboarding_state(struct call *call, const struct get_onboarding_state *request,
                                Identity__V1__GetOnboardingStateResponse *response)
{
    struct account_row row;
    struct onboarding_step steps[ONBOARDING_STEPS_MAX];
    int no = account_read(call, request->account_id, &row);
    if (no != 0)
        return no;
    response->n_steps = onboarding_steps(&row.account, request->payment_method_present, steps);
    response->steps =
        arena_alloc_array(call_arena(call), response->n_steps, sizeof *response->steps);
    for (size_t i = 0; i < response->n_steps; i++)
        response->steps[i] = step_to_message(call, &steps[i], &row.account);
    return 0;
}

/* ---- ListMyAccounts ---- */

static ProtobufCMessage *my_account_to_message(struct call *call, const void *row)
{
    const struct my_account *account = row;
    Identity__V1__MyAccount *message = arena_alloc(call_arena(call), sizeof *message);
    identity__v1__my_account__init(message);
    message->account_id = id_to_message(call, account->account_id);
    message->n_roles = roles_to_message(call, account->roles, &message->roles);
    message->owner = account->owns;
    message->inherited = account->inherited;
    message->type = (Identity__V1__AccountType)account->type;
    message->environment = (Identity__V1__Environment)account->environment;
    if (account->company_name != NULL)
        message->company_name = arena_strdup(call_arena(call), account->company_name);
    return &message->base;
}

static int list_my_accounts(struct call *call, const struct list_my_accounts *request,
                            Identity__V1__ListMyAccountsResponse *response)
{
    struct my_accounts found;
    bool from_page = id_compare(request->after_id, request->after_account_id) > 0;
    const struct my_account_page page = {.principal_id = caller_id(call),
                                         .under_id = request->under_account_id,
                                         .environment = (enum environment)request->environment,
                                         .name_contains = request->name_contains,
                                         .after_id = from_page ? request->after_id
                                                               : request->after_account_id,
                                         .limit = page_limit(request->page_size)};
    int no = role_store_list_accounts(identity_reader(call), &page, &found);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, found.items, found.count, account_id,
                                      my_account_to_message),
                                 &response->base);
}
