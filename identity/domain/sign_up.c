#include "identity/domain/sign_up.h"

#include <assert.h>

#include "identity/domain/password.h"
#include "runtime/base/plain_text.h"
#include "runtime/base/text.h"
#include "runtime/people/phone.h"

static const struct refusal refusals[] = {SIGN_UP_REFUSALS(REFUSAL_ROW)};

#define TERMS_FIELD(terms, field) field,
static const char *const terms_fields[] = {TERMS_LIST(TERMS_FIELD)};
#undef TERMS_FIELD

const char *terms_field(enum terms terms)
{
    assert(terms < TERMS_COUNT);
    return terms_fields[terms];
}

enum channel sign_up_channel(enum channel asked)
{
    return asked == CHANNEL_NONE ? CHANNEL_EMAIL : asked;
}

enum delivery sign_up_delivery(enum delivery asked, enum channel channel)
{
    assert(channel != CHANNEL_NONE);
    if (asked != DELIVERY_NONE)
        return asked;
    return channel == CHANNEL_EMAIL ? DELIVERY_EMAIL : DELIVERY_SMS;
}

bool sign_up_is_live(int64_t created_us, int64_t now_us)
{
    assert(created_us <= INT64_MAX - SIGN_UP_LIFETIME_US);
    return now_us < created_us + SIGN_UP_LIFETIME_US;
}

/* FAULT_NONE: there is none. */
struct found_sign_up {
    enum fault fault;
    const char *sentence;
};

static const struct found_sign_up none = {FAULT_NONE, NULL};

static struct found_sign_up country_mistake(const char *country)
{
    if (text_is_empty(country))
        return (struct found_sign_up){FAULT_REQUIRED, "The country is missing."};
    return country_find(country) == NULL
               ? (struct found_sign_up){FAULT_NOT_A_COUNTRY,
                                        "The country is not an ISO 3166-1 alpha-2 code."}
               : none;
}

static struct found_sign_up email_mistake(const char *email)
{
    char normal[EMAIL_SIZE];
    if (text_is_empty(email))
        return (struct found_sign_up){FAULT_REQUIRED, "The e-mail address is missing."};
    return email_normalise(email, normal)
               ? none
               : (struct found_sign_up){FAULT_NOT_AN_EMAIL_ADDRESS,
                                        "The e-mail address is not one."};
}

static struct found_sign_up found_by(struct password_mistake mistake)
{
    return (struct found_sign_up){mistake.fault, mistake.sentence};
}

static struct found_sign_up weak_password(const char *password, const char *email)
{
    char normal[EMAIL_SIZE];
    return found_by(password_mistake(password, email_normalise(email, normal) ? normal : ""));
}

static struct found_sign_up terms_mistake(const struct accepted_terms *terms)
{
    if (!terms->accepted)
        return none;
    if (text_is_empty(terms->version))
        return (struct found_sign_up){FAULT_REQUIRED, "The version of the agreement is missing."};
    enum text_fault fault = plain_text_judge(terms->version, TERMS_VERSION_BYTES_MAX);
    return fault == TEXT_PLAIN
               ? none
               : (struct found_sign_up){text_fault_reason(fault), text_fault_sentence(fault)};
}

static struct found_sign_up phone_mistake(const char *phone, enum channel channel)
{
    if (text_is_empty(phone))
        return channel == CHANNEL_PHONE
                   ? (struct found_sign_up){FAULT_REQUIRED, "The phone number is missing."}
                   : none;
    return phone_is_possible_mobile(phone)
               ? none
               : (struct found_sign_up){
                     FAULT_NOT_A_PHONE_NUMBER,
                     "The phone number is no mobile number in E.164 form, such as +8613800138000."};
}

static struct found_sign_up entry_mistake(const struct entry *entry) /* ID-28 */
{
    assert(entry->campaign != NULL);
    enum fault fault = entry_channel_fault(entry->channel);
    return fault == FAULT_NONE
               ? none
               : (struct found_sign_up){fault,
                                        "A sign-up comes direct, by a referral or by a partner."};
}

static struct found_sign_up campaign_mistake(const struct entry *entry)
{
    assert(entry->campaign != NULL);
    enum fault fault =
        entry_channel_fault(entry->channel) == FAULT_NONE ? campaign_fault(entry) : FAULT_NONE;
    return fault == FAULT_NONE
               ? none
               : (struct found_sign_up){fault, "A referral and a partner have a code of 1 to 64 "
                                               "letters, digits, '-', '_' and '.'; others none."};
}

static size_t add_mistake(struct sign_up_mistake *mistakes, size_t count, const char *field,
                          struct found_sign_up found)
{
    assert(count < SIGN_UP_MISTAKES_MAX || found.fault == FAULT_NONE);
    if (found.fault != FAULT_NONE)
        mistakes[count++] = (struct sign_up_mistake){field, found.fault, found.sentence};
    return count;
}

size_t sign_up_mistakes(const struct sign_up_form *form,
                        struct sign_up_mistake mistakes[SIGN_UP_MISTAKES_MAX])
{
    size_t count = 0; /* ID-02: each missing field by its name */
    count = add_mistake(mistakes, count, "country", country_mistake(form->country));
    count = add_mistake(mistakes, count, "email", email_mistake(form->email));
    count = add_mistake(mistakes, count, "password", weak_password(form->password, form->email));
    count = add_mistake(mistakes, count, "password_confirmation",
                        found_by(password_repeated(form->password, form->password_confirmation)));
    for (enum terms terms = 0; terms < TERMS_COUNT; terms++)
        count =
            add_mistake(mistakes, count, terms_field(terms), terms_mistake(&form->terms[terms]));
    count = add_mistake(mistakes, count, "phone", phone_mistake(form->phone, form->channel));
    count = add_mistake(mistakes, count, "entry_channel", entry_mistake(&form->entry));
    count = add_mistake(mistakes, count, "campaign", campaign_mistake(&form->entry));
    assert(count <= SIGN_UP_MISTAKES_MAX);
    return count;
}

enum sign_up_verdict sign_up_decide(const struct sign_up_form *form, enum terms *terms)
{
    assert(country_find(form->country) != NULL); /* a form without mistakes */
    for (*terms = 0; *terms < TERMS_COUNT; (*terms)++)
        if (!form->terms[*terms].accepted) /* ID-02 */
            return SIGN_UP_TERMS;
    if (!text_is_empty(form->phone) &&
        !phone_is_of_country(form->phone, country_find(form->country))) /* ID-03 */
        return SIGN_UP_COUNTRY;
    return SIGN_UP_ACCEPTED;
}

const struct refusal *sign_up_refusal(enum sign_up_verdict verdict)
{
    assert(verdict > SIGN_UP_ACCEPTED && (size_t)verdict <= sizeof refusals / sizeof *refusals);
    return &refusals[verdict - 1];
}
