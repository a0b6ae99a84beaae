/* Events over the wire: in order, page after page, bounded. */
#include "tests/runtime/database/fixture.h"

#include "event/v1/event.pb-c.h"
#include "runtime/database/outbox.h"
#include "runtime/events/event_service.h"
#include "runtime/rpc/client.h"

static const struct id scope = {{5}};
static struct database *database;
static struct rpc_server *server;
static struct rpc_client *client;
static const struct outbox_consumers consumers = {.names = {"reader", "slow reader"}, .count = 2};

static void open_all(struct task *task)
{
    database = database_open(task);
    struct rpc_server_settings settings = {.address = "127.0.0.1:0",
                                           .deadline_default_ms = 20000,
                                           .deadline_max_ms = 30000,
                                           .message_bytes_max = 1 << 20,
                                           .call_arena_bytes_max = 1 << 20,
                                           .calls_max = 100,
                                           .connection_age_max_ms = 300000,
                                           .connection_age_grace_ms = 1000,
                                           .keepalive_ms = 60000};
    server = rpc_server_new(task_loop(task), &settings);
    event_service_mount(server, database, &consumers);
    assert_true(rpc_server_start(server));
    char target[64];
    snprintf(target, sizeof target, "127.0.0.1:%d", rpc_server_port(server));
    struct rpc_client_settings client_settings = {
        .target = target, .timeout_ms = 15000, .attempts_max = 1, .message_bytes_max = 1 << 20};
    client = rpc_client_new(task_loop(task), &client_settings);
}

static void close_all(struct task *task)
{
    rpc_client_free(client);
    rpc_server_drain(task, server, 1000);
    database_free(database);
}

static enum code list_as(struct task *task, const char *consumer, const char *cursor, int page_size,
                         Event__V1__ListEventsResponse **response)
{
    Event__V1__ListEventsRequest request = EVENT__V1__LIST_EVENTS_REQUEST__INIT;
    struct rpc_status status;
    request.cursor = (char *)(uintptr_t)cursor;
    request.consumer = (char *)(uintptr_t)consumer;
    request.page_size = page_size;
    assert_none(
        RPC_CALL(task, client, event__v1__event_service, list_events, &request, response, &status));
    return status.code;
}

static enum code list(struct task *task, const char *cursor, int page_size,
                      Event__V1__ListEventsResponse **response)
{
    return list_as(task, "", cursor, page_size, response);
}

static enum failure tell(struct transaction *transaction, void *argument)
{
    int count = *(int *)argument;
    enum failure failure = FAILURE_NONE;
    for (int i = 0; i < count && failure == FAILURE_NONE; i++)
        failure =
            outbox_append(transaction, scope, "tried.v1.Told", &i, sizeof i, 1795262400000000 + i);
    return failure;
}

static void events_are_listed_page_after_page(struct task *task, void *argument)
{
    (void)argument;
    open_all(task);
    int told = 250;
    assert_none(database_transact(task, database, ISOLATION_READ_COMMITTED, tell, &told));
    Event__V1__ListEventsResponse *response;
    const char *cursor = "";
    static const size_t pages[] = {100, 100, 50, 0};
    for (int page = 0, number = 0; page < 4; page++) {
        assert_int_equal(list(task, cursor, 0, &response), CODE_OK);
        assert_int_equal(response->n_events, pages[page]);
        for (size_t i = 0; i < response->n_events; i++, number++) {
            const Event__V1__Event *event = response->events[i];
            assert_string_equal(event->scope_id, "05000000-0000-0000-0000-000000000000");
            assert_string_equal(event->type, "tried.v1.Told");
            assert_int_equal(event->payload.len, sizeof number);
            assert_memory_equal(event->payload.data, &number, sizeof number);
            assert_int_equal(event->recorded_time->seconds, 1795262400);
            cursor = event->cursor;
        }
    }
    assert_int_equal(list(task, "", 1000, &response), CODE_OK);
    assert_int_equal(response->n_events, 250);
    close_all(task);
}

/* The cursor that a consumer asks with says what it has kept; a look says nothing. */
static void a_consumer_is_known_by_its_cursor(struct task *task, void *argument)
{
    (void)argument;
    open_all(task);
    Event__V1__ListEventsResponse *response;
    assert_int_equal(list(task, "", 3, &response), CODE_OK);
    assert_int_equal(response->n_events, 3);
    assert_int_equal(response->unread, 247);
    assert_false(response->began_again);
    const char *third = response->events[2]->cursor;
    assert_int_equal(list_as(task, "reader", third, 1, &response), CODE_OK);
    assert_int_equal(response->unread, 246);
    assert_int_equal(
        asked_elsewhere("SELECT position FROM outbox_consumer WHERE consumer = 'reader'"), 3);
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM outbox_consumer"), 1);
    assert_int_equal(
        list_as(task, "reader", "p3.00000000-0000-7000-8000-000000000000", 1, &response), CODE_OK);
    assert_true(response->began_again);
    assert_int_equal(response->unread, 249);
    assert_int_equal(
        asked_elsewhere("SELECT position FROM outbox_consumer WHERE consumer = 'reader'"), 0);
    done_elsewhere("TRUNCATE outbox_consumer");
    close_all(task);
}

static void what_cannot_be_asked_is_refused(struct task *task, void *argument)
{
    (void)argument;
    open_all(task);
    Event__V1__ListEventsResponse *response;
    assert_int_equal(list(task, "", -1, &response), CODE_INVALID_ARGUMENT);
    assert_int_equal(list(task, "", 1001, &response), CODE_INVALID_ARGUMENT);
    assert_int_equal(list(task, "'; DROP TABLE outbox", 1, &response), CODE_INVALID_ARGUMENT);
    assert_int_equal(list_as(task, "stranger", "", 1, &response), CODE_INVALID_ARGUMENT);
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM outbox_consumer"), 0);
    close_all(task);
}

static void migrate(struct task *task, void *argument)
{
    (void)argument;
    struct database_settings settings = settings_for(test_database_url("database"));
    assert_none(database_migrate(task, &settings, NULL));
}

static int set_up(void **state)
{
    (void)state;
    test_in_task(migrate, NULL);
    return 0;
}

IN_TASK(events_are_listed_page_after_page)
IN_TASK(a_consumer_is_known_by_its_cursor)
IN_TASK(what_cannot_be_asked_is_refused)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_events_are_listed_page_after_page),
        cmocka_unit_test(test_a_consumer_is_known_by_its_cursor),
        cmocka_unit_test(test_what_cannot_be_asked_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
