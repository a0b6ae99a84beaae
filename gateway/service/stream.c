#include "gateway/service/stream.h"

#include <assert.h>

#include "gateway/domain/access.h"
#include "gateway/domain/refusals.h"

#define VERDICT_BYTES_MAX ((size_t)32 * 1024)
#define MISSES_MAX 3

void stream_note_account(struct stream *stream, const char *account_id)
{
    bool fits = text_print(stream->account_id, sizeof(stream->account_id), "%s", account_id);
    assert(fits);
    (void)fits;
}

/* ---- the vigil ---- */

/* A cancelled call waits for nothing any more, so it comes to its end, where the verdict is told.
 * Money that moves already is let be. */
static void end_stream(struct stream *stream, enum code verdict)
{
    stream->verdict = verdict;
    stream->over = true;
    if (!stream->moves_money)
        task_cancel(call_task(stream->passage->call));
}

static void end_with(struct stream *stream, const struct refusal *refusal)
{
    stream->refusal = refusal;
    end_stream(stream, refusal->code);
}

static void end_in_identitys_words(struct stream *stream, const struct rpc_status *status)
{
    void *copy = arena_memdup(&stream->arena, status->packed.data, status->packed.size);
    stream->packed = (struct bytes){copy, copy != NULL ? status->packed.size : 0};
    end_stream(stream, status->code);
}

static void look(struct stream *stream, struct task *task)
{
    struct passage *passage = stream->passage;
    struct identity_session session;
    struct rpc_status status;
    enum failure failure = identity_session_resolve(
        task, passage->gateway->identity, passage->token, stream->account_id, &session, &status);
    bool answered = failure == FAILURE_NONE;
    stream->misses = answered ? 0 : stream->misses + 1;
    if (stream->over)
        return;
    if (stream->misses >= MISSES_MAX)
        end_with(stream, &session_unwatched);
    else if (answered && status.code != CODE_OK)
        end_in_identitys_words(stream, &status);
    else if (answered && !text_is_empty(stream->account_id) &&
             access_decide(passage->route, true, session.roles) != ACCESS_GRANTED)
        end_with(stream, access_refusal(ACCESS_DENIED));
}

static void keep_vigil(struct task *task, void *argument)
{
    struct stream *stream = argument;
    struct call *call = stream->passage->call;
    struct arena_mark mark = arena_mark(task_arena(task));
    stream->vigil = task;
    while (
        !stream->over) { /* also before the first wait: a stream may end before its vigil begins */
        enum failure failure = call_await_drain(call, stream->passage->gateway->recheck_ms);
        if (stream->over || failure == FAILURE_CANCELLED)
            break;
        if (failure == FAILURE_NONE)
            end_with(stream, &gateway_stopping);
        else
            look(stream, task);
        arena_rewind(task_arena(task), mark);
    }
    stream->vigil = NULL;
    event_signal(&stream->vigil_ended);
}

static enum failure begin_vigil(struct stream *stream)
{
    static const struct task_options options = {.name = "gateway_vigil"};
    return loop_spawn(task_loop(call_task(stream->passage->call)), &options, keep_vigil, stream);
}

static void end_vigil(struct stream *stream)
{
    stream->over = true;
    if (stream->vigil != NULL)
        task_cancel(stream->vigil);
    task_wait_to_the_end(call_task(stream->passage->call), &stream->vigil_ended);
}

/* ---- the stream ---- */

/* What one request took goes with it, however many come. */
static int pass_request(struct stream *stream, const ProtobufCMessage *request)
{
    struct arena *arena = call_arena(stream->passage->call);
    struct arena_mark mark = arena_mark(arena);
    struct passage passage = *stream->passage;
    passage.stream = stream;
    stream->moves_money = passage.route->kind == ROUTE_MONEY;
    int no = passage_pass(&passage, request);
    stream->moves_money = false;
    arena_rewind(arena, mark);
    return no;
}

static int pass_requests(struct stream *stream)
{
    struct call *call = stream->passage->call;
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

static int tell_verdict(struct stream *stream)
{
    struct call *call = stream->passage->call;
    if (arena_exhausted(&stream->arena))
        return FAILURE_EXHAUSTED;
    if (stream->refusal == NULL)
        return call_refuse_packed(call, stream->verdict, stream->packed);
    bool denied = stream->refusal->code == CODE_PERMISSION_DENIED;
    return call_refuse(call, stream->refusal,
                       denied ? REFUSAL_TERMS({"permission", stream->passage->route->permission})
                              : NO_TERMS);
}

static int pass_watched(struct passage *passage)
{
    struct stream stream = {.passage = passage};
    arena_init(&stream.arena, VERDICT_BYTES_MAX);
    enum failure failure = begin_vigil(&stream);
    if (failure != FAILURE_NONE)
        return failure;
    int no = pass_requests(&stream);
    end_vigil(&stream);
    if (stream.verdict != CODE_OK)
        no = tell_verdict(&stream);
    arena_deinit(&stream.arena);
    if (!text_is_empty(stream.account_id))
        call_set_trailer(passage->call, "kontor-account-id", stream.account_id); /* ID-37 */
    return no;
}

int stream_pass(struct passage *passage)
{
    struct id principal_id;
    int no = passage_greet(passage);
    if (no != 0)
        return no;
    if (!id_parse(passage->session.principal_id, &principal_id) ||
        !seats_take(&passage->gateway->seats, principal_id))
        return call_refuse(passage->call, &too_many_streams, NO_TERMS);
    no = pass_watched(passage);
    seats_leave(&passage->gateway->seats, principal_id);
    return no;
}
