/* The end of a call: its status, with what there is to say of a no. */
#include <string.h>

#include <assert.h>
#include "runtime/rpc/message.h"
#include "runtime/rpc/serving.h"

static void call_answered(struct completion *completion, bool success)
{
    (void)success;
    call_release(CALL_OF(completion, answered));
}

static grpc_metadata metadata_of(const char *name, const void *value, size_t size)
{
    return (grpc_metadata){.key = grpc_slice_from_copied_string(name),
                           .value = grpc_slice_from_copied_buffer(value, size)};
}

static size_t answer_trailers(struct call *call, grpc_metadata *trailers)
{
    assert(call->trailer_count <= TRAILERS_MAX);
    size_t count = 0;
    for (; count < call->trailer_count; count++)
        trailers[count] = metadata_of(call->trailers[count].name, call->trailers[count].value,
                                      strlen(call->trailers[count].value));
    struct bytes details =
        call->status.code == CODE_OK ? (struct bytes){NULL, 0} : call_status_packed(call);
    if (details.size == 0 && call->status.code != CODE_OK &&
        call->task != NULL) { /* there is no room for all that was to be said */
        call_fail(call, FAILURE_EXHAUSTED);
        details = call_status_packed(call);
    }
    if (details.size > 0)
        trailers[count++] = metadata_of(STATUS_TRAILER, details.data, details.size);
    if (call->status.code != CODE_OK && call->task != NULL)
        trailers[count++] = metadata_of(REQUEST_ID_HEADER, task_request_id(call->task),
                                        strlen(task_request_id(call->task)));
    return count;
}

static bool call_start_answer(struct call *call, grpc_metadata *trailers, size_t trailer_count)
{
    grpc_op operations[3];
    size_t count = call_add_initial(call, operations);
    grpc_byte_buffer *buffer = NULL;
    assert(call->status.code == CODE_OK || call->status.sentence != NULL);
    if (call->status.code == CODE_OK && call->response != NULL) {
        buffer = message_to_buffer(call->response);
        operations[count++] =
            (grpc_op){.op = GRPC_OP_SEND_MESSAGE, .data.send_message.send_message = buffer};
    }
    call_move_sending(call, SENDING_CLOSED);
    grpc_slice sentence =
        grpc_slice_from_copied_string(call->status.sentence == NULL ? "" : call->status.sentence);
    operations[count] = (grpc_op){.op = GRPC_OP_SEND_STATUS_FROM_SERVER};
    operations[count].data.send_status_from_server.trailing_metadata_count = trailer_count;
    operations[count].data.send_status_from_server.trailing_metadata = trailers;
    operations[count].data.send_status_from_server.status = (grpc_status_code)call->status.code;
    operations[count].data.send_status_from_server.status_details = &sentence;
    bool started = call_start(call, operations, count + 1, &call->answered, call_answered);
    grpc_slice_unref(sentence);
    grpc_byte_buffer_destroy(buffer);
    return started;
}

void call_answer(struct call *call)
{
    grpc_metadata trailers[TRAILERS_MAX + 2];
    size_t count = answer_trailers(call, trailers);
    assert(count <= sizeof trailers / sizeof trailers[0]);
    if (!call_start_answer(call, trailers, count))
        grpc_call_cancel_with_status(call->core, GRPC_STATUS_INTERNAL,
                                     "The answer could not be sent.", NULL);
    for (size_t index = 0; index < count; index++) {
        grpc_slice_unref(trailers[index].key);
        grpc_slice_unref(trailers[index].value);
    }
}
