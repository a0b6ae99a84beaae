#include "identity/service/account_service.h"

#include <assert.h>

#include "identity/service/start.h"
#include "identity/service/fields.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/timestamp.h"

/* ---- GetAccount ---- */

/* The billing address is kept as one of the messages it came in; the type says which. */
static ProtobufCMessage *open_billing_address(struct call *call, const struct identity *identity,
                                              const struct account_row *row,
                                              const ProtobufCMessageDescriptor *descriptor)
{
    struct bytes packed = keys_open(&identity->keys, call_arena(call), LABEL_BILLING_ADDRESS,
                                    row->billing_address_sealed);
    return packed.data != NULL ? message_unpack(call_arena(call), descriptor, packed) : NULL;
}

static bool answer_billing_address(struct call *call, const struct identity *identity,
                                   const struct account_row *row,
                                   Identity__V1__GetAccountResponse *response)
{
    switch (row->account.type) {
    case ACCOUNT_TYPE_INDIVIDUAL:
        response->individual = (Identity__V1__IndividualBillingAddress *)open_billing_address(
            call, identity, row, &identity__v1__individual_billing_address__descriptor);
        response->billing_address_case =
            IDENTITY__V1__GET_ACCOUNT_RESPONSE__BILLING_ADDRESS_INDIVIDUAL;
        return response->individual != NULL;
    case ACCOUNT_TYPE_CORPORATE:
        response->corporate = (Identity__V1__CorporateBillingAddress *)open_billing_address(
            call, identity, row, &identity__v1__corporate_billing_address__descriptor);
        response->billing_address_case =
            IDENTITY__V1__GET_ACCOUNT_RESPONSE__BILLING_ADDRESS_CORPORATE;
        return response->corporate != NULL;
    case ACCOUNT_TYPE_NONE:
        break;
    }
    return true;
}

static int account_service_get_account_call(struct call *call,
                                            const Identity__V1__GetAccountRequest *request,
                                            Identity__V1__GetAccountResponse *response)
{
    struct identity *identity = call_context(call);
    struct account_row row;
    struct id account_id = field_id(call, "account_id", request->account_id);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    int no = account_read(call, identity, account_id, &row);
    if (no != 0)
        return no;
    response->account = account_to_message(call, identity, &row);
    bool complete =
        response->account != NULL && answer_billing_address(call, identity, &row, response);
    return complete ? 0 : FAILURE_INTERNAL;
}
RPC_UNARY(account_service_get_account, Identity__V1__AccountService,
          Identity__V1__GetAccountRequest, Identity__V1__GetAccountResponse)

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

static Identity__V1__Channel channel_to_message(enum channel channel)
{
    return channel == CHANNEL_EMAIL ? IDENTITY__V1__CHANNEL__CHANNEL_EMAIL
                                    : IDENTITY__V1__CHANNEL__CHANNEL_PHONE;
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
        message->channel = channel_to_message(channel_complement(account->sign_up_channel));
    return message;
}

static int
account_service_get_onboarding_state_call(struct call *call,
                                          const Identity__V1__GetOnboardingStateRequest *request,
                                          Identity__V1__GetOnboardingStateResponse *response)
{
    struct account_row row;
    struct onboarding_step steps[ONBOARDING_STEPS_MAX];
    struct id account_id = field_id(call, "account_id", request->account_id);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    int no = account_read(call, call_context(call), account_id, &row);
    if (no != 0)
        return no;
    response->n_steps = onboarding_steps(&row.account, request->payment_method_present, steps);
    response->steps =
        arena_alloc_array(call_arena(call), response->n_steps, sizeof *response->steps);
    for (size_t i = 0; i < response->n_steps; i++) {
        response->steps[i] = step_to_message(call, &steps[i], &row.account);
    }
    return 0;
}
RPC_UNARY(account_service_get_onboarding_state, Identity__V1__AccountService,
          Identity__V1__GetOnboardingStateRequest, Identity__V1__GetOnboardingStateResponse)

/* ---- ListOnboardingRecords (ID-38) ---- */

static Identity__V1__OnboardingRecord *record_to_message(struct call *call,
                                                         const struct onboarding_record *record)
{
    Identity__V1__OnboardingRecord *message = arena_alloc(call_arena(call), sizeof *message);
    identity__v1__onboarding_record__init(message);
    message->record_time = timestamp_from_us(call_arena(call), record->recorded_us);
    message->kind = arena_strdup(call_arena(call), record->kind);
    message->detail = arena_strdup(call_arena(call), record->detail);
    return message;
}

static int account_service_list_onboarding_records_call(
    struct call *call, const Identity__V1__ListOnboardingRecordsRequest *request,
    Identity__V1__ListOnboardingRecordsResponse *response)
{
    struct identity *identity = call_context(call);
    struct onboarding_records records;
    struct id account_id = field_id(call, "account_id", request->account_id);
    struct id after_id = field_id_or_none(call, "page_token", request->page_token);
    size_t page_size = field_page_size(call, request->page_size);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    int no = account_store_list_records(reader_of(call_task(call), identity->database), account_id,
                                        after_id, (int64_t)page_size + 1, &records);
    if (no != 0)
        return no;
    size_t count = records.count < page_size ? records.count : page_size;
    response->records = arena_alloc_array(call_arena(call), count + 1, sizeof *response->records);
    for (size_t i = 0; i < count; i++) {
        response->records[i] = record_to_message(call, &records.items[i]);
    }
    response->n_records = count;
    if (records.count > count)
        response->next_page_token = id_to_message(call, records.items[count - 1].record_id);
    return 0;
}
RPC_UNARY(account_service_list_onboarding_records, Identity__V1__AccountService,
          Identity__V1__ListOnboardingRecordsRequest, Identity__V1__ListOnboardingRecordsResponse)

/* ---- the rpcs in files of their own ---- */

RPC_UNARY(account_service_add_billing_address, Identity__V1__AccountService,
          Identity__V1__AddBillingAddressRequest, Identity__V1__AddBillingAddressResponse)
RPC_UNARY(account_service_start_contact_verification, Identity__V1__AccountService,
          Identity__V1__StartContactVerificationRequest,
          Identity__V1__StartContactVerificationResponse)
RPC_UNARY(account_service_confirm_contact_verification, Identity__V1__AccountService,
          Identity__V1__ConfirmContactVerificationRequest,
          Identity__V1__ConfirmContactVerificationResponse)

void account_service_mount(struct rpc_server *server, struct identity *identity)
{
    static Identity__V1__AccountService_Service service =
        IDENTITY__V1__ACCOUNT_SERVICE__INIT(account_service_);
    rpc_server_mount(server, &service.base, identity);
}
