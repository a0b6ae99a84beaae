#include "gateway/service/filters/relay.h"

#include "gateway/service/filter.h"
#include "gateway/service/mask.h"

static enum failure ask(struct exchange *exchange, struct rpc_client_stream *stream)
{
    enum failure failure = rpc_client_stream_send(stream, exchange->request);
    return failure == FAILURE_NONE ? rpc_client_stream_send_end(stream) : failure;
}

/* GW-05: what is inside of the message is the buffer's, and ours until the next. */
static enum failure send_masked(struct exchange *exchange, const ProtobufCMessage *message)
{
    struct arena *arena = call_arena(exchange->call);
    struct arena_mark mark = arena_mark(arena);
    ProtobufCMessage *shown = arena_memdup(arena, message, message->descriptor->sizeof_message);
    masks_hide(exchange->gateway->masks, shown);
    enum failure failure = call_send(exchange->call, shown);
    arena_rewind(arena, mark);
    return failure;
}

static enum failure pass_on(struct exchange *exchange, struct rpc_client_stream *stream)
{
    const ProtobufCMessage *message = NULL;
    enum failure failure = rpc_client_stream_receive(stream, &message);
    while (failure == FAILURE_NONE && message != NULL) {
        failure = exchange->is_masked ? send_masked(exchange, message)
                                      : call_send(exchange->call, message);
        if (failure == FAILURE_NONE)
            failure = rpc_client_stream_receive(stream, &message);
    }
    return failure;
}

int relay(struct exchange *exchange)
{
    struct rpc_header headers[EXCHANGE_HEADERS];
    exchange_headers(exchange, headers);
    struct rpc_call_options options = {.headers = headers, .key = exchange_key(exchange)};
    struct rpc_client_stream *stream = NULL;
    int no = rpc_client_stream_open(call_task(exchange->call), exchange->mounted->peer,
                                    exchange->mounted->service.descriptor, exchange->method_index,
                                    &options, &stream);
    if (stream == NULL)
        return no;
    if (no == 0)
        no = ask(exchange, stream);
    if (no == 0 || no == FAILURE_INDEFINITE) /* the stream ended, and tells why */
        no = pass_on(exchange, stream);
    struct rpc_status status;
    enum failure end = rpc_client_stream_finish(stream, &status);
    return exchange_result(exchange, no != 0 ? no : end, &status);
}

const struct filter filter_relay = {.instead = relay, .streams = true};
