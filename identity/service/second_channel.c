/* The channel that was not verified at sign-up (ID-06). */
#include "identity/service/account_service.h"
#include "identity/service/code_sender.h"
#include "identity/service/fields.h"
#include "identity/store/sign_up_store.h"
#include "runtime/rpc/timestamp.h"

/* ---- StartContactVerification ---- */

void start_contact_verification_read(struct call *call,
                                     const Identity__V1__StartContactVerificationRequest *message,
                                     struct start_contact_verification *request)
{
    start_contact_verification_fields(call, message, request);
    field_delivery(call, "delivery", request->delivery, false);
    field_mobile(call, "phone", request->phone);
}

void start_contact_verification_kept(struct call *call,
                                     Identity__V1__StartContactVerificationRequest *message)
{
    message->phone = text_digest(call, message->phone);
}

/* A number of the request takes the place of an unverified one; an e-mail address is known since
 * sign-up. */
static int choose_phone(struct mutation *mutation, const char *phone, struct account_row *row)
{
    struct call *call = mutation->call;
    if (text_is_empty(phone))
        return row->phone_sealed.data != NULL
                   ? 0
                   : call_invalid(call, "phone", FAULT_REQUIRED, "The phone number is missing.");
    if (!phone_is_of_country(phone, country_find(row->country))) /* ID-03 */
        return call_refuse(call, &country_mismatch, REFUSAL_TERMS({"field", "phone"}));
    row->phone_sealed = text_seal(call, LABEL_PHONE, phone);
    row->phone_index = text_index(call, phone);
    return account_store_put_contact(mutation->transaction, row->account.account_id, CHANNEL_PHONE,
                                     row->phone_sealed, row->phone_index);
}

/* S10: the owner of the address is told, the caller is not. */
static int send_verification(struct mutation *mutation, enum delivery delivery,
                             const struct account_row *row, struct code_sent *sent)
{
    struct call *call = mutation->call;
    struct code_order order = {.subject_id = row->account.account_id,
                               .delivery = delivery,
                               .country = row->country,
                               .account_id = row->account.account_id};
    bool registered = false;
    int no = 0;
    if (delivery == DELIVERY_EMAIL)
        order.to = text_open(call, LABEL_EMAIL, row->email_sealed);
    else
        order.to = text_open(call, LABEL_PHONE, row->phone_sealed);
    if (order.to == NULL)
        return FAILURE_INTERNAL;
    order.destination_index =
        delivery == DELIVERY_EMAIL ? text_index(call, order.to) : row->phone_index;
    if (delivery == DELIVERY_EMAIL)
        no = sign_up_store_registered(mutation->transaction, CHANNEL_EMAIL, order.destination_index,
                                      &registered);
    order.letter = registered ? LETTER_REGISTERED : LETTER_CODE;
    return no == 0 ? code_send(mutation, &order, sent) : no;
}

int start_contact_verification(struct mutation *mutation,
                               const struct start_contact_verification *request,
                               Identity__V1__StartContactVerificationResponse *response)
{
    struct call *call = mutation->call;
    enum delivery delivery = (enum delivery)request->delivery;
    enum channel channel = delivery_channel(delivery);
    struct account_row row;
    struct code_sent sent;
    int no = account_lock(mutation, request->account_id, &row);
    if (no != 0)
        return no;
    enum second_channel_verdict verdict = second_channel_decide(&row.account, channel);
    if (verdict != SECOND_CHANNEL_ACCEPTED)
        return call_refuse(call, second_channel_refusal(verdict),
                           REFUSAL_TERMS({"channel", channel_name(channel_complement(
                                                         row.account.sign_up_channel))}));
    if (channel == CHANNEL_PHONE)
        no = choose_phone(mutation, request->phone, &row);
    if (no == 0)
        no = send_verification(mutation, delivery, &row, &sent);
    if (no != 0)
        return no;
    response->verification_id = id_to_message(call, sent.challenge_id);
    response->expire_time = timestamp_from_us(call_arena(call), sent.expires_us);
    response->resend_time = timestamp_from_us(call_arena(call), sent.resend_us);
    return 0;
}

/* ---- ConfirmContactVerification ---- */

void confirm_contact_verification_read(
    struct call *call, const Identity__V1__ConfirmContactVerificationRequest *message,
    struct confirm_contact_verification *request)
{
    confirm_contact_verification_fields(call, message, request);
    field_code(call, "code", request->code);
}

static enum failure keep_verified(struct mutation *mutation, struct id account_id,
                                  const struct challenge_row *challenge, bool *verified)
{
    const struct verified_contact contact = {account_id, challenge->channel,
                                             challenge->destination_index, mutation->now_us};
    enum failure failure = account_store_verify_contact(mutation->transaction, &contact, verified);
    if (failure == FAILURE_NONE && *verified)
        failure =
            trail_note(mutation, account_id, "CHANNEL_VERIFIED", channel_name(challenge->channel));
    return failure;
}

/* S10: a verified e-mail address is what its account's owner logs in by, in place of the number. */
static int keep_address(struct mutation *mutation, const struct account *account,
                        const struct challenge_row *challenge)
{
    struct bytes address = challenge->destination_index;
    bool registered = false, verified = false, taken = true;
    int no = 0;
    if (challenge->channel == CHANNEL_EMAIL)
        no = sign_up_store_registered(mutation->transaction, CHANNEL_EMAIL, address, &registered);
    if (no == 0 && registered)
        return call_refuse(mutation->call, &email_registered, NO_TERMS);
    if (no == 0)
        no = keep_verified(mutation, account->account_id, challenge, &verified);
    if (no == 0 && !verified)
        return call_refuse(mutation->call, &contact_changed, NO_TERMS);
    if (no == 0 && challenge->channel == CHANNEL_EMAIL)
        no = sign_up_store_take_address(
            mutation->transaction,
            &(struct taken_address){account->owner_id, CHANNEL_EMAIL, address}, &taken);
    /* ID-17: somebody verified it at the same time */
    return no == FAILURE_CONSTRAINT || !taken ? FAILURE_CONFLICT : no;
}

int confirm_contact_verification(struct mutation *mutation,
                                 const struct confirm_contact_verification *request,
                                 Identity__V1__ConfirmContactVerificationResponse *response)
{
    const struct code_typed typed = {request->account_id, request->verification_id, request->code};
    struct account_row row;
    struct challenge_row challenge;
    (void)response; /* account_answer fills it in */
    int no = account_lock(mutation, request->account_id, &row);
    if (no == 0)
        no = code_guess(mutation, &typed, &challenge);
    return no == 0 ? keep_address(mutation, &row.account, &challenge) : no;
}
