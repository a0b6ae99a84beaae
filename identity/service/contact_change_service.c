/* Changes of an account's verified contacts, by codes from the old and the new one. */
#include <assert.h>

#include "identity/service/account_service.h"
#include "identity/service/code_sender.h"
#include "identity/service/fields.h"
#include "identity/service/security.h"
#include "identity/service/start.h"
#include "identity/store/contact_change_store.h"
#include "identity/store/notice_store.h"
#include "identity/store/sign_up_store.h"
#include "identity/v1/contact_change.pb-c.h"
#include "runtime/rpc/timestamp.h"

#define start_contact_change_admit(call) caller_admit(call)
#define start_contact_change_read start_contact_change_read
#define start_contact_change_kept start_contact_change_kept
#define start_contact_change_done(call, request, response) messages_deliver(call)
#define confirm_contact_change_admit(call) caller_admit(call)
#define confirm_contact_change_read confirm_contact_change_read
#define confirm_contact_change_done(call, request, response) \
    changed_answer((call), (request)->account_id, &(response)->account)
#define cancel_contact_change_admit(call) caller_admit(call)
#define cancel_contact_change_read cancel_contact_change_read
static int changed_answer(struct call *call, struct id account_id, Identity__V1__Account **message);
#include "identity/service/contact_change_rpc.h"

/* A code is for one change, and one side of it. */
static struct id subject_of(struct id change_id, bool of_new)
{
    return id_derive(change_id, of_new ? "contact change, new" : "contact change, old");
}

static int refuse(struct call *call, enum contact_change_verdict verdict)
{
    return call_refuse(call, contact_change_refusal(verdict), NO_TERMS);
}

static const char *label_of(enum channel channel)
{
    return channel == CHANNEL_EMAIL ? LABEL_EMAIL : LABEL_PHONE;
}

/* The account's present contact of a channel, opened; NULL when the seal is broken. */
static char *present_contact(struct call *call, const struct account_row *row, enum channel channel)
{
    return text_open(call, label_of(channel),
                     channel == CHANNEL_EMAIL ? row->email_sealed : row->phone_sealed);
}

static void field_changed_channel(struct call *call, Identity__V1__Channel channel)
{
    field_channel(call, "channel", channel);
    if (channel == IDENTITY__V1__CHANNEL__CHANNEL_UNSPECIFIED)
        call_add_field_violation(call, "channel", FAULT_REQUIRED, "The channel is missing.");
}

/* ---- StartContactChange ---- */

static void start_contact_change_read(struct call *call,
                                      const Identity__V1__StartContactChangeRequest *message,
                                      struct start_contact_change *request)
{
    start_contact_change_fields(call, message, request);
    field_delivery(call, "delivery", request->delivery, false);
    if (request->delivery == IDENTITY__V1__DELIVERY__DELIVERY_EMAIL) {
        field_email(call, "email", request->email);
        return;
    }
    field_mobile(call, "phone", request->phone);
    if (text_is_empty(request->phone))
        call_add_field_violation(call, "phone", FAULT_REQUIRED, "The phone number is missing.");
}

static void start_contact_change_kept(struct call *call,
                                      Identity__V1__StartContactChangeRequest *message)
{
    message->email = text_digest(call, message->email);
    message->phone = text_digest(call, message->phone);
}

/* The contact that is to be, in its normal form. */
static const char *wanted_contact(struct call *call, const struct start_contact_change *request)
{
    char email[EMAIL_SIZE];
    if (request->delivery != IDENTITY__V1__DELIVERY__DELIVERY_EMAIL)
        return request->phone;
    bool is_email = email_normalise(request->email, email);
    assert(is_email);
    return arena_strdup(call_arena(call), is_email ? email : "");
}

/* By what the owner logs in: the e-mail address once it is verified, else the number (S10). */
static bool is_log_in(const struct account *account, enum channel channel)
{
    return channel == CHANNEL_EMAIL || !account->email_verified;
}

static int decide_start(struct mutation *mutation, const struct account_row *row,
                        struct contact_change_row *change, const char *wanted)
{
    struct call *call = mutation->call;
    const char *present = account_channel_is_verified(&row->account, change->channel)
                              ? present_contact(call, row, change->channel)
                              : "";
    if (present == NULL)
        return FAILURE_INTERNAL;
    const struct contact_change_start start = {.by_owner =
                                                   id_equal(row->account.owner_id, caller_id(call)),
                                               .old_lost = change->change.old_lost,
                                               .is_same = text_equal(present, wanted),
                                               .channel = change->channel,
                                               .account = &row->account};
    int no = contact_change_store_read(mutation->transaction, change);
    if (no != 0)
        return no;
    enum contact_change_verdict verdict =
        contact_change_start_decide(&start, &change->change, mutation->now_us);
    if (verdict != CHANGE_ACCEPTED)
        return refuse(call, verdict);
    if (change->channel == CHANNEL_PHONE &&
        !phone_is_of_country(wanted, country_find(row->country))) /* ID-03 */
        return call_refuse(call, &country_mismatch, REFUSAL_TERMS({"field", "phone"}));
    change->change = contact_change_started(&change->change, mutation->now_us);
    change->change.old_lost = start.old_lost;
    return 0;
}

/* S10: the owner of an address is told there, the caller sees no difference. */
static int send_to_new(struct mutation *mutation, const struct account_row *row,
                       const struct contact_change_row *change, struct code_order *order,
                       struct code_sent *sent)
{
    bool registered = false;
    int no = 0;
    if (is_log_in(&row->account, change->channel))
        no = sign_up_store_registered(mutation->transaction, change->channel, change->index,
                                      &registered);
    order->subject_id = subject_of(change->change_id, true);
    order->destination_index = change->index;
    order->letter = registered ? LETTER_REGISTERED : LETTER_CODE;
    return no != 0 ? no : code_send(mutation, order, sent);
}

static int send_to_old(struct mutation *mutation, const struct account_row *row,
                       const struct contact_change_row *change)
{
    struct call *call = mutation->call;
    enum channel channel =
        change->change.old_lost ? channel_complement(change->channel) : change->channel;
    struct code_sent sent;
    struct code_order order = {.subject_id = subject_of(change->change_id, false),
                               .delivery = channel == CHANNEL_EMAIL ? DELIVERY_EMAIL : DELIVERY_SMS,
                               .to = present_contact(call, row, channel),
                               .country = row->country,
                               .account_id = row->account.account_id};
    if (order.to == NULL)
        return FAILURE_INTERNAL;
    order.destination_index = text_index(call, order.to);
    return code_send(mutation, &order, &sent);
}

/* To the contact that the account has now. */
static int tell_old(struct mutation *mutation, const struct account_row *row, enum channel channel,
                    const char *sentence)
{
    struct call *call = mutation->call;
    struct id message_id;
    const struct message_order order = {.delivery = channel == CHANNEL_EMAIL ? DELIVERY_EMAIL
                                                                             : DELIVERY_SMS,
                                        .to = present_contact(call, row, channel),
                                        .subject = "Your Kontor account",
                                        .text = sentence};
    return order.to == NULL ? FAILURE_INTERNAL
                            : courier_take(mutation->transaction, &identity_of(call)->courier,
                                           &order, mutation->now_us, &message_id);
}

/* Whose old contact is lost reads of it in the list. */
static int tell_of_lost(struct mutation *mutation, const struct account_row *row,
                        enum channel channel)
{
    int no =
        tell_old(mutation, row, channel,
                 "Somebody asked to change this contact of your Kontor account without it. It "
                 "changes in 72 hours at the earliest. If it was not you, log in and cancel it.");
    const struct notice notice = {
        .principal_id = row->account.owner_id,
        .account_id = row->account.account_id,
        .kind = NOTICE_ACCOUNT,
        .subject = "Your Kontor account",
        .text =
            arena_printf(call_arena(mutation->call),
                         "Somebody asked to change the %s of the account without it. It changes "
                         "in 72 hours at the earliest. If it was not you, cancel it.",
                         channel == CHANNEL_EMAIL ? "e-mail address" : "phone number"),
        .created_us = mutation->now_us};
    return no != 0 ? no : notice_store_keep(mutation->transaction, &notice);
}

static int begin_change(struct mutation *mutation, const struct account_row *row,
                        const struct contact_change_row *change, struct code_order *order,
                        struct code_sent *sent)
{
    int no = contact_change_store_put(mutation->transaction, change, mutation->now_us);
    if (no == 0)
        no = send_to_old(mutation, row, change);
    if (no == 0)
        no = send_to_new(mutation, row, change, order, sent);
    return no != 0 || !change->change.old_lost ? no : tell_of_lost(mutation, row, change->channel);
}

static int start_contact_change(struct mutation *mutation,
                                const struct start_contact_change *request,
                                Identity__V1__StartContactChangeResponse *response)
{
    struct call *call = mutation->call;
    enum delivery delivery = (enum delivery)request->delivery;
    const char *wanted = wanted_contact(call, request);
    struct account_row row;
    struct contact_change_row change = {.account_id = request->account_id,
                                        .channel = delivery_channel(delivery),
                                        .change.old_lost = request->old_lost};
    struct code_sent sent;
    int no = account_lock(mutation, request->account_id, &row);
    if (no == 0)
        no = decide_start(mutation, &row, &change, wanted);
    if (no != 0)
        return no;
    struct code_order order = {.delivery = delivery,
                               .to = wanted,
                               .country = row.country,
                               .account_id = request->account_id};
    change.change_id = id_new(mutation->now_us);
    change.sealed = text_seal(call, label_of(change.channel), wanted);
    change.index = text_index(call, wanted);
    no = begin_change(mutation, &row, &change, &order, &sent);
    if (no != 0)
        return no;
    response->change_id = id_to_message(call, change.change_id);
    response->expire_time = timestamp_from_us(call_arena(call), sent.expires_us);
    return 0;
}

/* ---- ConfirmContactChange ---- */

static void confirm_contact_change_read(struct call *call,
                                        const Identity__V1__ConfirmContactChangeRequest *message,
                                        struct confirm_contact_change *request)
{
    confirm_contact_change_fields(call, message, request);
    field_changed_channel(call, request->channel);
    if (text_is_empty(request->new_code) && text_is_empty(request->old_code))
        return;
    field_code(call, "new_code", request->new_code);
    field_code(call, "old_code", request->old_code);
}

/* The last change of the channel, of an account that is locked and the caller's. */
static int find_change(struct mutation *mutation, struct contact_change_row *change,
                       struct account_row *row)
{
    struct call *call = mutation->call;
    int no = account_lock(mutation, change->account_id, row);
    if (no != 0)
        return no;
    if (!id_equal(row->account.owner_id, caller_id(call)))
        return refuse(call, CHANGE_NOT_OWNER);
    return contact_change_store_read(mutation->transaction, change);
}

static enum contact_change_verdict decide(const struct mutation *mutation,
                                          const struct contact_change_row *change,
                                          struct id change_id)
{
    return contact_change_confirm_decide(&change->change, id_equal(change->change_id, change_id),
                                         mutation->now_us);
}

static int guess(struct mutation *mutation, const struct contact_change_row *change, bool of_new,
                 const char *code)
{
    const struct code_typed typed = {subject_of(change->change_id, of_new), {{0}}, code};
    struct challenge_row challenge;
    return code_guess(mutation, &typed, &challenge);
}

/* ID-17: an address or number logs in to one live principal. */
static int take_log_in(struct mutation *mutation, const struct account *account,
                       const struct contact_change_row *change)
{
    const struct taken_address address = {account->owner_id, change->channel, change->index};
    bool registered = false, taken = false;
    int no = sign_up_store_registered(mutation->transaction, change->channel, change->index,
                                      &registered);
    if (no == 0 && registered)
        return call_refuse(mutation->call,
                           change->channel == CHANNEL_EMAIL ? &email_registered
                                                            : &phone_registered_meanwhile,
                           NO_TERMS);
    if (no == 0)
        no = sign_up_store_take_address(mutation->transaction, &address, &taken);
    /* somebody takes it at the same time */
    return no == FAILURE_CONSTRAINT || (no == 0 && !taken) ? FAILURE_CONFLICT : no;
}

static int apply(struct mutation *mutation, const struct account_row *row,
                 const struct contact_change_row *change)
{
    struct transaction *transaction = mutation->transaction;
    const char *channel = channel_name(change->channel);
    int no = tell_old(mutation, row, change->channel,
                      "This is no contact of your Kontor account any more: it was changed to "
                      "another. If it was not you, write to us at once.");
    if (no == 0 && is_log_in(&row->account, change->channel))
        no = take_log_in(mutation, &row->account, change);
    if (no == 0)
        no = contact_change_store_apply(transaction, change, mutation->now_us);
    if (no == 0)
        no = trail_note(mutation, change->account_id, "CONTACT_CHANGED", channel);
    return no != 0 ? no
                   : security_tell(mutation->call, transaction,
                                   &(struct security_event){.account_id = change->account_id,
                                                            .kind = SECURITY_CONTACT_CHANGED,
                                                            .detail = channel,
                                                            .noted_us = mutation->now_us});
}

static int confirm_codes(struct mutation *mutation, const struct confirm_contact_change *request,
                         const struct contact_change_row *change)
{
    if (text_is_empty(request->new_code))
        return call_invalid(mutation->call, "new_code", FAULT_REQUIRED, "The code is missing.");
    int no = guess(mutation, change, true, request->new_code);
    return no != 0 ? no : guess(mutation, change, false, request->old_code);
}

static int wait(struct mutation *mutation, const struct contact_change_row *change,
                Identity__V1__ConfirmContactChangeResponse *response)
{
    response->effective_time = timestamp_from_us(call_arena(mutation->call),
                                                 mutation->now_us + CONTACT_CHANGE_LOST_WAIT_US);
    return contact_change_store_confirm(mutation->transaction, change, mutation->now_us);
}

static int confirm_contact_change(struct mutation *mutation,
                                  const struct confirm_contact_change *request,
                                  Identity__V1__ConfirmContactChangeResponse *response)
{
    struct account_row row;
    struct contact_change_row change = {.account_id = request->account_id,
                                        .channel = (enum channel)request->channel};
    int no = find_change(mutation, &change, &row);
    if (no != 0)
        return no;
    enum contact_change_verdict verdict = decide(mutation, &change, request->change_id);
    if (verdict != CHANGE_ACCEPTED)
        return refuse(mutation->call, verdict);
    if (change.change.confirmed_us != 0)
        return apply(mutation, &row, &change);
    no = confirm_codes(mutation, request, &change);
    if (no != 0)
        return no;
    return change.change.old_lost ? wait(mutation, &change, response)
                                  : apply(mutation, &row, &change);
}

static int changed_answer(struct call *call, struct id account_id, Identity__V1__Account **message)
{
    int no = account_answer(call, account_id, message);
    return no != 0 ? no : messages_deliver(call);
}

/* ---- CancelContactChange ---- */

static void cancel_contact_change_read(struct call *call,
                                       const Identity__V1__CancelContactChangeRequest *message,
                                       struct cancel_contact_change *request)
{
    cancel_contact_change_fields(call, message, request);
    field_changed_channel(call, request->channel);
}

static int cancel_contact_change(struct mutation *mutation,
                                 const struct cancel_contact_change *request,
                                 Identity__V1__CancelContactChangeResponse *response)
{
    struct account_row row;
    struct contact_change_row change = {.account_id = request->account_id,
                                        .channel = (enum channel)request->channel};
    (void)response;
    int no = find_change(mutation, &change, &row);
    if (no != 0)
        return no;
    enum contact_change_verdict verdict = decide(mutation, &change, request->change_id);
    if (verdict == CHANGE_NOT_FOUND)
        return refuse(mutation->call, verdict);
    return contact_change_store_end(mutation->transaction, &change, mutation->now_us);
}
