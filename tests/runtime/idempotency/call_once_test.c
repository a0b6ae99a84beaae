/* A mutation through a real server and a real database: done once, answered the same for ever
 * (rules, settled 2; E32). The service is event.v1.EventService's shape: the cursor is the request
 * id, the page size the amount, and some amounts are special. */
#include "tests/runtime/database/fixture.h"

#include "event/v1/event.pb-c.h"
#include "runtime/base/metrics.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/client.h"
#include "runtime/rpc/server.h"
#include "tests/runtime/database/proxy.h"

enum {
    UNLUCKY = 13,
    INVALID = 14,
    BROKEN = 15,
    SLOW = 16,
    CONFLICTING = 17,
    EARLY = 18,
    THIN = 19
};

static const struct query add_effect = {"add_effect",
                                        "INSERT INTO effect (id, amount) VALUES ($1, $2)"};
static const struct id scope = {{7}};
static struct database *database;
static struct proxy proxy;
static int runs;
static bool cut_next_commit;
static bool time_has_come; /* for EARLY */
static int cut_to_server;
static int cut_to_client;

/* ---- the service ---- */

static int respond(struct call *call, int64_t amount, struct id id,
                   Event__V1__ListEventsResponse *response)
{
    struct arena *arena = call_arena(call);
    Event__V1__Event *event = arena_alloc(arena, sizeof *event);
    response->events = arena_alloc(arena, sizeof *response->events);
    event__v1__event__init(event);
    event->event_id = id_format(id, arena_alloc(arena, ID_TEXT_SIZE));
    event->type = arena_printf(arena, "amount %lld", (long long)amount);
    response->events[0] = event;
    response->n_events = 1;
    return 0;
}

static int run(struct mutation *mutation, const void *argument, ProtobufCMessage *response)
{
    struct call *call = mutation->call;
    static const struct refusal unlucky = {"WOULD_SUSPEND", NEVER, CODE_FAILED_PRECONDITION,
                                           "An unlucky amount."};
    static const struct refusal early = {"NOT_OPENED", NOT_YET, CODE_NOT_FOUND,
                                         "It is not there yet."};
    int64_t amount = *(const int64_t *)argument;
    struct id id = id_new(clock_now_us());
    runs++;
    int no = transaction_query(mutation->transaction, &add_effect,
                               PARAMS(param_id(id), param_int64(amount)), NULL);
    if (no == 0 && amount == SLOW)
        no = task_sleep_ms(call_task(call), 150);
    if (no == 0 && amount == BROKEN)
        no = FAILURE_INTERNAL;
    if (no == 0 && amount == CONFLICTING && runs < 3)
        no = FAILURE_CONFLICT;
    if (no != 0)
        return no;
    if (amount == THIN && runs == 1) /* what it says no for may lack a part */
        assert_null(arena_try_alloc_array(call_arena(call), SIZE_MAX, 2));
    if (amount == UNLUCKY || (amount == THIN && runs == 1))
        return call_refuse(call, &unlucky, REFUSAL_TERMS({"amount", "13"}));
    if (amount == EARLY && !time_has_come)
        return call_refuse(call, &early, NO_TERMS);
    if (amount == INVALID)
        return call_invalid(call, "page_size", FAULT_MALFORMED, "Not this one.");
    if (cut_next_commit)
        proxy_arm(&proxy, cut_to_server, cut_to_client);
    cut_next_commit = false;
    return respond(call, amount, id, (Event__V1__ListEventsResponse *)(void *)response);
}

static int test_list_events_call(struct call *call, const Event__V1__ListEventsRequest *request,
                                 Event__V1__ListEventsResponse *response)
{
    int64_t amount = request->page_size;
    struct once once = {database,        scope, request->cursor, &request->base,
                        &response->base, run,   &amount};
    return call_once(call, &once);
}
RPC_UNARY(test_list_events, Event__V1__EventService, Event__V1__ListEventsRequest,
          Event__V1__ListEventsResponse)

/* ---- a server, a client ---- */

static struct rpc_server *server;
static struct rpc_client *client;

static void open_all(struct task *task, bool through_proxy)
{
    static Event__V1__EventService_Service service = EVENT__V1__EVENT_SERVICE__INIT(test_);
    struct database_settings settings = settings_for(test_database_url("database"));
    char url[256];
    if (through_proxy) {
        proxy_start(&proxy);
        snprintf(url, sizeof url, "host=%s user=postgres %s", proxy.folder,
                 strstr(test_database_url("database"), "dbname="));
        settings.url = secret_wrap(url);
        settings.connections_shared = settings.connections_exclusive = 1;
    }
    database = database_new(task_loop(task), &settings);
    struct rpc_server_settings server_settings = {.address = "127.0.0.1:0",
                                                  .deadline_default_ms = 20000,
                                                  .deadline_max_ms = 30000,
                                                  .message_bytes_max = 1 << 20,
                                                  .call_arena_bytes_max = 1 << 20,
                                                  .calls_max = 100,
                                                  .connection_age_max_ms = 300000,
                                                  .connection_age_grace_ms = 1000,
                                                  .keepalive_ms = 60000};
    server = rpc_server_new(task_loop(task), &server_settings);
    rpc_server_mount(server, &service.base, NULL);
    assert_true(rpc_server_start(server));
    char target[64];
    snprintf(target, sizeof target, "127.0.0.1:%d", rpc_server_port(server));
    struct rpc_client_settings client_settings = {
        .target = target, .timeout_ms = 15000, .attempts_max = 1, .message_bytes_max = 1 << 20};
    client = rpc_client_new(task_loop(task), &client_settings);
    runs = 0;
}

static void close_all(struct task *task, bool through_proxy)
{
    rpc_client_free(client);
    rpc_server_drain(task, server, 1000);
    database_free(database);
    if (through_proxy)
        proxy_stop(&proxy);
}

static int ask(struct task *task, struct id request_id, int amount,
               Event__V1__ListEventsResponse **response, struct rpc_status *status)
{
    char text[ID_TEXT_SIZE];
    Event__V1__ListEventsRequest request = EVENT__V1__LIST_EVENTS_REQUEST__INIT;
    request.cursor = id_format(request_id, text);
    request.page_size = amount;
    struct rpc_call_options options = {.effect = RPC_ONCE};
    assert_none(RPC_CALL_WITH(task, client, &options, event__v1__event_service, list_events,
                              &request, response, status));
    return (int)status->code;
}

static int64_t effects(void)
{
    return asked_elsewhere("SELECT count(*) FROM effect");
}

/* The whole line of the outcome's counter. */
static int64_t counted(struct task *task, const char *outcome)
{
    char label[64];
    snprintf(label, sizeof label, "runtime_once_total{outcome=\"%s\"} ", outcome);
    const char *line = strstr(metrics_text(task_arena(task)), label);
    return line != NULL ? strtoll(line + strlen(label), NULL, 10) : 0;
}

/* ---- tests ---- */

static void repeated_it_is_answered_the_same(struct task *task, void *argument)
{
    (void)argument;
    open_all(task, false);
    struct id request_id = id_new(1);
    Event__V1__ListEventsResponse *first, *again;
    struct rpc_status status;
    assert_int_equal(ask(task, request_id, 100, &first, &status), CODE_OK);
    int64_t replayed = counted(task, "replayed");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ask(task, request_id, 100, &again, &status), CODE_OK);
        assert_string_equal(again->events[0]->event_id, first->events[0]->event_id);
        assert_string_equal(again->events[0]->type, "amount 100");
    }
    assert_int_equal(counted(task, "replayed"), replayed + 3);
    assert_int_equal(runs, 1);
    assert_int_equal(effects(), 1);
    close_all(task, false);
}

/* E32 */
static void another_amount_is_a_mismatch(struct task *task, void *argument)
{
    (void)argument;
    open_all(task, false);
    struct id request_id = id_new(1);
    Event__V1__ListEventsResponse *response;
    struct rpc_status status;
    assert_int_equal(ask(task, request_id, 100, &response, &status), CODE_OK);
    assert_int_equal(ask(task, request_id, 101, &response, &status), CODE_FAILED_PRECONDITION);
    assert_string_equal(status.reason, "IDEMPOTENCY_MISMATCH");
    assert_int_equal(ask(task, request_id, 100, &response, &status), CODE_OK);
    assert_int_equal(effects(), 1);
    close_all(task, false);
}

static void a_refusal_is_stored_and_its_writes_undone(struct task *task, void *argument)
{
    (void)argument;
    open_all(task, false);
    struct id request_id = id_new(1);
    Event__V1__ListEventsResponse *response;
    struct rpc_status first, again;
    assert_int_equal(ask(task, request_id, UNLUCKY, &response, &first), CODE_FAILED_PRECONDITION);
    assert_int_equal(ask(task, request_id, UNLUCKY, &response, &again), CODE_FAILED_PRECONDITION);
    assert_string_equal(first.reason, "WOULD_SUSPEND");
    assert_int_equal(first.packed.size, again.packed.size);
    assert_memory_equal(first.packed.data, again.packed.data, first.packed.size);
    assert_int_equal(ask(task, id_new(1), INVALID, &response, &again), CODE_INVALID_ARGUMENT);
    assert_int_equal(runs, 2);
    assert_int_equal(effects(), 0);
    close_all(task, false);
}

/* Rules, settled 10: it leaves neither its writes nor the id, which may even come with another
 * body. */
static void what_is_not_yet_frees_the_id(struct task *task, void *argument)
{
    (void)argument;
    open_all(task, false);
    struct id request_id = id_new(1);
    Event__V1__ListEventsResponse *response;
    struct rpc_status status;
    time_has_come = false;
    int64_t not_yet = counted(task, "not_yet");
    for (int i = 0; i < 2; i++)
        assert_int_equal(ask(task, request_id, EARLY, &response, &status), CODE_NOT_FOUND);
    assert_string_equal(status.reason, "NOT_OPENED");
    assert_int_equal(counted(task, "not_yet"), not_yet + 2);
    assert_int_equal(effects() + asked_elsewhere("SELECT count(*) FROM request"), 0);
    time_has_come = true;
    for (int i = 0; i < 2; i++)
        assert_int_equal(ask(task, request_id, EARLY, &response, &status), CODE_OK);
    assert_int_equal(runs, 3);
    assert_int_equal(effects(), 1);
    close_all(task, false);
}

static void a_failure_is_not_stored(struct task *task, void *argument)
{
    (void)argument;
    open_all(task, false);
    struct id request_id = id_new(1);
    Event__V1__ListEventsResponse *response;
    struct rpc_status status;
    char text[ID_TEXT_SIZE];
    Event__V1__ListEventsRequest request = EVENT__V1__LIST_EVENTS_REQUEST__INIT;
    request.cursor = id_format(request_id, text);
    request.page_size = BROKEN;
    struct rpc_call_options options = {.effect = RPC_ONCE};
    for (int i = 0; i < 2; i++)
        assert_failure(RPC_CALL_WITH(task, client, &options, event__v1__event_service, list_events,
                                     &request, &response, &status),
                       FAILURE_INTERNAL);
    assert_int_equal(runs, 2);
    assert_int_equal(effects(), 0);
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM request"), 0);
    close_all(task, false);
}

/* M5: a no that was decided upon without memory is none; the same id is decided anew. */
static void what_was_decided_without_memory_is_not_kept(struct task *task, void *argument)
{
    (void)argument;
    open_all(task, false);
    struct id request_id = id_new(1);
    Event__V1__ListEventsResponse *response;
    struct rpc_status status;
    char text[ID_TEXT_SIZE];
    Event__V1__ListEventsRequest request = EVENT__V1__LIST_EVENTS_REQUEST__INIT;
    request.cursor = id_format(request_id, text);
    request.page_size = THIN;
    struct rpc_call_options options = {.effect = RPC_ONCE};
    assert_failure(RPC_CALL_WITH(task, client, &options, event__v1__event_service, list_events,
                                 &request, &response, &status),
                   FAILURE_EXHAUSTED);
    assert_int_equal(effects(), 0);
    assert_int_equal(asked_elsewhere("SELECT count(*) FROM request"), 0);
    assert_int_equal(ask(task, request_id, THIN, &response, &status), CODE_OK);
    assert_int_equal(effects(), 1);
    close_all(task, false);
}

static void a_conflict_runs_the_body_again(struct task *task, void *argument)
{
    (void)argument;
    open_all(task, false);
    Event__V1__ListEventsResponse *response;
    struct rpc_status status;
    assert_int_equal(ask(task, id_new(1), CONFLICTING, &response, &status), CODE_OK);
    assert_int_equal(response->n_events, 1);
    assert_int_equal(runs, 3);
    assert_int_equal(effects(), 1);
    close_all(task, false);
}

static void a_request_id_must_be_one(struct task *task, void *argument)
{
    (void)argument;
    open_all(task, false);
    static const char *const wrong[] = {"", "x", "00000000-0000-0000-0000-00000000000",
                                        "00000000-0000-0000-0000-0000000000000"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        Event__V1__ListEventsRequest request = EVENT__V1__LIST_EVENTS_REQUEST__INIT;
        Event__V1__ListEventsResponse *response;
        struct rpc_status status;
        request.cursor = (char *)(uintptr_t)wrong[i];
        assert_none(RPC_CALL(task, client, event__v1__event_service, list_events, &request,
                             &response, &status));
        assert_int_equal(status.code, CODE_INVALID_ARGUMENT);
    }
    assert_int_equal(runs, 0);
    close_all(task, false);
}

static char answered_ids[4][ID_TEXT_SIZE];

static void ask_in_child(struct task *task, struct child *child)
{
    Event__V1__ListEventsResponse *response;
    struct rpc_status status;
    struct id request_id = {{9, 9, 9}};
    assert_int_equal(ask(task, request_id, SLOW, &response, &status), CODE_OK);
    strcpy(answered_ids[child->number], response->events[0]->event_id);
}

static void four_at_once_do_it_once(struct task *task, void *argument)
{
    (void)argument;
    open_all(task, false);
    struct child children[4] = {{0}};
    for (int i = 0; i < 4; i++) {
        children[i] = (struct child){.body = ask_in_child, .number = i};
        child_start(task, &children[i], 20000);
    }
    for (int i = 0; i < 4; i++) {
        child_join(task, &children[i]);
        assert_string_equal(answered_ids[i], answered_ids[0]);
    }
    assert_int_equal(effects(), 1);
    assert_int_equal(runs, 1);
    close_all(task, false);
}

/* The COMMIT's answer is lost at some byte: the caller still gets an answer, the only one there
 * will ever be, and it was done once. */
static void a_lost_commit_is_resolved(struct task *task, void *argument)
{
    (void)argument;
    open_all(task, true);
    int64_t done = 0;
    for (int direction = 0; direction < 2; direction++)
        for (int bytes = 0; bytes < (direction == 0 ? 160 : 60); bytes += 3) {
            struct id request_id = id_new(1);
            Event__V1__ListEventsResponse *first, *again;
            struct rpc_status status;
            cut_next_commit = true;
            cut_to_server = direction == 0 ? bytes : PROXY_UNLIMITED;
            cut_to_client = direction == 0 ? PROXY_UNLIMITED : bytes;
            assert_int_equal(ask(task, request_id, 100, &first, &status), CODE_OK);
            proxy_disarm(&proxy);
            assert_int_equal(ask(task, request_id, 100, &again, &status), CODE_OK);
            assert_string_equal(first->events[0]->event_id, again->events[0]->event_id);
            assert_int_equal(effects(), ++done);
        }
    assert_in_range(atomic_load(&proxy.cuts), 20, 100);
    assert_true(runs > done);
    close_all(task, true);
}

static void each_statement_fails_in_turn(struct task *task, void *argument)
{
    (void)argument;
    open_all(task, false);
    static const enum failure injected[] = {FAILURE_UNAVAILABLE, FAILURE_INDEFINITE,
                                            FAILURE_INTERNAL};
    int64_t done = 0;
    for (size_t kind = 0; kind < sizeof injected / sizeof injected[0]; kind++) {
        for (unsigned long nth = 1; nth <= 6; nth++) {
            struct id request_id = id_new(1);
            char text[ID_TEXT_SIZE];
            Event__V1__ListEventsResponse *response;
            struct rpc_status status;
            Event__V1__ListEventsRequest request = EVENT__V1__LIST_EVENTS_REQUEST__INIT;
            request.cursor = id_format(request_id, text);
            request.page_size = 100;
            struct rpc_call_options options = {.effect = RPC_ONCE};
            database_fail_nth(nth, injected[kind]);
            enum failure failure = RPC_CALL_WITH(task, client, &options, event__v1__event_service,
                                                 list_events, &request, &response, &status);
            database_fail_nth(0, FAILURE_NONE);
            if (failure == FAILURE_NONE)
                done++;
            assert_int_equal(effects(), done);
        }
    }
    assert_in_range(done, 6, 17);
    close_all(task, false);
}

static void prepare(struct task *task, void *argument)
{
    (void)argument;
    struct database_settings settings = settings_for(test_database_url("database"));
    static const struct migration migrations[] = {
        {"0001_create_effect", "CREATE TABLE effect (id uuid PRIMARY KEY, amount bigint NOT NULL)"},
        {NULL, NULL},
    };
    assert_none(database_migrate(task, &settings, migrations));
}

static int set_up(void **state)
{
    (void)state;
    test_in_task(prepare, NULL);
    return 0;
}

static int empty(void **state)
{
    (void)state;
    done_elsewhere("TRUNCATE effect, request");
    return 0;
}

IN_TASK(repeated_it_is_answered_the_same)
IN_TASK(another_amount_is_a_mismatch)
IN_TASK(a_refusal_is_stored_and_its_writes_undone)
IN_TASK(what_is_not_yet_frees_the_id)
IN_TASK(a_failure_is_not_stored)
IN_TASK(what_was_decided_without_memory_is_not_kept)
IN_TASK(a_conflict_runs_the_body_again)
IN_TASK(a_request_id_must_be_one)
IN_TASK(four_at_once_do_it_once)
IN_TASK(a_lost_commit_is_resolved)
IN_TASK(each_statement_fails_in_turn)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_repeated_it_is_answered_the_same, empty),
        cmocka_unit_test_setup(test_another_amount_is_a_mismatch, empty),
        cmocka_unit_test_setup(test_a_refusal_is_stored_and_its_writes_undone, empty),
        cmocka_unit_test_setup(test_what_is_not_yet_frees_the_id, empty),
        cmocka_unit_test_setup(test_a_failure_is_not_stored, empty),
        cmocka_unit_test_setup(test_what_was_decided_without_memory_is_not_kept, empty),
        cmocka_unit_test_setup(test_a_conflict_runs_the_body_again, empty),
        cmocka_unit_test_setup(test_a_request_id_must_be_one, empty),
        cmocka_unit_test_setup(test_four_at_once_do_it_once, empty),
        cmocka_unit_test_setup(test_a_lost_commit_is_resolved, empty),
        cmocka_unit_test_setup(test_each_statement_fails_in_turn, empty),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
