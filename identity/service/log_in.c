/* Log-ins: by which address, how often, with which password. */
#include <assert.h>
#include <string.h>

#include "identity/service/fields.h"
#include "identity/service/log_in_address.h"
#include "identity/service/security.h"
#include "identity/service/session_service.h"
#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"
#include "runtime/database/act_log.h"
#include "runtime/rpc/timestamp.h"

#define DEVICE_BYTES_MAX 128

static struct metric log_in_total = {.name = "identity_log_in_total",
                                     .help = "Log-ins by outcome.",
                                     .kind = METRIC_COUNTER,
                                     .labels = {"outcome"}};

/* ---- LogIn ---- */

struct log_in_attempt {
    struct call *call;
    const struct log_in *request;
    struct log_in_address address;
    struct log_in_by by; /* borrows the address's index */
    uint64_t lane;       /* of the hasher */
    char *new_device;    /* a token for it; NULL when the device is known */
    struct new_session session;
    struct id acting_id; /* the account that the session acts in by itself; nil: none */
    bool opened;         /* false: the password was changed after it was looked at */
};

void log_in_read(struct call *call, const Identity__V1__LogInRequest *message,
                 struct log_in *request)
{
    log_in_fields(call, message, request);
    request->password = password_normalise(call_task(call), message->password);
    field_log_in_address(call, request->email, request->phone);
    field_text(call, "device", request->device, 0, DEVICE_BYTES_MAX);
    if (request->password == NULL)
        call_add_field_violation(call, "password", FAULT_NOT_UTF8,
                                 "The password is not clean UTF-8 of at most 1024 bytes.");
    bool has_id = !text_is_empty(message->code_id), has_code = !text_is_empty(request->code);
    if (has_code && !has_id)
        (void)field_id(call, "code_id", "");
    if (has_code || has_id)
        field_code(call, "code", request->code);
}

static struct security_event event_of(const struct log_in_attempt *attempt,
                                      enum security_event_kind kind)
{
    return security_event_of(attempt->call,
                             &(struct security_event){.principal_id = attempt->session.principal_id,
                                                      .session_id = attempt->session.session_id,
                                                      .kind = kind,
                                                      .device = attempt->session.device,
                                                      .noted_us = attempt->session.created_us});
}

/* GW-07: by the session that it opens, in the account that it acts in. */
static enum failure keep_act(struct transaction *transaction, const struct log_in_attempt *attempt)
{
    const struct new_session *session = &attempt->session;
    struct actor actor = {.principal_id = session->principal_id,
                          .account_id = attempt->acting_id,
                          .credential = ACTOR_SESSION,
                          .credential_id = session->session_id};
    actor.reference = actor_reference(&actor);
    return act_append(transaction, &(struct act){.actor = &actor,
                                                 .account_id = attempt->acting_id,
                                                 .object_id = session->session_id,
                                                 .action = "identity.session.log_in",
                                                 .tag = "",
                                                 .reason = "",
                                                 .act_us = session->created_us});
}

static enum failure keep_session(struct transaction *transaction, void *argument)
{
    struct log_in_attempt *attempt = argument;
    const struct security_event event = event_of(attempt, SECURITY_LOG_IN);
    enum failure failure =
        session_store_open(transaction, &attempt->session, &attempt->by, &attempt->opened);
    if (failure == FAILURE_NONE && attempt->opened)
        failure = security_event_store_note(transaction, &event);
    return failure != FAILURE_NONE || !attempt->opened ? failure : keep_act(transaction, attempt);
}

static int refuse_log_in(struct call *call, enum log_in_verdict verdict)
{
    metric_add(&log_in_total, log_in_refusal(verdict)->reason, 1);
    return call_refuse(call, log_in_refusal(verdict), NO_TERMS);
}

static int open_session(struct call *call, struct log_in_attempt *attempt,
                        const struct principal *principal, Identity__V1__LogInResponse *response)
{
    char *token = token_make(call_arena(call), attempt->session.token_hash);
    attempt->session.session_id = id_new(attempt->session.created_us);
    attempt->session.password_hash = principal->password_hash;
    attempt->session.session_epoch = principal->session_epoch;
    attempt->session.network = caller_network(call);
    int no = database_transact(call_task(call), identity_of(call)->database,
                               ISOLATION_READ_COMMITTED, keep_session, attempt);
    if (no != 0)
        return no;
    if (!attempt->opened)
        return refuse_log_in(call, LOG_IN_REFUSED);
    response->session_token = token;
    response->session_id = id_to_message(call, attempt->session.session_id);
    response->principal_id = id_to_message(call, principal->principal_id);
    if (!id_is_nil(principal->account_id))
        response->account_id = id_to_message(call, principal->account_id);
    response->expire_time =
        timestamp_from_us(call_arena(call), attempt->session.created_us + SESSION_LIFETIME_US);
    if (attempt->new_device != NULL)
        response->device_token = attempt->new_device;
    return 0;
}

int log_in_throttle(struct call *call, const struct log_in_by *by, int64_t now_us)
{
    bool allowed = false;
    int64_t wait_until_us = 0;
    int no =
        session_store_count_log_in(identity_reader(call), by, now_us, &allowed, &wait_until_us);
    if (no != 0 || allowed)
        return no;
    metric_add(&log_in_total, log_in_refusal(LOG_IN_THROTTLED)->reason, 1);
    int64_t wait_ms = wait_until_us > now_us ? (wait_until_us - now_us + 999) / 1000 : 1;
    return call_refuse_retry(call, log_in_refusal(LOG_IN_THROTTLED), NO_TERMS, wait_ms);
}

/* S9: a code that was sent to the address stands in for the wait. It is used up whatever the
 * password is. */
struct code_check {
    struct call *call;
    struct log_in_attempt *attempt;
    int no;
};

static enum failure judge_code(struct transaction *transaction, void *argument)
{
    struct code_check *check = argument;
    const struct log_in_attempt *attempt = check->attempt;
    const struct code_typed typed = {attempt->request->code_id, {{0}}, attempt->request->code};
    struct mutation mutation = {check->call, transaction, attempt->session.created_us};
    struct challenge_row row;
    check->no = code_guess(&mutation, &typed, &row);
    if (check->no == 0 && memcmp(row.destination_index.data, attempt->address.index,
                                 sizeof attempt->address.index) != 0)
        check->no = call_refuse(check->call, challenge_guess_refusal(GUESS_EXPIRED), NO_TERMS);
    return check->no < 0 ? (enum failure)check->no
                         : FAILURE_NONE; /* a refused guess is counted all the same */
}

static int check_code(struct call *call, struct log_in_attempt *attempt)
{
    struct code_check check = {call, attempt, 0};
    int no = database_transact(call_task(call), identity_of(call)->database,
                               ISOLATION_READ_COMMITTED, judge_code, &check);
    return no == 0 ? check.no : no;
}

static int refuse_password(struct call *call, const struct log_in_attempt *attempt)
{
    struct security_event event = event_of(attempt, SECURITY_LOG_IN_FAILED);
    event.account_id = attempt->acting_id;
    int no =
        security_event_store_log_in_failed(identity_reader(call), attempt->by.email_index, &event);
    return no != 0 ? no : refuse_log_in(call, LOG_IN_REFUSED);
}

/* An unknown address costs the same hash as a known one, and the same statements. */
static int check_password(struct call *call, struct log_in_attempt *attempt,
                          struct principal *principal)
{
    bool exists = false, matches = false;
    int no = session_store_find_principal(identity_reader(call), attempt->by.email_index, principal,
                                          &exists);
    if (no != 0)
        return no;
    const struct password_trial trial = {attempt->lane, attempt->request->password,
                                         exists ? principal->password_hash : NULL};
    no = password_verify(call_task(call), &identity_of(call)->hasher, &trial, &matches);
    if (no != 0)
        return hashing_failed(call, no);
    if (exists) {
        attempt->session.principal_id = principal->principal_id;
        attempt->acting_id = principal->account_id;
    }
    return matches ? 0 : refuse_password(call, attempt);
}

/* S9: an address that is known on this device, or from this source, is counted and queued by that,
 * whatever strangers do. A device that is not known gets a token, to be known by next time. */
static int choose_lane(struct call *call, struct log_in_attempt *attempt)
{
    uint8_t name[KEYED_HASH_SIZE];
    struct log_in_by *by = &attempt->by;
    by->source_told = source_index(call, by->source);
    (void)token_hash(attempt->request->device_token, by->device);
    int no = session_store_know(identity_reader(call), by, attempt->session.created_us);
    if (no != 0)
        return no;
    memcpy(name, by->device_known ? by->device : by->source, sizeof name);
    for (size_t i = 0; (by->device_known || by->source_known) && i < sizeof name; i++)
        name[i] ^= attempt->address.index[i];
    memcpy(&attempt->lane, name, sizeof attempt->lane);
    if (by->device_known)
        return 0;
    attempt->new_device = token_make(call_arena(call), by->device);
    return 0;
}

int log_in(struct call *call, const struct log_in *request, Identity__V1__LogInResponse *response)
{
    struct principal principal;
    struct log_in_attempt attempt = {
        .call = call,
        .request = request,
        .address = log_in_address_of(call, request->email, request->phone),
        .session = {.device = request->device, .created_us = clock_now_us()}};
    attempt.by.email_index = (struct bytes){attempt.address.index, sizeof attempt.address.index};
    int no = choose_lane(call, &attempt);
    if (no != 0)
        return no;
    if (password_hasher_is_full(&identity_of(call)->hasher,
                                attempt.lane)) /* before the failure is counted: nobody was wrong */
        return hashing_failed(call, FAILURE_EXHAUSTED);
    no = text_is_empty(request->code)
             ? log_in_throttle(call, &attempt.by, attempt.session.created_us)
             : check_code(call, &attempt);
    if (no == 0)
        no = check_password(call, &attempt, &principal);
    if (no == 0)
        no = open_session(call, &attempt, &principal, response);
    if (no == 0)
        metric_add(&log_in_total, "accepted", 1);
    return no;
}

/* ---- SendLogInCode ---- */

void send_log_in_code_read(struct call *call, const Identity__V1__SendLogInCodeRequest *message,
                           struct send_log_in_code *request)
{
    send_log_in_code_fields(call, message, request);
    (void)field_id(call, "request_id", message->request_id);
    field_log_in_address(call, request->email, request->phone);
}

void send_log_in_code_kept(struct call *call, Identity__V1__SendLogInCodeRequest *message)
{
    message->email = text_digest(call, message->email);
    message->phone = text_digest(call, message->phone);
}

int send_log_in_code(struct mutation *mutation, const struct send_log_in_code *request,
                     Identity__V1__SendLogInCodeResponse *response)
{
    struct call *call = mutation->call;
    const struct log_in_address address = log_in_address_of(call, request->email, request->phone);
    struct code_order order = {.subject_id = id_new(mutation->now_us), .letter = LETTER_CODE};
    struct code_sent sent;
    int no = log_in_address_send(mutation, &address, &order, &sent);
    if (no != 0)
        return no;
    response->code_id = id_to_message(call, order.subject_id);
    response->expire_time = timestamp_from_us(call_arena(call), sent.expires_us);
    return 0;
}
