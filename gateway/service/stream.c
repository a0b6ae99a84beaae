#include "gateway/service/stream.h"

#include <assert.h>

#include "gateway/domain/access.h"
#include "runtime/base/log.h"

#define VERDICT_BYTES_MAX ((size_t)32 * 1024)
#define MISSES_MAX 3

static const struct refusal too_many = {"TOO_MANY_STREAMS", CODE_RESOURCE_EXHAUSTED, "Too many streams are open; end one first."};
static const struct refusal unwatched = {"SESSION_UNKNOWN", CODE_UNAVAILABLE, "Nobody can say whether the session lasts; open it again."};

void stream_note_account(struct stream *stream, const char *account_id)
{
    bool fits = text_print(stream->account_id, sizeof(stream->account_id), "%s", account_id);
    assert(fits);
    (void)fits;
}

/* ---- the vigil ---- */

/* A cancelled call waits for nothing any more, so it comes to its end, where the verdict is told. */
static void end_stream(struct stream *stream, enum code verdict, struct bytes packed)
{
    void *copy = packed.size > 0 ? arena_memdup(&stream->arena, packed.data, packed.size) : NULL;
    stream->verdict = verdict;
    stream->packed_verdict = copy != NULL ? (struct bytes){copy, packed.size} : (struct bytes){NULL, 0};
    task_cancel(call_task(stream->passage->call));
}

static void look(struct stream *stream, struct task *task)
{
    struct passage *passage = stream->passage;
    struct identity_session session;
    struct rpc_status status;
    enum failure failure =
        identity_session_resolve(task, passage->gateway->identity, passage->token, stream->account_id, &session, &status);
    if (failure == FAILURE_CANCELLED)
        return;
    stream->misses = failure != FAILURE_NONE ? stream->misses + 1 : 0;
    if (stream->misses >= MISSES_MAX)
        end_stream(stream, unwatched.code, (struct bytes){NULL, 0});
    else if (failure == FAILURE_NONE && status.code != CODE_OK)
        end_stream(stream, status.code, status.packed);
    else if (failure == FAILURE_NONE && !text_is_empty(stream->account_id) &&
             access_decide(passage->route, true, session.roles) != ACCESS_GRANTED)
        end_stream(stream, access_refusal(ACCESS_DENIED)->code, (struct bytes){NULL, 0});
}

static void keep_vigil(struct task *task, void *argument)
{
    struct stream *stream = argument;
    struct arena_mark mark = arena_mark(task_arena(task));
    stream->vigil = task;
    while (stream->verdict == CODE_OK && task_wait_ms(task, &stream->stop, stream->passage->gateway->recheck_ms) == FAILURE_DEADLINE) {
        look(stream, task);
        arena_rewind(task_arena(task), mark);
    }
    event_signal(&stream->stopped);
}

static enum failure begin_vigil(struct stream *stream)
{
    static const struct task_options options = {.name = "gateway_vigil"};
    return loop_spawn(task_loop(call_task(stream->passage->call)), &options, keep_vigil, stream);
}

static void end_vigil(struct stream *stream)
{
    event_signal(&stream->stop);
    if (stream->vigil != NULL)
        task_cancel(stream->vigil);
    task_wait_to_the_end(call_task(stream->passage->call), &stream->stopped);
}

/* ---- the stream ---- */

/* What one request took goes with it, however many come. */
static enum code pass_requests(struct stream *stream)
{
    struct call *call = stream->passage->call;
    const ProtobufCMessage *request = NULL;
    enum code code = CODE_OK;
    enum failure failure = call_receive(call, &request);
    while (failure == FAILURE_NONE && request != NULL && code == CODE_OK) {
        struct arena_mark mark = arena_mark(call_arena(call));
        struct passage passage = *stream->passage;
        passage.stream = stream;
        code = passage_pass(&passage, request);
        arena_rewind(call_arena(call), mark);
        if (code == CODE_OK)
            failure = call_receive(call, &request);
    }
    return failure == FAILURE_NONE ? code : call_fail(call, failure);
}

static enum code tell_verdict(struct stream *stream)
{
    struct call *call = stream->passage->call;
    if (stream->packed_verdict.size > 0)
        return call_refuse_packed(call, stream->verdict, stream->packed_verdict);
    if (stream->verdict == unwatched.code)
        return call_refuse(call, &unwatched, NO_TERMS);
    return call_refuse(call, access_refusal(ACCESS_DENIED), REFUSAL_TERMS({"permission", stream->passage->route->permission}));
}

static enum code pass_watched(struct passage *passage)
{
    struct stream stream = {.passage = passage};
    arena_init(&stream.arena, VERDICT_BYTES_MAX);
    enum failure failure = begin_vigil(&stream);
    if (failure != FAILURE_NONE)
        return call_fail(passage->call, failure);
    enum code code = pass_requests(&stream);
    end_vigil(&stream);
    if (stream.verdict != CODE_OK)
        code = tell_verdict(&stream);
    arena_deinit(&stream.arena);
    if (!text_is_empty(stream.account_id))
        call_set_trailer(passage->call, "kontor-account-id", stream.account_id); /* ID-37 */
    return code;
}

enum code stream_pass(struct passage *passage)
{
    struct id principal_id;
    enum code code = passage_greet(passage);
    if (code != CODE_OK)
        return code;
    if (!id_parse(passage->session.principal_id, &principal_id) || !seats_take(&passage->gateway->seats, principal_id))
        return call_refuse(passage->call, &too_many, NO_TERMS);
    code = pass_watched(passage);
    seats_leave(&passage->gateway->seats, principal_id);
    return code;
}
