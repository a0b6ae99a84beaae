/* The ends of calls that came in a peer's message, and of a call that went another way before: read
 * in the words of any call's end. */
#include "runtime/rpc/message.h"
#include "tests/support/test_rpc_client.h"

static struct arena arena;

static int arena_new(void **state)
{
    (void)state;
    arena_init(&arena, 1024 * 1024);
    return 0;
}

static int arena_end(void **state)
{
    (void)state;
    arena_deinit(&arena);
    return 0;
}

static void a_part_has_the_verdict_of_a_call_of_its_own(void **state)
{
    (void)state;
    static const struct {
        enum code code;
        const char *reason;
        enum failure failure;
    } rows[] = {{CODE_UNAVAILABLE, "UNAVAILABLE", FAILURE_UNAVAILABLE},
                {CODE_UNAVAILABLE, "CONFLICT", FAILURE_UNAVAILABLE},
                {CODE_UNAVAILABLE, "LOCKED", FAILURE_LOCKED},
                {CODE_UNAVAILABLE, "INDEFINITE", FAILURE_INDEFINITE},
                {CODE_UNAVAILABLE, "", FAILURE_INDEFINITE},
                {CODE_CANCELLED, "CANCELLED", FAILURE_INDEFINITE},
                {CODE_DEADLINE_EXCEEDED, "DEADLINE", FAILURE_DEADLINE},
                {CODE_RESOURCE_EXHAUSTED, "OVERLOADED", FAILURE_UNAVAILABLE},
                {CODE_RESOURCE_EXHAUSTED, "EXHAUSTED", FAILURE_EXHAUSTED},
                {CODE_RESOURCE_EXHAUSTED, "RATE_LIMITED", FAILURE_NONE},
                {CODE_INTERNAL, "INTERNAL", FAILURE_INTERNAL},
                {CODE_UNKNOWN, "", FAILURE_INTERNAL},
                {CODE_FAILED_PRECONDITION, "EXCEEDS_AVAILABLE", FAILURE_NONE},
                {CODE_INVALID_ARGUMENT, "INVALID_ARGUMENT", FAILURE_NONE}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct status told = {
            .code = rows[i].code, .sentence = "no", .reason = rows[i].reason, .domain = "test"};
        struct bytes packed = status_pack(&arena, &told);
        struct rpc_status status;
        assert_int_equal(rpc_part_refused(&arena, packed, &status), rows[i].failure);
        assert_int_equal(status.code, rows[i].code);
        assert_string_equal(status.reason, rows[i].reason);
        assert_int_equal(status.packed.size, packed.size);
        assert_memory_equal(status.packed.data, packed.data, packed.size);
    }
}

static void a_part_that_cannot_be_read_is_the_peers_fault(void **state)
{
    (void)state;
    struct rpc_status status;
    struct bytes fine = status_pack(&arena, &(struct status){.code = CODE_OK, .sentence = "yes"});
    assert_int_equal(rpc_part_refused(&arena, fine, &status), FAILURE_INTERNAL);
    assert_int_equal(
        rpc_part_refused(&arena, (struct bytes){(const uint8_t *)"\x0a\x7f", 2}, &status),
        FAILURE_INTERNAL);
    static const struct bytes answers[] = {
        {(const uint8_t *)"\x0a\x7f", 2},                         /* cut short */
        {(const uint8_t *)"\x8a\x80\x80\x80\x80\x80\x00\x00", 8}, /* a tag longer than it need be */
        {(const uint8_t *)"\x0a\x01\xff", 3},                     /* a text that is not UTF-8 */
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        ProtobufCMessage *response = NULL;
        assert_int_equal(rpc_part_answered(&arena, &event__v1__list_events_request__descriptor,
                                           answers[i], &response),
                         FAILURE_INTERNAL);
        assert_null(response);
    }
}

static void a_part_is_passed_on_as_it_came(void **state)
{
    (void)state;
    Event__V1__ListEventsRequest told = EVENT__V1__LIST_EVENTS_REQUEST__INIT;
    static char cursor[] = "here";
    told.cursor = cursor;
    struct bytes packed = message_pack(&arena, &told.base);
    const struct bytes empty = {(const uint8_t *)"", 0};
    const struct bytes *const both[] = {&packed, &empty};
    for (size_t i = 0; i < 2; i++) {
        ProtobufCMessage *response = NULL;
        assert_int_equal(rpc_part_answered(&arena, &event__v1__list_events_request__descriptor,
                                           *both[i], &response),
                         FAILURE_NONE);
        struct bytes again = message_pack(&arena, response);
        assert_int_equal(again.size, both[i]->size);
        assert_memory_equal(again.data, both[i]->data, again.size);
    }
}

/* Only an answer to the request itself tells; a no about this moment does not, nor does "nothing
 * was done", which is of this way alone. */
static void call_after_another_way(struct task *task, void *argument)
{
    (void)argument;
    static const struct {
        const char *cursor;
        enum failure failure;
    } rows[] = {{"", FAILURE_NONE},
                {"refuse", FAILURE_NONE},
                {"throttle", FAILURE_INDEFINITE},
                {"exhaust", FAILURE_INDEFINITE},
                {"lock", FAILURE_INDEFINITE}};
    struct test_peer peer = {0};
    test_peer_start(task, &peer, "127.0.0.1:0");
    struct rpc_client *client = client_of_port(task, rpc_server_port(peer.server), 1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        Event__V1__ListEventsRequest request = EVENT__V1__LIST_EVENTS_REQUEST__INIT;
        request.cursor = (char *)(uintptr_t)rows[i].cursor;
        struct rpc_call_options options = {.effect = RPC_REPEATABLE, .in_doubt = true};
        Event__V1__ListEventsResponse *response;
        struct rpc_status status;
        assert_int_equal(RPC_CALL_WITH(task, client, &options, event__v1__event_service,
                                       list_events, &request, &response, &status),
                         rows[i].failure);
        assert_true(status.in_doubt);
    }
    rpc_client_free(client);
    test_peer_stop(task, &peer);
}

static void what_went_another_way_before_is_in_doubt(void **state)
{
    (void)state;
    test_in_task(call_after_another_way, NULL);
}

/* The caller of a message with parts notes what they did. */
static void call_with_parts(struct task *task, void *argument)
{
    (void)argument;
    struct test_peer peer = {0};
    test_peer_start(task, &peer, "127.0.0.1:0");
    struct rpc_client *client = client_of_port(task, rpc_server_port(peer.server), 1);
    Event__V1__ListEventsRequest request = EVENT__V1__LIST_EVENTS_REQUEST__INIT;
    struct rpc_call_options options = {.effect = RPC_REPEATABLE, .has_parts = true};
    Event__V1__ListEventsResponse *response;
    assert_int_equal(RPC_CALL_WITH(task, client, &options, event__v1__event_service, list_events,
                                   &request, &response, NULL),
                     FAILURE_NONE);
    assert_false(task_has_acted(task));
    options.has_parts = false;
    assert_int_equal(RPC_CALL_WITH(task, client, &options, event__v1__event_service, list_events,
                                   &request, &response, NULL),
                     FAILURE_NONE);
    assert_true(task_has_acted(task));
    rpc_client_free(client);
    test_peer_stop(task, &peer);
}

static void a_message_with_parts_is_no_act_by_itself(void **state)
{
    (void)state;
    test_in_task(call_with_parts, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_part_has_the_verdict_of_a_call_of_its_own, arena_new,
                                        arena_end),
        cmocka_unit_test_setup_teardown(a_part_that_cannot_be_read_is_the_peers_fault, arena_new,
                                        arena_end),
        cmocka_unit_test_setup_teardown(a_part_is_passed_on_as_it_came, arena_new, arena_end),
        cmocka_unit_test(what_went_another_way_before_is_in_doubt),
        cmocka_unit_test(a_message_with_parts_is_no_act_by_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
