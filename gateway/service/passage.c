#include "gateway/service/passage.h"

#include <assert.h>

#include "gateway/domain/access.h"
#include "gateway/domain/refusals.h"
#include "gateway/service/message_field.h"
#include "gateway/service/rate.h"
#include "gateway/service/step.h"
#include "gateway/service/stream.h"
#include "runtime/base/clock.h"

#define TOKEN_BYTES_MAX 256
#define BEARER "Bearer "

enum code passage_answer(struct passage *passage, enum failure failure,
                         const struct rpc_status *status)
{
    if (failure != FAILURE_NONE)
        return call_fail(passage->call, failure);
    if (status->code != CODE_OK)
        return call_refuse_packed(passage->call, status->code, status->packed);
    return CODE_OK;
}

/* The scheme's name is not case sensitive (RFC 9110). A token of another shape is none of ours. */
const char *passage_token(struct call *call)
{
    const char *value = call_header(call, "authorization");
    if (value == NULL || strncasecmp(value, BEARER, strlen(BEARER)) != 0)
        return "";
    const char *token = value + strlen(BEARER);
    return text_is_clean(token, TOKEN_BYTES_MAX) ? token : "";
}

/* The account that the request names; "" for the session's own. What cannot be an id is judged
 * after the caller is known. */
static const char *named_account(const struct passage *passage)
{
    struct id id;
    if (passage->request == NULL)
        return "";
    const char *text = message_field_text(passage->request, "account_id");
    return id_parse(text, &id) ? text : "";
}

static enum code resolve_session(struct passage *passage)
{
    struct task *task = call_task(passage->call);
    struct session_cache *cache = &passage->gateway->sessions;
    const char *account_id = named_account(passage);
    bool cache_allowed = passage->route->kind == ROUTE_READ;
    if (cache_allowed && session_cache_find(cache, task_arena(task), passage->token, account_id,
                                            clock_monotonic_us(), &passage->session))
        return CODE_OK;
    struct rpc_status status;
    enum failure failure = identity_session_resolve(
        task, passage->gateway->identity, passage->token, account_id, &passage->session, &status);
    enum code code = passage_answer(passage, failure, &status);
    if (code == CODE_OK)
        session_cache_keep(cache, passage->token, account_id, clock_monotonic_us(),
                           &passage->session);
    return code;
}

static enum code check_session(struct passage *passage)
{
    if (passage->route->caller == ROUTE_PUBLIC || text_is_empty(passage->token))
        return CODE_OK;
    enum code code = resolve_session(passage);
    if (code == CODE_UNAUTHENTICATED)
        rate_forget_session(passage);
    if (code == CODE_OK)
        call_note_actor(passage->call, passage->session.principal_id, passage->session.account_id);
    return code == CODE_OK ? rate_of_session(passage) : code;
}

static enum code refuse_access(struct passage *passage, enum access_verdict verdict)
{
    return call_refuse(passage->call, access_refusal(verdict),
                       REFUSAL_TERMS({"permission", passage->route->permission}));
}

/* ID-37 */
static void tell_account(struct passage *passage)
{
    const char *account_id = passage->session.account_id;
    if (passage->stream != NULL)
        stream_note_account(passage->stream, account_id);
    else if (!text_is_empty(account_id))
        call_set_trailer(passage->call, "kontor-account-id", account_id);
}

static enum code check_access(struct passage *passage)
{
    enum code code = check_session(passage);
    if (code != CODE_OK)
        return code;
    enum access_verdict verdict =
        access_decide(passage->route, !text_is_empty(passage->token), passage->session.roles);
    if (verdict != ACCESS_GRANTED)
        return refuse_access(passage, verdict);
    tell_account(passage);
    return rate_of_account(passage);
}

enum code passage_greet(struct passage *passage)
{
    assert(passage->route->caller != ROUTE_PUBLIC);
    if (text_is_empty(passage->token))
        return refuse_access(passage, ACCESS_SESSION_REQUIRED);
    return check_session(passage);
}

static enum code set_text(struct passage *passage, const char *field, const char *value)
{
    char *text = arena_strdup(call_arena(passage->call), value);
    if (text == NULL)
        return call_fail(passage->call, FAILURE_EXHAUSTED);
    message_field_set_text(passage->request, field, text);
    return CODE_OK;
}

/* What the caller wrote into account_id is theirs by now, was refused, or is no id, which the form
 * tells. */
static enum code set_account(struct passage *passage)
{
    bool is_asked = message_field_is_text(passage->request, "account_id");
    if (passage->route->caller == ROUTE_PUBLIC || !is_asked ||
        !text_is_empty(message_field_text(passage->request, "account_id")))
        return CODE_OK;
    return set_text(passage, "account_id", passage->session.account_id);
}

/* company_id is never the caller's to write. */
static enum code set_company(struct passage *passage)
{
    if (passage->route->caller == ROUTE_PUBLIC ||
        !message_field_is_text(passage->request, "company_id"))
        return CODE_OK;
    const char *company_id;
    enum code code = step_company(passage, &company_id);
    return code == CODE_OK ? set_text(passage, "company_id", company_id) : code;
}

/* Indexed by the bits of enum access_role. */
static const char *const role_texts[] = {
    "",
    "MEMBER",
    "ACCOUNT_ADMINISTRATOR",
    "ACCOUNT_ADMINISTRATOR,MEMBER",
    "OPERATOR",
    "MEMBER,OPERATOR",
    "ACCOUNT_ADMINISTRATOR,OPERATOR",
    "ACCOUNT_ADMINISTRATOR,MEMBER,OPERATOR",
};

void passage_headers(const struct passage *passage, struct rpc_header headers[PASSAGE_HEADERS])
{
    size_t count = 0;
    assert(passage->session.roles < sizeof(role_texts) / sizeof(role_texts[0]));
    if (!text_is_empty(passage->session.principal_id)) {
        headers[count++] =
            (struct rpc_header){"kontor-principal-id", passage->session.principal_id};
        headers[count++] = (struct rpc_header){"kontor-account-id", passage->session.account_id};
        headers[count++] = (struct rpc_header){"kontor-roles", role_texts[passage->session.roles]};
    } else
        headers[count++] = (struct rpc_header){"kontor-public", "true"};
    const char *source = call_source_address(passage->call);
    if (!text_is_empty(source))
        headers[count++] = (struct rpc_header){"kontor-source-address", source};
    headers[count] = (struct rpc_header){NULL, NULL};
}

static struct gate *gate_of(const struct passage *passage)
{
    struct gateway *gateway = passage->gateway;
    const struct rpc_client *peers[] = {[PEER_IDENTITY] = gateway->identity,
                                        [PEER_PAYMENTS] = gateway->payments,
                                        [PEER_LEDGER] = gateway->ledger,
                                        [PEER_SHARING] = gateway->sharing};
    size_t peer = 0;
    while (peers[peer] != passage->peer)
        peer++;
    return &gateway->calls[peer];
}

enum code passage_forward(struct passage *passage)
{
    struct rpc_header headers[PASSAGE_HEADERS];
    passage_headers(passage, headers);
    struct rpc_call_options options = {.headers = headers};
    ProtobufCMessage *answer = NULL;
    struct rpc_status status;
    struct gate *gate = gate_of(passage);
    if (!gate_enter(gate, clock_monotonic_us()))
        return call_fail(passage->call, FAILURE_UNAVAILABLE);
    enum failure failure =
        rpc_client_call(call_task(passage->call), passage->peer, passage->service,
                        passage->method_index, passage->request, &options, &answer, &status);
    bool heard =
        failure == FAILURE_NONE || failure == FAILURE_INTERNAL || failure == FAILURE_EXHAUSTED;
    gate_leave(gate, heard, clock_monotonic_us());
    enum code code = passage_answer(passage, failure, &status);
    if (code == CODE_OK)
        memcpy(passage->response, answer, answer->descriptor->sizeof_message);
    return code;
}

static enum code admit(struct passage *passage)
{
    enum code code = rate_of_message(passage);
    if (code == CODE_OK)
        code = check_access(passage);
    if (code == CODE_OK)
        code = set_account(passage);
    if (code == CODE_OK)
        code = forms_check(&passage->gateway->forms, passage->request, passage->call);
    return code == CODE_OK ? set_company(passage) : code;
}

static enum code pass(struct passage *passage)
{
    const struct step *step = step_of(passage->route->step);
    enum code code = admit(passage);
    if (code == CODE_OK && step->before != NULL)
        code = step->before(passage);
    if (code == CODE_OK)
        code = step->instead != NULL ? step->instead(passage) : passage_forward(passage);
    if (code == CODE_OK && step->after != NULL)
        step->after(passage);
    if (code == CODE_OK &&
        passage->route->caller == ROUTE_PUBLIC) /* who logged in, or opened the account */
        call_note_actor(passage->call, message_field_text(passage->response, "principal_id"),
                        message_field_text(passage->response, "account_id"));
    return code;
}

enum code passage_pass(struct passage *passage, const ProtobufCMessage *request)
{
    passage->request =
        arena_memdup(call_arena(passage->call), request, request->descriptor->sizeof_message);
    if (passage->request == NULL)
        return call_fail(passage->call, FAILURE_EXHAUSTED);
    return pass(passage);
}

static enum code pass_unary(struct passage *passage, const ProtobufCMessage *request)
{
    passage->response = call_response(passage->call);
    if (passage->response == NULL)
        return call_fail(passage->call, FAILURE_EXHAUSTED);
    return passage_pass(passage, request);
}

static void invoke(ProtobufCService *service, unsigned method_index,
                   const ProtobufCMessage *request, ProtobufCClosure closure, void *data)
{
    (void)closure;
    struct call *call = data;
    struct door *door = call_context(call);
    assert(&door->service == service);
    struct passage passage = {
        .gateway = door->gateway,
        .call = call,
        .route = route_find(call_method(call)),
        .peer = door->peer,
        .service = service->descriptor,
        .method_index = method_index,
        .token = passage_token(call),
        .session = {.principal_id = "", .account_id = "", .company_id = ""},
    };
    enum code code;
    if (passage.route == NULL)
        code = call_refuse(call, &passage_not_public, NO_TERMS);
    else if (step_of(passage.route->step)->streams)
        code = stream_pass(&passage);
    else
        code = pass_unary(&passage, request);
    call_finish(call, code);
}

void passage_open_door(struct door *door, struct gateway *gateway,
                       const ProtobufCServiceDescriptor *service, struct rpc_client *peer)
{
    forms_learn(&gateway->forms, service);
    *door = (struct door){
        .service = {.descriptor = service, .invoke = invoke},
        .gateway = gateway,
        .peer = peer,
    };
}
