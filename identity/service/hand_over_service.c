/* Hand-over of accounts whose owner leaves (ID-27): begun, proved, approved, cancelled. */
#include <assert.h>

#include "identity/service/code_sender.h"
#include "identity/service/fields.h"
#include "identity/service/hand_over.h"
#include "identity/service/hand_over_side.h"
#include "identity/service/security.h"
#include "identity/service/start.h"
#include "identity/store/relation_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

#define begin_hand_over_admit(call) caller_admit(call)
#define begin_hand_over_read begin_hand_over_read
#define begin_hand_over_kept begin_hand_over_kept
#define begin_hand_over_done(call, request, response) messages_deliver(call)
#define confirm_hand_over_admit(call) caller_admit(call)
#define confirm_hand_over_read confirm_hand_over_read
#define confirm_hand_over_done(call, request, response) messages_deliver(call)
#define approve_hand_over_admit(call) caller_admit(call)
#define approve_hand_over_done(call, request, response) messages_deliver(call)
#define cancel_hand_over_admit(call) caller_admit(call)
#include "identity/service/hand_over_rpc.h"

#define REASON_BYTES_MAX 256

/* A code is for this hand-over, and one contact of it. */
enum side { SIDE_EMAIL, SIDE_PHONE, SIDE_OLD };

static struct id subject_of(struct id hand_over_id, enum side side)
{
    static const char *const names[] = {"hand-over, e-mail", "hand-over, phone", "hand-over, old"};
    return id_derive(hand_over_id, names[side]);
}

static int refuse(struct call *call, enum hand_over_verdict verdict)
{
    return call_refuse(call, hand_over_refusal(verdict), NO_TERMS);
}

static enum failure note(struct mutation *mutation, enum security_event_kind kind,
                         const struct hand_over *hand_over)
{
    return security_note(
        mutation->call, mutation->transaction,
        &(struct security_event){.account_id = hand_over->account_id,
                                 .kind = kind,
                                 .detail = id_to_message(mutation->call, hand_over->hand_over_id),
                                 .noted_us = mutation->now_us});
}

/* ---- BeginHandOver ---- */

static void begin_hand_over_read(struct call *call,
                                 const Identity__V1__BeginHandOverRequest *message,
                                 struct begin_hand_over *request)
{
    begin_hand_over_fields(call, message, request);
    field_email(call, "email", request->email);
    field_mobile(call, "phone", request->phone);
    if (text_is_empty(request->phone))
        call_add_field_violation(call, "phone", FAULT_REQUIRED, "The phone number is missing.");
    field_delivery(call, "phone_delivery", request->phone_delivery, true);
    if (request->phone_delivery == IDENTITY__V1__DELIVERY__DELIVERY_EMAIL)
        call_add_field_violation(call, "phone_delivery", FAULT_OUT_OF_RANGE,
                                 "Must be SMS or VOICE.");
    field_text(call, "reason", request->reason, 1, REASON_BYTES_MAX);
}

static void begin_hand_over_kept(struct call *call, Identity__V1__BeginHandOverRequest *message)
{
    message->email = text_digest(call, message->email);
    message->phone = text_digest(call, message->phone);
}

/* Locks the account, and decides. */
static int admit_begin(struct mutation *mutation, struct account_row *account, struct id account_id,
                       struct hand_over_side *side)
{
    struct transaction *transaction = mutation->transaction;
    struct hand_over_row last;
    struct hand_over_act act = {.caller_id = caller_id(mutation->call)};
    int64_t begun = 0;
    bool exists = false;
    int no = account_lock(mutation, account_id, account);
    if (no == 0)
        no = hand_over_side_read(mutation, account_id, side);
    if (no == 0)
        no = hand_over_store_read(transaction, account_id, mutation->now_us, &last, &exists);
    const struct hand_over_party party = {.account_id = account_id,
                                          .partner_id = side->partner_id,
                                          .by_owner =
                                              id_equal(act.caller_id, account->account.owner_id)};
    if (no == 0)
        no = hand_over_store_count(transaction, &party, mutation->now_us, &begun);
    if (no != 0)
        return no;
    act.caller_roles = hand_over_side_roles(side);
    act.found = exists ? &last.hand_over : NULL;
    enum hand_over_verdict verdict =
        hand_over_side_decide(side, act.found, false, mutation->now_us);
    if (verdict == HAND_OVER_ACCEPTED)
        verdict = hand_over_begin_decide(&act, begun, mutation->now_us);
    return verdict == HAND_OVER_ACCEPTED ? 0 : refuse(mutation->call, verdict);
}

static int decide_begin(struct mutation *mutation, const struct begin_hand_over *request,
                        struct account_row *account, struct hand_over *hand_over)
{
    struct call *call = mutation->call;
    struct hand_over_side side;
    int no = admit_begin(mutation, account, request->account_id, &side);
    if (no != 0)
        return no;
    if (!phone_is_of_country(request->phone, country_find(account->country))) /* ID-03 */
        return call_refuse(call, &country_mismatch, REFUSAL_TERMS({"field", "phone"}));
    *hand_over = (struct hand_over){
        .hand_over_id = id_new(mutation->now_us),
        .account_id = request->account_id,
        .leaver_id = account->account.owner_id,
        .begun_by = caller_id(call),
        .by_operator = (hand_over_side_roles(&side) & ROLES_OF_OPERATORS) != 0,
        .partner_id = side.partner_id,
        .permitted = side.permitted,
        .reason = request->reason,
        .created_us = mutation->now_us,
    };
    return 0;
}

/* S10: whose log-in has an account of its own is told so at the address; the caller sees no
 * difference. The account's present address is free once the owner has left. */
static int send_to_email(struct mutation *mutation, const struct hand_over_row *row,
                         const char *email, struct code_sent *sent)
{
    struct hand_over_successor successor;
    int no = hand_over_store_successor(mutation->transaction, row->email_index, &successor);
    bool is_taken =
        successor.has_account && !id_equal(successor.principal_id, row->hand_over.leaver_id);
    const struct code_order order = {.subject_id =
                                         subject_of(row->hand_over.hand_over_id, SIDE_EMAIL),
                                     .delivery = DELIVERY_EMAIL,
                                     .to = email,
                                     .destination_index = row->email_index,
                                     .letter = is_taken ? LETTER_REGISTERED : LETTER_CODE,
                                     .account_id = row->hand_over.account_id};
    return no != 0 ? no : code_send(mutation, &order, sent);
}

/* To what the owner logs in by. */
static int send_to_old(struct mutation *mutation, const struct hand_over_row *row,
                       const struct account_row *account)
{
    struct call *call = mutation->call;
    struct code_sent sent;
    bool by_email = account->account.email_verified;
    struct code_order order = {.subject_id = subject_of(row->hand_over.hand_over_id, SIDE_OLD),
                               .delivery = by_email ? DELIVERY_EMAIL : DELIVERY_SMS,
                               .to = by_email ? text_open(call, LABEL_EMAIL, account->email_sealed)
                                              : text_open(call, LABEL_PHONE, account->phone_sealed),
                               .country = account->country,
                               .account_id = row->hand_over.account_id};
    if (order.to == NULL)
        return FAILURE_INTERNAL;
    order.destination_index = text_index(call, order.to);
    return code_send(mutation, &order, &sent);
}

static int send_codes(struct mutation *mutation, const struct begin_hand_over *request,
                      const struct hand_over_row *row, const struct account_row *account)
{
    struct code_sent sent;
    bool by_voice = request->phone_delivery == IDENTITY__V1__DELIVERY__DELIVERY_VOICE;
    const struct code_order order = {.subject_id =
                                         subject_of(row->hand_over.hand_over_id, SIDE_PHONE),
                                     .delivery = by_voice ? DELIVERY_VOICE : DELIVERY_SMS,
                                     .to = request->phone,
                                     .destination_index = row->phone_index,
                                     .country = account->country,
                                     .account_id = row->hand_over.account_id};
    int no = code_send(mutation, &order, &sent);
    return no != 0 || hand_over_takes_two(&row->hand_over) ? no
                                                           : send_to_old(mutation, row, account);
}

static int begin_hand_over(struct mutation *mutation, const struct begin_hand_over *request,
                           Identity__V1__BeginHandOverResponse *response)
{
    struct call *call = mutation->call;
    struct account_row account;
    struct hand_over_row row;
    struct code_sent sent;
    char email[EMAIL_SIZE];
    bool is_email = email_normalise(request->email, email);
    assert(is_email);
    int no = decide_begin(mutation, request, &account, &row.hand_over);
    if (no != 0)
        return no;
    row.email_sealed = text_seal(call, LABEL_EMAIL, email);
    row.email_index = text_index(call, email);
    row.phone_sealed = text_seal(call, LABEL_PHONE, request->phone);
    row.phone_index = text_index(call, request->phone);
    no = hand_over_store_insert(mutation->transaction, &row);
    if (no == 0)
        no = send_to_email(mutation, &row, email, &sent);
    if (no == 0)
        no = send_codes(mutation, request, &row, &account);
    if (no == 0 && !id_is_nil(row.hand_over.partner_id))
        no = hand_over_tell_begun(mutation, &row.hand_over);
    if (no != 0)
        return no;
    response->hand_over_id = id_to_message(call, row.hand_over.hand_over_id);
    response->expire_time = timestamp_from_us(call_arena(call), sent.expires_us);
    response->wants_old_code = !hand_over_takes_two(&row.hand_over);
    return note(mutation, SECURITY_HAND_OVER_BEGUN, &row.hand_over);
}

/* ---- what goes on ---- */

typedef enum hand_over_verdict decision(const struct hand_over_act *act, int64_t now_us);

/* Locks the account, reads and decides about its hand-over. */
static int take(struct mutation *mutation, struct hand_over_row *row, struct account_row *account,
                decision *decide)
{
    struct call *call = mutation->call;
    struct hand_over_act act = {.caller_id = caller_id(call)};
    struct id account_id = row->hand_over.account_id, hand_over_id = row->hand_over.hand_over_id;
    struct hand_over_side side;
    bool exists = false;
    int no = account_lock(mutation, account_id, account);
    if (no == 0)
        no = hand_over_side_read(mutation, account_id, &side);
    if (no == 0)
        no =
            hand_over_store_read(mutation->transaction, account_id, mutation->now_us, row, &exists);
    bool is_it = exists && id_equal(row->hand_over.hand_over_id, hand_over_id);
    if (no == 0 && is_it)
        no = hand_over_beginner_read(mutation, &row->hand_over, &act, &side);
    if (no != 0)
        return no;
    act.caller_roles = hand_over_side_roles(&side);
    act.found = is_it ? &row->hand_over : NULL;
    enum hand_over_verdict verdict = hand_over_side_decide(
        &side, act.found, decide == hand_over_approve_decide, mutation->now_us);
    if (verdict == HAND_OVER_ACCEPTED)
        verdict = decide(&act, mutation->now_us);
    return verdict == HAND_OVER_ACCEPTED ? 0 : refuse(call, verdict);
}

static Identity__V1__HandOverEnds *ends_to_message(struct call *call,
                                                   const struct hand_over_ends *ends)
{
    Identity__V1__HandOverEnds *message = arena_alloc(call_arena(call), sizeof *message);
    identity__v1__hand_over_ends__init(message);
    message->sessions = (int32_t)ends->sessions;
    message->roles = (int32_t)ends->roles;
    message->keys = (int32_t)ends->left.keys;
    message->invitations = (int32_t)ends->left.invitations;
    return message;
}

/* ---- ConfirmHandOver ---- */

static void confirm_hand_over_read(struct call *call,
                                   const Identity__V1__ConfirmHandOverRequest *message,
                                   struct confirm_hand_over *request)
{
    confirm_hand_over_fields(call, message, request);
    field_code(call, "email_code", request->email_code);
    field_code(call, "phone_code", request->phone_code);
    if (!text_is_empty(request->old_code))
        field_code(call, "old_code", request->old_code);
}

static int guess(struct mutation *mutation, struct id hand_over_id, enum side side,
                 const char *code)
{
    const struct code_typed typed = {subject_of(hand_over_id, side), {{0}}, code};
    struct challenge_row challenge;
    return code_guess(mutation, &typed, &challenge);
}

static int judge_codes(struct mutation *mutation, const struct confirm_hand_over *request,
                       bool takes_two)
{
    if (!takes_two && text_is_empty(request->old_code))
        return call_invalid(mutation->call, "old_code", FAULT_REQUIRED, "The code is missing.");
    int no = guess(mutation, request->hand_over_id, SIDE_EMAIL, request->email_code);
    if (no == 0)
        no = guess(mutation, request->hand_over_id, SIDE_PHONE, request->phone_code);
    return no != 0 || takes_two
               ? no
               : guess(mutation, request->hand_over_id, SIDE_OLD, request->old_code);
}

static int confirm_hand_over(struct mutation *mutation, const struct confirm_hand_over *request,
                             Identity__V1__ConfirmHandOverResponse *response)
{
    struct call *call = mutation->call;
    struct account_row account;
    struct hand_over_row row = {
        .hand_over = {.account_id = request->account_id, .hand_over_id = request->hand_over_id}};
    struct hand_over_ends ends = {0, 0, {0, 0}};
    int no = take(mutation, &row, &account, hand_over_confirm_decide);
    if (no == 0)
        no = judge_codes(mutation, request, hand_over_takes_two(&row.hand_over));
    if (no != 0)
        return no;
    row.hand_over.proved_us = mutation->now_us;
    if (hand_over_takes_two(&row.hand_over)) {
        no = hand_over_store_advance(mutation->transaction, &row.hand_over);
    } else {
        no = hand_over_complete(mutation, &account, &row, &ends);
        response->ends = ends_to_message(call, &ends);
    }
    response->hand_over = hand_over_to_message(call, &row, false);
    return no;
}

/* ---- ApproveHandOver and CancelHandOver ---- */

static int approve_hand_over(struct mutation *mutation, const struct approve_hand_over *request,
                             Identity__V1__ApproveHandOverResponse *response)
{
    struct account_row account;
    struct hand_over_row row = {
        .hand_over = {.account_id = request->account_id, .hand_over_id = request->hand_over_id}};
    struct hand_over_ends ends = {0, 0, {0, 0}};
    int no = relation_store_lock_structure(mutation->transaction); /* what a partner may, stays */
    if (no == 0)
        no = take(mutation, &row, &account, hand_over_approve_decide);
    if (no != 0)
        return no;
    row.hand_over.approved_by = caller_id(mutation->call);
    no = hand_over_complete(mutation, &account, &row, &ends);
    response->hand_over = hand_over_to_message(mutation->call, &row, false);
    response->ends = ends_to_message(mutation->call, &ends);
    return no;
}

static int cancel_hand_over(struct mutation *mutation, const struct cancel_hand_over *request,
                            Identity__V1__CancelHandOverResponse *response)
{
    struct account_row account;
    struct hand_over_row row = {
        .hand_over = {.account_id = request->account_id, .hand_over_id = request->hand_over_id}};
    (void)response;
    int no = take(mutation, &row, &account, hand_over_cancel_decide);
    if (no != 0)
        return no;
    row.hand_over.ended_us = mutation->now_us;
    row.hand_over.outcome = HAND_OVER_CANCELLED;
    no = hand_over_store_advance(mutation->transaction, &row.hand_over);
    return no != 0 ? no : note(mutation, SECURITY_HAND_OVER_CANCELLED, &row.hand_over);
}

/* ---- GetHandOver ---- */

static int get_hand_over(struct call *call, const struct get_hand_over *request,
                         Identity__V1__GetHandOverResponse *response)
{
    struct hand_over_row row;
    bool exists = false;
    int no = hand_over_store_find(identity_reader(call), request->account_id, clock_now_us(), &row,
                                  &exists);
    struct id partner_id = caller_partner_id(call); /* a partner sees none but its own */
    bool is_hidden =
        exists && !id_is_nil(partner_id) && !id_equal(partner_id, row.hand_over.partner_id);
    if (no == 0 && (!exists || is_hidden))
        return refuse(call, HAND_OVER_UNKNOWN);
    if (no != 0)
        return no;
    response->hand_over = hand_over_to_message(call, &row, true);
    return response->hand_over != NULL ? 0 : FAILURE_INTERNAL;
}
