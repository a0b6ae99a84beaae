/* Log-ins: by which address, how often, with which password. */
#include <string.h>

#include "identity/service/code_sender.h"
#include "identity/service/fields.h"
#include "identity/service/session_service.h"
#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"
#include "runtime/base/text.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"

#define DEVICE_BYTES_MAX 128

static struct metric log_in_total = {.name = "identity_log_in_total",
                                     .help = "Log-ins by outcome.",
                                     .kind = METRIC_COUNTER,
                                     .label = "outcome"};

/* ---- what one logs in by ---- */

struct address {
    char text[EMAIL_SIZE]; /* in its normal form */
    uint8_t index[KEYED_HASH_SIZE];
    bool is_phone;
};

/* The e-mail address, or the number (S10), with a violation when it is neither or both. */
static void read_address(struct call *call, const char *email, const char *phone,
                         struct address *address)
{
    const struct identity *identity = call_context(call);
    *address = (struct address){.is_phone = email[0] == '\0' && phone[0] != '\0'};
    if (!address->is_phone) {
        if (phone[0] != '\0')
            call_add_field_violation(
                call, "phone", FAULT_NOT_ALLOWED,
                "The phone number comes beside an e-mail address; one logs in by one of both.");
        if (!email_normalise(email, address->text))
            call_add_field_violation(call, "email", FAULT_NOT_AN_EMAIL_ADDRESS,
                                     "The e-mail address is not one.");
    } else {
        field_mobile(call, "phone", phone);
        if (!text_print(address->text, sizeof address->text, "%s", phone) || phone[0] != '+' ||
            country_called(phone) == NULL)
            call_add_field_violation(call, "phone", FAULT_NOT_A_PHONE_NUMBER,
                                     "The phone number has no country's calling code.");
    }
    keys_index(&identity->keys, address->text, address->index);
}

/* ---- LogIn ---- */

struct log_in {
    struct identity *identity;
    struct log_in_by by;
    uint64_t lane;    /* of the hasher */
    char *new_device; /* a token for it; NULL when the device is known */
    struct new_session session;
};

static enum failure keep_session(struct transaction *transaction, void *argument)
{
    const struct log_in *log_in = argument;
    return session_store_open(transaction, &log_in->session, &log_in->by);
}

static int open_session(struct call *call, struct log_in *log_in, const struct principal *principal,
                        Identity__V1__LogInResponse *response)
{
    uint8_t random[TOKEN_BYTES];
    char *token = arena_alloc(call_arena(call), TOKEN_SIZE);
    random_bytes(random, sizeof random);
    bytes_to_hex(random, sizeof random, token);
    log_in->session.session_id = id_new(log_in->session.created_us);
    log_in->session.principal_id = principal->principal_id;
    sha256(token, TOKEN_SIZE - 1, log_in->session.token_hash);
    int no = database_transact(call_task(call), log_in->identity->database,
                               ISOLATION_READ_COMMITTED, keep_session, log_in);
    if (no != 0)
        return no;
    response->session_token = token;
    response->session_id = id_to_message(call, log_in->session.session_id);
    response->principal_id = id_to_message(call, principal->principal_id);
    if (!id_is_nil(principal->account_id))
        response->account_id = id_to_message(call, principal->account_id);
    response->expire_time =
        timestamp_from_us(call_arena(call), log_in->session.created_us + SESSION_LIFETIME_US);
    if (log_in->new_device != NULL)
        response->device_token = log_in->new_device;
    return 0;
}

static int refuse_log_in(struct call *call, enum log_in_verdict verdict)
{
    metric_add(&log_in_total, log_in_refusal(verdict)->reason, 1);
    return call_refuse(call, log_in_refusal(verdict), NO_TERMS);
}

/* The failure is counted before the password is looked at, for unknown addresses too. */
static int check_throttle(struct call *call, const struct log_in *log_in)
{
    bool allowed = false;
    int64_t now_us = log_in->session.created_us, wait_until_us = 0;
    int no = session_store_count_log_in(reader_of(call_task(call), log_in->identity->database),
                                        &log_in->by, now_us, &allowed, &wait_until_us);
    if (no != 0)
        return no;
    if (allowed)
        return 0;
    metric_add(&log_in_total, log_in_refusal(LOG_IN_THROTTLED)->reason, 1);
    int64_t wait_ms = wait_until_us > now_us ? (wait_until_us - now_us + 999) / 1000 : 1;
    return call_refuse_retry(call, log_in_refusal(LOG_IN_THROTTLED), NO_TERMS, wait_ms);
}

/* S9: a code that was sent to the address stands in for the wait. It is used up whatever the
 * password is. */
struct code_check {
    struct call *call;
    struct log_in *log_in;
    struct id code_id;
    const char *code;
    int outcome;
};

static enum failure judge_code(struct transaction *transaction, void *argument)
{
    struct code_check *check = argument;
    struct log_in *log_in = check->log_in;
    struct mutation mutation = {check->call, transaction, log_in->session.created_us};
    struct challenge_row row;
    int no = code_guess(&mutation, log_in->identity, check->code_id, (struct id){{0}}, check->code,
                        mutation.now_us, &row);
    if (no == 0 && memcmp(row.destination_index.data, log_in->by.email_index.data, INDEX_SIZE) != 0)
        no = call_refuse(check->call, challenge_guess_refusal(GUESS_EXPIRED), NO_TERMS);
    check->outcome = no; /* a refused guess is counted all the same */
    return no < 0 ? (enum failure)no : FAILURE_NONE;
}

static int check_code(struct call *call, struct log_in *log_in, struct id code_id, const char *code)
{
    struct code_check check = {call, log_in, code_id, code, 0};
    int no = database_transact(call_task(call), log_in->identity->database,
                               ISOLATION_READ_COMMITTED, judge_code, &check);
    return no == 0 ? check.outcome : no;
}

/* An unknown address costs the same hash as a known one. */
static int check_password(struct call *call, const struct log_in *log_in, const char *password,
                          struct principal *principal)
{
    bool exists = false, matches = false;
    int no = session_store_find_principal(reader_of(call_task(call), log_in->identity->database),
                                          log_in->by.email_index, principal, &exists);
    if (no != 0)
        return no;
    no = password_verify(call_task(call), &log_in->identity->hasher, log_in->lane, password,
                         exists ? principal->password_hash : NULL, &matches);
    if (no != 0)
        return hashing_failed(call, no);
    return matches ? 0 : refuse_log_in(call, LOG_IN_REFUSED);
}

/* S9: an address that is known on this device, or from this source, is counted and queued by that,
 * whatever strangers do. A device that is not known gets a token, to be known by next time. */
static int choose_lane(struct call *call, struct log_in *log_in, const char *device_token)
{
    uint8_t random[TOKEN_BYTES], name[KEYED_HASH_SIZE];
    struct log_in_by *by = &log_in->by;
    const struct keys *keys = &log_in->identity->keys;
    by->source_told = source_index(call, keys, by->source);
    (void)token_hash(device_token, by->device);
    int no = session_store_know(reader_of(call_task(call), log_in->identity->database), by,
                                log_in->session.created_us);
    if (no != 0)
        return no;
    memcpy(name, by->device_known ? by->device : by->source, sizeof name);
    for (size_t i = 0; (by->device_known || by->source_known) && i < sizeof name; i++)
        name[i] ^= by->email_index.data[i];
    memcpy(&log_in->lane, name, sizeof log_in->lane);
    if (by->device_known)
        return 0;
    log_in->new_device = arena_alloc(call_arena(call), TOKEN_SIZE);
    random_bytes(random, sizeof random);
    sha256(bytes_to_hex(random, sizeof random, log_in->new_device), TOKEN_SIZE - 1, by->device);
    return 0;
}

static struct log_in log_in_of(struct call *call, const Identity__V1__LogInRequest *request,
                               const struct address *address)
{
    return (struct log_in){.identity = call_context(call),
                           .by = {.email_index = {address->index, sizeof address->index}},
                           .session = {.device = request->device, .created_us = clock_now_us()}};
}

int session_service_log_in_call(struct call *call, const Identity__V1__LogInRequest *request,
                                Identity__V1__LogInResponse *response)
{
    struct address address;
    struct principal principal;
    const char *password = password_normalise(call_task(call), request->password);
    bool by_code = request->code[0] != '\0' || request->code_id[0] != '\0';
    read_address(call, request->email, request->phone, &address);
    field_text(call, "device", request->device, 0, DEVICE_BYTES_MAX);
    if (password == NULL)
        call_add_field_violation(call, "password", FAULT_NOT_UTF8,
                                 "The password is not clean UTF-8 of at most 1024 bytes.");
    struct id code_id = by_code ? field_id(call, "code_id", request->code_id) : (struct id){{0}};
    if (by_code)
        field_code(call, "code", request->code);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    struct log_in log_in = log_in_of(call, request, &address);
    int no = choose_lane(call, &log_in, request->device_token);
    if (no != 0)
        return no;
    if (password_hasher_is_full(&log_in.identity->hasher,
                                log_in.lane)) /* before the failure is counted: nobody was wrong */
        return hashing_failed(call, FAILURE_EXHAUSTED);
    no =
        by_code ? check_code(call, &log_in, code_id, request->code) : check_throttle(call, &log_in);
    if (no == 0)
        no = check_password(call, &log_in, password, &principal);
    if (no == 0)
        no = open_session(call, &log_in, &principal, response);
    if (no == 0)
        metric_add(&log_in_total, "accepted", 1);
    return no;
}

/* ---- SendLogInCode ---- */

struct send_log_in_code {
    struct identity *identity;
    const struct address *address;
    bool exists;
};

static int send_log_in_code(struct mutation *mutation, const void *argument,
                            ProtobufCMessage *response)
{
    const struct send_log_in_code *send = argument;
    const struct address *address = send->address;
    Identity__V1__SendLogInCodeResponse *answer = (Identity__V1__SendLogInCodeResponse *)response;
    struct code_sent sent;
    struct code_order order = {.subject_id = id_new(mutation->now_us),
                               .delivery = address->is_phone ? DELIVERY_SMS : DELIVERY_EMAIL,
                               .to = address->text,
                               .destination_index = {address->index, sizeof address->index},
                               .country =
                                   address->is_phone ? country_called(address->text)->code : "",
                               .letter = send->exists ? LETTER_CODE : LETTER_UNKNOWN};
    int no = code_send(mutation, send->identity, &order, mutation->now_us, &sent);
    if (no != 0)
        return no;
    answer->code_id = id_to_message(mutation->call, order.subject_id);
    answer->expire_time = timestamp_from_us(call_arena(mutation->call), sent.expires_us);
    return 0;
}

int session_service_send_log_in_code_call(struct call *call,
                                          const Identity__V1__SendLogInCodeRequest *request,
                                          Identity__V1__SendLogInCodeResponse *response)
{
    struct address address;
    struct principal principal;
    struct send_log_in_code send = {.identity = call_context(call), .address = &address};
    field_id(call, "request_id", request->request_id);
    read_address(call, request->email, request->phone, &address);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    Identity__V1__SendLogInCodeRequest kept = *request;
    kept.email = keys_digest(&send.identity->keys, call_arena(call), request->email);
    kept.phone = keys_digest(&send.identity->keys, call_arena(call), request->phone);
    if (kept.email == NULL || kept.phone == NULL)
        return FAILURE_EXHAUSTED;
    enum failure failure = session_store_find_principal(
        reader_of(call_task(call), send.identity->database),
        (struct bytes){address.index, sizeof address.index}, &principal, &send.exists);
    if (failure != FAILURE_NONE)
        return failure;
    struct id scope_id = id_derive((struct id){{0}}, "log-in code");
    int no = call_once(call, &(const struct once){.database = send.identity->database,
                                                  .scope_id = scope_id,
                                                  .request_id = request->request_id,
                                                  .message = &kept.base,
                                                  .response = &response->base,
                                                  .body = send_log_in_code,
                                                  .request = &send});
    if (no == 0)
        courier_wake(&send.identity->courier);
    return no;
}
