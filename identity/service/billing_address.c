/* AddBillingAddress (ID-06, ID-10), and what of it a conversion needs, too. */
#include "identity/domain/billing_address.h"
#include "identity/service/account_service.h"
#include "identity/service/fields.h"
#include "identity/v1/event.pb-c.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/timestamp.h"

#define NAME_BYTES_MAX 256
#define PLACE_BYTES_MAX 128
#define STREET_BYTES_MAX 256
#define POSTAL_CODE_BYTES_MAX 16

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
    field_email(call, "corporate.contact.email", contact->email);
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

void billing_address_read_corporate(struct call *call,
                                    const Identity__V1__CorporateBillingAddress *corporate)
{
    field_text(call, "corporate.corporation_name", corporate->corporation_name, 1, NAME_BYTES_MAX);
    read_parts(call, ACCOUNT_TYPE_CORPORATE, corporate->address, corporate->contact);
}

void add_billing_address_read(struct call *call,
                              const Identity__V1__AddBillingAddressRequest *message,
                              struct add_billing_address *request)
{
    add_billing_address_fields(call, message, request);
    const Identity__V1__IndividualBillingAddress *individual = request->individual;
    const Identity__V1__CorporateBillingAddress *corporate = request->corporate;
    if (individual != NULL) {
        field_text(call, "individual.name", individual->name, 1, NAME_BYTES_MAX);
        read_parts(call, ACCOUNT_TYPE_INDIVIDUAL, individual->address, NULL);
    } else if (corporate != NULL) {
        billing_address_read_corporate(call, corporate);
    } else {
        call_add_field_violation(call, "billing_address", FAULT_REQUIRED,
                                 "The billing address is missing: individual or corporate.");
    }
}

struct bytes billing_address_seal(struct call *call, const ProtobufCMessage *address)
{
    struct bytes packed = message_pack(call_arena(call), address);
    return packed.data != NULL ? keys_seal(&identity_of(call)->keys, call_arena(call),
                                           LABEL_BILLING_ADDRESS, packed)
                               : packed;
}

static enum failure append_billing_address(struct mutation *mutation, const struct account_row *row)
{
    struct call *call = mutation->call;
    Identity__V1__BillingAddressAdded event = IDENTITY__V1__BILLING_ADDRESS_ADDED__INIT;
    event.account_id = id_to_message(call, row->account.account_id);
    event.corporate = row->account.type == ACCOUNT_TYPE_CORPORATE;
    event.country = arena_strdup(call_arena(call), row->country);
    event.add_time = timestamp_from_us(call_arena(call), mutation->now_us);
    return event_append(mutation, row->account.account_id, &event.base);
}

static enum failure keep_billing_address(struct mutation *mutation, const struct account_row *row,
                                         struct bytes sealed)
{
    const struct account *account = &row->account;
    enum failure failure = account_store_add_billing_address(
        mutation->transaction, account->account_id, account->type, sealed, mutation->now_us);
    if (failure == FAILURE_NONE)
        failure = trail_note(mutation, account->account_id, "BILLING_ADDRESS_ADDED",
                             account->type == ACCOUNT_TYPE_CORPORATE ? "CORPORATE" : "INDIVIDUAL");
    return failure == FAILURE_NONE ? append_billing_address(mutation, row) : failure;
}

int add_billing_address(struct mutation *mutation, const struct add_billing_address *request,
                        Identity__V1__AddBillingAddressResponse *response)
{
    struct account_row row;
    (void)response; /* account_answer fills it in */
    int no = account_lock(mutation, request->account_id, &row);
    if (no != 0)
        return no;
    enum billing_address_verdict verdict = billing_address_decide(&row.account);
    if (verdict == BILLING_ADDRESS_SECOND_CHANNEL)
        return call_refuse(mutation->call, billing_address_refusal(verdict),
                           REFUSAL_TERMS({"channel", channel_name(channel_complement(
                                                         row.account.sign_up_channel))}));
    if (verdict != BILLING_ADDRESS_ACCEPTED)
        return call_refuse(mutation->call, billing_address_refusal(verdict), NO_TERMS);
    row.account.type =
        request->corporate != NULL ? ACCOUNT_TYPE_CORPORATE : ACCOUNT_TYPE_INDIVIDUAL;
    struct bytes sealed = billing_address_seal(mutation->call, request->corporate != NULL
                                                                   ? &request->corporate->base
                                                                   : &request->individual->base);
    return sealed.data != NULL ? keep_billing_address(mutation, &row, sealed) : FAILURE_EXHAUSTED;
}
