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

int passage_answer(struct passage *passage, enum failure failure, const struct rpc_status *status)
{
    if (failure != FAILURE_NONE)
        return failure;
    if (status->code != CODE_OK)
        return call_refuse_packed(passage->call, status->code, status->packed);
    return 0;
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

static int resolve_session(struct passage *passage)
{
    struct task *task = call_task(passage->call);
    struct session_cache *cache = &passage->gateway->sessions;
    const char *account_id = named_account(passage);
    bool cache_allowed = passage->route->kind == ROUTE_READ;
    if (cache_allowed && session_cache_find(cache, task_arena(task), passage->token, account_id,
                                            clock_monotonic_us(), &passage->session))
        return 0;
    struct rpc_status status;
    enum failure failure = identity_session_resolve(
        task, passage->gateway->identity, passage->token, account_id, &passage->session, &status);
    int no = passage_answer(passage, failure, &status);
    if (no == 0)
        session_cache_keep(cache, passage->token, account_id, clock_monotonic_us(),
                           &passage->session);
    return no;
}

static int check_session(struct passage *passage)
{
    if (passage->route->caller == ROUTE_PUBLIC || text_is_empty(passage->token))
        return 0;
    int no = resolve_session(passage);
    if (no == CODE_UNAUTHENTICATED)
        rate_forget_session(passage);
    if (no == 0)
        call_note_actor(passage->call, passage->session.principal_id, passage->session.account_id);
    return no == 0 ? rate_of_session(passage) : no;
}

static int refuse_access(struct passage *passage, enum access_verdict verdict)
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

static int check_access(struct passage *passage)
{
    int no = check_session(passage);
    if (no != 0)
        return no;
    enum access_verdict verdict =
        access_decide(passage->route, !text_is_empty(passage->token), passage->session.roles);
    if (verdict != ACCESS_GRANTED)
        return refuse_access(passage, verdict);
    tell_account(passage);
    return rate_of_account(passage);
}

int passage_greet(struct passage *passage)
{
    assert(passage->route->caller != ROUTE_PUBLIC);
    if (text_is_empty(passage->token))
        return refuse_access(passage, ACCESS_SESSION_REQUIRED);
    return check_session(passage);
}

static int set_text(struct passage *passage, const char *field, const char *value)
{
    char *text = arena_strdup(call_arena(passage->call), value);
    if (text == NULL)
        return FAILURE_EXHAUSTED;
    message_field_set_text(passage->request, field, text);
    return 0;
}

/* What the caller wrote into account_id is theirs by now, was refused, or is no id, which the form
 * tells. */
static int set_account(struct passage *passage)
{
    bool is_asked = message_field_is_text(passage->request, "account_id");
    if (passage->route->caller == ROUTE_PUBLIC || !is_asked ||
        !text_is_empty(message_field_text(passage->request, "account_id")))
        return 0;
    return set_text(passage, "account_id", passage->session.account_id);
}

/* company_id is never the caller's to write. */
static int set_company(struct passage *passage)
{
    if (passage->route->caller == ROUTE_PUBLIC ||
        !message_field_is_text(passage->request, "company_id"))
        return 0;
    const char *company_id;
    int no = step_company(passage, &company_id);
    return no == 0 ? set_text(passage, "company_id", company_id) : no;
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

int passage_forward(struct passage *passage)
{
    struct rpc_header headers[PASSAGE_HEADERS];
    passage_headers(passage, headers);
    struct rpc_call_options options = {.headers = headers};
    ProtobufCMessage *answer = NULL;
    struct rpc_status status;
    struct gate *gate = gate_of(passage);
    if (!gate_enter(gate, clock_monotonic_us()))
        return FAILURE_UNAVAILABLE;
    enum failure failure =
        rpc_client_call(call_task(passage->call), passage->peer, passage->service,
                        passage->method_index, passage->request, &options, &answer, &status);
    bool heard =
        failure == FAILURE_NONE || failure == FAILURE_INTERNAL || failure == FAILURE_EXHAUSTED;
    gate_leave(gate, heard, clock_monotonic_us());
    int no = passage_answer(passage, failure, &status);
    if (no == 0)
        memcpy(passage->response, answer, answer->descriptor->sizeof_message);
    return no;
}

static int admit(struct passage *passage)
{
    int no = rate_of_message(passage);
    if (no == 0)
        no = check_access(passage);
    if (no == 0)
        no = set_account(passage);
    if (no == 0)
        no = forms_check(&passage->gateway->forms, passage->request, passage->call);
    return no == 0 ? set_company(passage) : no;
}

static int pass(struct passage *passage)
{
    const struct step *step = step_of(passage->route->step);
    int no = admit(passage);
    if (no == 0 && step->before != NULL)
        no = step->before(passage);
    if (no == 0)
        no = step->instead != NULL ? step->instead(passage) : passage_forward(passage);
    if (no == 0 && step->after != NULL)
        step->after(passage);
    if (no == 0 &&
        passage->route->caller == ROUTE_PUBLIC) /* who logged in, or opened the account */
        call_note_actor(passage->call, message_field_text(passage->response, "principal_id"),
                        message_field_text(passage->response, "account_id"));
    return no;
}

int passage_pass(struct passage *passage, const ProtobufCMessage *request)
{
    passage->request =
        arena_memdup(call_arena(passage->call), request, request->descriptor->sizeof_message);
    if (passage->request == NULL)
        return FAILURE_EXHAUSTED;
    return pass(passage);
}

static int pass_unary(struct passage *passage, const ProtobufCMessage *request)
{
    passage->response = call_response(passage->call);
    if (passage->response == NULL)
        return FAILURE_EXHAUSTED;
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
    int no;
    if (passage.route == NULL)
        no = call_refuse(call, &passage_not_public, NO_TERMS);
    else if (step_of(passage.route->step)->streams)
        no = stream_pass(&passage);
    else
        no = pass_unary(&passage, request);
    call_finish(call, no);
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
