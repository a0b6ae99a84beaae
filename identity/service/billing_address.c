/* AddBillingAddress (ID-06, ID-10). */
#include "identity/domain/billing_address.h"
#include "identity/service/account_service.h"
#include "identity/service/fields.h"
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

struct billing_address_call {
    struct identity *identity;
    struct id account_id;
    enum account_type type;
    const ProtobufCMessage *details;
};

static void read_address(struct call *call, const Identity__V1__Address *address)
{
    field_country(call, "address.country", address->country);
    field_text(call, "address.region", address->region, 0, PLACE_BYTES_MAX);
    field_text(call, "address.city", address->city, 1, PLACE_BYTES_MAX);
    field_text(call, "address.street", address->street, 1, STREET_BYTES_MAX);
    field_text(call, "address.postal_code", address->postal_code, 0, POSTAL_CODE_BYTES_MAX);
}

static void read_contact(struct call *call, const Identity__V1__BillingContact *contact)
{
    field_text(call, "corporate.contact.name", contact->name, 1, PLACE_BYTES_MAX);
    char normal[EMAIL_SIZE];
    if (!email_normalise(contact->email, normal))
        call_add_field_violation(call, "corporate.contact.email", FAULT_NOT_AN_EMAIL_ADDRESS,
                                 "The e-mail address is not one.");
    field_phone(call, "corporate.contact.phone", contact->phone);
}

/* ID-10: the parts that are there are read, and those that are missing are named. */
static void read_parts(struct call *call, enum account_type type,
                       const Identity__V1__Address *address,
                       const Identity__V1__BillingContact *contact)
{
    const bool has[BILLING_PART_COUNT] = {
        [BILLING_PART_ADDRESS] = address != NULL, [BILLING_PART_CONTACT] = contact != NULL};
    const struct billing_need *missing[BILLING_PART_COUNT];
    size_t count = billing_address_missing(type, has, missing);
    for (size_t i = 0; i < count; i++)
        call_add_field_violation(call, missing[i]->field, FAULT_REQUIRED, missing[i]->sentence);
    if (address != NULL)
        read_address(call, address);
    if (contact != NULL)
        read_contact(call, contact);
}

static void read_details(struct call *call, const Identity__V1__AddBillingAddressRequest *request,
                         struct billing_address_call *add)
{
    switch (request->billing_address_case) {
    case IDENTITY__V1__ADD_BILLING_ADDRESS_REQUEST__BILLING_ADDRESS_INDIVIDUAL:
        add->type = ACCOUNT_TYPE_INDIVIDUAL;
        add->details = &request->individual->base;
        field_text(call, "individual.name", request->individual->name, 1, NAME_BYTES_MAX);
        read_parts(call, add->type, request->individual->address, NULL);
        return;
    case IDENTITY__V1__ADD_BILLING_ADDRESS_REQUEST__BILLING_ADDRESS_CORPORATE:
        add->type = ACCOUNT_TYPE_CORPORATE;
        add->details = &request->corporate->base;
        field_text(call, "corporate.corporation_name", request->corporate->corporation_name, 1,
                   NAME_BYTES_MAX);
        read_parts(call, add->type, request->corporate->address, request->corporate->contact);
        return;
    default:
        call_add_field_violation(call, "billing_address", FAULT_REQUIRED,
                                 "The billing address is missing: individual or corporate.");
    }
}

static struct bytes seal_details(struct call *call, const struct billing_address_call *add)
{
    struct bytes packed = message_pack(call_arena(call), add->details);
    return packed.data != NULL
               ? keys_seal(&add->identity->keys, call_arena(call), LABEL_BILLING_ADDRESS, packed)
               : packed;
}

static enum failure append_billing_address(struct mutation *mutation, const struct account_row *row,
                                           int64_t now_us)
{
    struct call *call = mutation->call;
    Identity__V1__BillingAddressAdded event;
    identity__v1__billing_address_added__init(&event);
    event.account_id = id_to_message(call, row->account.account_id);
    event.corporate = row->account.type == ACCOUNT_TYPE_CORPORATE;
    event.country = arena_strdup(call_arena(call), row->country);
    event.add_time = timestamp_from_us(call_arena(call), now_us);
    return event_append(mutation, row->account.account_id, &event.base, now_us);
}

static enum failure keep_billing_address(struct mutation *mutation,
                                         const struct billing_address_call *add,
                                         const struct account_row *row)
{
    int64_t now_us = clock_now_us();
    struct bytes sealed = seal_details(mutation->call, add);
    if (sealed.data == NULL)
        return FAILURE_EXHAUSTED;
    enum failure failure = account_store_add_billing_address(mutation->transaction, add->account_id,
                                                             add->type, sealed, now_us);
    if (failure == FAILURE_NONE)
        failure = account_store_record(
            mutation->transaction, add->account_id, "BILLING_ADDRESS_ADDED",
            add->type == ACCOUNT_TYPE_CORPORATE ? "CORPORATE" : "INDIVIDUAL", now_us);
    if (failure == FAILURE_NONE)
        failure = append_billing_address(mutation, row, now_us);
    return failure;
}

static int add_billing_address(struct mutation *mutation, const void *argument,
                               ProtobufCMessage *response)
{
    const struct billing_address_call *add = argument;
    struct account_row row;
    (void)response;
    int no = account_lock(mutation, add->account_id, &row);
    if (no != 0)
        return no;
    enum billing_address_verdict verdict = billing_address_decide(&row.account);
    if (verdict == BILLING_ADDRESS_SECOND_CHANNEL)
        return call_refuse(mutation->call, billing_address_refusal(verdict),
                           REFUSAL_TERMS({"channel", channel_name(channel_complement(
                                                         row.account.sign_up_channel))}));
    if (verdict != BILLING_ADDRESS_ACCEPTED)
        return call_refuse(mutation->call, billing_address_refusal(verdict), NO_TERMS);
    row.account.type = add->type;
    return keep_billing_address(mutation, add, &row);
}

int account_service_add_billing_address_call(struct call *call,
                                             const Identity__V1__AddBillingAddressRequest *request,
                                             Identity__V1__AddBillingAddressResponse *response)
{
    struct billing_address_call add = {.identity = call_context(call),
                                       .account_id =
                                           field_id(call, "account_id", request->account_id)};
    read_details(call, request, &add);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    int no = CALL_ONCE(call, add.identity->database, add.account_id, request, response,
                       add_billing_address, &add);
    return no == 0 ? account_answer(call, add.identity, add.account_id, &response->account) : no;
}
