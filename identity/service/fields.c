#include "identity/service/fields.h"

#include <assert.h>
#include <string.h>

#include "identity/domain/challenge.h"
#include "identity/domain/contact.h"
#include "identity/domain/factor.h"
#include "identity/domain/role.h"
#include "identity/service/identity_service.h"
#include "identity/store/role_store.h"
#include "runtime/base/text.h"
#include "runtime/people/phone.h"

static_assert((int)CHANNEL_NONE == (int)IDENTITY__V1__CHANNEL__CHANNEL_UNSPECIFIED &&
                  (int)CHANNEL_EMAIL == (int)IDENTITY__V1__CHANNEL__CHANNEL_EMAIL &&
                  (int)CHANNEL_PHONE == (int)IDENTITY__V1__CHANNEL__CHANNEL_PHONE,
              "channels are the wire's");
static_assert((int)DELIVERY_NONE == (int)IDENTITY__V1__DELIVERY__DELIVERY_UNSPECIFIED &&
                  (int)DELIVERY_EMAIL == (int)IDENTITY__V1__DELIVERY__DELIVERY_EMAIL &&
                  (int)DELIVERY_SMS == (int)IDENTITY__V1__DELIVERY__DELIVERY_SMS &&
                  (int)DELIVERY_VOICE == (int)IDENTITY__V1__DELIVERY__DELIVERY_VOICE,
              "deliveries are the wire's");
#define ROLE_IS_THE_WIRES(role, bit, name)                                  \
    static_assert(bit == 1u << ((unsigned)IDENTITY__V1__ROLE__##role - 1u), \
                  "the bit of " name " follows from the wire's number");
ROLES(ROLE_IS_THE_WIRES)

static void add_unless(bool good, struct call *call, const char *field, enum fault fault,
                       const char *sentence)
{
    if (!good)
        call_add_field_violation(call, field, fault, sentence);
}

void field_channel(struct call *call, const char *field, Identity__V1__Channel value)
{
    bool known = (int)value >= CHANNEL_NONE && (int)value <= CHANNEL_PHONE;
    add_unless(known, call, field, FAULT_UNKNOWN_VALUE, "The channel is unknown.");
}

void field_delivery(struct call *call, const char *field, Identity__V1__Delivery value,
                    bool none_allowed)
{
    int first = none_allowed ? DELIVERY_NONE : DELIVERY_EMAIL;
    bool known = (int)value >= first && (int)value <= DELIVERY_VOICE;
    add_unless(known, call, field, FAULT_UNKNOWN_VALUE, "The delivery is not EMAIL, SMS or VOICE.");
}

enum role role_of_message(Identity__V1__Role value)
{
    bool known = (int)value >= 1 && (int)value <= ROLE_COUNT;
    return known ? (enum role)(1u << ((unsigned)value - 1u)) : ROLE_NONE;
}

Identity__V1__Role role_to_message(enum role role)
{
    unsigned number = 1;
    while (number < ROLE_COUNT && (unsigned)role != 1u << (number - 1u))
        number++;
    assert((unsigned)role == 1u << (number - 1u));
    return (Identity__V1__Role)number;
}

size_t roles_to_message(struct call *call, unsigned roles, Identity__V1__Role **messages)
{
    size_t count = 0;
    *messages = arena_alloc_array(call_arena(call), ROLE_COUNT, sizeof **messages);
    for (unsigned i = 0; i < ROLE_COUNT; i++) {
        if (roles & 1u << i)
            (*messages)[count++] = (Identity__V1__Role)(i + 1);
    }
    return count;
}

int role_refuse(struct call *call, enum role_verdict verdict)
{
    return call_refuse(call, role_refusal(verdict),
                       verdict == ROLE_NOT_ADMINISTRATOR
                           ? REFUSAL_TERMS({"role", role_name(ROLE_ACCOUNT_ADMINISTRATOR)})
                           : NO_TERMS);
}

int role_give(struct call *call, const struct role_giver *giver, bool subtree)
{
    enum role_verdict verdict = role_give_decide(giver, subtree);
    return verdict == ROLE_ACCEPTED ? 0 : role_refuse(call, verdict);
}

int administrator_lock(struct mutation *mutation, struct id account_id)
{
    struct account_roles roles;
    struct id caller = caller_id(mutation->call);
    int no = role_store_lock(mutation->transaction, account_id, caller, caller, &roles);
    return no != 0 ? no : role_give(mutation->call, &roles.caller, false);
}

void field_role(struct call *call, const char *field, Identity__V1__Role value)
{
    bool given = ((unsigned)role_of_message(value) & ROLES_GIVEN) != 0;
    add_unless(given, call, field, FAULT_UNKNOWN_VALUE, "The role is none that an account gives.");
}

void field_code(struct call *call, const char *field, const char *code)
{
    bool six_digits =
        strnlen(code, CODE_DIGITS + 1) == CODE_DIGITS && strspn(code, "0123456789") == CODE_DIGITS;
    add_unless(six_digits, call, field, FAULT_MALFORMED, "The code is not six digits.");
}

void field_email(struct call *call, const char *field, const char *email)
{
    char normal[EMAIL_SIZE];
    add_unless(email_normalise(email, normal), call, field, FAULT_NOT_AN_EMAIL_ADDRESS,
               "The e-mail address is not one.");
}

void field_phone(struct call *call, const char *field, const char *phone)
{
    add_unless(text_is_empty(phone) || phone_is_possible(phone), call, field,
               FAULT_NOT_A_PHONE_NUMBER,
               "The phone number is none in E.164 form, such as +8613800138000.");
}

void field_mobile(struct call *call, const char *field, const char *phone)
{
    add_unless(text_is_empty(phone) || phone_is_possible_mobile(phone), call, field,
               FAULT_NOT_A_PHONE_NUMBER,
               "The phone number is no mobile number in E.164 form, such as +8613800138000.");
}

void field_country(struct call *call, const char *field, const char *code)
{
    add_unless(country_find(code) != NULL, call, field, FAULT_NOT_A_COUNTRY,
               "The country is not an ISO 3166-1 alpha-2 code.");
}

void field_invitation_code(struct call *call, const char *code)
{
    char normal[RECOVERY_CODE_DIGITS + 1];
    if (!recovery_code_normalise(code, normal))
        call_add_field_violation(call, "code", FAULT_MALFORMED,
                                 "The code is not one such as 7K3QX-M2D9T.");
}
