#include "identity/service/log_in_address.h"

#include <assert.h>
#include <string.h>

#include "identity/service/fields.h"
#include "identity/store/session_store.h"

/* The e-mail address, or the number (S10), not both. */
static bool is_by_phone(const char *email, const char *phone)
{
    return text_is_empty(email) && !text_is_empty(phone);
}

void field_log_in_address(struct call *call, const char *email, const char *phone)
{
    if (is_by_phone(email, phone)) {
        field_mobile(call, "phone", phone);
        if (phone[0] != '+' || strnlen(phone, EMAIL_SIZE) == EMAIL_SIZE ||
            country_called(phone) == NULL)
            call_add_field_violation(call, "phone", FAULT_NOT_A_PHONE_NUMBER,
                                     "The phone number has no country's calling code.");
        return;
    }
    if (!text_is_empty(phone))
        call_add_field_violation(
            call, "phone", FAULT_NOT_ALLOWED,
            "The phone number comes beside an e-mail address; one logs in by one of both.");
    field_email(call, "email", email);
}

struct log_in_address log_in_address_of(struct call *call, const char *email, const char *phone)
{
    struct log_in_address address = {.is_phone = is_by_phone(email, phone)};
    bool fits = address.is_phone ? text_print(address.text, sizeof address.text, "%s", phone)
                                 : email_normalise(email, address.text);
    assert(fits);
    keys_index(&identity_of(call)->keys, address.text, address.index);
    return address;
}

int log_in_address_send(struct mutation *mutation, const struct log_in_address *address,
                        struct code_order *order, struct code_sent *sent)
{
    bool exists = false;
    order->delivery = address->is_phone ? DELIVERY_SMS : DELIVERY_EMAIL;
    order->to = address->text;
    order->destination_index = (struct bytes){address->index, sizeof address->index};
    order->country = address->is_phone ? country_called(address->text)->code : "";
    int no = session_store_has_principal(mutation->transaction, order->destination_index, &exists);
    if (no == 0 && !exists)
        order->letter = LETTER_UNKNOWN;
    return no != 0 ? no : code_send(mutation, order, sent);
}
