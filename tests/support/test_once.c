#include "tests/support/test_once.h"

#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/server.h"

static const struct query add_effect = {"add_effect",
                                        "INSERT INTO effect (id, amount) VALUES ($1, $2)"};
static const struct id scope = {{7}};
struct test_once once;

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

/* As a body does that looks for several mistakes before it says no. */
static int violate(struct call *call, int64_t amount)
{
    if (once.runs == 1) {
        call_add_precondition_violation(call, "OVERDUE", "account/1", "A payment is overdue.");
        call_add_field_violation(call, "page_size", FAULT_MALFORMED, "Not this one.");
        return FAILURE_CONFLICT;
    }
    if (amount == TWICE_WRONG)
        call_add_precondition_violation(call, "HOLD", "account/2", "Funds are held.");
    return call_has_violations(call) ? call_refuse_violations(call) : 0;
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
    once.runs++;
    int no = transaction_query(mutation->transaction, &add_effect,
                               PARAMS(param_id(id), param_int64(amount)), NULL);
    if (no == 0 && amount == SLOW)
        no = task_sleep_ms(call_task(call), 150);
    if (no == 0 && amount == BROKEN)
        no = FAILURE_INTERNAL;
    if (no == 0 && (amount == SUSPECTED || amount == TWICE_WRONG))
        no = violate(call, amount);
    if (no == 0 && amount == CONFLICTING && once.runs < 3)
        no = FAILURE_CONFLICT;
    if (no != 0)
        return no;
    if (amount == THIN && once.runs == 1) /* what it says no for may lack a part */
        assert_null(arena_try_alloc_array(call_arena(call), SIZE_MAX, 2));
    if (amount == UNLUCKY || (amount == THIN && once.runs == 1))
        return call_refuse(call, &unlucky, REFUSAL_TERMS({"amount", "13"}));
    if (amount == EARLY && !once.time_has_come)
        return call_refuse(call, &early, NO_TERMS);
    if (amount == INVALID)
        return call_invalid(call, "page_size", FAULT_MALFORMED, "Not this one.");
    if (once.cut_next_commit)
        proxy_arm(&once.proxy, once.cut_to_server, once.cut_to_client);
    once.cut_next_commit = false;
    return respond(call, amount, id, (Event__V1__ListEventsResponse *)(void *)response);
}

static int test_list_events_call(struct call *call, const Event__V1__ListEventsRequest *request,
                                 Event__V1__ListEventsResponse *response)
{
    int64_t amount = request->page_size;
    struct once own = {.database = once.database,
                       .scope_id = scope,
                       .request_id = request->cursor,
                       .message = &request->base,
                       .response = &response->base,
                       .body = run,
                       .request = &amount,
                       .act = &(const struct call_act){.action = "test.event.list"}};
    return call_once(call, &own);
}
RPC_UNARY(test_list_events, Event__V1__EventService, Event__V1__ListEventsRequest,
          Event__V1__ListEventsResponse)

/* ---- a server, a client ---- */

void test_once_open(struct task *task, bool through_proxy)
{
    static Event__V1__EventService_Service service = EVENT__V1__EVENT_SERVICE__INIT(test_);
    struct database_settings settings = settings_for(test_database_url("database"));
    static char url[256]; /* as long as the database */
    if (through_proxy) {
        proxy_start(&once.proxy);
        snprintf(url, sizeof url, "host=%s user=postgres %s", once.proxy.folder,
                 strstr(test_database_url("database"), "dbname="));
        settings.url = secret_wrap(url);
        settings.connections_shared = settings.connections_exclusive = 1;
    }
    once.database = database_new(task_loop(task), &settings);
    struct rpc_server_settings server_settings = {.address = "127.0.0.1:0",
                                                  .deadline_default_ms = 20000,
                                                  .deadline_max_ms = 30000,
                                                  .message_bytes_max = 1 << 20,
                                                  .call_arena_bytes_max = 1 << 20,
                                                  .calls_max = 100,
                                                  .connection_age_max_ms = 300000,
                                                  .connection_age_grace_ms = 1000,
                                                  .keepalive_ms = 60000};
    once.server = rpc_server_new(task_loop(task), &server_settings);
    rpc_server_mount(once.server, &service.base, NULL);
    assert_true(rpc_server_start(once.server));
    char target[64];
    snprintf(target, sizeof target, "127.0.0.1:%d", rpc_server_port(once.server));
    struct rpc_client_settings client_settings = {
        .target = target, .timeout_ms = 15000, .attempts_max = 1, .message_bytes_max = 1 << 20};
    once.client = rpc_client_new(task_loop(task), &client_settings);
    once.runs = 0;
}

void test_once_close(struct task *task, bool through_proxy)
{
    rpc_client_free(once.client);
    rpc_server_drain(task, once.server, 1000);
    database_free(once.database);
    if (through_proxy)
        proxy_stop(&once.proxy);
}

enum failure test_once_try(struct task *task, struct id request_id, int amount,
                           Event__V1__ListEventsResponse **response, struct rpc_status *status)
{
    char text[ID_TEXT_SIZE];
    Event__V1__ListEventsRequest request = EVENT__V1__LIST_EVENTS_REQUEST__INIT;
    request.cursor = id_format(request_id, text);
    request.page_size = amount;
    struct rpc_call_options options = {.effect = RPC_ONCE};
    return RPC_CALL_WITH(task, once.client, &options, event__v1__event_service, list_events,
                         &request, response, status);
}

int test_once_ask(struct task *task, struct id request_id, int amount,
                  Event__V1__ListEventsResponse **response, struct rpc_status *status)
{
    assert_none(test_once_try(task, request_id, amount, response, status));
    return (int)status->code;
}

int64_t test_once_effects(void)
{
    return asked_elsewhere("SELECT count(*) FROM effect");
}

/* ---- the tables ---- */

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

int test_once_set_up(void **state)
{
    (void)state;
    test_in_task(prepare, NULL);
    return 0;
}

int test_once_empty(void **state)
{
    (void)state;
    done_elsewhere("TRUNCATE effect, request");
    return 0;
}
