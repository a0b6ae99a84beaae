/* The channel that was not verified at sign-up (ID-06). */
#include "identity/domain/refusals.h"
#include "identity/service/account_service.h"
#include "identity/service/code_sender.h"
#include "identity/service/fields.h"
#include "identity/store/sign_up_store.h"
#include "runtime/base/clock.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"

struct verification_call {
    struct identity *identity;
    struct id account_id;
    enum delivery delivery;
    const char *phone;
    struct id verification_id;
    const char *code;
};

/* A number of the request takes the place of an unverified one; an e-mail address is known since
 * sign-up. */
static int choose_contact(struct mutation *mutation, const struct verification_call *start,
                          struct account_row *row)
{
    struct call *call = mutation->call;
    const struct keys *keys = &start->identity->keys;
    if (start->phone[0] == '\0')
        return row->phone_sealed.data != NULL
                   ? 0
                   : call_invalid(call, "phone", FAULT_REQUIRED, "The phone number is missing.");
    if (!phone_is_of_country(start->phone, country_find(row->country))) /* ID-03 */
        return call_refuse(call, &country_mismatch, REFUSAL_TERMS({"field", "phone"}));
    uint8_t *index = arena_alloc(call_arena(call), KEYED_HASH_SIZE);
    row->phone_sealed = keys_seal_text(keys, call_arena(call), LABEL_PHONE, start->phone);
    if (index == NULL || row->phone_sealed.data == NULL)
        return FAILURE_EXHAUSTED;
    keys_index(keys, start->phone, index);
    row->phone_index = (struct bytes){index, KEYED_HASH_SIZE};
    return account_store_put_contact(mutation->transaction, start->account_id, CHANNEL_PHONE,
                                     row->phone_sealed, row->phone_index);
}

static int send_verification(struct mutation *mutation, const struct verification_call *start,
                             const struct account_row *row, struct code_sent *sent)
{
    const struct keys *keys = &start->identity->keys;
    bool by_email = start->delivery == DELIVERY_EMAIL;
    uint8_t email_index[KEYED_HASH_SIZE];
    bool registered = false;
    const char *to =
        by_email ? keys_open_text(keys, call_arena(mutation->call), LABEL_EMAIL, row->email_sealed)
                 : keys_open_text(keys, call_arena(mutation->call), LABEL_PHONE, row->phone_sealed);
    if (to == NULL)
        return FAILURE_INTERNAL;
    if (by_email) { /* S10: its owner is told, the caller is not */
        keys_index(keys, to, email_index);
        int no =
            sign_up_store_registered(mutation->transaction, CHANNEL_EMAIL,
                                     (struct bytes){email_index, sizeof email_index}, &registered);
        if (no != 0)
            return no;
    }
    struct code_order order = {.subject_id = start->account_id,
                               .delivery = start->delivery,
                               .to = to,
                               .destination_index =
                                   by_email ? (struct bytes){email_index, sizeof email_index}
                                            : row->phone_index,
                               .country = row->country,
                               .letter = registered ? LETTER_REGISTERED : LETTER_CODE,
                               .account_id = start->account_id};
    return code_send(mutation, start->identity, &order, clock_now_us(), sent);
}

static int start_verification(struct mutation *mutation, const void *argument,
                              ProtobufCMessage *response)
{
    struct call *call = mutation->call;
    const struct verification_call *start = argument;
    Identity__V1__StartContactVerificationResponse *answer =
        (Identity__V1__StartContactVerificationResponse *)response;
    enum channel channel = delivery_channel(start->delivery);
    struct account_row row;
    struct code_sent sent;
    int no = account_lock(mutation, start->account_id, &row);
    if (no != 0)
        return no;
    enum second_channel_verdict verdict = second_channel_decide(&row.account, channel);
    if (verdict != SECOND_CHANNEL_ACCEPTED)
        return call_refuse(call, second_channel_refusal(verdict),
                           REFUSAL_TERMS({"channel", channel_name(channel_complement(
                                                         row.account.sign_up_channel))}));
    if (channel == CHANNEL_PHONE)
        no = choose_contact(mutation, start, &row);
    if (no == 0)
        no = send_verification(mutation, start, &row, &sent);
    if (no != 0)
        return no;
    answer->verification_id = id_to_message(call, sent.challenge_id);
    answer->expire_time = timestamp_from_us(call_arena(call), sent.expires_us);
    answer->resend_time = timestamp_from_us(call_arena(call), sent.resend_us);
    return 0;
}

int account_service_start_contact_verification_call(
    struct call *call, const Identity__V1__StartContactVerificationRequest *request,
    Identity__V1__StartContactVerificationResponse *response)
{
    struct verification_call start = {
        .identity = call_context(call),
        .account_id = field_id(call, "account_id", request->account_id),
        .delivery = field_delivery(call, "delivery", request->delivery, false),
        .phone = request->phone};
    field_mobile(call, "phone", request->phone);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    Identity__V1__StartContactVerificationRequest kept = *request;
    kept.phone = keys_digest(&start.identity->keys, call_arena(call), request->phone);
    if (kept.phone == NULL)
        return FAILURE_EXHAUSTED;
    int no = call_once(call, &(const struct once){.database = start.identity->database,
                                                  .scope_id = start.account_id,
                                                  .request_id = request->request_id,
                                                  .message = &kept.base,
                                                  .response = &response->base,
                                                  .body = start_verification,
                                                  .request = &start});
    if (no == 0)
        courier_wake(&start.identity->courier);
    return no;
}

static enum failure keep_verified(struct transaction *transaction, struct id account_id,
                                  const struct challenge_row *challenge, bool *verified)
{
    int64_t now_us = clock_now_us();
    enum failure failure =
        account_store_verify_contact(transaction, account_id, challenge->channel,
                                     challenge->destination_index, now_us, verified);
    if (failure == FAILURE_NONE && *verified)
        failure = account_store_record(transaction, account_id, "CHANNEL_VERIFIED",
                                       channel_name(challenge->channel), now_us);
    return failure;
}

/* S10: a verified e-mail address is what its account's owner logs in by, in place of the number. */
static int keep_address(struct mutation *mutation, const struct verification_call *confirm,
                        struct id principal_id, const struct challenge_row *challenge)
{
    struct bytes address = challenge->destination_index;
    bool registered = false, verified = false, taken = true;
    int no = 0;
    if (challenge->channel == CHANNEL_EMAIL)
        no = sign_up_store_registered(mutation->transaction, CHANNEL_EMAIL, address, &registered);
    if (no == 0 && registered)
        return call_refuse(mutation->call, &email_registered, NO_TERMS);
    if (no == 0)
        no = keep_verified(mutation->transaction, confirm->account_id, challenge, &verified);
    if (no == 0 && !verified)
        return call_refuse(mutation->call, &contact_changed, NO_TERMS);
    if (no == 0 && challenge->channel == CHANNEL_EMAIL)
        no = sign_up_store_take_address(mutation->transaction, principal_id, address, &taken);
    /* ID-17: somebody verified it at the same time */
    return no == FAILURE_CONSTRAINT || !taken ? FAILURE_CONFLICT : no;
}

static int confirm_verification(struct mutation *mutation, const void *argument,
                                ProtobufCMessage *response)
{
    const struct verification_call *confirm = argument;
    struct account_row row;
    struct challenge_row challenge;
    (void)response;
    int no = account_lock(mutation, confirm->account_id, &row);
    if (no == 0)
        no = code_guess(mutation, confirm->identity, confirm->account_id, confirm->verification_id,
                        confirm->code, clock_now_us(), &challenge);
    return no == 0 ? keep_address(mutation, confirm, row.account.owner_id, &challenge) : no;
}

int account_service_confirm_contact_verification_call(
    struct call *call, const Identity__V1__ConfirmContactVerificationRequest *request,
    Identity__V1__ConfirmContactVerificationResponse *response)
{
    struct verification_call confirm = {
        .identity = call_context(call),
        .account_id = field_id(call, "account_id", request->account_id),
        .verification_id = field_id(call, "verification_id", request->verification_id),
        .code = request->code};
    field_code(call, "code", request->code);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    int no = CALL_ONCE(call, confirm.identity->database, confirm.account_id, request, response,
                       confirm_verification, &confirm);
    return no == 0 ? account_answer(call, confirm.identity, confirm.account_id, &response->account)
                   : no;
}
