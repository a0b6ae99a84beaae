/* Also the server of tests/foreign: with --serve it prints its port and serves until its input
 * ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

#include "google/protobuf/descriptor.pb-c.h"
#include "grpc/reflection/v1/reflection.pb-c.h"
#include "grpc/reflection/v1alpha/reflection.pb-c.h"
#include "runtime/rpc/client.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/server.h"
#include "tests/support/test_loop.h"
#include "tests/support/test_peer.h"

typedef Grpc__Reflection__V1__ServerReflectionRequest Request;
typedef Grpc__Reflection__V1__ServerReflectionResponse Response;

#define ALPHA(what) GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_##what
#define ASK_FILE GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_BY_FILENAME
#define ASK_SYMBOL \
    GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_SYMBOL
#define ASK_SERVICES GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_LIST_SERVICES
#define ASK_EXTENSIONS \
    GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_ALL_EXTENSION_NUMBERS_OF_TYPE
#define ANSWER_FILE \
    GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_FILE_DESCRIPTOR_RESPONSE
#define ANSWER_SERVICES \
    GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_LIST_SERVICES_RESPONSE
#define ANSWERED(what) GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_##what
#define ANSWER_EXTENSIONS ANSWERED(ALL_EXTENSION_NUMBERS_RESPONSE)
#define ANSWER_ERROR \
    GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ERROR_RESPONSE

/* ---- one conversation ---- */

struct conversation {
    struct task *task;
    struct test_peer peer;
    struct rpc_client *client;
    struct rpc_client_stream *stream;
};

static void conversation_begin(struct conversation *talk, struct task *task,
                               const ProtobufCServiceDescriptor *version)
{
    *talk = (struct conversation){.task = task};
    test_peer_start(task, &talk->peer, "127.0.0.1:0");
    char target[64];
    snprintf(target, sizeof target, "127.0.0.1:%d", rpc_server_port(talk->peer.server));
    struct rpc_client_settings settings = {.target = target};
    talk->client = rpc_client_new(task_loop(task), &settings);
    assert_int_equal(rpc_client_stream_open(task, talk->client, version, 0, NULL, &talk->stream),
                     FAILURE_NONE);
}

static void conversation_end(struct conversation *talk)
{
    const ProtobufCMessage *message;
    struct rpc_status status;
    assert_int_equal(rpc_client_stream_send_end(talk->stream), FAILURE_NONE);
    assert_int_equal(rpc_client_stream_receive(talk->stream, &message), FAILURE_NONE);
    assert_null(message);
    assert_int_equal(rpc_client_stream_finish(talk->stream, &status), FAILURE_NONE);
    assert_int_equal(status.code, CODE_OK);
    rpc_client_free(talk->client);
    test_peer_stop(talk->task, &talk->peer);
}

static const Response *ask(struct conversation *talk, int question, const char *text)
{
    char name[128];
    snprintf(name, sizeof name, "%s", text);
    Request request = GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__INIT;
    request.message_request_case =
        (Grpc__Reflection__V1__ServerReflectionRequest__MessageRequestCase)question;
    request.file_by_filename = name; /* all questions of text share their place */
    const ProtobufCMessage *message;
    assert_int_equal(rpc_client_stream_send(talk->stream, &request.base), FAILURE_NONE);
    assert_int_equal(rpc_client_stream_receive(talk->stream, &message), FAILURE_NONE);
    assert_non_null(message);
    return (const Response *)(const void *)message;
}

static void assert_file(struct conversation *talk, const Response *response, const char *name)
{
    assert_int_equal(response->message_response_case, ANSWER_FILE);
    assert_int_equal(response->file_descriptor_response->n_file_descriptor_proto, 1);
    const ProtobufCBinaryData *packed =
        &response->file_descriptor_response->file_descriptor_proto[0];
    ProtobufCMessage *file =
        message_unpack(task_arena(talk->task), &google__protobuf__file_descriptor_proto__descriptor,
                       (struct bytes){packed->data, packed->len});
    assert_non_null(file);
    assert_string_equal(((Google__Protobuf__FileDescriptorProto *)(void *)file)->name, name);
}

static void assert_not_found(const Response *response)
{
    assert_int_equal(response->message_response_case, ANSWER_ERROR);
    assert_int_equal(response->error_response->error_code, CODE_NOT_FOUND);
    assert_true(strlen(response->error_response->error_message) > 0);
}

/* ---- tests ---- */

static bool lists(const Response *response, const char *name)
{
    for (size_t i = 0; i < response->list_services_response->n_service; i++)
        if (strcmp(response->list_services_response->service[i]->name, name) == 0)
            return true;
    return false;
}

static void list_services(struct task *task, void *argument)
{
    (void)argument;
    struct conversation talk;
    conversation_begin(&talk, task, &grpc__reflection__v1__server_reflection__descriptor);
    const Response *response = ask(&talk, ASK_SERVICES, "");
    assert_int_equal(response->message_response_case, ANSWER_SERVICES);
    assert_true(lists(response, "event.v1.EventService"));
    assert_true(lists(response, "grpc.health.v1.Health"));
    assert_true(lists(response, "grpc.reflection.v1.ServerReflection"));
    assert_true(lists(response, "grpc.reflection.v1alpha.ServerReflection"));
    assert_int_equal(response->list_services_response->n_service, 4);
    conversation_end(&talk);
}

static void only_what_is_mounted_is_listed(void **state)
{
    (void)state;
    test_in_task(list_services, NULL);
}

static void find_files_and_symbols(struct task *task, void *argument)
{
    (void)argument;
    struct conversation talk;
    conversation_begin(&talk, task, &grpc__reflection__v1__server_reflection__descriptor);
    static const char *const event_symbols[] = {"event.v1.EventService",
                                                "event.v1.EventService.ListEvents",
                                                "event.v1.Event", "event.v1.Event.payload"};
    for (size_t i = 0; i < sizeof event_symbols / sizeof event_symbols[0]; i++)
        assert_file(&talk, ask(&talk, ASK_SYMBOL, event_symbols[i]), "event/v1/event.proto");
    static const char *const health_symbols[] = {"grpc.health.v1.HealthCheckResponse.ServingStatus",
                                                 "grpc.health.v1.HealthCheckResponse.SERVING"};
    for (size_t i = 0; i < sizeof health_symbols / sizeof health_symbols[0]; i++)
        assert_file(&talk, ask(&talk, ASK_SYMBOL, health_symbols[i]),
                    "grpc/health/v1/health.proto");
    assert_file(&talk, ask(&talk, ASK_FILE, "google/protobuf/timestamp.proto"),
                "google/protobuf/timestamp.proto");
    const Response *numbers = ask(&talk, ASK_EXTENSIONS, "event.v1.Event");
    assert_int_equal(numbers->message_response_case, ANSWER_EXTENSIONS);
    assert_string_equal(numbers->all_extension_numbers_response->base_type_name, "event.v1.Event");
    assert_int_equal(numbers->all_extension_numbers_response->n_extension_number, 0);
    conversation_end(&talk);
}

static void files_are_found_by_name_and_by_every_kind_of_symbol(void **state)
{
    (void)state;
    test_in_task(find_files_and_symbols, NULL);
}

static void miss_files_and_symbols(struct task *task, void *argument)
{
    (void)argument;
    struct conversation talk;
    conversation_begin(&talk, task, &grpc__reflection__v1__server_reflection__descriptor);
    assert_not_found(ask(&talk, ASK_SYMBOL, "event.v1.Nothing"));
    assert_not_found(ask(&talk, ASK_SYMBOL, ""));
    assert_not_found(ask(&talk, ASK_FILE, "../event.proto"));
    assert_not_found(ask(&talk, ASK_EXTENSIONS, "event.v1.EventService"));
    assert_not_found(ask(&talk, 0, ""));
    const Response *response = ask(&talk, ASK_SYMBOL, "event.v1.Nothing");
    assert_string_equal(response->original_request->file_containing_symbol, "event.v1.Nothing");
    assert_file(&talk, ask(&talk, ASK_SYMBOL, "event.v1.Event"),
                "event/v1/event.proto"); /* the stream goes on */
    conversation_end(&talk);
}

static void what_is_not_known_is_an_error_response_and_not_the_end(void **state)
{
    (void)state;
    test_in_task(miss_files_and_symbols, NULL);
}

static void talk_v1alpha(struct task *task, void *argument)
{
    (void)argument;
    struct conversation talk;
    conversation_begin(&talk, task, &grpc__reflection__v1alpha__server_reflection__descriptor);
    char symbol[] = "event.v1.Event";
    Grpc__Reflection__V1alpha__ServerReflectionRequest request =
        GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION_REQUEST__INIT;
    request.message_request_case = ALPHA(FILE_CONTAINING_SYMBOL);
    request.file_containing_symbol = symbol;
    const ProtobufCMessage *message;
    assert_int_equal(rpc_client_stream_send(talk.stream, &request.base), FAILURE_NONE);
    assert_int_equal(rpc_client_stream_receive(talk.stream, &message), FAILURE_NONE);
    assert_non_null(message);
    assert_file(&talk, (const Response *)(const void *)message, "event/v1/event.proto");
    conversation_end(&talk);
}

static void v1alpha_answers_the_same(void **state)
{
    (void)state;
    test_in_task(talk_v1alpha, NULL);
}

/* ---- the server of tests/foreign ---- */

static void input_ended(uv_poll_t *input, int status, int events)
{
    (void)status;
    (void)events;
    event_signal(input->data);
}

static void serve(struct task *task, void *argument)
{
    (void)argument;
    struct test_peer peer = {0};
    test_peer_start(task, &peer, "127.0.0.1:0");
    printf("%d\n", rpc_server_port(peer.server));
    fflush(stdout);
    struct event ended = EVENT_INIT;
    static uv_poll_t input; /* closing ends after this function */
    input.data = &ended;
    uv_poll_init(loop_uv(task_loop(task)), &input, 0);
    uv_poll_start(&input, UV_READABLE | UV_DISCONNECT, input_ended);
    task_wait_to_the_end(task, &ended);
    uv_poll_stop(&input);
    uv_close((uv_handle_t *)&input, NULL);
    test_peer_stop(task, &peer);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--serve") == 0) {
        test_in_task(serve, NULL);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_mounted_is_listed),
        cmocka_unit_test(files_are_found_by_name_and_by_every_kind_of_symbol),
        cmocka_unit_test(what_is_not_known_is_an_error_response_and_not_the_end),
        cmocka_unit_test(v1alpha_answers_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
