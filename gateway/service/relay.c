/* A stream of a peer, passed on message by message. */
#include "gateway/service/step.h"

static enum failure ask(struct passage *passage, struct rpc_client_stream *stream)
{
    enum failure failure = rpc_client_stream_send(stream, passage->request);
    return failure == FAILURE_NONE ? rpc_client_stream_send_end(stream) : failure;
}

static enum failure pass_on(struct passage *passage, struct rpc_client_stream *stream)
{
    const ProtobufCMessage *message = NULL;
    enum failure failure = rpc_client_stream_receive(stream, &message);
    while (failure == FAILURE_NONE && message != NULL) {
        failure = call_send(passage->call, message);
        if (failure == FAILURE_NONE)
            failure = rpc_client_stream_receive(stream, &message);
    }
    return failure;
}

enum code step_relay(struct passage *passage)
{
    struct rpc_header headers[PASSAGE_HEADERS];
    passage_headers(passage, headers);
    struct rpc_call_options options = {.headers = headers};
    struct rpc_client_stream *stream = NULL;
    enum failure failure = rpc_client_stream_open(call_task(passage->call), passage->peer, passage->service, passage->method_index,
                                                  &options, &stream);
    if (stream == NULL)
        return call_fail(passage->call, failure);
    if (failure == FAILURE_NONE)
        failure = ask(passage, stream);
    if (failure == FAILURE_NONE || failure == FAILURE_UNAVAILABLE)
        failure = pass_on(passage, stream);
    struct rpc_status status;
    enum failure end = rpc_client_stream_finish(stream, &status);
    return passage_answer(passage, failure != FAILURE_NONE ? failure : end, &status);
}
