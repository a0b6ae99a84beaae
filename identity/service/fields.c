#include "identity/service/fields.h"

#include <assert.h>
#include <string.h>

#include "identity/domain/challenge.h"
#include "identity/domain/refusals.h"
#include "runtime/base/source.h"
#include "runtime/base/text.h"
#include "runtime/people/phone.h"
#include "runtime/rpc/field.h"

#define HASHING_RETRY_MS 1000

enum channel field_channel(struct call *call, const char *field, Identity__V1__Channel value)
{
    switch (value) {
    case IDENTITY__V1__CHANNEL__CHANNEL_UNSPECIFIED:
        return CHANNEL_NONE;
    case IDENTITY__V1__CHANNEL__CHANNEL_EMAIL:
        return CHANNEL_EMAIL;
    case IDENTITY__V1__CHANNEL__CHANNEL_PHONE:
        return CHANNEL_PHONE;
    default:
        break;
    }
    call_add_field_violation(call, field, FAULT_UNKNOWN_VALUE, "The channel is unknown.");
    return CHANNEL_NONE;
}

enum delivery field_delivery(struct call *call, const char *field, Identity__V1__Delivery value,
                             bool none_allowed)
{
    switch (value) {
    case IDENTITY__V1__DELIVERY__DELIVERY_EMAIL:
        return DELIVERY_EMAIL;
    case IDENTITY__V1__DELIVERY__DELIVERY_SMS:
        return DELIVERY_SMS;
    case IDENTITY__V1__DELIVERY__DELIVERY_VOICE:
        return DELIVERY_VOICE;
    case IDENTITY__V1__DELIVERY__DELIVERY_UNSPECIFIED:
        if (none_allowed)
            return DELIVERY_NONE;
        break;
    default:
        break;
    }
    call_add_field_violation(call, field, FAULT_UNKNOWN_VALUE,
                             "The delivery is not EMAIL, SMS or VOICE.");
    return DELIVERY_NONE;
}

enum role field_role(struct call *call, const char *field, Identity__V1__Role value)
{
    switch (value) {
    case IDENTITY__V1__ROLE__ROLE_ACCOUNT_ADMINISTRATOR:
        return ROLE_ACCOUNT_ADMINISTRATOR;
    case IDENTITY__V1__ROLE__ROLE_MEMBER:
        return ROLE_MEMBER;
    default:
        break;
    }
    call_add_field_violation(call, field, FAULT_UNKNOWN_VALUE,
                             "The role is not ACCOUNT_ADMINISTRATOR or MEMBER.");
    return ROLE_NONE;
}

void field_code(struct call *call, const char *field, const char *code)
{
    if (strnlen(code, CODE_DIGITS + 1) != CODE_DIGITS || strspn(code, "0123456789") != CODE_DIGITS)
        call_add_field_violation(call, field, FAULT_MALFORMED, "The code is not six digits.");
}

void field_phone(struct call *call, const char *field, const char *phone)
{
    if (!text_is_empty(phone) && !phone_is_possible(phone))
        call_add_field_violation(call, field, FAULT_NOT_A_PHONE_NUMBER,
                                 "The phone number is none in E.164 form, such as +8613800138000.");
}

void field_mobile(struct call *call, const char *field, const char *phone)
{
    if (!text_is_empty(phone) && !phone_is_possible_mobile(phone))
        call_add_field_violation(
            call, field, FAULT_NOT_A_PHONE_NUMBER,
            "The phone number is no mobile number in E.164 form, such as +8613800138000.");
}

const struct country *field_country(struct call *call, const char *field, const char *code)
{
    const struct country *country = country_find(code);
    if (country == NULL)
        call_add_field_violation(call, field, FAULT_NOT_A_COUNTRY,
                                 "The country is not an ISO 3166-1 alpha-2 code.");
    return country;
}

struct id field_id_or_none(struct call *call, const char *field, const char *text)
{
    return text_is_empty(text) ? (struct id){{0}} : field_id(call, field, text);
}

bool source_index(struct call *call, const struct keys *keys, uint8_t index[KEYED_HASH_SIZE])
{
    char source[SOURCE_SIZE], name[SOURCE_SIZE + 8];
    const char *address = call_header(call, "kontor-source-address");
    bool fits = text_print(name, sizeof name, "source %s",
                           source_of_address(address != NULL ? address : "", source));
    assert(fits);
    keys_index(keys, name, index);
    return fits && source[0] != '\0';
}

int hashing_failed(struct call *call, enum failure failure)
{
    return failure == FAILURE_EXHAUSTED
               ? call_refuse_retry(call, &hasher_busy, NO_TERMS, HASHING_RETRY_MS)
               : failure;
}
