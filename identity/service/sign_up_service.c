#include <string.h>

#include "identity/domain/refusals.h"
#include "identity/domain/password.h"
#include "identity/domain/sign_up.h"
#include "identity/service/code_sender.h"
#include "identity/service/fields.h"
#include "identity/service/start.h"
#include "identity/store/sign_up_store.h"
#include "identity/v1/event.pb-c.h"
#include "identity/v1/sign_up.pb-c.h"
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

static int judge_form(struct call *call, const struct sign_up_form *form)
{
    struct sign_up_mistake mistakes[SIGN_UP_MISTAKES_MAX];
    size_t count = sign_up_mistakes(form, mistakes);
    for (size_t i = 0; i < count; i++)
        call_add_field_violation(call, mistakes[i].field, mistakes[i].fault, mistakes[i].sentence);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    enum terms terms;
    enum sign_up_verdict verdict = sign_up_decide(form, &terms);
    if (verdict == SIGN_UP_ACCEPTED)
        return 0;
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

static int start_sign_up(struct mutation *mutation, const void *argument,
                         ProtobufCMessage *response)
{
    Identity__V1__StartSignUpResponse *answer = (Identity__V1__StartSignUpResponse *)response;
    struct sign_up sign_up = *(const struct sign_up *)argument;
    sign_up.created_us = mutation->now_us;
    sign_up.sign_up_id = id_new(mutation->now_us);
    int no = sign_up_store_insert(mutation->transaction, &sign_up);
    if (no != 0)
        return no;
    answer->sign_up_id = id_to_message(mutation->call, sign_up.sign_up_id);
    answer->expire_time =
        timestamp_from_us(call_arena(mutation->call), sign_up.created_us + SIGN_UP_LIFETIME_US);
    return 0;
}

/* What is kept about a request is a plain hash of it, too quick a hash for a password or a contact:
 * keyed ones stand in. */
static int start_once(struct call *call, struct identity *identity,
                      const Identity__V1__StartSignUpRequest *request, struct sign_up *sign_up,
                      Identity__V1__StartSignUpResponse *response)
{
    Identity__V1__StartSignUpRequest kept = *request;
    kept.password = keys_digest(&identity->keys, call_arena(call), request->password);
    kept.password_confirmation = kept.password;
    kept.email = keys_digest(&identity->keys, call_arena(call), request->email);
    kept.phone = keys_digest(&identity->keys, call_arena(call), request->phone);
    if (kept.password == NULL || kept.email == NULL || kept.phone == NULL)
        return FAILURE_EXHAUSTED;
    struct id scope_id = id_derive((struct id){{0}}, "sign-up");
    return call_once(call, &(const struct once){.database = identity->database,
                                                .scope_id = scope_id,
                                                .request_id = request->request_id,
                                                .message = &kept.base,
                                                .response = &response->base,
                                                .body = start_sign_up,
                                                .request = sign_up});
}

static uint64_t lane_of_source(struct call *call, const struct identity *identity)
{
    uint8_t index[KEYED_HASH_SIZE];
    uint64_t lane;
    source_index(call, &identity->keys, index);
    memcpy(&lane, index, sizeof lane);
    return lane;
}

static int sign_up_service_start_sign_up_call(struct call *call,
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
    int no = judge_form(call, &form);
    if (no != 0)
        return no;
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

static int lock_live_sign_up(struct mutation *mutation, struct id sign_up_id, int64_t now_us,
                             struct sign_up *sign_up)
{
    bool exists = false;
    int no = sign_up_store_lock(mutation->transaction, sign_up_id, sign_up, &exists);
    if (no != 0)
        return no;
    if (!exists || now_us >= sign_up->created_us + SIGN_UP_LIFETIME_US)
        return call_refuse(mutation->call, &sign_up_not_found, NO_TERMS);
    return 0;
}

/* "Use phone instead" (ID-04): the number of the request takes the place of the one known. */
static int choose_phone(struct call *call, const struct send_call *send, struct sign_up *sign_up)
{
    const struct keys *keys = &send->identity->keys;
    if (send->phone[0] == '\0')
        return sign_up->phone_sealed.data != NULL
                   ? 0
                   : call_invalid(call, "phone", FAULT_REQUIRED, "The phone number is missing.");
    if (!phone_is_of_country(send->phone, country_find(sign_up->country))) /* ID-03 */
        return call_refuse(call, sign_up_refusal(SIGN_UP_COUNTRY),
                           REFUSAL_TERMS({"field", "phone"}));
    uint8_t *index = arena_alloc(call_arena(call), KEYED_HASH_SIZE);
    sign_up->phone_sealed = keys_seal_text(keys, call_arena(call), LABEL_PHONE, send->phone);
    if (index == NULL || sign_up->phone_sealed.data == NULL)
        return FAILURE_EXHAUSTED;
    keys_index(keys, send->phone, index);
    sign_up->phone_index = (struct bytes){index, KEYED_HASH_SIZE};
    return 0;
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
static int send_to(struct mutation *mutation, const struct send_call *send,
                   const struct sign_up *sign_up, int64_t now_us, struct code_sent *sent)
{
    const struct keys *keys = &send->identity->keys;
    bool by_email = sign_up->channel == CHANNEL_EMAIL;
    struct bytes destination_index = by_email ? sign_up->email_index : sign_up->phone_index;
    const char *to =
        by_email
            ? keys_open_text(keys, call_arena(mutation->call), LABEL_EMAIL, sign_up->email_sealed)
            : keys_open_text(keys, call_arena(mutation->call), LABEL_PHONE, sign_up->phone_sealed);
    bool registered = false;
    if (to == NULL)
        return FAILURE_INTERNAL;
    int no = sign_up_store_registered(mutation->transaction, sign_up->channel, destination_index,
                                      &registered);
    if (no != 0)
        return no;
    struct code_order order = {.subject_id = sign_up->sign_up_id,
                               .delivery = delivery_of(send, sign_up),
                               .to = to,
                               .destination_index = destination_index,
                               .country = sign_up->country,
                               .letter = registered ? LETTER_REGISTERED : LETTER_CODE};
    return code_send(mutation, send->identity, &order, now_us, sent);
}

static int send_code(struct mutation *mutation, const void *argument, ProtobufCMessage *response)
{
    struct call *call = mutation->call;
    const struct send_call *send = argument;
    Identity__V1__SendCodeResponse *answer = (Identity__V1__SendCodeResponse *)response;
    struct sign_up sign_up;
    struct code_sent sent;
    int no = lock_live_sign_up(mutation, send->sign_up_id, mutation->now_us, &sign_up);
    if (no != 0)
        return no;
    if (!id_is_nil(sign_up.account_id))
        return call_refuse(call, challenge_send_refusal(SEND_ALREADY_VERIFIED), NO_TERMS);
    sign_up.channel = delivery_channel(delivery_of(send, &sign_up));
    if (sign_up.channel == CHANNEL_PHONE)
        no = choose_phone(call, send, &sign_up);
    if (no == 0)
        no = send_to(mutation, send, &sign_up, mutation->now_us, &sent);
    if (no != 0)
        return no;
    no = sign_up_store_set_channel(mutation->transaction, &sign_up);
    if (no != 0)
        return no;
    answer->expire_time = timestamp_from_us(call_arena(call), sent.expires_us);
    answer->resend_time = timestamp_from_us(call_arena(call), sent.resend_us);
    return 0;
}

static int sign_up_service_send_code_call(struct call *call,
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
    kept.phone = keys_digest(&send.identity->keys, call_arena(call), request->phone);
    if (kept.phone == NULL)
        return FAILURE_EXHAUSTED;
    int no = call_once(call, &(const struct once){.database = send.identity->database,
                                                  .scope_id = send.sign_up_id,
                                                  .request_id = request->request_id,
                                                  .message = &kept.base,
                                                  .response = &response->base,
                                                  .body = send_code,
                                                  .request = &send});
    if (no == 0)
        courier_wake(&send.identity->courier);
    return no;
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
static enum failure record_registration(struct mutation *mutation, const struct sign_up *sign_up,
                                        struct id account_id, int64_t now_us)
{
    enum failure failure = account_store_record(mutation->transaction, account_id, "REGISTERED",
                                                sign_up->country, now_us);
    for (enum terms terms = 0; failure == FAILURE_NONE && terms < TERMS_COUNT; terms++) {
        char *detail = arena_printf(call_arena(mutation->call), "%s %s", terms_field(terms),
                                    sign_up->terms_versions[terms]);
        failure = detail == NULL ? FAILURE_EXHAUSTED
                                 : account_store_record(mutation->transaction, account_id,
                                                        "TERMS_ACCEPTED", detail, now_us);
    }
    if (failure == FAILURE_NONE)
        failure = account_store_record(mutation->transaction, account_id, "CHANNEL_VERIFIED",
                                       channel_name(sign_up->channel), now_us);
    return failure;
}

static enum failure append_registration(struct mutation *mutation, const struct sign_up *sign_up,
                                        struct id account_id,
                                        const Identity__V1__VerifyCodeResponse *answer,
                                        int64_t now_us)
{
    Identity__V1__AccountRegistered event;
    identity__v1__account_registered__init(&event);
    event.account_id = answer->account_id;
    event.principal_id = answer->principal_id;
    event.country = arena_strdup(call_arena(mutation->call), sign_up->country);
    event.register_time = timestamp_from_us(call_arena(mutation->call), now_us);
    return event_append(mutation, account_id, &event.base, now_us);
}

static int open_account(struct mutation *mutation, const struct sign_up *sign_up,
                        Identity__V1__VerifyCodeResponse *answer, int64_t now_us)
{
    struct call *call = mutation->call;
    struct id account_id = id_new(now_us), principal_id = id_new(now_us);
    bool opened = false;
    answer->account_id = id_to_message(call, account_id);
    answer->principal_id = id_to_message(call, principal_id);
    int no = sign_up_store_open_account(mutation->transaction, sign_up, account_id, principal_id,
                                        now_us, &opened);
    if (no == 0 && !opened) /* ID-17: an address has one live account */
        return call_refuse(call,
                           sign_up->channel == CHANNEL_PHONE ? &phone_registered_meanwhile
                                                             : &email_registered_meanwhile,
                           NO_TERMS);
    if (no == 0)
        no = record_registration(mutation, sign_up, account_id, now_us);
    if (no == 0)
        no = append_registration(mutation, sign_up, account_id, answer, now_us);
    return no;
}

static int verify_code(struct mutation *mutation, const void *argument, ProtobufCMessage *response)
{
    const struct verify_call *verify = argument;
    struct sign_up sign_up;
    struct challenge_row row;
    int no = lock_live_sign_up(mutation, verify->sign_up_id, mutation->now_us, &sign_up);
    if (no == 0)
        no = code_guess(mutation, verify->identity, verify->sign_up_id, (struct id){{0}},
                        verify->code, mutation->now_us, &row);
    if (no != 0)
        return no;
    return open_account(mutation, &sign_up, (Identity__V1__VerifyCodeResponse *)response,
                        mutation->now_us);
}

static int sign_up_service_verify_code_call(struct call *call,
                                            const Identity__V1__VerifyCodeRequest *request,
                                            Identity__V1__VerifyCodeResponse *response)
{
    struct verify_call verify = {.identity = call_context(call),
                                 .sign_up_id = field_id(call, "sign_up_id", request->sign_up_id),
                                 .code = request->code};
    field_code(call, "code", request->code);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, verify.identity->database, verify.sign_up_id, request, response,
                     verify_code, &verify);
}
RPC_UNARY(sign_up_service_verify_code, Identity__V1__SignUpService, Identity__V1__VerifyCodeRequest,
          Identity__V1__VerifyCodeResponse)

void sign_up_service_mount(struct rpc_server *server, struct identity *identity)
{
    static Identity__V1__SignUpService_Service service =
        IDENTITY__V1__SIGN_UP_SERVICE__INIT(sign_up_service_);
    rpc_server_mount(server, &service.base, identity);
}
