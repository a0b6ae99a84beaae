#include "identity/domain/refusals.h"
#include "identity/v1/sign_up.pb-c.h"

#include <string.h>

#include "identity/domain/password.h"
#include "identity/domain/sign_up.h"
#include "identity/service/code_sender.h"
#include "identity/service/fields.h"
#include "identity/store/sign_up_store.h"
#include "identity/v1/event.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"

/* ---- StartSignUp ---- */

static struct accepted_terms terms_of(const Identity__V1__AcceptedTerms *terms)
{
    return terms != NULL ? (struct accepted_terms){terms->accepted, terms->version}
                         : (struct accepted_terms){false, ""};
}

static struct sign_up_form form_of(const Identity__V1__StartSignUpRequest *request,
                                   const char *password, const char *confirmation,
                                   enum channel channel)
{
    return (struct sign_up_form){
        .country = request->country,
        .email = request->email,
        .password = password,
        .password_confirmation = confirmation,
        .terms = {[TERMS_MEMBERSHIP] = terms_of(request->membership_agreement),
                  [TERMS_PRIVACY] = terms_of(request->privacy_policy),
                  [TERMS_PRODUCT] = terms_of(request->product_terms),
                  [TERMS_USE] = terms_of(request->terms_of_use)},
        .phone = request->phone,
        .channel = sign_up_channel(channel),
    };
}

static enum code judge_form(struct call *call, const struct sign_up_form *form)
{
    struct sign_up_mistake mistakes[SIGN_UP_MISTAKES_MAX];
    size_t count = sign_up_mistakes(form, mistakes);
    for (size_t i = 0; i < count; i++)
        call_add_field_violation(call, mistakes[i].field, mistakes[i].sentence);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    enum terms terms;
    enum sign_up_verdict verdict = sign_up_decide(form, &terms);
    if (verdict == SIGN_UP_ACCEPTED)
        return CODE_OK;
    return call_refuse(
        call, sign_up_refusal(verdict),
        REFUSAL_TERMS({"field", verdict == SIGN_UP_TERMS ? terms_field(terms) : "phone"}));
}

/* The same form as it is kept: contacts sealed and indexed. */
static enum failure sign_up_of(struct call *call, const struct identity *identity,
                               const struct sign_up_form *form, struct sign_up *sign_up)
{
    struct arena *arena = call_arena(call);
    char *email = arena_alloc(arena, EMAIL_SIZE);
    uint8_t *indexes = arena_alloc_array(arena, 2, KEYED_HASH_SIZE);
    if (email == NULL || indexes == NULL || !email_normalise(form->email, email))
        return FAILURE_EXHAUSTED;
    keys_index(&identity->keys, email, indexes);
    *sign_up =
        (struct sign_up){.country = form->country,
                         .channel = form->channel,
                         .email_sealed = keys_seal_text(&identity->keys, arena, LABEL_EMAIL, email),
                         .email_index = {indexes, KEYED_HASH_SIZE}};
    for (enum terms terms = 0; terms < TERMS_COUNT; terms++)
        sign_up->terms_versions[terms] = form->terms[terms].version;
    if (form->phone[0] != '\0') {
        keys_index(&identity->keys, form->phone, indexes + KEYED_HASH_SIZE);
        sign_up->phone_index = (struct bytes){indexes + KEYED_HASH_SIZE, KEYED_HASH_SIZE};
        sign_up->phone_sealed = keys_seal_text(&identity->keys, arena, LABEL_PHONE, form->phone);
    }
    bool complete = sign_up->email_sealed.data != NULL &&
                    (form->phone[0] == '\0' || sign_up->phone_sealed.data != NULL);
    return complete ? FAILURE_NONE : FAILURE_EXHAUSTED;
}

static enum code start_sign_up(struct call *call, struct transaction *transaction,
                               ProtobufCMessage *response, void *argument, enum failure *failure)
{
    struct sign_up *sign_up = argument;
    Identity__V1__StartSignUpResponse *answer = (Identity__V1__StartSignUpResponse *)response;
    sign_up->created_us = clock_now_us();
    sign_up->sign_up_id = id_new(sign_up->created_us);
    *failure = sign_up_store_insert(transaction, sign_up);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    answer->sign_up_id = id_to_message(call, sign_up->sign_up_id);
    answer->expire_time =
        timestamp_from_us(call_arena(call), sign_up->created_us + SIGN_UP_LIFETIME_US);
    return answer->sign_up_id != NULL && answer->expire_time != NULL
               ? CODE_OK
               : give_up(call, FAILURE_EXHAUSTED, failure);
}

/* What is kept about a request is a plain hash of it, too quick a hash for a password or a contact:
 * keyed ones stand in. */
static enum code start_once(struct call *call, struct identity *identity,
                            const Identity__V1__StartSignUpRequest *request,
                            struct sign_up *sign_up, Identity__V1__StartSignUpResponse *response)
{
    Identity__V1__StartSignUpRequest kept = *request;
    kept.password = keys_stand_in(&identity->keys, call_arena(call), request->password);
    kept.password_confirmation = kept.password;
    kept.email = keys_stand_in(&identity->keys, call_arena(call), request->email);
    kept.phone = keys_stand_in(&identity->keys, call_arena(call), request->phone);
    if (kept.password == NULL || kept.email == NULL || kept.phone == NULL)
        return call_fail(call, FAILURE_EXHAUSTED);
    struct id scope_id = id_derive((struct id){{0}}, "sign-up");
    return call_once(call, identity->database, scope_id, request->request_id, &kept.base,
                     &response->base, (struct once_body){start_sign_up}, sign_up);
}

static uint64_t lane_of_source(struct call *call, const struct identity *identity)
{
    uint8_t index[KEYED_HASH_SIZE];
    uint64_t lane;
    source_index(call, &identity->keys, index);
    memcpy(&lane, index, sizeof lane);
    return lane;
}

static enum code sign_up_service_start_sign_up_call(struct call *call,
                                                    const Identity__V1__StartSignUpRequest *request,
                                                    Identity__V1__StartSignUpResponse *response)
{
    struct identity *identity = call_context(call);
    field_id(call, "request_id", request->request_id);
    enum channel channel = field_channel(call, "channel", request->channel);
    const char *password = password_normalise(call_task(call), request->password);
    const char *confirmation = password_normalise(call_task(call), request->password_confirmation);
    if (password == NULL || confirmation == NULL)
        return call_refuse(call, &password_unreadable, REFUSAL_TERMS({"field", "password"}));
    struct sign_up_form form = form_of(request, password, confirmation, channel);
    enum code code = judge_form(call, &form);
    if (code != CODE_OK)
        return code;
    struct sign_up sign_up;
    char hash[PASSWORD_HASH_SIZE];
    enum failure failure = sign_up_of(call, identity, &form, &sign_up);
    if (failure == FAILURE_NONE)
        failure = password_hash(call_task(call), &identity->hasher, lane_of_source(call, identity),
                                password, hash);
    if (failure != FAILURE_NONE)
        return hashing_failed(call, failure);
    sign_up.password_hash = hash;
    return start_once(call, identity, request, &sign_up, response);
}
RPC_UNARY(sign_up_service_start_sign_up, Identity__V1__SignUpService,
          Identity__V1__StartSignUpRequest, Identity__V1__StartSignUpResponse)

/* ---- SendCode ---- */

struct send_call {
    struct identity *identity;
    struct id sign_up_id;
    enum delivery delivery; /* NONE: as the sign-up's channel suggests */
    const char *phone;      /* "" for the one known */
};

static enum code lock_live_sign_up(struct call *call, struct transaction *transaction,
                                   struct id sign_up_id, int64_t now_us, struct sign_up *sign_up,
                                   enum failure *failure)
{
    bool exists = false;
    *failure = sign_up_store_lock(transaction, sign_up_id, sign_up, &exists);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    if (!exists || now_us >= sign_up->created_us + SIGN_UP_LIFETIME_US)
        return call_refuse(call, &sign_up_not_found, NO_TERMS);
    return CODE_OK;
}

/* "Use phone instead" (ID-04): the number of the request takes the place of the one known. */
static enum code choose_phone(struct call *call, const struct send_call *send,
                              struct sign_up *sign_up, enum failure *failure)
{
    const struct keys *keys = &send->identity->keys;
    if (send->phone[0] == '\0')
        return sign_up->phone_sealed.data != NULL
                   ? CODE_OK
                   : call_invalid(call, "phone", "The phone number is missing.");
    if (!phone_is_of_country(send->phone, country_find(sign_up->country))) /* ID-03 */
        return call_refuse(call, sign_up_refusal(SIGN_UP_COUNTRY),
                           REFUSAL_TERMS({"field", "phone"}));
    uint8_t *index = arena_alloc(call_arena(call), KEYED_HASH_SIZE);
    sign_up->phone_sealed = keys_seal_text(keys, call_arena(call), LABEL_PHONE, send->phone);
    if (index == NULL || sign_up->phone_sealed.data == NULL)
        return give_up(call, FAILURE_EXHAUSTED, failure);
    keys_index(keys, send->phone, index);
    sign_up->phone_index = (struct bytes){index, KEYED_HASH_SIZE};
    return CODE_OK;
}

static enum delivery delivery_of(const struct send_call *send, const struct sign_up *sign_up)
{
    if (send->delivery != DELIVERY_NONE)
        return send->delivery;
    return sign_up->channel == CHANNEL_EMAIL ? DELIVERY_EMAIL : DELIVERY_SMS;
}

/* Who has an account with the address or number is told there; the caller sees no difference (S10).
 * Of an address that the code does not go to nothing is looked up: until it is verified it is only
 * written down. */
static enum code send_to(struct call *call, struct transaction *transaction,
                         const struct send_call *send, const struct sign_up *sign_up,
                         int64_t now_us, struct code_sent *sent, enum failure *failure)
{
    const struct keys *keys = &send->identity->keys;
    bool by_email = sign_up->channel == CHANNEL_EMAIL;
    struct bytes destination_index = by_email ? sign_up->email_index : sign_up->phone_index;
    const char *to =
        by_email ? keys_open_text(keys, call_arena(call), LABEL_EMAIL, sign_up->email_sealed)
                 : keys_open_text(keys, call_arena(call), LABEL_PHONE, sign_up->phone_sealed);
    bool registered = false;
    if (to == NULL)
        return give_up(call, FAILURE_INTERNAL, failure);
    *failure =
        sign_up_store_registered(transaction, sign_up->channel, destination_index, &registered);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    struct code_order order = {.subject_id = sign_up->sign_up_id,
                               .delivery = delivery_of(send, sign_up),
                               .to = to,
                               .destination_index = destination_index,
                               .country = sign_up->country,
                               .letter = registered ? LETTER_REGISTERED : LETTER_CODE};
    return code_send(call, transaction, send->identity, &order, now_us, sent, failure);
}

static enum code send_code(struct call *call, struct transaction *transaction,
                           ProtobufCMessage *response, void *argument, enum failure *failure)
{
    const struct send_call *send = argument;
    Identity__V1__SendCodeResponse *answer = (Identity__V1__SendCodeResponse *)response;
    int64_t now_us = clock_now_us();
    struct sign_up sign_up;
    struct code_sent sent;
    enum code code =
        lock_live_sign_up(call, transaction, send->sign_up_id, now_us, &sign_up, failure);
    if (code != CODE_OK)
        return code;
    if (!id_is_nil(sign_up.account_id))
        return call_refuse(call, challenge_send_refusal(SEND_ALREADY_VERIFIED), NO_TERMS);
    sign_up.channel = delivery_channel(delivery_of(send, &sign_up));
    if (sign_up.channel == CHANNEL_PHONE)
        code = choose_phone(call, send, &sign_up, failure);
    if (code == CODE_OK)
        code = send_to(call, transaction, send, &sign_up, now_us, &sent, failure);
    if (code != CODE_OK)
        return code;
    *failure = sign_up_store_set_channel(transaction, &sign_up);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    answer->expire_time = timestamp_from_us(call_arena(call), sent.expires_us);
    answer->resend_time = timestamp_from_us(call_arena(call), sent.resend_us);
    return answer->expire_time != NULL && answer->resend_time != NULL
               ? CODE_OK
               : give_up(call, FAILURE_EXHAUSTED, failure);
}

static enum code sign_up_service_send_code_call(struct call *call,
                                                const Identity__V1__SendCodeRequest *request,
                                                Identity__V1__SendCodeResponse *response)
{
    struct send_call send = {.identity = call_context(call),
                             .sign_up_id = field_id(call, "sign_up_id", request->sign_up_id),
                             .delivery = field_delivery(call, "delivery", request->delivery, true),
                             .phone = request->phone};
    field_mobile(call, "phone", request->phone);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    Identity__V1__SendCodeRequest kept = *request;
    kept.phone = keys_stand_in(&send.identity->keys, call_arena(call), request->phone);
    if (kept.phone == NULL)
        return call_fail(call, FAILURE_EXHAUSTED);
    enum code code = call_once(call, send.identity->database, send.sign_up_id, request->request_id,
                               &kept.base, &response->base, (struct once_body){send_code}, &send);
    if (code == CODE_OK)
        postman_wake(&send.identity->postman);
    return code;
}
RPC_UNARY(sign_up_service_send_code, Identity__V1__SignUpService, Identity__V1__SendCodeRequest,
          Identity__V1__SendCodeResponse)

/* ---- VerifyCode ---- */

struct verify_call {
    struct identity *identity;
    struct id sign_up_id;
    const char *code;
};

/* ID-38: what was chosen and agreed to on the way. */
static enum failure record_registration(struct call *call, struct transaction *transaction,
                                        const struct sign_up *sign_up, struct id account_id,
                                        int64_t now_us)
{
    enum failure failure =
        account_store_record(transaction, account_id, "REGISTERED", sign_up->country, now_us);
    for (enum terms terms = 0; failure == FAILURE_NONE && terms < TERMS_COUNT; terms++) {
        char *detail = arena_printf(call_arena(call), "%s %s", terms_field(terms),
                                    sign_up->terms_versions[terms]);
        failure = detail == NULL ? FAILURE_EXHAUSTED
                                 : account_store_record(transaction, account_id, "TERMS_ACCEPTED",
                                                        detail, now_us);
    }
    if (failure == FAILURE_NONE)
        failure = account_store_record(transaction, account_id, "CHANNEL_VERIFIED",
                                       channel_name(sign_up->channel), now_us);
    return failure;
}

static enum failure tell_registration(struct call *call, struct transaction *transaction,
                                      const struct sign_up *sign_up, struct id account_id,
                                      const Identity__V1__VerifyCodeResponse *answer,
                                      int64_t now_us)
{
    Identity__V1__AccountRegistered event;
    identity__v1__account_registered__init(&event);
    event.account_id = answer->account_id;
    event.principal_id = answer->principal_id;
    event.country = arena_strdup(call_arena(call), sign_up->country);
    event.register_time = timestamp_from_us(call_arena(call), now_us);
    if (event.country == NULL || event.register_time == NULL)
        return FAILURE_EXHAUSTED;
    return event_append(call, transaction, account_id, &event.base, now_us);
}

static enum code open_account(struct call *call, struct transaction *transaction,
                              const struct sign_up *sign_up,
                              Identity__V1__VerifyCodeResponse *answer, int64_t now_us,
                              enum failure *failure)
{
    struct id account_id = id_new(now_us), principal_id = id_new(now_us);
    bool opened = false;
    answer->account_id = id_to_message(call, account_id);
    answer->principal_id = id_to_message(call, principal_id);
    if (answer->account_id == NULL || answer->principal_id == NULL)
        return give_up(call, FAILURE_EXHAUSTED, failure);
    *failure =
        sign_up_store_open_account(transaction, sign_up, account_id, principal_id, now_us, &opened);
    if (*failure == FAILURE_NONE && !opened) /* ID-17: an address has one live account */
        return call_refuse(call,
                           sign_up->channel == CHANNEL_PHONE ? &phone_registered_meanwhile
                                                             : &email_registered_meanwhile,
                           NO_TERMS);
    if (*failure == FAILURE_NONE)
        *failure = record_registration(call, transaction, sign_up, account_id, now_us);
    if (*failure == FAILURE_NONE)
        *failure = tell_registration(call, transaction, sign_up, account_id, answer, now_us);
    return *failure == FAILURE_NONE ? CODE_OK : call_fail(call, *failure);
}

static enum code verify_code(struct call *call, struct transaction *transaction,
                             ProtobufCMessage *response, void *argument, enum failure *failure)
{
    const struct verify_call *verify = argument;
    int64_t now_us = clock_now_us();
    struct sign_up sign_up;
    struct challenge_row row;
    enum code code =
        lock_live_sign_up(call, transaction, verify->sign_up_id, now_us, &sign_up, failure);
    if (code == CODE_OK)
        code = code_guess(call, transaction, verify->identity, verify->sign_up_id, (struct id){{0}},
                          verify->code, now_us, &row, failure);
    if (code != CODE_OK)
        return code;
    return open_account(call, transaction, &sign_up, (Identity__V1__VerifyCodeResponse *)response,
                        now_us, failure);
}

static enum code sign_up_service_verify_code_call(struct call *call,
                                                  const Identity__V1__VerifyCodeRequest *request,
                                                  Identity__V1__VerifyCodeResponse *response)
{
    struct verify_call verify = {.identity = call_context(call),
                                 .sign_up_id = field_id(call, "sign_up_id", request->sign_up_id),
                                 .code = request->code};
    field_code(call, "code", request->code);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return call_once(call, verify.identity->database, verify.sign_up_id, request->request_id,
                     &request->base, &response->base, (struct once_body){verify_code}, &verify);
}
RPC_UNARY(sign_up_service_verify_code, Identity__V1__SignUpService, Identity__V1__VerifyCodeRequest,
          Identity__V1__VerifyCodeResponse)

void sign_up_service_mount(struct rpc_server *server, struct identity *identity)
{
    static Identity__V1__SignUpService_Service service =
        IDENTITY__V1__SIGN_UP_SERVICE__INIT(sign_up_service_);
    rpc_server_mount(server, &service.base, identity);
}
