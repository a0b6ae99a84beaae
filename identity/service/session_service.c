#include "identity/service/session_service.h"

#include "identity/service/fields.h"

#include "identity/service/security.h"
#include "identity/store/role_store.h"
#include "runtime/base/clock.h"
#include "runtime/database/act_log.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define log_in_linkage extern
#define log_in_read log_in_read
#define send_log_in_code_linkage extern
#define send_log_in_code_read send_log_in_code_read
#define send_log_in_code_kept send_log_in_code_kept
#define send_log_in_code_scope(call, request) id_derive((struct id){{0}}, "log-in code")
#define send_log_in_code_done(call, request, response) messages_deliver(call)
#define resolve_session_linkage extern
#define resolve_sessions_linkage extern
#define resolve_sessions_read resolve_sessions_read
#define prove_factor_admit(call) caller_admit(call)
#define prove_factor_linkage extern
#define prove_factor_read prove_factor_read
#define begin_webauthn_proof_admit(call) caller_admit(call)
#define begin_webauthn_proof_linkage extern
#define begin_webauthn_proof_read begin_webauthn_proof_read
#define begin_webauthn_proof_scope(call, request) caller_id(call)
#define set_name_admit(call) caller_admit(call)
#define set_name_read set_name_read
#define set_name_kept set_name_kept
#define set_name_scope(call, request) caller_id(call)
#define list_sessions_admit(call) caller_admit(call)
#define revoke_session_admit(call) caller_admit(call)
#define revoke_session_scope(call, request) caller_id(call)
#define revoke_other_sessions_admit(call) caller_admit(call)
#define revoke_other_sessions_scope(call, request) caller_id(call)
#define revoke_member_sessions_admit(call) caller_admit(call)
#define revoke_all_sessions_admit(call) caller_admit(call)
#define revoke_all_sessions_scope(call, request) caller_id(call)
#include "identity/service/session_rpc.h"

struct log_out_attempt {
    uint8_t token_hash[TOKEN_HASH_SIZE];
    const char *network;
    int64_t now_us;
};

/* GW-07: whoever has the token is the session's principal. */
static enum failure keep_log_out(struct transaction *transaction, void *argument)
{
    const struct log_out_attempt *attempt = argument;
    struct logged_out out;
    enum failure failure = session_store_log_out(transaction, attempt->token_hash, attempt->network,
                                                 attempt->now_us, &out);
    if (failure != FAILURE_NONE || id_is_nil(out.principal_id))
        return failure;
    struct actor actor = {.principal_id = out.principal_id,
                          .account_id = out.account_id,
                          .credential = ACTOR_SESSION,
                          .credential_id = out.session_id};
    actor.reference = actor_reference(&actor);
    return act_append(transaction, &(struct act){.actor = &actor,
                                                 .account_id = out.account_id,
                                                 .object_id = out.session_id,
                                                 .action = "identity.session.log_out",
                                                 .tag = "",
                                                 .reason = "",
                                                 .act_us = attempt->now_us});
}

static int log_out(struct call *call, const struct log_out *request,
                   Identity__V1__LogOutResponse *response)
{
    struct log_out_attempt attempt = {.network = caller_network(call), .now_us = clock_now_us()};
    (void)response;
    if (!token_hash(request->session_token, attempt.token_hash))
        return 0;
    return database_transact(call_task(call), identity_of(call)->database, ISOLATION_READ_COMMITTED,
                             keep_log_out, &attempt);
}

/* ---- the caller's name ---- */

static void set_name_read(struct call *call, const Identity__V1__SetNameRequest *message,
                          struct set_name *request)
{
    set_name_fields(call, message, request);
    field_text(call, "name", request->name, 0, PERSON_NAME_BYTES_MAX);
}

static void set_name_kept(struct call *call, Identity__V1__SetNameRequest *message)
{
    message->name = text_digest(call, message->name);
}

static int set_name(struct mutation *mutation, const struct set_name *request,
                    Identity__V1__SetNameResponse *response)
{
    struct bytes sealed = {NULL, 0};
    (void)response;
    if (!text_is_empty(request->name))
        sealed = text_seal(mutation->call, LABEL_NAME, request->name);
    return session_store_set_name(mutation->transaction, caller_id(mutation->call), sealed);
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
    message->network = arena_strdup(call_arena(call), found->network);
    message->current = id_equal(found->session_id, caller_session_id(call));
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
    struct call *call = mutation->call;
    bool revoked = false;
    (void)response;
    int no = session_store_revoke(mutation->transaction, caller_id(call), request->session_id,
                                  mutation->now_us, &revoked);
    if (no == 0 && !revoked)
        return call_refuse(call, &session_not_found, NO_TERMS);
    return no != 0 ? no
                   : security_note(call, mutation->transaction,
                                   &(struct security_event){
                                       .kind = SECURITY_SESSION_ENDED,
                                       .detail = id_to_message(call, request->session_id),
                                       .noted_us = mutation->now_us});
}

/* Of a principal, but for one session; and notes it. */
static int end_sessions(struct mutation *mutation, struct id principal_id,
                        struct id kept_session_id, int32_t *ended)
{
    struct id caller = caller_id(mutation->call);
    int64_t count = 0;
    int no = session_store_revoke_others(mutation->transaction, principal_id, kept_session_id,
                                         mutation->now_us, &count);
    *ended = (int32_t)count;
    if (no != 0 || count == 0)
        return no;
    return security_note(mutation->call, mutation->transaction,
                         &(struct security_event){
                             .principal_id = principal_id,
                             .actor_id = id_equal(caller, principal_id) ? (struct id){{0}} : caller,
                             .kind = SECURITY_SESSION_ENDED,
                             .times = count,
                             .noted_us = mutation->now_us});
}

static int revoke_all_sessions(struct mutation *mutation, const struct revoke_all_sessions *request,
                               Identity__V1__RevokeAllSessionsResponse *response)
{
    (void)request;
    return end_sessions(mutation, caller_id(mutation->call), (struct id){{0}},
                        &response->revoked_count);
}

static int revoke_other_sessions(struct mutation *mutation,
                                 const struct revoke_other_sessions *request,
                                 Identity__V1__RevokeOtherSessionsResponse *response)
{
    struct call *call = mutation->call;
    (void)request;
    return end_sessions(mutation, caller_id(call), caller_session_id(call),
                        &response->revoked_count);
}

static int revoke_member_sessions(struct mutation *mutation,
                                  const struct revoke_member_sessions *request,
                                  Identity__V1__RevokeMemberSessionsResponse *response)
{
    struct account_roles roles;
    struct id caller = caller_id(mutation->call);
    int no = role_store_lock(mutation->transaction, request->account_id, caller,
                             request->principal_id, &roles);
    if (no != 0)
        return no;
    enum role_verdict verdict =
        role_member_decide(roles.caller.roles, roles.member_roles,
                           roles.member_owns && !id_equal(caller, request->principal_id));
    return verdict == ROLE_ACCEPTED ? end_sessions(mutation, request->principal_id,
                                                   (struct id){{0}}, &response->revoked_count)
                                    : role_refuse(mutation->call, verdict);
}
