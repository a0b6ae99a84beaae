#include "identity/v1/session.pb-c.h"

#include <string.h>

#include "identity/domain/role.h"
#include "identity/service/fields.h"
#include "identity/service/identity_service.h"
#include "identity/store/session_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"

#define TOKEN_BYTES 32
#define TOKEN_SIZE (2 * TOKEN_BYTES + 1)
#define DEVICE_BYTES_MAX 128

static const struct refusal session_ended = {"SESSION_ENDED", NEVER, CODE_UNAUTHENTICATED,
                                             "The session is unknown or has ended; log in again."};
static const struct refusal session_not_found = {"SESSION_NOT_FOUND", NEVER, CODE_NOT_FOUND, "You have no such session."};

static struct metric log_in_total = {
    .name = "identity_log_in_total", .help = "Log-ins by outcome.", .kind = METRIC_COUNTER, .label = "outcome"};

/* ---- LogIn ---- */

/* false: not a token of ours. */
static bool token_hash(const char *token, uint8_t hash[TOKEN_HASH_SIZE])
{
    uint8_t random[TOKEN_BYTES];
    if (!bytes_from_hex(token, random, sizeof random))
        return false;
    sha256(token, TOKEN_SIZE - 1, hash);
    return true;
}

struct log_in {
    struct identity *identity;
    struct log_in_by by;
    uint64_t lane; /* of the hasher */
    char *new_device; /* a token for it; NULL when the device is known */
    struct new_session session;
};

static enum failure keep_session(struct task *task, struct transaction *transaction, void *argument)
{
    const struct log_in *log_in = argument;
    return session_store_open(task, transaction, &log_in->session, &log_in->by);
}

static enum code open_session(struct call *call, struct log_in *log_in, const struct principal *principal,
                              Identity__V1__LogInResponse *response)
{
    uint8_t random[TOKEN_BYTES];
    char *token = arena_alloc(call_arena(call), TOKEN_SIZE);
    if (token == NULL)
        return call_fail(call, FAILURE_EXHAUSTED);
    random_bytes(random, sizeof random);
    bytes_to_hex(random, sizeof random, token);
    log_in->session.session_id = id_new(log_in->session.created_us);
    log_in->session.principal_id = principal->principal_id;
    sha256(token, TOKEN_SIZE - 1, log_in->session.token_hash);
    enum failure failure = database_transact(call_task(call), log_in->identity->database, ISOLATION_READ_COMMITTED, keep_session, log_in);
    if (failure != FAILURE_NONE)
        return call_fail(call, failure);
    response->session_token = token;
    response->session_id = id_to_message(call, log_in->session.session_id);
    response->principal_id = id_to_message(call, principal->principal_id);
    if (!id_is_nil(principal->account_id))
        response->account_id = id_to_message(call, principal->account_id);
    response->expire_time = timestamp_from_us(call_arena(call), log_in->session.created_us + SESSION_LIFETIME_US);
    if (log_in->new_device != NULL)
        response->device_token = log_in->new_device;
    bool complete =
        response->session_id != NULL && response->principal_id != NULL && response->account_id != NULL && response->expire_time != NULL;
    return complete ? CODE_OK : call_fail(call, FAILURE_EXHAUSTED);
}

static enum code refuse_log_in(struct call *call, enum log_in_verdict verdict)
{
    metric_add(&log_in_total, log_in_refusal(verdict)->reason, 1);
    return call_refuse(call, log_in_refusal(verdict), NO_TERMS);
}

/* The failure is counted before the password is looked at, for unknown addresses too. */
static enum code check_throttle(struct call *call, const struct log_in *log_in)
{
    bool allowed = false;
    int64_t now_us = log_in->session.created_us, wait_until_us = 0;
    enum failure failure =
        session_store_count_log_in(call_task(call), log_in->identity->database, &log_in->by, now_us, &allowed, &wait_until_us);
    if (failure != FAILURE_NONE)
        return call_fail(call, failure);
    if (allowed)
        return CODE_OK;
    metric_add(&log_in_total, log_in_refusal(LOG_IN_THROTTLED)->reason, 1);
    int64_t wait_ms = wait_until_us > now_us ? (wait_until_us - now_us + 999) / 1000 : 1;
    return call_refuse_retry(call, log_in_refusal(LOG_IN_THROTTLED), NO_TERMS, wait_ms);
}

/* An unknown address costs the same hash as a known one. */
static enum code check_password(struct call *call, const struct log_in *log_in, const char *password, struct principal *principal)
{
    bool exists = false, matches = false;
    enum failure failure =
        session_store_find_principal(call_task(call), log_in->identity->database, log_in->by.email_index, principal, &exists);
    if (failure != FAILURE_NONE)
        return call_fail(call, failure);
    failure = password_verify(call_task(call), &log_in->identity->hasher, log_in->lane, password,
                              exists ? principal->password_hash : NULL, &matches);
    if (failure != FAILURE_NONE)
        return hashing_failed(call, failure);
    return matches ? CODE_OK : refuse_log_in(call, LOG_IN_REFUSED);
}

/* S9: an address that is known on this device, or from this source, is counted and queued by that, whatever strangers do. A device that
 * is not known gets a token, to be known by next time. */
static enum code choose_lane(struct call *call, struct log_in *log_in, const char *device_token)
{
    uint8_t random[TOKEN_BYTES], name[KEYED_HASH_SIZE];
    struct log_in_by *by = &log_in->by;
    const struct keys *keys = &log_in->identity->keys;
    by->source_told = source_index(call, keys, by->source);
    (void)token_hash(device_token, by->device);
    enum failure failure = session_store_know(call_task(call), log_in->identity->database, by, log_in->session.created_us);
    if (failure != FAILURE_NONE)
        return call_fail(call, failure);
    memcpy(name, by->device_known ? by->device : by->source, sizeof name);
    for (size_t i = 0; (by->device_known || by->source_known) && i < sizeof name; i++)
        name[i] ^= by->email_index.data[i];
    memcpy(&log_in->lane, name, sizeof log_in->lane);
    if (by->device_known)
        return CODE_OK;
    log_in->new_device = arena_alloc(call_arena(call), TOKEN_SIZE);
    if (log_in->new_device == NULL)
        return call_fail(call, FAILURE_EXHAUSTED);
    random_bytes(random, sizeof random);
    sha256(bytes_to_hex(random, sizeof random, log_in->new_device), TOKEN_SIZE - 1, by->device);
    return CODE_OK;
}

static enum code session_service_log_in_call(struct call *call, const Identity__V1__LogInRequest *request,
                                             Identity__V1__LogInResponse *response)
{
    char email[EMAIL_SIZE];
    uint8_t index[KEYED_HASH_SIZE];
    struct principal principal;
    struct log_in log_in = {.identity = call_context(call), .by = {.email_index = {index, sizeof index}}};
    const char *password = password_normalise(call_task(call), request->password);
    field_text(call, "device", request->device, 0, DEVICE_BYTES_MAX);
    if (!email_normalise(request->email, email))
        call_add_field_violation(call, "email", "The e-mail address is not one.");
    if (password == NULL)
        call_add_field_violation(call, "password", "The password is not clean UTF-8 of at most 1024 bytes.");
    if (call_has_violations(call))
        return call_refuse_violations(call);
    keys_index(&log_in.identity->keys, email, index);
    log_in.session.device = request->device;
    log_in.session.created_us = clock_now_us();
    enum code code = choose_lane(call, &log_in, request->device_token);
    if (code != CODE_OK)
        return code;
    if (password_hasher_is_full(&log_in.identity->hasher, log_in.lane)) /* before the failure is counted: nobody was wrong */
        return hashing_failed(call, FAILURE_EXHAUSTED);
    code = check_throttle(call, &log_in);
    if (code == CODE_OK)
        code = check_password(call, &log_in, password, &principal);
    if (code == CODE_OK)
        code = open_session(call, &log_in, &principal, response);
    if (code == CODE_OK)
        metric_add(&log_in_total, "accepted", 1);
    return code;
}
RPC_UNARY(session_service_log_in, Identity__V1__SessionService, Identity__V1__LogInRequest, Identity__V1__LogInResponse)

/* ---- tokens ---- */

static enum code session_service_log_out_call(struct call *call, const Identity__V1__LogOutRequest *request,
                                              Identity__V1__LogOutResponse *response)
{
    struct identity *identity = call_context(call);
    uint8_t hash[TOKEN_HASH_SIZE];
    (void)response;
    if (!token_hash(request->session_token, hash))
        return CODE_OK;
    enum failure failure = session_store_revoke_token(call_task(call), identity->database, hash, clock_now_us());
    return failure == FAILURE_NONE ? CODE_OK : call_fail(call, failure);
}
RPC_UNARY(session_service_log_out, Identity__V1__SessionService, Identity__V1__LogOutRequest, Identity__V1__LogOutResponse)

static bool roles_to_message(struct call *call, unsigned roles, Identity__V1__Role **out, size_t *count)
{
    *count = 0;
    *out = arena_alloc_array(call_arena(call), 3, sizeof **out);
    if (*out == NULL)
        return false;
    if (roles & ROLE_ACCOUNT_ADMINISTRATOR)
        (*out)[(*count)++] = IDENTITY__V1__ROLE__ROLE_ACCOUNT_ADMINISTRATOR;
    if (roles & ROLE_MEMBER)
        (*out)[(*count)++] = IDENTITY__V1__ROLE__ROLE_MEMBER;
    if (roles & ROLE_OPERATOR)
        (*out)[(*count)++] = IDENTITY__V1__ROLE__ROLE_OPERATOR;
    return true;
}

/* Of an account that is not theirs, nothing is told but that there are no roles. */
static enum code answer_session(struct call *call, const struct resolved_session *resolved, Identity__V1__ResolveSessionResponse *response)
{
    response->session_id = id_to_message(call, resolved->session_id);
    response->principal_id = id_to_message(call, resolved->principal_id);
    if (!id_is_nil(resolved->account_id))
        response->account_id = id_to_message(call, resolved->account_id);
    if (resolved->roles != ROLE_NONE && !id_is_nil(resolved->company_id))
        response->company_id = id_to_message(call, resolved->company_id);
    response->corporate = resolved->roles != ROLE_NONE && resolved->account_type == ACCOUNT_TYPE_CORPORATE;
    response->expire_time = timestamp_from_us(call_arena(call), session_expires_us(&resolved->session));
    bool complete = roles_to_message(call, resolved->roles, &response->roles, &response->n_roles) && response->session_id != NULL &&
                    response->principal_id != NULL && response->account_id != NULL && response->company_id != NULL &&
                    response->expire_time != NULL;
    return complete ? CODE_OK : call_fail(call, FAILURE_EXHAUSTED);
}

static enum code session_service_resolve_session_call(struct call *call, const Identity__V1__ResolveSessionRequest *request,
                                                      Identity__V1__ResolveSessionResponse *response)
{
    struct identity *identity = call_context(call);
    struct resolved_session resolved;
    uint8_t hash[TOKEN_HASH_SIZE];
    bool exists = false;
    int64_t now_us = clock_now_us();
    struct id account_id = field_id_or_none(call, "account_id", request->account_id);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    if (!token_hash(request->session_token, hash))
        return call_refuse(call, &session_ended, NO_TERMS);
    enum failure failure = session_store_resolve(call_task(call), identity->database, hash, account_id, &resolved, &exists);
    if (failure != FAILURE_NONE)
        return call_fail(call, failure);
    if (!exists || !session_is_live(&resolved.session, now_us))
        return call_refuse(call, &session_ended, NO_TERMS);
    failure = session_store_touch(call_task(call), identity->database, &resolved, now_us);
    return failure == FAILURE_NONE ? answer_session(call, &resolved, response) : call_fail(call, failure);
}
RPC_UNARY(session_service_resolve_session, Identity__V1__SessionService, Identity__V1__ResolveSessionRequest,
          Identity__V1__ResolveSessionResponse)

/* ---- the caller's own sessions (ID-34) ---- */

static Identity__V1__Session *session_to_message(struct call *call, const struct rows *rows, size_t row)
{
    Identity__V1__Session *message = arena_alloc(call_arena(call), sizeof *message);
    if (message == NULL)
        return NULL;
    identity__v1__session__init(message);
    struct session session = {.created_us = row_time_us(rows, row, 2)};
    message->session_id = id_to_message(call, row_id(rows, row, 0));
    message->device = arena_strdup(call_arena(call), row_text(rows, row, 1));
    message->create_time = timestamp_from_us(call_arena(call), session.created_us);
    message->last_use_time = timestamp_from_us(call_arena(call), row_time_us(rows, row, 3));
    message->expire_time = timestamp_from_us(call_arena(call), session_expires_us(&session));
    bool complete = message->session_id != NULL && message->device != NULL && message->create_time != NULL &&
                    message->last_use_time != NULL && message->expire_time != NULL;
    return complete ? message : NULL;
}

static enum code session_service_list_sessions_call(struct call *call, const Identity__V1__ListSessionsRequest *request,
                                                    Identity__V1__ListSessionsResponse *response)
{
    struct identity *identity = call_context(call);
    struct id principal_id;
    struct rows rows;
    if (!caller_read(call, &principal_id))
        return call_refuse(call, &caller_missing, NO_TERMS);
    size_t page_size = field_page_size(call, request->page_size);
    struct id before_id = field_id_or_none(call, "page_token", request->page_token);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    enum failure failure =
        session_store_list(call_task(call), identity->database, principal_id, before_id, (int64_t)page_size + 1, clock_now_us(), &rows);
    if (failure != FAILURE_NONE)
        return call_fail(call, failure);
    size_t count = rows.count < page_size ? rows.count : page_size;
    response->sessions = arena_alloc_array(call_arena(call), count + 1, sizeof *response->sessions);
    for (size_t i = 0; response->sessions != NULL && i < count; i++) {
        response->sessions[i] = session_to_message(call, &rows, i);
        if (response->sessions[i] == NULL)
            return call_fail(call, FAILURE_EXHAUSTED);
    }
    response->n_sessions = count;
    if (rows.count > count)
        response->next_page_token = id_to_message(call, row_id(&rows, count - 1, 0));
    return response->sessions != NULL && response->next_page_token != NULL ? CODE_OK : call_fail(call, FAILURE_EXHAUSTED);
}
RPC_UNARY(session_service_list_sessions, Identity__V1__SessionService, Identity__V1__ListSessionsRequest,
          Identity__V1__ListSessionsResponse)

struct revoke_call {
    struct id principal_id;
    struct id session_id;
};

static enum code revoke_one(struct call *call, struct transaction *transaction, ProtobufCMessage *response, void *argument,
                            enum failure *failure)
{
    const struct revoke_call *revoke = argument;
    bool revoked = false;
    (void)response;
    *failure = session_store_revoke(call_task(call), transaction, revoke->principal_id, revoke->session_id, clock_now_us(), &revoked);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    return revoked ? CODE_OK : call_refuse(call, &session_not_found, NO_TERMS);
}

static enum code session_service_revoke_session_call(struct call *call, const Identity__V1__RevokeSessionRequest *request,
                                                     Identity__V1__RevokeSessionResponse *response)
{
    struct identity *identity = call_context(call);
    struct revoke_call revoke;
    if (!caller_read(call, &revoke.principal_id))
        return call_refuse(call, &caller_missing, NO_TERMS);
    revoke.session_id = field_id(call, "session_id", request->session_id);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return call_once(call, identity->database, revoke.principal_id, request->request_id, &request->base, &response->base,
                     (struct once_body){revoke_one}, &revoke);
}
RPC_UNARY(session_service_revoke_session, Identity__V1__SessionService, Identity__V1__RevokeSessionRequest,
          Identity__V1__RevokeSessionResponse)

static enum code revoke_all(struct call *call, struct transaction *transaction, ProtobufCMessage *response, void *argument,
                            enum failure *failure)
{
    const struct revoke_call *revoke = argument;
    int64_t count = 0;
    *failure = session_store_revoke_all(call_task(call), transaction, revoke->principal_id, clock_now_us(), &count);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    ((Identity__V1__RevokeAllSessionsResponse *)response)->revoked_count = (int32_t)count;
    return CODE_OK;
}

static enum code session_service_revoke_all_sessions_call(struct call *call, const Identity__V1__RevokeAllSessionsRequest *request,
                                                          Identity__V1__RevokeAllSessionsResponse *response)
{
    struct identity *identity = call_context(call);
    struct revoke_call revoke;
    if (!caller_read(call, &revoke.principal_id))
        return call_refuse(call, &caller_missing, NO_TERMS);
    return call_once(call, identity->database, revoke.principal_id, request->request_id, &request->base, &response->base,
                     (struct once_body){revoke_all}, &revoke);
}
RPC_UNARY(session_service_revoke_all_sessions, Identity__V1__SessionService, Identity__V1__RevokeAllSessionsRequest,
          Identity__V1__RevokeAllSessionsResponse)

void session_service_mount(struct rpc_server *server, struct identity *identity)
{
    static Identity__V1__SessionService_Service service = IDENTITY__V1__SESSION_SERVICE__INIT(session_service_);
    rpc_server_mount(server, &service.base, identity);
}
