#include "identity/service/code_sender.h"
#include "identity/service/fields.h"
#include "identity/service/new_password.h"
#include "identity/service/security.h"
#include "identity/store/sign_up_store.h"
#include "identity/v1/event.pb-c.h"
#include "runtime/rpc/timestamp.h"

#define start_sign_up_read start_sign_up_read
#define start_sign_up_prepare start_sign_up_prepare
#define start_sign_up_kept start_sign_up_kept
#define start_sign_up_scope(call, request) id_derive((struct id){{0}}, "sign-up")
#define send_code_read send_code_read
#define send_code_kept send_code_kept
#define send_code_scope(call, request) ((request)->sign_up_id)
#define send_code_done(call, request, response) messages_deliver(call)
#define verify_code_read verify_code_read
#define verify_code_scope(call, request) ((request)->sign_up_id)
#include "identity/service/sign_up_rpc.h"

/* ---- StartSignUp ---- */

static struct accepted_terms terms_of(const Identity__V1__AcceptedTerms *terms)
{
    return terms != NULL ? (struct accepted_terms){terms->accepted, terms->version}
                         : (struct accepted_terms){false, ""};
}

static struct sign_up_form form_of(const struct start_sign_up *request)
{
    return (struct sign_up_form){
        .country = request->country,
        .email = request->email,
        .password = request->password,
        .password_confirmation = request->password_confirmation,
        .terms = {[TERMS_MEMBERSHIP] = terms_of(request->membership_agreement),
                  [TERMS_PRIVACY] = terms_of(request->privacy_policy),
                  [TERMS_PRODUCT] = terms_of(request->product_terms),
                  [TERMS_USE] = terms_of(request->terms_of_use)},
        .phone = request->phone,
        .channel = sign_up_channel((enum channel)request->channel),
        .entry = {entry_channel_of((enum entry_channel)request->entry_channel), request->campaign},
    };
}

/* An unreadable password is the only thing that is told then. */
static void start_sign_up_read(struct call *call, const Identity__V1__StartSignUpRequest *message,
                               struct start_sign_up *request)
{
    struct sign_up_mistake mistakes[SIGN_UP_MISTAKES_MAX];
    start_sign_up_fields(call, message, request);
    request->password = password_normalise(call_task(call), message->password);
    request->password_confirmation =
        password_normalise(call_task(call), message->password_confirmation);
    if (request->password == NULL || request->password_confirmation == NULL)
        return;
    (void)field_id(call, "request_id", message->request_id);
    field_channel(call, "channel", message->channel);
    struct sign_up_form form = form_of(request);
    size_t count = sign_up_mistakes(&form, mistakes);
    for (size_t i = 0; i < count; i++)
        call_add_field_violation(call, mistakes[i].field, mistakes[i].fault, mistakes[i].sentence);
}

/* The hash takes the password's place. */
static int start_sign_up_prepare(struct call *call, struct start_sign_up *request)
{
    if (request->password == NULL || request->password_confirmation == NULL)
        return call_refuse(call, &password_unreadable, REFUSAL_TERMS({"field", "password"}));
    struct sign_up_form form = form_of(request);
    enum terms terms;
    enum sign_up_verdict verdict = sign_up_decide(&form, &terms);
    if (verdict != SIGN_UP_ACCEPTED)
        return call_refuse(
            call, sign_up_refusal(verdict),
            REFUSAL_TERMS({"field", verdict == SIGN_UP_TERMS ? terms_field(terms) : "phone"}));
    return new_password_hash(call, &request->password);
}

static void start_sign_up_kept(struct call *call, Identity__V1__StartSignUpRequest *message)
{
    message->password = text_digest(call, message->password);
    message->password_confirmation = message->password;
    message->email = text_digest(call, message->email);
    message->phone = text_digest(call, message->phone);
}

static int start_sign_up(struct mutation *mutation, const struct start_sign_up *request,
                         Identity__V1__StartSignUpResponse *response)
{
    struct call *call = mutation->call;
    const struct sign_up_form form = form_of(request);
    char email[EMAIL_SIZE];
    bool is_email = email_normalise(form.email, email);
    assert(is_email);
    struct sign_up sign_up = {.sign_up_id = id_new(mutation->now_us),
                              .country = form.country,
                              .channel = form.channel,
                              .email_sealed = text_seal(call, LABEL_EMAIL, email),
                              .email_index = text_index(call, email),
                              .password_hash = request->password,
                              .created_us = mutation->now_us,
                              .entry = form.entry};
    for (enum terms terms = 0; terms < TERMS_COUNT; terms++)
        sign_up.terms_versions[terms] = form.terms[terms].version;
    if (!text_is_empty(form.phone)) {
        sign_up.phone_sealed = text_seal(call, LABEL_PHONE, form.phone);
        sign_up.phone_index = text_index(call, form.phone);
    }
    response->sign_up_id = id_to_message(call, sign_up.sign_up_id);
    response->expire_time =
        timestamp_from_us(call_arena(call), sign_up.created_us + SIGN_UP_LIFETIME_US);
    return sign_up_store_insert(mutation->transaction, &sign_up);
}

/* ---- SendCode ---- */

static void send_code_read(struct call *call, const Identity__V1__SendCodeRequest *message,
                           struct send_code *request)
{
    send_code_fields(call, message, request);
    field_delivery(call, "delivery", request->delivery, true);
    field_mobile(call, "phone", request->phone);
}

static void send_code_kept(struct call *call, Identity__V1__SendCodeRequest *message)
{
    message->phone = text_digest(call, message->phone);
}

static int lock_live_sign_up(struct mutation *mutation, struct id sign_up_id,
                             struct sign_up *sign_up)
{
    bool exists = false;
    int no = sign_up_store_lock(mutation->transaction, sign_up_id, sign_up, &exists);
    if (no != 0)
        return no;
    if (!exists || !sign_up_is_live(sign_up->created_us, mutation->now_us))
        return call_refuse(mutation->call, &sign_up_not_found, NO_TERMS);
    return 0;
}

/* "Use phone instead" (ID-04): the number of the request takes the place of the one known. */
static int choose_phone(struct call *call, const char *phone, struct sign_up *sign_up)
{
    if (text_is_empty(phone))
        return sign_up->phone_sealed.data != NULL
                   ? 0
                   : call_invalid(call, "phone", FAULT_REQUIRED, "The phone number is missing.");
    if (!phone_is_of_country(phone, country_find(sign_up->country))) /* ID-03 */
        return call_refuse(call, sign_up_refusal(SIGN_UP_COUNTRY),
                           REFUSAL_TERMS({"field", "phone"}));
    sign_up->phone_sealed = text_seal(call, LABEL_PHONE, phone);
    sign_up->phone_index = text_index(call, phone);
    return 0;
}

/* The owner of an account with the address or number is told there; the caller sees no difference
 * (S10). An address that the code does not go to is not looked up: until it is verified it is only
 * written down. */
static int send_to(struct mutation *mutation, const struct sign_up *sign_up, enum delivery delivery,
                   struct code_sent *sent)
{
    bool by_email = sign_up->channel == CHANNEL_EMAIL, registered = false;
    struct code_order order = {
        .subject_id = sign_up->sign_up_id,
        .delivery = delivery,
        .to = by_email ? text_open(mutation->call, LABEL_EMAIL, sign_up->email_sealed)
                       : text_open(mutation->call, LABEL_PHONE, sign_up->phone_sealed),
        .destination_index = by_email ? sign_up->email_index : sign_up->phone_index,
        .country = sign_up->country};
    if (order.to == NULL)
        return FAILURE_INTERNAL;
    int no = sign_up_store_registered(mutation->transaction, sign_up->channel,
                                      order.destination_index, &registered);
    if (no != 0)
        return no;
    order.letter = registered ? LETTER_REGISTERED : LETTER_CODE;
    return code_send(mutation, &order, sent);
}

static int send_code(struct mutation *mutation, const struct send_code *request,
                     Identity__V1__SendCodeResponse *response)
{
    struct call *call = mutation->call;
    struct sign_up sign_up;
    struct code_sent sent;
    int no = lock_live_sign_up(mutation, request->sign_up_id, &sign_up);
    if (no != 0)
        return no;
    if (!id_is_nil(sign_up.account_id))
        return call_refuse(call, challenge_send_refusal(SEND_ALREADY_VERIFIED), NO_TERMS);
    enum delivery delivery = sign_up_delivery((enum delivery)request->delivery, sign_up.channel);
    sign_up.channel = delivery_channel(delivery);
    if (sign_up.channel == CHANNEL_PHONE)
        no = choose_phone(call, request->phone, &sign_up);
    if (no == 0)
        no = send_to(mutation, &sign_up, delivery, &sent);
    if (no == 0)
        no = sign_up_store_set_channel(mutation->transaction, &sign_up);
    if (no != 0)
        return no;
    response->expire_time = timestamp_from_us(call_arena(call), sent.expires_us);
    response->resend_time = timestamp_from_us(call_arena(call), sent.resend_us);
    return 0;
}

/* ---- VerifyCode ---- */

static void verify_code_read(struct call *call, const Identity__V1__VerifyCodeRequest *message,
                             struct verify_code *request)
{
    verify_code_fields(call, message, request);
    field_code(call, "code", request->code);
}

/* ID-38: what was chosen and agreed to on the way. */
static enum failure record_registration(struct mutation *mutation, const struct sign_up *sign_up,
                                        struct id account_id)
{
    enum failure failure = trail_note(mutation, account_id, "REGISTERED", sign_up->country);
    if (failure == FAILURE_NONE)
        failure = trail_note(mutation, account_id, "ENTERED",
                             arena_printf(call_arena(mutation->call), "%s%s%s",
                                          entry_channel_name(sign_up->entry.channel),
                                          text_is_empty(sign_up->entry.campaign) ? "" : " ",
                                          sign_up->entry.campaign));
    for (enum terms terms = 0; failure == FAILURE_NONE && terms < TERMS_COUNT; terms++)
        failure = trail_note(mutation, account_id, "TERMS_ACCEPTED",
                             arena_printf(call_arena(mutation->call), "%s %s", terms_field(terms),
                                          sign_up->terms_versions[terms]));
    if (failure == FAILURE_NONE)
        failure =
            trail_note(mutation, account_id, "CHANNEL_VERIFIED", channel_name(sign_up->channel));
    return failure;
}

static enum failure append_registration(struct mutation *mutation, const struct sign_up *sign_up,
                                        struct id account_id,
                                        const Identity__V1__VerifyCodeResponse *response)
{
    struct arena *arena = call_arena(mutation->call);
    Identity__V1__AccountRegistered event = IDENTITY__V1__ACCOUNT_REGISTERED__INIT;
    event.account_id = response->account_id;
    event.principal_id = response->principal_id;
    event.country = arena_strdup(arena, sign_up->country);
    event.register_time = timestamp_from_us(arena, mutation->now_us);
    return event_append(mutation, account_id, &event.base);
}

static int open_account(struct mutation *mutation, const struct sign_up *sign_up,
                        Identity__V1__VerifyCodeResponse *response)
{
    struct call *call = mutation->call;
    const struct new_account account = {id_new(mutation->now_us), id_new(mutation->now_us),
                                        mutation->now_us};
    bool opened = false;
    int no = sign_up_store_open_account(mutation->transaction, sign_up, &account, &opened);
    if (no == 0 && !opened) /* ID-17: an address has one live account */
        return call_refuse(call,
                           sign_up->channel == CHANNEL_PHONE ? &phone_registered_meanwhile
                                                             : &email_registered_meanwhile,
                           NO_TERMS);
    if (no == 0)
        no = record_registration(mutation, sign_up, account.account_id);
    if (no == 0)
        no = security_note(call, mutation->transaction,
                           &(struct security_event){.principal_id = account.principal_id,
                                                    .account_id = account.account_id,
                                                    .kind = SECURITY_ROLE_GIVEN,
                                                    .detail = role_name(ROLE_ACCOUNT_ADMINISTRATOR),
                                                    .noted_us = mutation->now_us});
    if (no != 0)
        return no;
    response->account_id = id_to_message(call, account.account_id);
    response->principal_id = id_to_message(call, account.principal_id);
    return append_registration(mutation, sign_up, account.account_id, response);
}

static int verify_code(struct mutation *mutation, const struct verify_code *request,
                       Identity__V1__VerifyCodeResponse *response)
{
    struct sign_up sign_up;
    struct challenge_row row;
    int no = lock_live_sign_up(mutation, request->sign_up_id, &sign_up);
    if (no == 0)
        no = code_guess(mutation, &(struct code_typed){request->sign_up_id, {{0}}, request->code},
                        &row);
    return no == 0 ? open_account(mutation, &sign_up, response) : no;
}
