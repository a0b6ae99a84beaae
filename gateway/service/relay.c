/* A stream of a peer, passed on message by message: the next is asked for when the caller took the
 * last. */
#include <assert.h>

#include "gateway/domain/access.h"
#include "gateway/service/step.h"
#include "ledger/v1/event.pb-c.h"

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

int step_relay(struct passage *passage)
{
    struct rpc_header headers[PASSAGE_HEADERS];
    passage_headers(passage, headers);
    struct rpc_call_options options = {.headers = headers};
    struct rpc_client_stream *stream = NULL;
    int no = rpc_client_stream_open(call_task(passage->call), passage->peer, passage->service,
                                    passage->method_index, &options, &stream);
    if (stream == NULL)
        return no;
    if (no == 0)
        no = ask(passage, stream);
    if (no == 0 || no == FAILURE_INDEFINITE) /* the stream ended, and tells why */
        no = pass_on(passage, stream);
    struct rpc_status status;
    enum failure end = rpc_client_stream_finish(stream, &status);
    return passage_answer(passage, no != 0 ? no : end, &status);
}

/* Who works for one account of a company has no right to see what the others do. */
int step_watch(struct passage *passage)
{
    assert(passage->request->descriptor == &ledger__v1__watch_changes_request__descriptor);
    const Ledger__V1__WatchChangesRequest *request =
        (const Ledger__V1__WatchChangesRequest *)(void *)passage->request;
    const struct route *whole = route_find("/ledger.v1.ChangeService/WatchChanges?whole_company");
    enum access_verdict verdict = request->whole_company
                                      ? access_decide(whole, true, passage->session.roles)
                                      : ACCESS_GRANTED;
    const struct refusal_term terms[] = {
        {"permission", whole->permission}, {"field", "whole_company"}, {NULL, NULL}};
    return verdict == ACCESS_GRANTED ? 0
                                     : call_refuse(passage->call, access_refusal(verdict), terms);
}
