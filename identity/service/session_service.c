#include "identity/service/session_service.h"

#include "identity/domain/role.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define log_in_linkage extern
#define log_in_read log_in_read
#define send_log_in_code_linkage extern
#define send_log_in_code_read send_log_in_code_read
#define send_log_in_code_kept send_log_in_code_kept
#define send_log_in_code_scope(call, request) id_derive((struct id){{0}}, "log-in code")
#define send_log_in_code_done(call, request, response) messages_deliver(call)
#define list_sessions_admit(call) caller_admit(call)
#define revoke_session_admit(call) caller_admit(call)
#define revoke_session_scope(call, request) caller_id(call)
#define revoke_all_sessions_admit(call) caller_admit(call)
#define revoke_all_sessions_scope(call, request) caller_id(call)
#include "identity/service/session_rpc.h"

static int log_out(struct call *call, const struct log_out *request,
                   Identity__V1__LogOutResponse *response)
{
    uint8_t hash[TOKEN_HASH_SIZE];
    (void)response;
    if (!token_hash(request->session_token, hash))
        return 0;
    return session_store_revoke_token(identity_reader(call), hash, clock_now_us());
}

/* ---- ResolveSession ---- */

static size_t roles_to_message(struct call *call, unsigned roles, Identity__V1__Role **messages)
{
    size_t count = 0;
    *messages = arena_alloc_array(call_arena(call), 3, sizeof **messages);
    if (roles & ROLE_ACCOUNT_ADMINISTRATOR)
        (*messages)[count++] = IDENTITY__V1__ROLE__ROLE_ACCOUNT_ADMINISTRATOR;
    if (roles & ROLE_MEMBER)
        (*messages)[count++] = IDENTITY__V1__ROLE__ROLE_MEMBER;
    if (roles & ROLE_OPERATOR)
        (*messages)[count++] = IDENTITY__V1__ROLE__ROLE_OPERATOR;
    return count;
}

/* Of an account that is not theirs, nothing is told but that there are no roles. */
static void answer_session(struct call *call, const struct resolved_session *resolved,
                           Identity__V1__ResolveSessionResponse *response)
{
    bool theirs = resolved->roles != ROLE_NONE;
    response->session_id = id_to_message(call, resolved->session_id);
    response->principal_id = id_to_message(call, resolved->principal_id);
    if (!id_is_nil(resolved->account_id))
        response->account_id = id_to_message(call, resolved->account_id);
    if (theirs && !id_is_nil(resolved->company_id))
        response->company_id = id_to_message(call, resolved->company_id);
    response->corporate = theirs && resolved->account_type == ACCOUNT_TYPE_CORPORATE;
    response->n_roles = roles_to_message(call, resolved->roles, &response->roles);
    response->expire_time =
        timestamp_from_us(call_arena(call), session_expires_us(&resolved->session));
}

static int resolve_session(struct call *call, const struct resolve_session *request,
                           Identity__V1__ResolveSessionResponse *response)
{
    struct resolved_session resolved;
    uint8_t hash[TOKEN_HASH_SIZE];
    bool exists = false;
    int64_t now_us = clock_now_us();
    if (!token_hash(request->session_token, hash))
        return call_refuse(call, &session_ended, NO_TERMS);
    int no =
        session_store_resolve(identity_reader(call), hash, request->account_id, &resolved, &exists);
    if (no == 0 && !(exists && session_is_live(&resolved.session, now_us)))
        return call_refuse(call, &session_ended, NO_TERMS);
    if (no == 0)
        no = session_store_touch(identity_reader(call), &resolved, now_us);
    if (no == 0)
        answer_session(call, &resolved, response);
    return no;
}

/* ---- the caller's own sessions (ID-34) ---- */

static ProtobufCMessage *session_to_message(struct call *call, const void *row)
{
    const struct live_session *found = row;
    const struct session session = {.created_us = found->created_us};
    Identity__V1__Session *message = arena_alloc(call_arena(call), sizeof *message);
    identity__v1__session__init(message);
    message->session_id = id_to_message(call, found->session_id);
    message->device = arena_strdup(call_arena(call), found->device);
    message->create_time = timestamp_from_us(call_arena(call), found->created_us);
    message->last_use_time = timestamp_from_us(call_arena(call), found->used_us);
    message->expire_time = timestamp_from_us(call_arena(call), session_expires_us(&session));
    return &message->base;
}

static int list_sessions(struct call *call, const struct list_sessions *request,
                         Identity__V1__ListSessionsResponse *response)
{
    struct live_sessions found;
    const struct session_page page = {caller_id(call), request->before_id,
                                      page_limit(request->page_size)};
    int no = session_store_list(identity_reader(call), &page, clock_now_us(), &found);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, found.items, found.count, session_id,
                                      session_to_message),
                                 &response->base);
}

static int revoke_session(struct mutation *mutation, const struct revoke_session *request,
                          Identity__V1__RevokeSessionResponse *response)
{
    bool revoked = false;
    (void)response;
    int no = session_store_revoke(mutation->transaction, caller_id(mutation->call),
                                  request->session_id, mutation->now_us, &revoked);
    return no != 0 || revoked ? no : call_refuse(mutation->call, &session_not_found, NO_TERMS);
}

static int revoke_all_sessions(struct mutation *mutation, const struct revoke_all_sessions *request,
                               Identity__V1__RevokeAllSessionsResponse *response)
{
    int64_t count = 0;
    (void)request;
    int no = session_store_revoke_all(mutation->transaction, caller_id(mutation->call),
                                      mutation->now_us, &count);
    response->revoked_count = (int32_t)count;
    return no;
}
