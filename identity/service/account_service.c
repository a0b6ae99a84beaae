#include "identity/v1/account.pb-c.h"

#include <assert.h>

#include "identity/service/code_sender.h"
#include "identity/service/fields.h"
#include "identity/service/identity_service.h"
#include "identity/v1/event.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/timestamp.h"

#define NAME_BYTES_MAX 256
#define PLACE_BYTES_MAX 128
#define STREET_BYTES_MAX 256
#define POSTAL_CODE_BYTES_MAX 16

static const struct refusal contact_changed = {"CONTACT_CHANGED", CODE_FAILED_PRECONDITION,
                                               "The contact was changed after the code was sent; ask for a new code."};
static const struct refusal country_mismatch = {"COUNTRY_MISMATCH", CODE_FAILED_PRECONDITION,
                                                "The phone number is not one of the account's country."};

static enum code read_account(struct call *call, const struct identity *identity, struct id account_id, struct account_row *row)
{
    bool exists = false;
    enum failure failure = account_store_read(call_task(call), identity->database, account_id, row, &exists);
    if (failure != FAILURE_NONE)
        return call_fail(call, failure);
    return exists ? CODE_OK : call_refuse(call, &account_not_found, NO_TERMS);
}

static enum code lock_account(struct call *call, struct transaction *transaction, struct id account_id, struct account_row *row,
                              enum failure *failure)
{
    bool exists = false;
    *failure = account_store_lock(call_task(call), transaction, account_id, row, &exists);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    return exists ? CODE_OK : call_refuse(call, &account_not_found, NO_TERMS);
}

/* Read after the mutation, not in it: the answer that is kept with a request id holds no contacts. */
static enum code answer_account(struct call *call, const struct identity *identity, struct id account_id, Identity__V1__Account **account)
{
    struct account_row row;
    enum code code = read_account(call, identity, account_id, &row);
    if (code != CODE_OK)
        return code;
    *account = account_to_message(call, identity, &row);
    return *account != NULL ? CODE_OK : call_fail(call, FAILURE_INTERNAL);
}

/* ---- GetAccount ---- */

/* The billing address is kept as one of the messages it came in; the type says which. */
static ProtobufCMessage *open_billing_address(struct call *call, const struct identity *identity, const struct account_row *row,
                                              const ProtobufCMessageDescriptor *descriptor)
{
    struct bytes packed = keys_open(&identity->keys, call_arena(call), LABEL_BILLING_ADDRESS, row->billing_address_sealed);
    return packed.data != NULL ? message_unpack(call_arena(call), descriptor, packed) : NULL;
}

static bool answer_billing_address(struct call *call, const struct identity *identity, const struct account_row *row,
                                   Identity__V1__GetAccountResponse *response)
{
    switch (row->account.type) {
    case ACCOUNT_TYPE_INDIVIDUAL:
        response->individual = (Identity__V1__IndividualBillingAddress *)open_billing_address(
            call, identity, row, &identity__v1__individual_billing_address__descriptor);
        response->billing_address_case = IDENTITY__V1__GET_ACCOUNT_RESPONSE__BILLING_ADDRESS_INDIVIDUAL;
        return response->individual != NULL;
    case ACCOUNT_TYPE_CORPORATE:
        response->corporate = (Identity__V1__CorporateBillingAddress *)open_billing_address(
            call, identity, row, &identity__v1__corporate_billing_address__descriptor);
        response->billing_address_case = IDENTITY__V1__GET_ACCOUNT_RESPONSE__BILLING_ADDRESS_CORPORATE;
        return response->corporate != NULL;
    case ACCOUNT_TYPE_NONE: break;
    }
    return true;
}

static enum code account_service_get_account_call(struct call *call, const Identity__V1__GetAccountRequest *request,
                                                  Identity__V1__GetAccountResponse *response)
{
    struct identity *identity = call_context(call);
    struct account_row row;
    struct id account_id = field_id(call, "account_id", request->account_id);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    enum code code = read_account(call, identity, account_id, &row);
    if (code != CODE_OK)
        return code;
    response->account = account_to_message(call, identity, &row);
    bool complete = response->account != NULL && answer_billing_address(call, identity, &row, response);
    return complete ? CODE_OK : call_fail(call, FAILURE_INTERNAL);
}
RPC_UNARY(account_service_get_account, Identity__V1__AccountService, Identity__V1__GetAccountRequest, Identity__V1__GetAccountResponse)

/* ---- GetOnboardingState (ID-09) ---- */

static Identity__V1__OnboardingStepKind step_kind(enum onboarding_step_kind kind)
{
    switch (kind) {
    case ONBOARDING_VERIFY_SECOND_CHANNEL: return IDENTITY__V1__ONBOARDING_STEP_KIND__ONBOARDING_STEP_KIND_VERIFY_SECOND_CHANNEL;
    case ONBOARDING_ADD_BILLING_ADDRESS: return IDENTITY__V1__ONBOARDING_STEP_KIND__ONBOARDING_STEP_KIND_ADD_BILLING_ADDRESS;
    case ONBOARDING_ADD_PAYMENT_METHOD: return IDENTITY__V1__ONBOARDING_STEP_KIND__ONBOARDING_STEP_KIND_ADD_PAYMENT_METHOD;
    case ONBOARDING_VERIFY_COMPANY: return IDENTITY__V1__ONBOARDING_STEP_KIND__ONBOARDING_STEP_KIND_VERIFY_COMPANY;
    }
    assert(false);
    return IDENTITY__V1__ONBOARDING_STEP_KIND__ONBOARDING_STEP_KIND_UNSPECIFIED;
}

static Identity__V1__OnboardingStepState step_state(enum onboarding_step_state state)
{
    switch (state) {
    case ONBOARDING_OPEN: return IDENTITY__V1__ONBOARDING_STEP_STATE__ONBOARDING_STEP_STATE_OPEN;
    case ONBOARDING_IN_REVIEW: return IDENTITY__V1__ONBOARDING_STEP_STATE__ONBOARDING_STEP_STATE_IN_REVIEW;
    case ONBOARDING_DONE: return IDENTITY__V1__ONBOARDING_STEP_STATE__ONBOARDING_STEP_STATE_DONE;
    }
    assert(false);
    return IDENTITY__V1__ONBOARDING_STEP_STATE__ONBOARDING_STEP_STATE_UNSPECIFIED;
}

static Identity__V1__Channel channel_to_message(enum channel channel)
{
    return channel == CHANNEL_EMAIL ? IDENTITY__V1__CHANNEL__CHANNEL_EMAIL : IDENTITY__V1__CHANNEL__CHANNEL_PHONE;
}

static Identity__V1__OnboardingStep *step_to_message(struct call *call, const struct onboarding_step *step, const struct account *account)
{
    Identity__V1__OnboardingStep *message = arena_alloc(call_arena(call), sizeof *message);
    if (message == NULL)
        return NULL;
    identity__v1__onboarding_step__init(message);
    message->kind = step_kind(step->kind);
    message->state = step_state(step->state);
    if (step->kind == ONBOARDING_VERIFY_SECOND_CHANNEL)
        message->channel = channel_to_message(channel_complement(account->sign_up_channel));
    return message;
}

static enum code account_service_get_onboarding_state_call(struct call *call, const Identity__V1__GetOnboardingStateRequest *request,
                                                           Identity__V1__GetOnboardingStateResponse *response)
{
    struct account_row row;
    struct onboarding_step steps[ONBOARDING_STEPS_MAX];
    struct id account_id = field_id(call, "account_id", request->account_id);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    enum code code = read_account(call, call_context(call), account_id, &row);
    if (code != CODE_OK)
        return code;
    response->n_steps = onboarding_steps(&row.account, request->payment_method_present, steps);
    response->steps = arena_alloc_array(call_arena(call), response->n_steps, sizeof *response->steps);
    for (size_t i = 0; response->steps != NULL && i < response->n_steps; i++) {
        response->steps[i] = step_to_message(call, &steps[i], &row.account);
        if (response->steps[i] == NULL)
            return call_fail(call, FAILURE_EXHAUSTED);
    }
    return response->steps != NULL ? CODE_OK : call_fail(call, FAILURE_EXHAUSTED);
}
RPC_UNARY(account_service_get_onboarding_state, Identity__V1__AccountService, Identity__V1__GetOnboardingStateRequest,
          Identity__V1__GetOnboardingStateResponse)

/* ---- AddBillingAddress (ID-06, ID-10) ---- */

struct billing_address_call {
    struct identity *identity;
    struct id account_id;
    enum account_type type;
    const ProtobufCMessage *details;
};

static void read_address(struct call *call, const char *field, const Identity__V1__Address *address)
{
    if (address == NULL) {
        call_add_field_violation(call, field, "The address is missing.");
        return;
    }
    field_country(call, "address.country", address->country);
    field_text(call, "address.region", address->region, 0, PLACE_BYTES_MAX);
    field_text(call, "address.city", address->city, 1, PLACE_BYTES_MAX);
    field_text(call, "address.street", address->street, 1, STREET_BYTES_MAX);
    field_text(call, "address.postal_code", address->postal_code, 0, POSTAL_CODE_BYTES_MAX);
}

static void read_contact(struct call *call, const Identity__V1__BillingContact *contact)
{
    if (contact == NULL) { /* ID-10 */
        call_add_field_violation(call, "corporate.contact", "A corporate billing address names a contact.");
        return;
    }
    field_text(call, "corporate.contact.name", contact->name, 1, PLACE_BYTES_MAX);
    if (!email_is_valid(contact->email))
        call_add_field_violation(call, "corporate.contact.email", "The e-mail address is not one.");
    field_phone(call, "corporate.contact.phone", contact->phone);
}

static void read_details(struct call *call, const Identity__V1__AddBillingAddressRequest *request, struct billing_address_call *add)
{
    switch (request->billing_address_case) {
    case IDENTITY__V1__ADD_BILLING_ADDRESS_REQUEST__BILLING_ADDRESS_INDIVIDUAL:
        field_text(call, "individual.name", request->individual->name, 1, NAME_BYTES_MAX);
        read_address(call, "individual.address", request->individual->address);
        add->type = ACCOUNT_TYPE_INDIVIDUAL;
        add->details = &request->individual->base;
        return;
    case IDENTITY__V1__ADD_BILLING_ADDRESS_REQUEST__BILLING_ADDRESS_CORPORATE:
        field_text(call, "corporate.corporation_name", request->corporate->corporation_name, 1, NAME_BYTES_MAX);
        read_address(call, "corporate.address", request->corporate->address);
        read_contact(call, request->corporate->contact);
        add->type = ACCOUNT_TYPE_CORPORATE;
        add->details = &request->corporate->base;
        return;
    default: call_add_field_violation(call, "billing_address", "The billing address is missing: individual or corporate.");
    }
}

static struct bytes seal_details(struct call *call, const struct billing_address_call *add)
{
    struct bytes packed = message_pack(call_arena(call), add->details);
    return packed.data != NULL ? keys_seal(&add->identity->keys, call_arena(call), LABEL_BILLING_ADDRESS, packed) : packed;
}

static enum failure tell_billing_address(struct call *call, struct transaction *transaction, const struct account_row *row, int64_t now_us)
{
    Identity__V1__BillingAddressAdded event = IDENTITY__V1__BILLING_ADDRESS_ADDED__INIT;
    event.account_id = id_to_message(call, row->account.account_id);
    event.corporate = row->account.type == ACCOUNT_TYPE_CORPORATE;
    event.country = arena_strdup(call_arena(call), row->country);
    event.add_time = timestamp_from_us(call_arena(call), now_us);
    if (event.account_id == NULL || event.country == NULL || event.add_time == NULL)
        return FAILURE_EXHAUSTED;
    return event_append(call, transaction, row->account.account_id, &event.base, now_us);
}

static enum failure keep_billing_address(struct call *call, struct transaction *transaction, const struct billing_address_call *add,
                                         const struct account_row *row)
{
    int64_t now_us = clock_now_us();
    struct bytes sealed = seal_details(call, add);
    if (sealed.data == NULL)
        return FAILURE_EXHAUSTED;
    enum failure failure = account_store_add_billing_address(call_task(call), transaction, add->account_id, add->type, sealed, now_us);
    if (failure == FAILURE_NONE)
        failure = account_store_record(call_task(call), transaction, add->account_id, "BILLING_ADDRESS_ADDED",
                                       add->type == ACCOUNT_TYPE_CORPORATE ? "CORPORATE" : "INDIVIDUAL", now_us);
    if (failure == FAILURE_NONE)
        failure = tell_billing_address(call, transaction, row, now_us);
    return failure;
}

static enum code add_billing_address(struct call *call, struct transaction *transaction, ProtobufCMessage *response, void *argument,
                                     enum failure *failure)
{
    const struct billing_address_call *add = argument;
    struct account_row row;
    (void)response;
    enum code code = lock_account(call, transaction, add->account_id, &row, failure);
    if (code != CODE_OK)
        return code;
    enum billing_address_verdict verdict = billing_address_decide(&row.account);
    if (verdict == BILLING_ADDRESS_SECOND_CHANNEL)
        return call_refuse(call, billing_address_refusal(verdict),
                           REFUSAL_TERMS({"channel", channel_name(channel_complement(row.account.sign_up_channel))}));
    if (verdict != BILLING_ADDRESS_ACCEPTED)
        return call_refuse(call, billing_address_refusal(verdict), NO_TERMS);
    row.account.type = add->type;
    *failure = keep_billing_address(call, transaction, add, &row);
    return *failure == FAILURE_NONE ? CODE_OK : call_fail(call, *failure);
}

static enum code account_service_add_billing_address_call(struct call *call, const Identity__V1__AddBillingAddressRequest *request,
                                                          Identity__V1__AddBillingAddressResponse *response)
{
    struct billing_address_call add = {.identity = call_context(call), .account_id = field_id(call, "account_id", request->account_id)};
    read_details(call, request, &add);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    enum code code = call_once(call, add.identity->database, add.account_id, request->request_id, &request->base, &response->base,
                               (struct once_body){add_billing_address}, &add);
    return code == CODE_OK ? answer_account(call, add.identity, add.account_id, &response->account) : code;
}
RPC_UNARY(account_service_add_billing_address, Identity__V1__AccountService, Identity__V1__AddBillingAddressRequest,
          Identity__V1__AddBillingAddressResponse)

/* ---- the second channel (ID-06) ---- */

struct verification_call {
    struct identity *identity;
    struct id account_id;
    enum delivery delivery;
    const char *phone;
    struct id verification_id;
    const char *code;
};

/* A number of the request takes the place of an unverified one; an e-mail address is known since sign-up. */
static enum code choose_contact(struct call *call, struct transaction *transaction, const struct verification_call *start,
                                struct account_row *row, enum failure *failure)
{
    const struct keys *keys = &start->identity->keys;
    if (start->phone[0] == '\0')
        return row->phone_sealed.data != NULL ? CODE_OK : call_invalid(call, "phone", "The phone number is missing.");
    if (!phone_is_of_country(start->phone, country_find(row->country))) /* ID-03 */
        return call_refuse(call, &country_mismatch, REFUSAL_TERMS({"field", "phone"}));
    uint8_t *index = arena_alloc(call_arena(call), KEYED_HASH_SIZE);
    row->phone_sealed = keys_seal_text(keys, call_arena(call), LABEL_PHONE, start->phone);
    if (index == NULL || row->phone_sealed.data == NULL)
        return give_up(call, FAILURE_EXHAUSTED, failure);
    keys_index(keys, start->phone, index);
    row->phone_index = (struct bytes){index, KEYED_HASH_SIZE};
    *failure =
        account_store_put_contact(call_task(call), transaction, start->account_id, CHANNEL_PHONE, row->phone_sealed, row->phone_index);
    return *failure == FAILURE_NONE ? CODE_OK : call_fail(call, *failure);
}

static enum code send_verification(struct call *call, struct transaction *transaction, const struct verification_call *start,
                                   const struct account_row *row, struct code_sent *sent, enum failure *failure)
{
    const struct keys *keys = &start->identity->keys;
    bool by_email = start->delivery == DELIVERY_EMAIL;
    uint8_t email_index[KEYED_HASH_SIZE];
    const char *to = by_email ? keys_open_text(keys, call_arena(call), LABEL_EMAIL, row->email_sealed)
                              : keys_open_text(keys, call_arena(call), LABEL_PHONE, row->phone_sealed);
    if (to == NULL)
        return give_up(call, FAILURE_INTERNAL, failure);
    if (by_email)
        keys_index(keys, to, email_index);
    struct code_order order = {.subject_id = start->account_id,
                               .delivery = start->delivery,
                               .to = to,
                               .destination_index = by_email ? (struct bytes){email_index, sizeof email_index} : row->phone_index};
    return code_send(call, transaction, start->identity, &order, clock_now_us(), sent, failure);
}

static enum code start_verification(struct call *call, struct transaction *transaction, ProtobufCMessage *response, void *argument,
                                    enum failure *failure)
{
    const struct verification_call *start = argument;
    Identity__V1__StartContactVerificationResponse *answer = (Identity__V1__StartContactVerificationResponse *)response;
    enum channel channel = delivery_channel(start->delivery);
    struct account_row row;
    struct code_sent sent;
    enum code code = lock_account(call, transaction, start->account_id, &row, failure);
    if (code != CODE_OK)
        return code;
    enum second_channel_verdict verdict = second_channel_decide(&row.account, channel);
    if (verdict != SECOND_CHANNEL_ACCEPTED)
        return call_refuse(call, second_channel_refusal(verdict),
                           REFUSAL_TERMS({"channel", channel_name(channel_complement(row.account.sign_up_channel))}));
    if (channel == CHANNEL_PHONE)
        code = choose_contact(call, transaction, start, &row, failure);
    if (code == CODE_OK)
        code = send_verification(call, transaction, start, &row, &sent, failure);
    if (code != CODE_OK)
        return code;
    answer->verification_id = id_to_message(call, sent.challenge_id);
    answer->expire_time = timestamp_from_us(call_arena(call), sent.expires_us);
    answer->resend_time = timestamp_from_us(call_arena(call), sent.resend_us);
    bool complete = answer->verification_id != NULL && answer->expire_time != NULL && answer->resend_time != NULL;
    return complete ? CODE_OK : give_up(call, FAILURE_EXHAUSTED, failure);
}

static enum code account_service_start_contact_verification_call(struct call *call,
                                                                 const Identity__V1__StartContactVerificationRequest *request,
                                                                 Identity__V1__StartContactVerificationResponse *response)
{
    struct verification_call start = {.identity = call_context(call),
                                      .account_id = field_id(call, "account_id", request->account_id),
                                      .delivery = field_delivery(call, "delivery", request->delivery, false),
                                      .phone = request->phone};
    field_phone(call, "phone", request->phone);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    Identity__V1__StartContactVerificationRequest kept = *request;
    kept.phone = keys_stand_in(&start.identity->keys, call_arena(call), request->phone);
    if (kept.phone == NULL)
        return call_fail(call, FAILURE_EXHAUSTED);
    enum code code = call_once(call, start.identity->database, start.account_id, request->request_id, &kept.base, &response->base,
                               (struct once_body){start_verification}, &start);
    if (code == CODE_OK)
        postman_wake(&start.identity->postman);
    return code;
}
RPC_UNARY(account_service_start_contact_verification, Identity__V1__AccountService, Identity__V1__StartContactVerificationRequest,
          Identity__V1__StartContactVerificationResponse)

static enum failure keep_verified(struct call *call, struct transaction *transaction, struct id account_id,
                                  const struct challenge_row *challenge, bool *verified)
{
    int64_t now_us = clock_now_us();
    enum failure failure = account_store_verify_contact(call_task(call), transaction, account_id, challenge->channel,
                                                        challenge->destination_index, now_us, verified);
    if (failure == FAILURE_NONE && *verified)
        failure =
            account_store_record(call_task(call), transaction, account_id, "CHANNEL_VERIFIED", channel_name(challenge->channel), now_us);
    return failure;
}

static enum code confirm_verification(struct call *call, struct transaction *transaction, ProtobufCMessage *response, void *argument,
                                      enum failure *failure)
{
    const struct verification_call *confirm = argument;
    struct account_row row;
    struct challenge_row challenge;
    bool verified = false;
    (void)response;
    enum code code = lock_account(call, transaction, confirm->account_id, &row, failure);
    if (code == CODE_OK)
        code = code_guess(call, transaction, confirm->identity, confirm->account_id, confirm->verification_id, confirm->code,
                          clock_now_us(), &challenge, failure);
    if (code != CODE_OK)
        return code;
    *failure = keep_verified(call, transaction, confirm->account_id, &challenge, &verified);
    if (*failure == FAILURE_NONE && !verified)
        return call_refuse(call, &contact_changed, NO_TERMS);
    return *failure == FAILURE_NONE ? CODE_OK : call_fail(call, *failure);
}

static enum code account_service_confirm_contact_verification_call(struct call *call,
                                                                   const Identity__V1__ConfirmContactVerificationRequest *request,
                                                                   Identity__V1__ConfirmContactVerificationResponse *response)
{
    struct verification_call confirm = {.identity = call_context(call),
                                        .account_id = field_id(call, "account_id", request->account_id),
                                        .verification_id = field_id(call, "verification_id", request->verification_id),
                                        .code = request->code};
    field_code(call, "code", request->code);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    enum code code = call_once(call, confirm.identity->database, confirm.account_id, request->request_id, &request->base, &response->base,
                               (struct once_body){confirm_verification}, &confirm);
    return code == CODE_OK ? answer_account(call, confirm.identity, confirm.account_id, &response->account) : code;
}
RPC_UNARY(account_service_confirm_contact_verification, Identity__V1__AccountService, Identity__V1__ConfirmContactVerificationRequest,
          Identity__V1__ConfirmContactVerificationResponse)

/* ---- ListOnboardingRecords (ID-38) ---- */

static Identity__V1__OnboardingRecord *record_to_message(struct call *call, const struct rows *rows, size_t row)
{
    Identity__V1__OnboardingRecord *message = arena_alloc(call_arena(call), sizeof *message);
    if (message == NULL)
        return NULL;
    identity__v1__onboarding_record__init(message);
    message->record_time = timestamp_from_us(call_arena(call), row_time_us(rows, row, 1));
    message->kind = arena_strdup(call_arena(call), row_text(rows, row, 2));
    message->detail = arena_strdup(call_arena(call), row_text(rows, row, 3));
    return message->record_time != NULL && message->kind != NULL && message->detail != NULL ? message : NULL;
}

static enum code account_service_list_onboarding_records_call(struct call *call, const Identity__V1__ListOnboardingRecordsRequest *request,
                                                              Identity__V1__ListOnboardingRecordsResponse *response)
{
    struct identity *identity = call_context(call);
    struct rows rows;
    struct id account_id = field_id(call, "account_id", request->account_id);
    struct id after_id = field_id_or_none(call, "page_token", request->page_token);
    size_t page_size = field_page_size(call, request->page_size);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    enum failure failure =
        account_store_list_records(call_task(call), identity->database, account_id, after_id, (int64_t)page_size + 1, &rows);
    if (failure != FAILURE_NONE)
        return call_fail(call, failure);
    size_t count = rows.count < page_size ? rows.count : page_size;
    response->records = arena_alloc_array(call_arena(call), count + 1, sizeof *response->records);
    for (size_t i = 0; response->records != NULL && i < count; i++) {
        response->records[i] = record_to_message(call, &rows, i);
        if (response->records[i] == NULL)
            return call_fail(call, FAILURE_EXHAUSTED);
    }
    response->n_records = count;
    if (rows.count > count)
        response->next_page_token = id_to_message(call, row_id(&rows, count - 1, 0));
    return response->records != NULL && response->next_page_token != NULL ? CODE_OK : call_fail(call, FAILURE_EXHAUSTED);
}
RPC_UNARY(account_service_list_onboarding_records, Identity__V1__AccountService, Identity__V1__ListOnboardingRecordsRequest,
          Identity__V1__ListOnboardingRecordsResponse)

void account_service_mount(struct rpc_server *server, struct identity *identity)
{
    static Identity__V1__AccountService_Service service = IDENTITY__V1__ACCOUNT_SERVICE__INIT(account_service_);
    rpc_server_mount(server, &service.base, identity);
}
