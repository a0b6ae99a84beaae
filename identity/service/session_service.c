#include "identity/service/session_service.h"

#include <string.h>

#include "identity/service/start.h"
#include "identity/domain/refusals.h"
#include "identity/domain/role.h"
#include "identity/service/fields.h"
#include "runtime/base/clock.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"

RPC_UNARY(session_service_log_in, Identity__V1__SessionService, Identity__V1__LogInRequest,
          Identity__V1__LogInResponse)
RPC_UNARY(session_service_send_log_in_code, Identity__V1__SessionService,
          Identity__V1__SendLogInCodeRequest, Identity__V1__SendLogInCodeResponse)

static int session_service_log_out_call(struct call *call,
                                        const Identity__V1__LogOutRequest *request,
                                        Identity__V1__LogOutResponse *response)
{
    struct identity *identity = call_context(call);
    uint8_t hash[TOKEN_HASH_SIZE];
    (void)response;
    if (!token_hash(request->session_token, hash))
        return 0;
    return session_store_revoke_token(reader_of(call_task(call), identity->database), hash,
                                      clock_now_us());
}
RPC_UNARY(session_service_log_out, Identity__V1__SessionService, Identity__V1__LogOutRequest,
          Identity__V1__LogOutResponse)

static bool roles_to_message(struct call *call, unsigned roles, Identity__V1__Role **out,
                             size_t *count)
{
    *count = 0;
    *out = arena_alloc_array(call_arena(call), 3, sizeof **out);
    if (roles & ROLE_ACCOUNT_ADMINISTRATOR)
        (*out)[(*count)++] = IDENTITY__V1__ROLE__ROLE_ACCOUNT_ADMINISTRATOR;
    if (roles & ROLE_MEMBER)
        (*out)[(*count)++] = IDENTITY__V1__ROLE__ROLE_MEMBER;
    if (roles & ROLE_OPERATOR)
        (*out)[(*count)++] = IDENTITY__V1__ROLE__ROLE_OPERATOR;
    return true;
}

/* Of an account that is not theirs, nothing is told but that there are no roles. */
static int answer_session(struct call *call, const struct resolved_session *resolved,
                          Identity__V1__ResolveSessionResponse *response)
{
    response->session_id = id_to_message(call, resolved->session_id);
    response->principal_id = id_to_message(call, resolved->principal_id);
    if (!id_is_nil(resolved->account_id))
        response->account_id = id_to_message(call, resolved->account_id);
    if (resolved->roles != ROLE_NONE && !id_is_nil(resolved->company_id))
        response->company_id = id_to_message(call, resolved->company_id);
    response->corporate =
        resolved->roles != ROLE_NONE && resolved->account_type == ACCOUNT_TYPE_CORPORATE;
    response->expire_time =
        timestamp_from_us(call_arena(call), session_expires_us(&resolved->session));
    bool complete = roles_to_message(call, resolved->roles, &response->roles, &response->n_roles) &&
                    response->session_id != NULL && response->principal_id != NULL &&
                    response->account_id != NULL && response->company_id != NULL &&
                    response->expire_time != NULL;
    return complete ? 0 : FAILURE_EXHAUSTED;
}

static int session_service_resolve_session_call(struct call *call,
                                                const Identity__V1__ResolveSessionRequest *request,
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
    int no = session_store_resolve(reader_of(call_task(call), identity->database), hash, account_id,
                                   &resolved, &exists);
    if (no != 0)
        return no;
    if (!exists || !session_is_live(&resolved.session, now_us))
        return call_refuse(call, &session_ended, NO_TERMS);
    no = session_store_touch(reader_of(call_task(call), identity->database), &resolved, now_us);
    return no == 0 ? answer_session(call, &resolved, response) : no;
}
RPC_UNARY(session_service_resolve_session, Identity__V1__SessionService,
          Identity__V1__ResolveSessionRequest, Identity__V1__ResolveSessionResponse)

/* ---- the caller's own sessions (ID-34) ---- */

static Identity__V1__Session *session_to_message(struct call *call,
                                                 const struct live_session *found)
{
    Identity__V1__Session *message = arena_alloc(call_arena(call), sizeof *message);
    identity__v1__session__init(message);
    struct session session = {.created_us = found->created_us};
    message->session_id = id_to_message(call, found->session_id);
    message->device = arena_strdup(call_arena(call), found->device);
    message->create_time = timestamp_from_us(call_arena(call), session.created_us);
    message->last_use_time = timestamp_from_us(call_arena(call), found->used_us);
    message->expire_time = timestamp_from_us(call_arena(call), session_expires_us(&session));
    return message;
}

static int session_service_list_sessions_call(struct call *call,
                                              const Identity__V1__ListSessionsRequest *request,
                                              Identity__V1__ListSessionsResponse *response)
{
    struct identity *identity = call_context(call);
    struct id principal_id;
    struct live_sessions sessions;
    if (!caller_read(call, &principal_id))
        return call_refuse(call, &caller_missing, NO_TERMS);
    size_t page_size = field_page_size(call, request->page_size);
    struct id before_id = field_id_or_none(call, "page_token", request->page_token);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    int no = session_store_list(reader_of(call_task(call), identity->database), principal_id,
                                before_id, (int64_t)page_size + 1, clock_now_us(), &sessions);
    if (no != 0)
        return no;
    size_t count = sessions.count < page_size ? sessions.count : page_size;
    response->sessions = arena_alloc_array(call_arena(call), count + 1, sizeof *response->sessions);
    for (size_t i = 0; i < count; i++) {
        response->sessions[i] = session_to_message(call, &sessions.items[i]);
    }
    response->n_sessions = count;
    if (sessions.count > count)
        response->next_page_token = id_to_message(call, sessions.items[count - 1].session_id);
    return 0;
}
RPC_UNARY(session_service_list_sessions, Identity__V1__SessionService,
          Identity__V1__ListSessionsRequest, Identity__V1__ListSessionsResponse)

struct revoke_call {
    struct id principal_id;
    struct id session_id;
};

static int revoke_one(struct mutation *mutation, const void *argument, ProtobufCMessage *response)
{
    const struct revoke_call *revoke = argument;
    bool revoked = false;
    (void)response;
    int no = session_store_revoke(mutation->transaction, revoke->principal_id, revoke->session_id,
                                  clock_now_us(), &revoked);
    if (no != 0)
        return no;
    return revoked ? 0 : call_refuse(mutation->call, &session_not_found, NO_TERMS);
}

static int session_service_revoke_session_call(struct call *call,
                                               const Identity__V1__RevokeSessionRequest *request,
                                               Identity__V1__RevokeSessionResponse *response)
{
    struct identity *identity = call_context(call);
    struct revoke_call revoke;
    if (!caller_read(call, &revoke.principal_id))
        return call_refuse(call, &caller_missing, NO_TERMS);
    revoke.session_id = field_id(call, "session_id", request->session_id);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, identity->database, revoke.principal_id, request, response, revoke_one,
                     &revoke);
}
RPC_UNARY(session_service_revoke_session, Identity__V1__SessionService,
          Identity__V1__RevokeSessionRequest, Identity__V1__RevokeSessionResponse)

static int revoke_all(struct mutation *mutation, const void *argument, ProtobufCMessage *response)
{
    const struct revoke_call *revoke = argument;
    int64_t count = 0;
    int no = session_store_revoke_all(mutation->transaction, revoke->principal_id, clock_now_us(),
                                      &count);
    if (no != 0)
        return no;
    ((Identity__V1__RevokeAllSessionsResponse *)response)->revoked_count = (int32_t)count;
    return 0;
}

static int
session_service_revoke_all_sessions_call(struct call *call,
                                         const Identity__V1__RevokeAllSessionsRequest *request,
                                         Identity__V1__RevokeAllSessionsResponse *response)
{
    struct identity *identity = call_context(call);
    struct revoke_call revoke;
    if (!caller_read(call, &revoke.principal_id))
        return call_refuse(call, &caller_missing, NO_TERMS);
    return CALL_ONCE(call, identity->database, revoke.principal_id, request, response, revoke_all,
                     &revoke);
}
RPC_UNARY(session_service_revoke_all_sessions, Identity__V1__SessionService,
          Identity__V1__RevokeAllSessionsRequest, Identity__V1__RevokeAllSessionsResponse)

void session_service_mount(struct rpc_server *server, struct identity *identity)
{
    static Identity__V1__SessionService_Service service =
        IDENTITY__V1__SESSION_SERVICE__INIT(session_service_);
    rpc_server_mount(server, &service.base, identity);
}
