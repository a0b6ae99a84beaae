/* Passwords: changed by who knows the old one, set anew by a code (ID-33). */
#include <string.h>

#include "identity/domain/password.h"
#include "identity/service/fields.h"
#include "identity/service/log_in_address.h"
#include "identity/service/new_password.h"
#include "identity/service/security.h"
#include "identity/service/session_service.h"
#include "identity/service/start.h"
#include "identity/store/password_store.h"
#include "identity/v1/password.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

#define change_password_admit(call) caller_admit(call)
#define change_password_read change_password_read
#define change_password_prepare change_password_prepare
#define change_password_kept change_password_kept
#define change_password_scope(call, request) caller_id(call)
#define change_password_done(call, request, response) messages_deliver(call)
#define send_password_reset_code_read send_password_reset_code_read
#define send_password_reset_code_kept send_password_reset_code_kept
#define send_password_reset_code_scope(call, request) \
    id_derive((struct id){{0}}, "password reset code")
#define send_password_reset_code_done(call, request, response) messages_deliver(call)
#define reset_password_read reset_password_read
#define reset_password_prepare reset_password_prepare
#define reset_password_kept reset_password_kept
#define reset_password_scope(call, request) ((request)->reset_id)
#define reset_password_done(call, request, response) messages_deliver(call)
#include "identity/service/password_rpc.h"

/* ---- ChangePassword ---- */

static void change_password_read(struct call *call,
                                 const Identity__V1__ChangePasswordRequest *message,
                                 struct change_password *request)
{
    change_password_fields(call, message, request);
    request->old_password = password_normalise(call_task(call), message->old_password);
    const struct new_password new_password = {
        "new_password",
        request->new_password = password_normalise(call_task(call), message->new_password),
        password_normalise(call_task(call), message->new_password_confirmation)};
    if (text_is_empty(request->old_password))
        call_add_field_violation(call, "old_password", FAULT_REQUIRED,
                                 "The old password is missing.");
    field_new_password(call, &new_password, "");
}

static void change_password_kept(struct call *call, Identity__V1__ChangePasswordRequest *message)
{
    message->old_password = text_digest(call, message->old_password);
    message->new_password = text_digest(call, message->new_password);
    message->new_password_confirmation = message->new_password;
}

/* S9: guesses at the old password are counted with those of log-ins, in the lane of the source. */
static int count_guess(struct call *call, const struct password_row *row, struct log_in_by *by)
{
    int64_t now_us = clock_now_us();
    *by = (struct log_in_by){.email_index = row->email_index};
    by->source_told = source_index(call, by->source);
    int no = session_store_know(identity_reader(call), by, now_us);
    return no != 0 ? no : log_in_throttle(call, by, now_us);
}

static int judge_like_email(struct call *call, const struct password_row *row, const char *password)
{
    const char *email =
        row->email_sealed.data != NULL ? text_open(call, LABEL_EMAIL, row->email_sealed) : "";
    if (email == NULL)
        return FAILURE_INTERNAL;
    struct password_mistake mistake = password_mistake(password, email);
    return mistake.fault == FAULT_NONE
               ? 0
               : call_invalid(call, "new_password", mistake.fault, mistake.sentence);
}

/* The hash that the old password is of takes its place, "" when it is wrong; and the new one's hash
 * that one's. A repeated request comes here too, before its answer is found. */
static int change_password_prepare(struct call *call, struct change_password *request)
{
    struct password_row row;
    struct log_in_by by;
    bool exists = false, matches = false;
    int no = password_store_read(identity_reader(call), caller_id(call), &row, &exists);
    if (no == 0 && !exists)
        return call_refuse(call, &principal_not_found, NO_TERMS);
    if (no == 0)
        no = judge_like_email(call, &row, request->new_password);
    if (no == 0)
        no = count_guess(call, &row, &by);
    if (no != 0)
        return no;
    struct password_trial trial = {.password = request->old_password, .hash = row.hash};
    memcpy(&trial.lane, by.source, sizeof trial.lane);
    no = password_verify(call_task(call), &identity_of(call)->hasher, &trial, &matches);
    if (no != 0)
        return hashing_failed(call, no);
    request->old_password = matches ? row.hash : "";
    return new_password_hash(call, &request->new_password);
}

static enum failure forgive(struct mutation *mutation, struct bytes email_index)
{
    struct log_in_by by = {.email_index = email_index};
    by.source_told = source_index(mutation->call, by.source);
    enum failure failure =
        session_store_know(identity_reader(mutation->call), &by, mutation->now_us);
    return failure != FAILURE_NONE ? failure : session_store_forgive(mutation->transaction, &by);
}

/* The password is changed first: who logs in by the old one at this moment is seen, or fails. */
static int keep_change(struct mutation *mutation, const struct change_password *request,
                       int64_t *ended)
{
    struct call *call = mutation->call;
    const struct password_change change = {caller_id(call), request->old_password,
                                           request->new_password};
    bool changed = false;
    int no = password_store_change(mutation->transaction, &change, &changed);
    if (no != 0)
        return no;
    if (!changed)
        return call_refuse(call, &password_wrong, REFUSAL_TERMS({"field", "old_password"}));
    return session_store_revoke_others(mutation->transaction, caller_id(call),
                                       caller_session_id(call), mutation->now_us, ended);
}

static int change_password(struct mutation *mutation, const struct change_password *request,
                           Identity__V1__ChangePasswordResponse *response)
{
    struct call *call = mutation->call;
    struct password_row row;
    bool exists = false;
    int64_t ended = 0;
    int no = keep_change(mutation, request, &ended);
    if (no == 0)
        no = password_store_read(identity_reader(call), caller_id(call), &row, &exists);
    if (no == 0 && exists)
        no = forgive(mutation, row.email_index);
    response->ended_count = (int32_t)ended;
    return no != 0 ? no
                   : security_tell(call, mutation->transaction,
                                   &(struct security_event){.kind = SECURITY_PASSWORD_CHANGED,
                                                            .noted_us = mutation->now_us});
}

/* ---- SendPasswordResetCode ---- */

struct reset_subject {
    struct id subject_id; /* of the code */
    struct id principal_id;
    bool exists;
};

static void send_password_reset_code_read(struct call *call,
                                          const Identity__V1__SendPasswordResetCodeRequest *message,
                                          struct send_password_reset_code *request)
{
    send_password_reset_code_fields(call, message, request);
    (void)field_id(call, "request_id", message->request_id);
    field_log_in_address(call, request->email, request->phone);
}

static void send_password_reset_code_kept(struct call *call,
                                          Identity__V1__SendPasswordResetCodeRequest *message)
{
    message->email = text_digest(call, message->email);
    message->phone = text_digest(call, message->phone);
}

/* A code is for this alone: that of a log-in is none. It is for who logs in by the address, too;
 * whoever has the address afterwards is somebody else (ID-27). */
static int find_subject(struct call *call, struct id reset_id, struct bytes address_index,
                        struct reset_subject *subject)
{
    struct principal principal = {.principal_id = {{0}}};
    int no = session_store_find_principal(identity_reader(call), address_index, &principal,
                                          &subject->exists);
    subject->principal_id = principal.principal_id;
    subject->subject_id = id_derive(id_derive(reset_id, "password reset"),
                                    id_to_message(call, principal.principal_id));
    return no;
}

static int send_password_reset_code(struct mutation *mutation,
                                    const struct send_password_reset_code *request,
                                    Identity__V1__SendPasswordResetCodeResponse *response)
{
    struct call *call = mutation->call;
    const struct log_in_address address = log_in_address_of(call, request->email, request->phone);
    struct id reset_id = id_new(mutation->now_us);
    struct reset_subject subject;
    struct code_sent sent;
    int no =
        find_subject(call, reset_id, (struct bytes){address.index, sizeof address.index}, &subject);
    struct code_order order = {.subject_id = subject.subject_id, .letter = LETTER_RESET};
    if (no == 0)
        no = log_in_address_send(mutation, &address, &order, &sent);
    if (no != 0)
        return no;
    response->reset_id = id_to_message(call, reset_id);
    response->expire_time = timestamp_from_us(call_arena(call), sent.expires_us);
    return 0;
}

/* ---- ResetPassword ---- */

static void reset_password_read(struct call *call,
                                const Identity__V1__ResetPasswordRequest *message,
                                struct reset_password *request)
{
    reset_password_fields(call, message, request);
    const struct new_password new_password = {
        "new_password",
        request->new_password = password_normalise(call_task(call), message->new_password),
        password_normalise(call_task(call), message->new_password_confirmation)};
    field_log_in_address(call, request->email, request->phone);
    field_code(call, "code", request->code);
    char email[EMAIL_SIZE];
    field_new_password(call, &new_password, email_normalise(request->email, email) ? email : "");
}

static void reset_password_kept(struct call *call, Identity__V1__ResetPasswordRequest *message)
{
    message->email = text_digest(call, message->email);
    message->phone = text_digest(call, message->phone);
    message->new_password = text_digest(call, message->new_password);
    message->new_password_confirmation = message->new_password;
}

/* The hash takes the password's place, whatever the code is. */
static int reset_password_prepare(struct call *call, struct reset_password *request)
{
    return new_password_hash(call, &request->new_password);
}

/* A code that went to another address is none. */
static int judge_code(struct mutation *mutation, const struct reset_password *request,
                      struct id subject_id, struct bytes address_index)
{
    const struct code_typed typed = {subject_id, {{0}}, request->code};
    struct challenge_row row;
    int no = code_guess(mutation, &typed, &row);
    if (no != 0 || memcmp(row.destination_index.data, address_index.data, address_index.size) == 0)
        return no;
    return call_refuse(mutation->call, challenge_guess_refusal(GUESS_EXPIRED), NO_TERMS);
}

static int keep_reset(struct mutation *mutation, struct id principal_id, const char *hash)
{
    struct transaction *transaction = mutation->transaction;
    const struct password_change change = {.principal_id = principal_id, .new_hash = hash};
    const struct security_event event = {.principal_id = principal_id,
                                         .kind = SECURITY_PASSWORD_RESET,
                                         .noted_us = mutation->now_us};
    bool changed = false;
    int64_t ended = 0;
    int no = password_store_change(transaction, &change, &changed);
    if (no == 0 && !changed) /* a mailbox alone opens no operator's desk */
        return call_refuse(mutation->call, challenge_guess_refusal(GUESS_EXPIRED), NO_TERMS);
    if (no == 0)
        no = session_store_revoke_others(transaction, principal_id, (struct id){{0}},
                                         mutation->now_us, &ended);
    return no != 0 ? no : security_tell(mutation->call, transaction, &event);
}

static int reset_password(struct mutation *mutation, const struct reset_password *request,
                          Identity__V1__ResetPasswordResponse *response)
{
    struct call *call = mutation->call;
    const struct log_in_address address = log_in_address_of(call, request->email, request->phone);
    const struct bytes index = {address.index, sizeof address.index};
    struct reset_subject subject;
    (void)response;
    int no = find_subject(call, request->reset_id, index, &subject);
    if (no == 0)
        no = judge_code(mutation, request, subject.subject_id, index);
    if (no != 0)
        return no;
    if (!subject.exists)
        return call_refuse(call, challenge_guess_refusal(GUESS_EXPIRED), NO_TERMS);
    return keep_reset(mutation, subject.principal_id, request->new_password);
}
