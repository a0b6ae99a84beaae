#include "gateway/service/exchange.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "gateway/domain/freeze.h"
#include "gateway/domain/role.h"
#include "gateway/domain/access.h"
#include "gateway/peers/ledger_orders.h"
#include "runtime/rpc/message_field.h"
#include "runtime/base/clock.h"

#define TOKEN_BYTES_MAX 256
#define BEARER "Bearer "
#define PROGRAM "Program "

/* The rest after a scheme, whose name is not case sensitive (RFC 9110); NULL: it is another. */
static const char *after_scheme(const char *value, const char *scheme)
{
    return strncasecmp(value, scheme, strlen(scheme)) == 0 ? value + strlen(scheme) : NULL;
}

/* A program's certificate was shown in the handshake; the program only says that it is its own. */
static const char *certificate_name(struct call *call, const char *program,
                                    const struct identity_certificate **certificate)
{
    struct identity_certificate *shown = arena_alloc(call_arena(call), sizeof(*shown));
    char hash[2 * sizeof(shown->hash) + 1], program_id[ID_TEXT_SIZE];
    if (!id_parse(program, &shown->program_id) || !call_certificate_hash(call, shown->hash))
        return "";
    *certificate = shown;
    return arena_printf(call_arena(call), "%s %s", id_format(shown->program_id, program_id),
                        bytes_to_hex(shown->hash, sizeof(shown->hash), hash));
}

/* A token of another shape is none of ours. */
const char *exchange_token(struct call *call, const struct identity_certificate **certificate)
{
    const char *value = call_header(call, "authorization");
    const char *token = value != NULL ? after_scheme(value, BEARER) : NULL;
    const char *program = value != NULL ? after_scheme(value, PROGRAM) : NULL;
    *certificate = NULL;
    if (program != NULL)
        return certificate_name(call, program, certificate);
    bool is_token =
        token != NULL && text_is_clean(token, TOKEN_BYTES_MAX) && strchr(token, ' ') == NULL;
    return is_token ? token : "";
}

static const char *credential_kind(const struct identity_session *session)
{
    if (session->scope == NULL)
        return "SESSION";
    return session->by_certificate ? "CERTIFICATE" : "KEY";
}

/* "FINANCE,MEMBER", and the ids of accounts' own. A partner's are its own matter (B.5). */
static const char *roles_text(const struct exchange *exchange)
{
    if (exchange->session.partner != NULL)
        return "PARTNER";
    struct arena *arena = call_arena(exchange->call);
    const struct custom_roles *custom = &exchange->session.custom;
    char *named = arena_alloc(arena, ROLE_TEXT_SIZE);
    role_print(exchange->session.roles, named);
    const char *text = named;
    for (size_t i = 0; i < custom->count; i++)
        text = arena_printf(arena, "%s%s%s", text, text[0] == '\0' ? "" : ",",
                            custom->items[i].role_id);
    return text;
}

/* GW-03: orders together may be of any kind. */
static bool meets_fence(const struct exchange *exchange)
{
    const struct gateway *gateway = exchange->gateway;
    const struct route *route = exchange->route;
    return exchange->mounted->peer == gateway->payments ||
           (exchange->mounted->peer == gateway->ledger &&
            (freeze_level_of(route->permission) != FREEZE_NOTHING ||
             route->filter == FILTER_SUBMIT_ORDERS || route->filter == FILTER_STREAM_ORDERS));
}

void exchange_headers(const struct exchange *exchange, struct rpc_header headers[EXCHANGE_HEADERS])
{
    size_t count = 0;
    if (!text_is_empty(exchange->session.principal_id)) {
        headers[count++] =
            (struct rpc_header){"kontor-principal-id", exchange->session.principal_id};
        headers[count++] = (struct rpc_header){"kontor-account-id", exchange->session.account_id};
        headers[count++] =
            (struct rpc_header){"kontor-credential-id", exchange->session.session_id};
        if (exchange->session.scope != NULL) /* else it is a session */
            headers[count++] =
                (struct rpc_header){"kontor-credential-kind", credential_kind(&exchange->session)};
        headers[count++] = (struct rpc_header){"kontor-roles", roles_text(exchange)};
        if (exchange->session.partner != NULL)
            headers[count++] = (struct rpc_header){"kontor-partner-account-id",
                                                   exchange->session.partner->account_id};
        if (exchange->approval_id != NULL)
            headers[count++] = (struct rpc_header){"kontor-approval-id", exchange->approval_id};
        if (exchange->approver_id != NULL)
            headers[count++] = (struct rpc_header){"kontor-approver-id", exchange->approver_id};
    } else
        headers[count++] = (struct rpc_header){"kontor-public", "true"};
    const char *source = call_source_address(exchange->call);
    if (!text_is_empty(source))
        headers[count++] = (struct rpc_header){"kontor-source-address", source};
    if (exchange->standing != NULL)
        headers[count++] = (struct rpc_header){"kontor-standing", exchange->standing};
    if (meets_fence(exchange))
        headers[count++] = (struct rpc_header){
            "kontor-freeze-epoch",
            arena_printf(call_arena(exchange->call), "%" PRId64, exchange->session.freeze_epoch)};
    headers[count] = (struct rpc_header){NULL, NULL};
}

const struct actor *exchange_actor(const struct exchange *exchange)
{
    struct arena *arena = call_arena(exchange->call);
    struct actor *actor = arena_alloc(arena, sizeof *actor);
    const struct actor_said said = {.principal_id = exchange->session.principal_id,
                                    .account_id = exchange->session.account_id,
                                    .credential = credential_kind(&exchange->session),
                                    .credential_id = exchange->session.session_id,
                                    .roles = roles_text(exchange),
                                    .step = "public"};
    bool is_somebody = actor_read(&said, actor);
    assert(is_somebody);
    (void)is_somebody;
    return actor;
}

const char *exchange_key(const struct exchange *exchange)
{
    if (exchange->mounted->peer != exchange->gateway->ledger)
        return "";
    return text_is_empty(exchange->chain_id) ? message_field_text(exchange->request, "company_id")
                                             : exchange->chain_id;
}

static struct gate *gate_of(const struct exchange *exchange)
{
    struct gateway *gateway = exchange->gateway;
    const struct rpc_client *peers[] = {[PEER_IDENTITY] = gateway->identity,
                                        [PEER_PAYMENTS] = gateway->payments,
                                        [PEER_LEDGER] = gateway->ledger,
                                        [PEER_SHARING] = gateway->sharing};
    size_t peer = 0;
    while (peers[peer] != exchange->mounted->peer)
        peer++;
    return &gateway->calls[peer];
}

static enum failure ask(struct exchange *exchange, ProtobufCMessage **answer,
                        struct rpc_status *status)
{
    struct rpc_header headers[EXCHANGE_HEADERS];
    exchange_headers(exchange, headers);
    struct task *task = call_task(exchange->call);
    const struct mounted_service *mounted = exchange->mounted;
    const struct ledger_order order = {
        mounted->service.descriptor,
        exchange->method_index,
        exchange->request,
        headers,
        exchange_key(exchange),
        meets_fence(exchange) ? exchange->session.freeze_epoch + 1 : 0};
    struct rpc_call_options options = {.headers = headers, .key = order.key};
    if (ledger_orders_take(exchange->request->descriptor))
        return ledger_orders_settle(task, exchange->gateway->orders, &order, answer, status);
    return rpc_client_call(task, mounted->peer, order.service, order.method_index, order.request,
                           &options, answer, status);
}

int exchange_forward(struct exchange *exchange)
{
    ProtobufCMessage *answer = NULL;
    struct rpc_status status;
    struct gate *gate = gate_of(exchange);
    if (!gate_enter(gate, clock_monotonic_us()))
        return FAILURE_UNAVAILABLE;
    enum failure failure = ask(exchange, &answer, &status);
    bool heard =
        failure == FAILURE_NONE || failure == FAILURE_INTERNAL || failure == FAILURE_EXHAUSTED;
    gate_leave(gate, heard, clock_monotonic_us());
    exchange->freeze_moved = failure == FAILURE_NONE && text_equal(status.reason, "FREEZE_MOVED");
    int no = exchange_result(exchange, failure, &status);
    exchange->was_answered = true;
    if (no == 0)
        memcpy(exchange->response, answer, answer->descriptor->sizeof_message);
    return no;
}

/* A release of the peer that does not know what to replay alone means knows of a freeze by now that
 * the epoch 0 does not, and does nothing either. */
void exchange_replay_headers(struct exchange *exchange,
                             struct rpc_header headers[EXCHANGE_REPLAY_HEADERS])
{
    int64_t known_epoch = exchange->session.freeze_epoch;
    size_t count = 0;
    exchange->session.freeze_epoch = 0;
    exchange_headers(exchange, headers);
    exchange->session.freeze_epoch = known_epoch;
    while (headers[count].name != NULL)
        count++;
    headers[count++] = (struct rpc_header){"kontor-replay-only", "true"};
    headers[count] = (struct rpc_header){NULL, NULL};
}

bool exchange_replay(struct exchange *exchange, int *no)
{
    static char unnamed[] = "";
    struct rpc_header headers[EXCHANGE_REPLAY_HEADERS];
    if (exchange->mounted->peer == exchange->gateway->ledger) /* which finds the chain itself */
        message_field_set_text(exchange->request, "company_id", unnamed);
    exchange_replay_headers(exchange, headers);
    const struct mounted_service *mounted = exchange->mounted;
    const struct rpc_call_options options = {.headers = headers, .key = exchange_key(exchange)};
    ProtobufCMessage *answer = NULL;
    struct rpc_status status;
    enum failure failure =
        rpc_client_call(call_task(exchange->call), mounted->peer, mounted->service.descriptor,
                        exchange->method_index, exchange->request, &options, &answer, &status);
    if (failure == FAILURE_NONE &&
        (text_equal(status.reason, "NOT_ANSWERED") || text_equal(status.reason, "FREEZE_MOVED")))
        return false;
    call_forget_refusal(exchange->call);
    *no = exchange_result(exchange, failure, &status);
    exchange->was_answered = true;
    if (*no == 0)
        memcpy(exchange->response, answer, answer->descriptor->sizeof_message);
    return true;
}

int exchange_result(struct exchange *exchange, enum failure failure,
                    const struct rpc_status *status)
{
    if (failure != FAILURE_NONE)
        return failure;
    if (status->code == CODE_OK)
        return 0;
    int no = call_refuse_packed(exchange->call, status->code, status->packed);
    if (exchange->is_masked)
        call_withhold(exchange->call);
    return no;
}
