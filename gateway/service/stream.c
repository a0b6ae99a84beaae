#include "gateway/service/stream.h"

#include "gateway/domain/access.h"
#include "gateway/domain/refusals.h"
#include "gateway/service/admission.h"

#define VERDICT_BYTES_MAX ((size_t)32 * 1024)
#define MISSES_MAX 3

struct proxied_stream {
    struct exchange *exchange;
    stream_pass *pass;
    struct stream_note note; /* of the last request */
    bool moves_money;        /* a request is under way that is not broken off */
    bool over;               /* no other request passes */
    struct task *watchdog;   /* NULL before it runs and when it ended */
    struct event watchdog_ended;
    unsigned misses;   /* how often in a row nobody could say whether the session lasts */
    enum code verdict; /* why the watchdog ended the stream; CODE_OK: it did not */
    const struct refusal *refusal; /* the verdict in our words; NULL: in identity's */
    struct bytes packed;
    struct arena arena; /* of packed */
};

/* ---- the watchdog of the session ---- */

/* A cancelled call waits for nothing any more, so it comes to its end, where the verdict is told.
 * Money that moves already is let be. */
static void end_stream(struct proxied_stream *stream, enum code verdict)
{
    stream->verdict = verdict;
    stream->over = true;
    if (!stream->moves_money)
        task_cancel(call_task(stream->exchange->call));
}

static void end_with(struct proxied_stream *stream, const struct refusal *refusal)
{
    stream->refusal = refusal;
    end_stream(stream, refusal->code);
}

static void end_in_identitys_words(struct proxied_stream *stream, const struct rpc_status *status)
{
    void *copy = arena_memdup(&stream->arena, status->packed.data, status->packed.size);
    stream->packed = (struct bytes){copy, status->packed.size};
    end_stream(stream, status->code);
}

/* GW-05: nor may who sees less by now go on seeing more. */
static bool may_go_on(const struct proxied_stream *stream, const struct identity_session *session)
{
    const struct access_holder holder = identity_session_holder(session);
    const struct route *route = stream->exchange->route;
    return access_decide(route, &holder) == ACCESS_GRANTED &&
           (stream->note.is_masked || !access_is_masked(route, &holder));
}

static void look(struct proxied_stream *stream, struct task *task)
{
    struct exchange *exchange = stream->exchange;
    struct identity_session session;
    struct rpc_status status;
    const struct identity_question question = {
        .token = exchange->token,
        .certificate = exchange->certificate,
        .source_address = call_source_address(exchange->call),
        .account_id = stream->note.account_id,
        .without_policy = text_is_empty(stream->note.account_id)};
    enum failure failure =
        identity_session_resolve(task, &exchange->gateway->questions, &question, &session, &status);
    bool answered = failure == FAILURE_NONE;
    stream->misses = answered ? 0 : stream->misses + 1;
    if (stream->over)
        return;
    if (stream->misses >= MISSES_MAX)
        end_with(stream, &session_unwatched);
    else if (answered && status.code != CODE_OK)
        end_in_identitys_words(stream, &status);
    else if (answered && !text_is_empty(stream->note.account_id) && !may_go_on(stream, &session))
        end_with(stream, access_refusal(ACCESS_DENIED));
}

static void watch_session(struct task *task, void *argument)
{
    struct proxied_stream *stream = argument;
    struct call *call = stream->exchange->call;
    struct arena_mark mark = arena_mark(task_arena(task));
    stream->watchdog = task;
    while (
        !stream
             ->over) { /* also before the first wait: a stream may end before its watchdog begins */
        enum failure failure = call_await_drain(call, stream->exchange->gateway->recheck_ms);
        if (stream->over || failure == FAILURE_CANCELLED)
            break;
        if (failure == FAILURE_NONE)
            end_with(stream, &gateway_stopping);
        else
            look(stream, task);
        arena_rewind(task_arena(task), mark);
    }
    stream->watchdog = NULL;
    event_signal(&stream->watchdog_ended);
}

static enum failure begin_watchdog(struct proxied_stream *stream)
{
    static const struct task_options options = {.name = "gateway_watchdog"};
    return loop_spawn(task_loop(call_task(stream->exchange->call)), &options, watch_session,
                      stream);
}

static void end_watchdog(struct proxied_stream *stream)
{
    stream->over = true;
    if (stream->watchdog != NULL)
        task_cancel(stream->watchdog);
    task_wait_to_the_end(call_task(stream->exchange->call), &stream->watchdog_ended);
}

/* ---- the stream ---- */

/* A request's memory goes with it, however many come. */
static int pass_request(struct proxied_stream *stream, const ProtobufCMessage *request)
{
    struct arena *arena = call_arena(stream->exchange->call);
    struct arena_mark mark = arena_mark(arena);
    struct exchange exchange = *stream->exchange;
    exchange.note = &stream->note;
    stream->moves_money = exchange.route->kind == ROUTE_MONEY;
    int no = stream->pass(&exchange, request);
    stream->moves_money = false;
    arena_rewind(arena, mark);
    return no;
}

static int pass_requests(struct proxied_stream *stream)
{
    struct call *call = stream->exchange->call;
    const ProtobufCMessage *request = NULL;
    int no = 0;
    enum failure failure = call_receive(call, &request);
    while (failure == FAILURE_NONE && request != NULL && no == 0 && !stream->over) {
        no = pass_request(stream, request);
        if (no == 0 && !stream->over)
            failure = call_receive(call, &request);
    }
    return failure == FAILURE_NONE ? no : failure;
}

static int send_verdict(struct proxied_stream *stream)
{
    struct call *call = stream->exchange->call;
    if (arena_exhausted(&stream->arena))
        return FAILURE_EXHAUSTED;
    if (stream->refusal == NULL)
        return call_refuse_packed(call, stream->verdict, stream->packed);
    bool denied = stream->refusal->code == CODE_PERMISSION_DENIED;
    return call_refuse(call, stream->refusal,
                       denied ? REFUSAL_TERMS({"permission", stream->exchange->route->permission})
                              : NO_TERMS);
}

static int pass_watched(struct exchange *exchange, stream_pass *pass)
{
    struct proxied_stream stream = {.exchange = exchange, .pass = pass};
    arena_init(&stream.arena, VERDICT_BYTES_MAX);
    enum failure failure = begin_watchdog(&stream);
    if (failure != FAILURE_NONE)
        return failure;
    int no = pass_requests(&stream);
    end_watchdog(&stream);
    if (stream.verdict != CODE_OK)
        no = send_verdict(&stream);
    arena_deinit(&stream.arena);
    if (!text_is_empty(stream.note.account_id))
        call_set_trailer(exchange->call, "kontor-account-id", stream.note.account_id); /* ID-37 */
    if (stream.note.is_masked)
        call_set_trailer(exchange->call, "kontor-masked", "true");
    return no;
}

int stream_serve(struct exchange *exchange, stream_pass *pass)
{
    struct id principal_id;
    int no = admission_greet(exchange);
    if (no != 0)
        return no;
    if (!id_parse(exchange->session.principal_id, &principal_id) ||
        !stream_limit_acquire(&exchange->gateway->stream_limit, principal_id))
        return call_refuse(exchange->call, &too_many_streams, NO_TERMS);
    no = pass_watched(exchange, pass);
    stream_limit_release(&exchange->gateway->stream_limit, principal_id);
    return no;
}
